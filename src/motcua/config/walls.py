"""Who may touch which table, and which of its rows: the second wall, kept by PostgreSQL itself.

The web and the worker are roles that own nothing. Each table is in one of the lists below; one that is
in none cannot be used by the web at all. `motcua migrate` raises the walls anew after the tables.
A policy reads what `kit.walls` has told the connection; where nothing was told, it shows nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from motcua.config import seals
from motcua.kit.database import WEB, WORKER
from motcua.kit.env import Misconfigured

# What the connection was told, each worked out once a query: a seal that does not hold is an error.
_WORDS = {
    "me": "(SELECT motcua_walls.told('person')::uuid)",
    "authorities": "((SELECT motcua_walls.told('authorities'))::bigint[])",
    "units": "((SELECT motcua_walls.told('units'))::bigint[])",
    # "follow:<whose>", "file:<whose>", with ":<procedure>" behind it where the mandate is for one only.
    "represented": "((SELECT motcua_walls.told('represented'))::text[])",
    # Not sealed: whoever knows the key is shown what it opens, and it says nothing of who they are.
    "presented": "(SELECT NULLIF(current_setting('motcua.presented', true), ''))",
    # Every word of the search begins with the authority that may find it (cases.rules.tokens).
    "findable": (
        "((SELECT string_agg(quote_literal(each || ':') || ':*', ' | ')"
        " FROM unnest(motcua_walls.told('authorities')::bigint[]) AS each)::tsquery)"
    ),
}


@dataclass(frozen=True, slots=True)
class Wall:
    """The rows of a table that somebody may touch, and those that a key shows to whoever holds it.

    A subquery is written as a scalar, since the planner would else read all that it could give at once.
    """

    seen: str  # condition in SQL, with the words above in braces
    shown: str = ""  # to the holder of a key, for reading
    settled: bool = False  # the holder of the key may also change the row
    kept: bool = False  # the web adds rows and changes none
    added: str = ""  # what the web may add besides


@dataclass(frozen=True, slots=True)
class Kept:
    """A table of which all may be read, and who may add a row and change one."""

    why: str
    changed_by: str = ""  # condition in SQL, on the row as it was and as it is to be; empty: none
    added: str = ""  # condition on a new row, where it is another one
    changed: tuple[str, ...] = ()  # the columns that may be changed; empty: all


WALLED = {
    # A citizen's own, and of whom they represent; the authority's; those of a unit that had a task in it.
    "cases_case": Wall(
        "applicant_id = {me} OR authority_id = ANY({authorities}) OR units && {units}"
        " OR 'follow:' || applicant_id = ANY({represented})"
        " OR 'follow:' || applicant_id || ':' || procedure_code = ANY({represented})",
        "code = {presented}",
    ),
    "cases_task": Wall(
        "unit_id = ANY({units}) OR (SELECT true FROM cases_case c WHERE c.id = case_id)"
    ),
    "cases_slip": Wall("(SELECT true FROM cases_case c WHERE c.id = case_id)"),
    # Officials write for each other: never for the applicant, official or not.
    "cases_note": Wall(
        "cardinality({units}) > 0 AND (SELECT c.applicant_id <> {me} FROM cases_case c"
        " WHERE c.id = case_id)"
    ),
    "cases_searchentry": Wall(
        "words @@ {findable} OR (SELECT true FROM cases_case c WHERE c.id = case_id)"
    ),
    "cases_savedview": Wall("person_id = {me}"),
    "cases_operation": Wall("person_id = {me}"),
    # What is not sent yet is the person's alone, unless the counter writes it for them.
    "intake_draft": Wall(
        "person_id = {me} OR (counter_id = ANY({units}) AND (channel <> 'online' OR NOT is_open))"
        " OR 'file:' || person_id = ANY({represented})"
        " OR 'file:' || person_id || ':' || (SELECT p.code FROM catalogue_version v"
        " JOIN catalogue_procedure p ON p.id = v.procedure_id WHERE v.id = version_id)"
        " = ANY({represented})"
        " OR (SELECT true FROM intake_filing f WHERE f.draft_id = intake_draft.id)"
    ),
    "intake_filing": Wall(
        "person_id = {me} OR (submitted_by_id = {me} AND mandate_id IS NULL)"
        " OR counter_id = ANY({units})"
        " OR 'file:' || person_id = ANY({represented})"
        " OR 'file:' || person_id || ':' || (SELECT p.code FROM catalogue_version v"
        " JOIN catalogue_procedure p ON p.id = v.procedure_id WHERE v.id = version_id)"
        " = ANY({represented})"
        " OR authority_id = ANY({authorities}) OR ({me} IS NOT NULL"
        " AND (SELECT true FROM cases_case c WHERE c.filing_id = intake_filing.id))"
    ),
    "intake_revision": Wall("(SELECT true FROM intake_filing f WHERE f.id = filing_id)"),
    "intake_attachment": Wall("(SELECT true FROM intake_draft d WHERE d.id = draft_id)"),
    "documents_document": Wall(
        "authority_id = ANY({authorities}) OR signer_id = {me} OR ({me} IS NOT NULL"
        " AND (SELECT true FROM cases_case c WHERE c.code = subject))",
        "token = {presented} OR file_id = {presented} OR EXISTS (SELECT FROM documents_share s"
        " WHERE s.document_id = documents_document.id AND s.digest = {presented})",
    ),
    "documents_share": Wall("created_by_id = {me}", "digest = {presented}"),
    # A task of another authority may set what is due, or let it be owed no more.
    "payments_due": Wall(
        "payer_id = {me} OR authority_id = ANY({authorities}) OR ({me} IS NOT NULL"
        " AND (SELECT true FROM cases_case c WHERE c.code = subject))",
        "reference = {presented}",
        settled=True,
    ),
    "notifications_notice": Wall("person_id = {me}"),
    "notifications_delivery": Wall(
        "(SELECT true FROM notifications_notice n WHERE n.id = notice_id)"
    ),
    # A link in a letter, signed by us, names the person.
    "notifications_preference": Wall(
        "person_id = {me}", "person_id::text = {presented}", settled=True
    ),
    # Whose data it was, who looked, and the authority that answers for them.
    "privacy_look": Wall(
        "by_id = {me} OR {me} = ANY(subjects) OR (SELECT p.personal_id FROM identity_person p"
        " WHERE p.id = {me}) = ANY(named) OR (SELECT a.id = ANY({authorities})"
        " FROM identity_authority a WHERE a.code = authority_code)",
        kept=True,
    ),
    "privacy_complaint": Wall("person_id = {me} OR authority_id = ANY({authorities})"),
    # Who files for another is told whether that one objected to being known.
    "privacy_request": Wall(
        "person_id = {me} OR authority_id = ANY({authorities})"
        " OR 'file:' || person_id = ANY({represented})"
    ),
    "privacy_consent": Wall("person_id = {me}"),
    "privacy_breach": Wall("authority_id = ANY({authorities})"),
    "usersessions_usersession": Wall("user_id = {me}"),
    # Of what they did themselves, and of what happened in their authority or their case.
    "transparency_personalpart": Wall(
        "(SELECT e.by = {me}::text OR (SELECT a.id = ANY({authorities}) FROM identity_authority a"
        " WHERE a.code = e.authority) OR (SELECT true FROM cases_case c WHERE c.code = e.subject)"
        " FROM transparency_entry e WHERE e.id = entry_id)",
        # To an entry that is being written: one who signs in for the first time is not known yet.
        added="(SELECT e.transaction = pg_current_xact_id()::text::bigint"
        " FROM transparency_entry e WHERE e.id = entry_id)",
    ),
}

# All may be read, and why; what follows says who may change a row, and which columns, where not all.
OPEN = {
    # Who plans a merger, on a page, names it in the rows of those that end; the worker does the rest.
    "identity_authority": Kept("public", "true", added="false", changed=("merger_id",)),
    "identity_holding": Kept(
        "who holds an office is public",
        "(SELECT u.authority_id = ANY({authorities}) FROM identity_post p"
        " JOIN identity_unit u ON u.id = p.unit_id WHERE p.id = post_id)",
        changed=("ends_at",),
    ),
    "identity_delegation": Kept(
        "who holds an office for whom is public",
        "giver_id = {me} OR delegate_id = {me}",
        added="giver_id = {me}",
        changed=("revoked_at",),
    ),
    # Nobody gives themselves a mandate for another: it takes effect later, by the other or by an official.
    "identity_mandate": Kept(
        "read with the posts, before it is known who asks",
        "cardinality({units}) > 0 OR represented_id = {me} OR 'file:' || represented_id"
        " = ANY({represented}) OR holder_id = {me} AND (kind = 'authorised' OR effective_at IS NULL"
        " OR revoked_at IS NOT NULL)",
        added="given_by_id = {me} AND effective_at IS NULL AND CASE kind WHEN 'authorised' THEN"
        " represented_id = {me} OR 'file:' || represented_id = ANY({represented})"
        " ELSE holder_id = {me} END",
        changed=(
            *("effective_at", "confirmed_by_id", "proof"),
            *("revoked_at", "revoked_by_id", "revoked_why"),
        ),
    ),
    "identity_relation": Kept(
        "read with the posts, before it is known who asks, and of who is given a task",
        "person_id = {me}",
        changed=("ended_at",),
    ),
    "identity_statedpurpose": Kept(
        "read with the posts, before it is known who asks", "person_id = {me}"
    ),
    # Officials find applicants by number; who nobody has signed in as is known by it too.
    "identity_person": Kept(
        "a person is looked up before it is known who asks; officials find applicants",
        changed=(
            *("password", "last_login", "acts_for_others", "name", "birth_date"),
            *("phone", "email", "address", "verified_at"),
        ),
    ),
}

# Only ever added to, by whomever: not even the worker changes or removes a row.
APPEND_ONLY = frozenset({"transparency_entry", "catalogue_version"})

# Added to by the worker alone, where the sequencer runs, and changed by nobody; the web reads them.
ADDED_BY_WORKER = frozenset({"transparency_leaf"})

# No row of these is behind a policy, and why.
FREE = {
    "identity_merger": "public: which authorities become one, and when",
    "account_emailaddress": "read while signing in, before it is known who asks; empty: nobody signs in by mail",
    "account_emailconfirmation": "as above; empty",
    "mfa_authenticator": "read while signing in, before it is known who asks",
    "socialaccount_socialaccount": "read while signing in, before it is known who asks",
    "socialaccount_socialtoken": "as above; no token is kept",
    "kept_shortly": "counts of tries and keys used once, found by name",
    "django_session": "found by the digest of a secret of 190 bits, and signed together with it",
    "documents_storedfile": "digests, sizes and types; whose they are is behind a wall",
    "documents_series": "numbers",
    "privacy_datakey": "keys wrapped with one that lies outside; what they seal is behind a wall",
    "cases_codeseries": "numbers",
    "catalogue_procedure": "public",
    "catalogue_use": "figures",
    "transparency_reader": "how far readers came",
    "procrastinate_jobs": "ids of what is to be done",
    "procrastinate_events": "when jobs were done",
    "procrastinate_periodic_defers": "when jobs are due",
    "procrastinate_workers": "which workers live",
}
# The web reads these: who could write them would give themselves an office. The worker merges offices.
READ_BY_WEB = frozenset({"identity_unit", "identity_post", "identity_officecalendar"})

# The console alone changes these: who could write a token would speak as another.
READ_ONLY = frozenset(
    {
        "identity_token",
        "django_migrations",
        "django_content_type",
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "socialaccount_socialapp",
    }
)

# PostgreSQL may use an index for a condition of ours only behind those of the wall, unless it knows
# that the operator tells nothing of the rows that it is tried on. These tell nothing.
TELL_NOTHING = (
    "arrayoverlap(anyarray, anyarray)",
    "arraycontains(anyarray, anyarray)",
    "ts_match_vq(tsvector, tsquery)",
)


def classed() -> frozenset[str]:
    """Return every table that is in one of the lists."""
    return frozenset(
        {*WALLED, *OPEN, *APPEND_ONLY, *ADDED_BY_WORKER, *READ_BY_WEB, *FREE, *READ_ONLY}
    )


def raise_all() -> None:
    """Give the roles their rights and put the policies in place, all of it or nothing.

    Raises Misconfigured where the roles are missing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname IN (%s, %s)", [WEB, WORKER])
        if len(cursor.fetchall()) < 2:
            raise Misconfigured(
                f"The roles {WEB} and {WORKER} are missing: `motcua database roles` prints what a"
                " superuser runs once."
            )
        there = frozenset(connection.introspection.table_names(cursor))
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        is_superuser = bool(cursor.fetchone()[0])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits for a check cannot be altered
        for statement in seals.statements():
            cursor.execute(statement)
        seals.keep_keys()
        for statement in statements(there, is_superuser=is_superuser):
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def statements(there: frozenset[str], *, is_superuser: bool) -> Iterator[str]:
    """Yield what puts the walls up around the tables that are there."""
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    for role in (WEB, WORKER):
        yield f"GRANT USAGE ON SCHEMA public TO {role}"
        yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
        yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
    for table in sorted(there):
        yield from _granted(table)
    for table, wall in WALLED.items():
        if table in there:
            yield from _wall(table, wall)
        if table in there and wall.kept:
            yield f"REVOKE UPDATE, DELETE ON {table} FROM {WEB}"
    for table, kept in OPEN.items():
        if table in there:
            yield from _kept(table, kept)
    if is_superuser:
        yield from leakproof()


