"""The pages of authorities: who was what, when; choosing, seeing the plan, having it done."""

from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from motcua.cases.actions import operations
from motcua.desk.tests.conftest import AT, WARD, Desk, People, file_birth
from motcua.identity import actions as identity_actions
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.kit import clock

pytestmark = pytest.mark.django_db
OTHER, PROVINCE = "H15.50.02", "H15"
MERGE = "/desk/authorities/merge/"


def rows(name: str) -> Any:
    """Return the rows of a table of identity, which shows its neighbours none."""
    return apps.get_model("identity", name).objects


@pytest.fixture
def above(people: People) -> Actor:
    """The administrator of the province, under which the ward and another one stand."""
    province = identity_actions.ensure_authority(
        code=PROVINCE, name="Ủy ban nhân dân tỉnh", level="province", place="Khánh Hòa"
    )
    identity_actions.ensure_authority(
        code=OTHER,
        parent_code=PROVINCE,
        name="Ủy ban nhân dân phường Tây",
        level="commune",
        place="Tây",
    )
    rows("Authority").filter(code=WARD).update(parent_id=province)
    unit = identity_actions.ensure_unit(authority_id=province, kind="office", name="Văn phòng")
    post = identity_actions.ensure_post(unit_id=unit, title="Quản trị", roles=("admin",))
    person = identity_actions.ensure_person(personal_id="056080900098", name="Bùi An", at=AT)
    identity_actions.take_post(person, post, by="test", at=AT)
    return identity.actor(person, at=AT)


@pytest.fixture
def browser(desk: Desk, above: Actor) -> Client:
    return desk.of(above)


def asked(**changes: Any) -> dict[str, Any]:
    day = f"{clock.local(clock.now()):%d/%m/%Y}"
    said = {"codes": [WARD], "into": OTHER, "from_date": day, "makes_units": "true"}
    return {**said, **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"codes": [WARD], "into": WARD},
        {"codes": ["'; DROP TABLE x"]},
        {"into": "H15.50.99"},
        {"makes_units": ""},
        {"from_date": "31/02/2026"},
        {"from_date": "01/01/1999"},
        {"codes": []},
        {"into": ""},
        {"into": "", "new_code": "x" * 5_000},
        {"codes": ["\x00"], "into": "\x00"},
    ],
)
def test_what_cannot_be_is_told_beside_what_was_typed(
    browser: Client, changes: dict[str, Any]
) -> None:
    for ask in (browser.get, browser.post):
        answer: Any = ask(MERGE, asked(**changes))
        assert answer.status_code == 422
        assert "govuk-error-summary" in answer.content.decode()
    assert not rows("Merger").exists()


def test_it_is_seen_first_and_then_done(people: People, browser: Client, desk: Desk) -> None:
    code = file_birth(people.mother)
    page = browser.get(MERGE, asked()).content.decode()
    assert people.clerk.name in page
    assert code not in page and people.mother.name not in page
    assert not rows("Merger").exists()
    answer: Any = browser.post(MERGE, asked())
    assert answer.status_code == 302
    operation = answer["Location"].rstrip("/").rsplit("/", 1)[-1]
    while not operations.run(operation, at=clock.now()):
        pass
    assert "100%" in browser.get(answer["Location"]).content.decode().replace(" ", "")
    page = browser.get(f"/desk/authorities/{WARD}/").content.decode()
    assert "Ủy ban nhân dân phường Tây" in page
    page = browser.get(f"/desk/authorities/{WARD}/", {"on": "03/11/2026"}).content.decode()
    assert people.leader.name in page
    shown: Any = desk.of(people.clerk).get(f"/desk/cases/{code}/")
    assert shown.status_code == 200
    assert "Ủy ban nhân dân phường Tây" in shown.content.decode()


def test_who_works_beside_sees_who_was_what_and_merges_nothing(
    people: People, above: Actor, desk: Desk
) -> None:
    browser = desk.of(people.clerk)
    assert browser.get("/desk/authorities/").status_code == 200
    assert browser.get(f"/desk/authorities/{WARD}/").status_code == 200
    for ask in (browser.get, browser.post):
        assert ask(MERGE, asked()).status_code == 403
    assert "merge/" not in browser.get("/desk/authorities/").content.decode()


@pytest.mark.parametrize("on", ["32/13/2026", "x", "9" * 500])
def test_a_day_that_is_none_is_told(browser: Client, on: str) -> None:
    assert browser.get(f"/desk/authorities/{WARD}/", {"on": on}).status_code == 422


def test_an_authority_that_is_none_is_told(browser: Client) -> None:
    assert browser.get("/desk/authorities/H99.99/").status_code == 404
