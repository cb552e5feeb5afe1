"""Raw SQL under the web role that says it is somebody else, or makes itself somebody: what refuses it."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.test import Client, override_settings

from motcua.config import seals
from motcua.identity import models as people
from motcua.identity.actions import mandates
from motcua.identity.adapters import sessions
from motcua.identity.values import Actor, Terms
from motcua.kit import walls
from motcua.kit.database import WEB, WORKER
from motcua.privacy import models as privacy
from tests.desk.conftest import AT, Office
from tests.desk.test_walls import Run, acting, count, refused

pytestmark = pytest.mark.usefixtures("raised")
CASES = "SELECT count(*) FROM cases_case"
OWN = "SELECT count(*) FROM privacy_consent"


@pytest.fixture(autouse=True)
def consent(office: Office) -> None:
    """Something that the head of the office alone may read."""
    privacy.Consent.objects.create(
        id=uuid.uuid4(), person_id=office.ids["head"], purpose="survey", version=1, text="x",
        channel="online", proof="x", given_at=AT,
    )  # fmt: skip


def seal(run: Run, told: tuple[str, ...], **other: str) -> None:
    """Tell the connection in raw SQL what the site told another, or something else than that."""
    backend = walls._backend()
    until, key, made = walls.sealed(told, backend=backend, until=int(backend.clock()) + 60)
    said = dict(zip(walls.TOLD, told, strict=True)) | {"until": until, "key": key, "seal": made}
    for name, value in (said | other).items():
        run("SELECT set_config(%s, %s, false)", f"motcua.{name}", value)


def told(actor: Actor) -> tuple[str, ...]:
    return (
        str(actor.id), walls._array(actor.authorities), walls._array(actor.units),
        "{" + ",".join(actor.represented) + "}",
    )  # fmt: skip


# ---- the seal -----------------------------------------------------------------------------------


def test_who_says_that_they_are_another_reads_nothing(
    office: Office, other_office: Office, procedures: None, citizen: Callable[..., Actor]
) -> None:
    office.file(citizen(1))
    head, mine = office.actor("head"), told(other_office.actor("head"))
    with acting(WEB) as run:
        seal(run, told(head))
        assert run(CASES) == [(1,)]  # what only who has the key can say
        for other in (
            {"person": str(head.id)},
            {"authorities": walls._array(head.authorities)},
            {"units": walls._array(head.units)},
            {"represented": f"{{follow:{citizen(1).id}}}"},
            {"until": "9999999999"},
            {"key": "another"},
            {"key": ""},
            {"seal": ""},
            {"seal": "0" * 64},
        ):
            seal(run, mine, **other)
            refused_to_tell(run)
        seal(run, mine)
        assert run(CASES) == [(0,)]
        seal(run, mine, until="", person=str(head.id))  # as if nobody had been told of
        assert run(CASES) == [(0,)]


def refused_to_tell(run: Run) -> None:
    for sql in (OWN, "DELETE FROM privacy_consent", "UPDATE privacy_consent SET text = text"):
        with pytest.raises(ProgrammingError, match="the wall was told"), transaction.atomic():
            run(sql)


@pytest.mark.parametrize("what", ["pid", "started"])
def test_a_seal_is_of_one_backend_and_of_one_run_of_the_server(
    what: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = walls._backend()
    other = {"pid": there.pid + 1, "started": there.started + "1"}
    changed = {name: getattr(there, name) for name in ("pid", "started", "offset")} | {
        what: other[what]
    }
    elsewhere = walls.Backend(**changed)
    with acting(WEB) as run:
        monkeypatch.setattr(walls, "_backend", lambda: elsewhere)
        seal(run, told(office.actor("head")))
        refused_to_tell(run)


def test_a_seal_ends(office: Office) -> None:
    mine, backend = told(office.actor("head")), walls._backend()
    until, key, made = walls.sealed(mine, backend=backend, until=int(backend.clock()) - 1)
    with acting(WEB) as run:
        seal(run, mine, until=until, key=key, seal=made)
        with pytest.raises(ProgrammingError, match="too long ago"), transaction.atomic():
            run(OWN)


def test_when_the_clock_of_the_database_is_set_the_seal_follows(office: Office) -> None:
    true = walls._backend()
    wrong = walls.Backend(true.pid, true.started, true.offset - 7_200)
    connection.walls_backend = (connection.connection, wrong)  # type: ignore[attr-defined]
    with acting(WEB, office.actor("head")) as run:
        assert run(OWN) == [(1,)]
        assert abs(walls._backend().offset - true.offset) < 1


def test_a_former_secret_of_the_site_seals_until_it_is_taken_out(office: Office) -> None:
    mine = told(office.actor("head"))
    with acting(WEB) as run:
        seal(run, mine)
        connection.cursor().execute("RESET ROLE")
        before = settings.SECRET_KEY
        with override_settings(SECRET_KEY="x" * 50, SECRET_KEY_FALLBACKS=[before]):
            seals.keep_keys()
            run(f"SET LOCAL ROLE {WEB}")
            assert run(OWN) == [(1,)]
            seal(run, mine)
            assert run(OWN) == [(1,)]
        run("RESET ROLE")
        with override_settings(SECRET_KEY="x" * 50):
            seals.keep_keys()
        run(f"SET LOCAL ROLE {WEB}")
        seal(run, mine)
        refused_to_tell(run)


@pytest.mark.parametrize("role", [WEB, WORKER])
def test_nobody_reads_the_key_or_stands_before_the_function(role: str) -> None:
    with acting(role) as run:
        for sql in (
            "SELECT * FROM motcua_walls.key",
            "INSERT INTO motcua_walls.key VALUES ('mine', '', '')",
            "CREATE TEMPORARY TABLE cases_case (id int)",
            "CREATE TEMPORARY TABLE key (id text)",
            "CREATE FUNCTION motcua_walls.told(int) RETURNS text LANGUAGE sql AS 'SELECT 1'",
            "CREATE OR REPLACE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'",
            "ALTER FUNCTION motcua_walls.told OWNER TO CURRENT_USER",
        ):
            refused(run, sql)
        refused(run, "SET track_activities = on")
        found = run("SELECT rolconfig FROM pg_roles WHERE rolname = %s", role)[0][0]
        assert "track_activities=off" in found, "one connection reads what another one asks"


# ---- what would make somebody another person ----------------------------------------------------


def test_nobody_gives_themselves_a_token_a_post_or_an_office(
    office: Office, other_office: Office
) -> None:
    mine = other_office.actor("head")
    post = office.actor("head").posts[0].id
    with acting(WEB, mine) as run:
        for sql, values in (
            (
                (
                    "INSERT INTO identity_token (digest, person_id, created_at, expires_at, level,"
                    " has_second_factor) VALUES ('x', %s, now(), now() + '1 day', 2, true)"
                ),
                [mine.id],
            ),
            ("UPDATE identity_post SET roles = '{leader}'", []),
            ("UPDATE identity_unit SET authority_id = authority_id", []),
            ("DELETE FROM identity_holding", []),
            ("UPDATE identity_holding SET person_id = %s", [mine.id]),
            (
                "INSERT INTO identity_holding (person_id, post_id, starts_at) VALUES (%s, %s, now())",
                [mine.id, post],
            ),
            (
                (
                    "INSERT INTO identity_delegation (id, giver_id, delegate_id, post_id, roles,"
                    " procedures, fields, starts_at, ends_at, reason, created_at) VALUES (%s, %s, %s, %s,"
                    " '{}', '{}', '{}', now(), now() + '1 day', '', now())"
                ),
                [uuid.uuid4(), office.ids["head"], mine.id, post],
            ),
            ("UPDATE identity_person SET personal_id = '001090000000' WHERE id = %s", [mine.id]),
        ):
            refused(run, sql, *values)


MANDATE = (
    "INSERT INTO identity_mandate (id, kind, represented_id, holder_id, acts, procedures, starts_at,"
    " reason, given_by_id, given_at, effective_at, proof) VALUES (%s, %s, %s, %s, '{follow,file}',"
    " '{}', now(), '', %s, now(), EFFECTIVE, '')"
)


def test_nobody_gives_themselves_a_mandate(citizen: Callable[..., Actor]) -> None:
    victim, thief = citizen(1), citizen(2, "Lê Văn Bảy")
    waiting, now = (MANDATE.replace("EFFECTIVE", each) for each in ("NULL", "now()"))
    with acting(WEB, thief) as run:
        for giver in (victim, thief):
            refused(run, waiting, uuid.uuid4(), "authorised", victim.id, thief.id, giver.id)
            refused(run, now, uuid.uuid4(), "authorised", victim.id, thief.id, giver.id)
        refused(run, now, uuid.uuid4(), "authorised", thief.id, victim.id, thief.id)
        asked = uuid.uuid4()
        run(waiting, asked, "guardian", victim.id, thief.id, thief.id)  # as anybody may ask
        refused(run, "UPDATE identity_mandate SET effective_at = now() WHERE id = %s", asked)
        for column in ("kind", "holder_id", "represented_id", "acts", "given_by_id"):
            refused(run, f"UPDATE identity_mandate SET {column} = {column}")
        refused(run, "DELETE FROM identity_mandate")
    given = mandates.give(
        holder_number=thief.personal_id, holder_name=thief.name, by=victim, at=AT,
        terms=Terms(frozenset({"follow"}), frozenset(), AT, AT + timedelta(days=9)),
    )  # fmt: skip
    with acting(WEB, citizen(3, "Phạm Thị Mận")) as run:
        run("UPDATE identity_mandate SET revoked_at = now(), revoked_by_id = holder_id")
    assert people.Mandate.objects.get(pk=given).revoked_at is None
    with acting(WEB, victim):  # as on the page: every column that is written may be
        mandates.end(given, by=victim, at=AT)
    with (
        acting(WEB, thief) as run,
        pytest.raises(IntegrityError, match="stays ended"),
        transaction.atomic(),
    ):
        run("UPDATE identity_mandate SET revoked_at = NULL WHERE id = %s", given)


# ---- sessions -----------------------------------------------------------------------------------


@pytest.fixture
def as_web(db: None) -> Iterator[None]:
    """Everything that follows in this test is asked under the web role, as a server does."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {WEB}")
        yield
        cursor.execute("RESET ROLE")