def leakproof() -> Iterator[str]:
    """Yield what only a superuser may say: which operators tell nothing of a row."""
    for function in TELL_NOTHING:
        yield f"ALTER FUNCTION pg_catalog.{function} LEAKPROOF"


def roles() -> Iterator[str]:
    """Yield what a superuser runs once for a database of its own."""
    for role in (WEB, WORKER):
        yield f"CREATE ROLE {role} LOGIN PASSWORD '...' NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
        # What a statement says is personal data: the log of PostgreSQL tells the error and no more.
        yield f"ALTER ROLE {role} SET log_min_error_statement = 'panic'"
        yield f"ALTER ROLE {role} SET log_error_verbosity = 'terse'"
        # Nor may one connection read what another one of the same role asks.
        yield f"ALTER ROLE {role} SET track_activities = off"
    # Nor which statement a process was at that died: the server itself tells that.
    yield "ALTER SYSTEM SET log_error_verbosity = 'terse'"
    yield from leakproof()


def _granted(table: str) -> Iterator[str]:
    if table in ADDED_BY_WORKER:
        yield f"GRANT SELECT ON {table} TO {WEB}, {WORKER}"
        yield f"GRANT INSERT ON {table} TO {WORKER}"
    elif table in READ_BY_WEB:
        yield f"GRANT SELECT ON {table} TO {WEB}"
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {WORKER}"
    elif table in classed():
        yield f"GRANT {_rights(table)} ON {table} TO {WEB}, {WORKER}"
    else:
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {WORKER}"


