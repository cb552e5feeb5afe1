"""The second wall: what PostgreSQL refuses to the web role, however wrong our own code may be."""

import contextlib
import re
import uuid
from collections.abc import Callable, Iterator, Sequence, Sized
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import Error, ProgrammingError, connection, transaction

from motcua.cases.actions import notes
from motcua.config import walls as rules
from motcua.config.commands import server
from motcua.documents import actions as documents
from motcua.documents import models as document_rows
from motcua.identity import actions as identity
from motcua.identity.values import Actor, Identified
from motcua.intake import actions as intake
from motcua.kit import walls
from motcua.kit.database import WEB, WORKER
from motcua.kit.env import Misconfigured
from motcua.kit.errors import Refused
from motcua.payments import models as payment_rows
from motcua.transparency import queries as transparency
from tests.desk.conftest import AT, BIRTH, Office

PERSONAL = (  # where a case has left rows in these tests
    "cases_case", "cases_task", "cases_slip", "cases_note", "cases_searchentry", "intake_draft",
    "intake_filing", "intake_attachment", "documents_document", "payments_due",
)  # fmt: skip
Run = Callable[..., list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Story:
    """A birth with a paid copy, half way: accepted, a note written, a document issued."""

    code: str
    applicant: Actor


@contextlib.contextmanager
def acting(role: str, actor: Actor | None = None) -> Iterator[Run]:
    """Speak raw SQL under a role, for a person or for nobody."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        if actor:
            walls.enter(actor.id, authorities=actor.authorities, units=actor.units)

        def run(sql: str, *values: Any) -> list[tuple[Any, ...]]:
            cursor.execute(sql, list(values))
            return cursor.fetchall() if cursor.description else []

        yield run
        cursor.execute("RESET ROLE")
        walls.leave()


def count(run: Run, table: str) -> int:
    return int(run(f"SELECT count(*) FROM {table}")[0][0])


def refused(run: Run, sql: str, *values: Any) -> None:
    """Hold that the database refuses a statement for want of rights."""
    with (
        pytest.raises(
            ProgrammingError, match=r"permission denied|must be owner|row-level security"
        ),
        transaction.atomic(),
    ):
        run(sql, *values)


@pytest.fixture
def story(
    raised: None,
    office: Office,
    other_office: Office,
    procedures: None,
    citizen: Callable[..., Actor],
) -> Story:
    applicant = citizen(1)
    code = office.file_birth(applicant)
    office.do(code, "intake", "accept")
    notes.write(code, text="Đã gọi điện cho người nộp", by=office.actor("officer"), at=AT)
    _issue(code, office.actor("leader"))
    _owe(code, applicant, office)
    for table in PERSONAL:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone()[0] > 0, table
    return Story(code, applicant)


def _issue(code: str, leader: Actor) -> None:
    reserved = documents.reserve(
        subject=code, purpose="result", authority_code="H32.01", type="GKS", symbol="UBND",
        title="Giấy khai sinh", signer=leader, at=AT,
    )  # fmt: skip
    content = b"%PDF-1.7\n/ByteRange [0 1 2 3]\n" + b"0" * 100 + b"\n%%EOF\n"
    documents.issue(reserved.id, content, by=leader, at=AT)


def _owe(code: str, payer: Actor, office: Office) -> None:
    (authority,) = office.actor("leader").authorities
    payment_rows.Due.objects.create(
        id=uuid.uuid4(), subject=code, authority_id=authority, payer_id=payer.id, amount=8_000,
        purpose="Bản sao", reference="MCTEST0001", requested_at=AT,
    )  # fmt: skip


# ---- the log ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [WEB, WORKER])
def test_the_log_is_only_added_to(role: str, story: Story) -> None:
    with acting(role, story.applicant) as run:
        before = count(run, "transparency_entry")
        assert before > 0
        for sql in (
            "UPDATE transparency_entry SET kind = 'x'",
            "DELETE FROM transparency_entry",
            "TRUNCATE transparency_entry CASCADE",
            "ALTER TABLE transparency_entry DISABLE TRIGGER entry_append_only",
            "DROP TRIGGER entry_append_only ON transparency_entry",
            "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY",
            "DROP POLICY motcua_own ON cases_case",
            "SET session_replication_role = replica",
            "UPDATE catalogue_version SET files = '{}'",
            "UPDATE transparency_leaf SET hash = ''",
            "DELETE FROM transparency_leaf",
            "CREATE TABLE public.mine (id int)",
            "ALTER FUNCTION transparency_refuse_change() RENAME TO nothing",
        ):
            refused(run, sql)
        run(
            "INSERT INTO transparency_entry (kind, at, by, authority, subject, facts, commitment)"
            " VALUES ('test.Told', now(), 'test', '', '', '{}', '')"
        )
        assert count(run, "transparency_entry") == before + 1


def test_who_signs_in_for_the_first_time_is_registered_before_it_is_known_who_asks(
    raised: None,
) -> None:
    told = Identified("056195009999", "Trần Văn Mới", None, "", 2)
    with acting(WEB) as run:
        row = identity.recognise(told, at=AT)
        (entry,) = run(
            "SELECT id, by FROM transparency_entry WHERE facts->>'person' = %s", str(row.pk)
        )
        assert entry[1] == str(row.pk)
        assert count(run, "transparency_personalpart") == 0  # added, and shown to nobody
    assert transparency.personal_part_is_intact(entry[0])


def test_nobody_adds_a_personal_part_to_an_entry_of_before(story: Story) -> None:
    (said,) = transparency.history(story.code)[:1]
    with connection.cursor() as cursor:  # the whole test is one transaction: make it one of before
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE transparency_entry SET transaction = transaction - 1 WHERE id = %s", [said.id]
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    with acting(WEB) as run:
        refused(
            run,
            "INSERT INTO transparency_personalpart (entry_id, salt, content) VALUES (%s, 'x', '{}')",
            said.id,
        )


@pytest.mark.parametrize("role", [WEB, WORKER])
def test_places_in_the_public_log_are_given_by_the_worker_and_changed_by_nobody(
    role: str, story: Story
) -> None:
    with acting(role, story.applicant) as run:
        give = (
            "INSERT INTO transparency_leaf (index, entry_id, salt, sequenced_at, hash)"
            " SELECT 0, min(id), 'x', now(), 'x' FROM transparency_entry"
        )
        if role == WEB:
            refused(run, give)
        else:
            run(give)
        refused(run, "UPDATE transparency_leaf SET salt = 'y'")
        refused(run, "DELETE FROM transparency_leaf")
        assert count(run, "transparency_leaf") == (role == WORKER)


@pytest.mark.parametrize("role", [WEB, WORKER])
def test_the_roles_are_nobody(role: str, raised: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,"
            " EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid),"
            " EXISTS (SELECT FROM pg_class WHERE relowner = r.oid)"
            " FROM pg_roles r WHERE rolname = %s",
            [role],
        )
        assert cursor.fetchone() == (False,) * 7


# ---- personal data ------------------------------------------------------------------------------


@pytest.mark.parametrize("table", sorted(rules.WALLED))
def test_where_nothing_is_told_nothing_is_seen(table: str, story: Story) -> None:
    with acting(WEB) as run:
        assert count(run, table) == 0
        if rules.WALLED[table].kept:
            refused(run, f"DELETE FROM {table}")
            refused(run, f"UPDATE {table} SET id = id")
        else:
            run(f"DELETE FROM {table}")
    with acting(WORKER) as run:
        assert count(run, table) > 0 or table not in PERSONAL


@pytest.mark.parametrize("table", PERSONAL)
def test_another_authority_sees_and_changes_nothing(
    table: str, story: Story, other_office: Office
) -> None:
    with acting(WEB, other_office.actor("head")) as run:
        assert count(run, table) == 0
        key = "case_id" if table == "cases_searchentry" else "id"
        run(f"UPDATE {table} SET {key} = {key}")
        run(f"DELETE FROM {table}")
    with acting(WORKER) as run:
        assert count(run, table) > 0


def test_another_authority_cannot_slip_a_row_in(story: Story, other_office: Office) -> None:
    with acting(WORKER) as run:
        ((case,),) = run("SELECT id FROM cases_case")
    other = other_office.actor("head")
    with acting(WEB, other) as run:
        note = (
            "INSERT INTO cases_note (id, case_id, by_id, at, text) VALUES (%s, %s, %s, now(), 'x')"
        )
        refused(run, note, uuid.uuid4(), case, other.id)


@pytest.mark.parametrize("table", PERSONAL)
def test_the_authority_sees_its_own(table: str, story: Story, office: Office) -> None:
    with acting(WEB, office.actor("officer")) as run:
        assert count(run, table) > 0


def test_a_citizen_sees_their_own_and_no_note(
    story: Story, office: Office, citizen: Callable[..., Actor]
) -> None:
    other = citizen(2, "Lê Văn Bảy")
    office.file(other)
    with acting(WEB, story.applicant) as run:
        assert run("SELECT code FROM cases_case") == [(story.code,)]
        assert run("SELECT DISTINCT person_id FROM intake_filing") == [(story.applicant.id,)]
        assert run("SELECT DISTINCT person_id FROM intake_draft") == [(story.applicant.id,)]
        assert count(run, "documents_document") == 1
        assert count(run, "cases_note") == 0
    with acting(WEB, other) as run:
        assert story.code not in {code for (code,) in run("SELECT code FROM cases_case")}
        assert count(run, "documents_document") == 0
        assert count(run, "payments_due") == 0


def test_a_consulted_unit_sees_what_it_must(story: Story, other_office: Office) -> None:
    asked = other_office.actor("tax")
    (unit,) = asked.units
    with connection.cursor() as cursor:  # as the flow does when it opens a task there
        cursor.execute("UPDATE cases_case SET units = units || %s::bigint", [unit])
    with acting(WEB, asked) as run:
        for table in PERSONAL:
            assert count(run, table) > 0 or table == "cases_searchentry", table
    with acting(WEB, other_office.actor("economist")) as run:  # of the same authority, not asked
        assert [count(run, table) for table in PERSONAL] == [0] * len(PERSONAL)


def test_a_draft_not_sent_is_the_citizens_alone(
    story: Story, office: Office, citizen: Callable[..., Actor]
) -> None:
    person = citizen(3)
    draft = intake.open_draft(
        procedure_code=BIRTH, authority_code=office.code, channel="online",
        applicant_kind="citizen", by=person, at=AT,
    )  # fmt: skip
    ask = "SELECT count(*) FROM intake_draft WHERE id = %s"
    with acting(WEB, office.actor("intake")) as run:
        assert run(ask, draft.id) == [(0,)]
    with acting(WEB, person) as run:
        assert run(ask, draft.id) == [(1,)]


# ---- keys that visitors hold --------------------------------------------------------------------


def test_a_code_shows_the_case_and_nothing_that_was_written_in_it(story: Story) -> None:
    with acting(WEB) as run:
        with walls.presented(story.code):
            assert run("SELECT code FROM cases_case") == [(story.code,)]
            for table in ("intake_filing", "intake_draft", "cases_note", "documents_document"):
                assert count(run, table) == 0, table
            run("UPDATE cases_case SET status = status")
            assert count(run, "payments_due") == 0
        assert count(run, "cases_case") == 0


def test_a_printed_code_a_file_and_a_link_show_one_document(story: Story, office: Office) -> None:
    row = document_rows.Document.objects.get()
    made = documents.share(row.pk, days=1, by=story.applicant, at=AT)
    digest = document_rows.Share.objects.get(pk=made.id).digest
    with acting(WEB) as run:
        for key in (row.token, row.file_id, digest):
            with walls.presented(str(key)):
                assert count(run, "documents_document") == 1
                assert count(run, "cases_case") == 0
        assert count(run, "documents_document") == 0


def test_a_reference_shows_and_settles_one_payment(story: Story) -> None:
    with acting(WEB) as run, walls.presented("MCTEST0001"):
        assert run("UPDATE payments_due SET amount = amount RETURNING reference") == [
            ("MCTEST0001",)
        ]
        assert count(run, "cases_case") == 0


# ---- the connection -----------------------------------------------------------------------------


def told() -> Sequence[str]:
    names = ("person", "authorities", "units", "presented")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"current_setting('motcua.{name}', true)" for name in names)
        )
        return [each or "" for each in cursor.fetchone()]


def test_the_connection_forgets_when_the_answer_is_out(office: Office) -> None:
    assert "motcua.kit.walls" in {key[0] for key, *_rest in request_finished.receivers}
    actor = office.actor("officer")
    walls.enter(actor.id, authorities=actor.authorities, units=actor.units)
    assert told()[0] == str(actor.id)
    walls.leave()
    assert list(told()) == ["", "", "", ""]


def test_a_key_is_taken_back_whatever_happens(db: None) -> None:
    with contextlib.suppress(Refused), walls.presented("key"):
        raise Refused()
    assert told()[3] == ""
    with contextlib.suppress(Error), transaction.atomic(), walls.presented("key"):
        connection.cursor().execute("SELECT nothing")
    assert told()[3] == ""


# ---- the tables and their indexes ---------------------------------------------------------------


def test_every_table_is_in_one_list(db: None) -> None:
    tables = set(connection.introspection.table_names())
    unknown = sorted(tables - rules.classed())
    assert not unknown, f"say in config/walls.py who may touch {unknown}: the web cannot use them"
    assert not rules.classed() - tables
    lists: tuple[Sized, ...] = (
        rules.WALLED,
        rules.OPEN,
        rules.APPEND_ONLY,
        rules.ADDED_BY_WORKER,
        rules.READ_BY_WEB,
        rules.FREE,
        rules.READ_ONLY,
    )
    assert sum(map(len, lists)) == len(rules.classed())


@pytest.mark.parametrize(
    "index, sql",
    [
        ("case_open_of_units", "SELECT id FROM cases_case WHERE finished_at IS NULL AND units && {units}"),
        ("search_words", "SELECT case_id FROM cases_searchentry WHERE words @@ '''1:h'':*'::tsquery"),
        ("task_open_of_unit", ("SELECT id FROM cases_task WHERE state = 'open' AND unit_id = 1"
         " AND role = 'officer' AND sort_at > now() ORDER BY sort_at, id LIMIT 30")),
        ("cases_case_code", "SELECT id FROM cases_case WHERE code = 'H32.01-261123-0001'"),
        ("case_of_applicant", "SELECT id FROM cases_case WHERE applicant_id = {me} ORDER BY id DESC LIMIT 9"),
        ("case_of_authority", "SELECT id FROM cases_case WHERE authority_id = 1 ORDER BY id DESC LIMIT 9"),
        ("documents_document_token", "SELECT id FROM documents_document WHERE token = 'x'"),
        ("due_of_subject", "SELECT id FROM payments_due WHERE subject = 'x' ORDER BY id"),
        ("(draft_own|intake_draft_person_id)", "SELECT id FROM intake_draft WHERE person_id = {me} AND is_open"),
    ],
)  # fmt: skip
def test_the_lists_still_use_their_indexes(
    index: str, sql: str, story: Story, office: Office
) -> None:
    actor = office.actor("officer")
    with connection.cursor() as cursor:  # in a small table any index of what is open would do
        cursor.execute("DROP INDEX case_open_of_version")
    asked = sql.format(units="ARRAY[1,2]::bigint[]", me=f"'{actor.id}'::uuid")
    with acting(WEB, actor) as run:
        run("SET LOCAL enable_seqscan = off")
        plan = "\n".join(line for (line,) in run(f"EXPLAIN {asked}"))
    assert re.search(rf"Index (Only )?Scan (Backward )?(using|on) {index}", plan), plan
    assert "Index Cond" in plan, plan
    assert "Seq Scan on cases_case" not in plan.split("SubPlan")[0], plan


# ---- the real server ----------------------------------------------------------------------------


def test_a_server_without_a_role_of_its_own_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOTCUA_DATABASE_WEB_URL")
    with pytest.raises(Misconfigured, match="motcua database roles"):
        server.spawn_server("127.0.0.1", 1)