def test_who_reads_the_table_of_sessions_enters_none(office: Office, as_web: None) -> None:
    browser, thief = Client(), Client()
    browser.post("/sign-in/choose/", {"person": str(office.ids["head"])})
    assert browser.get("/desk/").status_code == 200
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    row = Session.objects.get()
    assert row.session_key == sessions.digest(key) and key not in row.session_data
    thief.cookies[settings.SESSION_COOKIE_NAME] = row.session_key
    assert thief.get("/desk/").status_code == 302
    # What a session says, put under a key that the thief chose, says nothing.
    Session.objects.create(
        session_key=sessions.digest("chosen"), session_data=row.session_data,
        expire_date=row.expire_date,
    )  # fmt: skip
    thief.cookies[settings.SESSION_COOKIE_NAME] = "chosen"
    assert thief.get("/desk/").status_code == 302
    assert browser.get("/desk/").status_code == 200
    browser.post("/sign-out/")
    assert not Session.objects.filter(session_key=row.session_key).exists()


def test_the_list_of_sessions_is_ones_own(office: Office) -> None:
    head, officer = (Client() for _ in range(2))
    head.post("/sign-in/choose/", {"person": str(office.ids["head"])})
    officer.post("/sign-in/choose/", {"person": str(office.ids["officer"])})
    with acting(WEB, office.actor("head")) as run:
        assert run("SELECT DISTINCT user_id FROM usersessions_usersession") == [
            (office.ids["head"],)
        ]
    with acting(WEB) as run:
        assert count(run, "usersessions_usersession") == 0


def test_what_cannot_be_sealed_is_not_asked(office: Office) -> None:
    """Under another secret than the tables were given, a page is an error and shows nothing."""
    with acting(WEB) as run, override_settings(SECRET_KEY="y" * 50):
        actor = office.actor("head")
        walls.enter(actor.id, authorities=actor.authorities, units=actor.units)
        with pytest.raises(DatabaseError, match="without a seal"), transaction.atomic():
            run(OWN)