def _rights(table: str) -> str:
    if table in READ_ONLY:
        return "SELECT"
    return "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"


def _kept(table: str, kept: Kept) -> Iterator[str]:
    if kept.changed_by:
        by = kept.changed_by.format(**_WORDS)
        added = (kept.added or kept.changed_by).format(**_WORDS)
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        for policy in ("motcua_read", "motcua_add", "motcua_change", "motcua_work"):
            yield f"DROP POLICY IF EXISTS {policy} ON {table}"
        yield f"CREATE POLICY motcua_read ON {table} FOR SELECT TO {WEB} USING (true)"
        yield f"CREATE POLICY motcua_add ON {table} FOR INSERT TO {WEB} WITH CHECK ({added})"
        yield f"CREATE POLICY motcua_change ON {table} FOR UPDATE TO {WEB} USING ({by})"
        yield f"CREATE POLICY motcua_work ON {table} TO {WORKER} USING (true)"
    columns = f" ({', '.join(kept.changed)})" if kept.changed else ""
    yield f"REVOKE UPDATE, DELETE ON {table} FROM {WEB}"
    yield f"GRANT UPDATE{columns} ON {table} TO {WEB}"


def _wall(table: str, wall: Wall) -> Iterator[str]:
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    for policy in ("motcua_own", "motcua_key", "motcua_add", "motcua_work"):
        yield f"DROP POLICY IF EXISTS {policy} ON {table}"
    seen = wall.seen.format(**_WORDS)
    yield f"CREATE POLICY motcua_own ON {table} TO {WEB} USING ({seen})"
    if wall.shown:
        kind = "ALL" if wall.settled else "SELECT"
        shown = wall.shown.format(**_WORDS)
        yield f"CREATE POLICY motcua_key ON {table} FOR {kind} TO {WEB} USING ({shown})"
    if wall.added:
        yield f"CREATE POLICY motcua_add ON {table} FOR INSERT TO {WEB} WITH CHECK ({wall.added})"
    yield f"CREATE POLICY motcua_work ON {table} TO {WORKER} USING (true)"
