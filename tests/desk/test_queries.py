"""No more than twelve statements for a page of the desk: whatever happened in the case, all of them counted."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.cases.actions import deadlines, purposes
from motcua.cases.queries import cases
from motcua.cases.values import Case
from motcua.catalogue import actions as catalogue
from motcua.catalogue.adapters import folders
from motcua.config.commands.demo import authority_for
from motcua.config.demo import journeys, keys, province
from motcua.engines.procedure import parse
from motcua.engines.procedure.model import Play
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.kit import clock
from motcua.transparency import queries as transparency

MOST = 12  # the walls' own statements among them, and what is said after the answer is out
FOLDER = Path(__file__).parents[2] / "procedures" / "1.001612"
EXAMPLE = "supplement-restart.yaml"  # paid, supplemented, consulted, sent back, decided, returned


def signed_in(person: Actor) -> Client:
    """Return a browser in which a person is signed in."""
    client = Client(headers={"accept-language": "vi"})
    client.post("/sign-in/choose/", {"person": person.key})
    return client


def counted(client: Client, address: str) -> tuple[int, list[str]]:
    """Return the status of a page and every statement that it took."""
    with CaptureQueriesContext(connection) as seen:
        status = client.get(address).status_code
    return status, [each["sql"] for each in seen]


def settle(code: str) -> None:
    """Do what the worker does once the relay has told it of a payment."""
    for entry in transparency.history(code):
        if entry.kind == "payments.PaymentSettled":
            deadlines.on_payment_settled(code, due=str(entry.facts["due"]), at=entry.at)


@pytest.fixture
def player(db: None) -> journeys.Player:
    """Return who plays the example, so that its last step is done a while ago."""
    procedure = parse.read(folders.read(FOLDER))
    example = next(each for each in procedure.examples if each.file.endswith(EXAMPLE))
    back = clock.now() - example.steps[-1].at - timedelta(hours=1)
    since = example.filed_at + back - timedelta(days=2)
    wards = province.load()
    keys.ensure(wards, at=since)
    catalogue.publish(folders.read(FOLDER), by="test", at=since)
    return journeys.Player(
        procedure=procedure,
        example=example,
        authority_code=authority_for(FOLDER.name, wards[0]),
        applicant=identity.actor_of_personal_id(province.CITIZENS[0].personal_id, at=since),
        at=lambda said: said + back,
        react=settle,
    )


def worked_on(found: Case) -> Iterator[Actor]:
    """Yield everybody who has worked on a case."""
    people = {each.person_id for each in found.tasks if each.person_id}
    yield from (identity.actor(each, at=clock.now()) for each in people)


def test_the_page_of_a_case_in_which_everything_happened(player: journeys.Player) -> None:
    code = player.file()
    address = f"/desk/cases/{code}/"
    leadership = identity.unit_for("leadership", authority_code=player.authority_code)
    leader = next(iter(identity.holders(leadership.id, "leader", at=clock.now())))
    most: dict[str, list[str]] = {"none": [], "stated": [], "worked": []}
    browsers: dict[str, Client] = {}

    def look(how: str, person: Actor, step: Play, expected: int = 200) -> None:
        if person.key not in browsers:
            browsers[person.key] = signed_in(person)
            browsers[person.key].get(address)  # what is compiled once in a process is no page's
        status, said = counted(browsers[person.key], address)
        assert status == expected, (how, person.name, step)
        most[how] = max(most[how], said, key=len)

    for number, step in enumerate(player.example.steps):
        player.step(step, code)
        for person in worked_on(cases.as_operator(code)):
            look("worked", person, step)
        if number == 0:
            look("none", leader, step, expected=302)
            purposes.state(code, text="Hỏi về tiến độ", by=leader, at=clock.now())
        look("stated", leader, step)
    found = cases.as_operator(code)
    assert found.supplements == 1 and found.fee
    assert {each.element for each in found.tasks} >= {"consult_tax", "return_result"}
    for how, said in most.items():
        assert 0 < len(said) <= MOST, (how, "\n".join(said))
    assert any("motcua.person" in each for each in most["worked"])
    assert any("privacy_look" in each for each in most["stated"])
