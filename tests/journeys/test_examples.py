"""Every example of every procedure, played on the database by the actions that the API calls.

The examples are checked by the pure engine before publishing; here the same cases run with people,
units, files, payments, slips and signatures, and must come to the same end.
"""

from datetime import datetime
from pathlib import Path

import pytest

from motcua.cases.actions import deadlines
from motcua.cases.queries import cases
from motcua.catalogue import actions as catalogue
from motcua.catalogue.adapters import folders
from motcua.config.commands.demo import authority_for
from motcua.config.demo import journeys, keys, province
from motcua.documents import queries as documents
from motcua.engines.procedure import model, parse
from motcua.engines.procedure.status import Status
from motcua.identity import actions as identity
from motcua.identity import queries as people
from motcua.intake.errors import Incomplete
from motcua.signing import queries as signing
from motcua.transparency import queries as transparency

FOLDERS = folders.find(Path(__file__).parents[2] / "procedures")
EARLY = datetime.fromisoformat("2026-11-01T08:00:00+07:00")
# The hours of the office that the examples are written for.
HOURS = {
    "hours": {
        day: ["07:30-11:30", "13:00-17:00"]
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
    }
}


def settle(code: str) -> None:
    """Do what the worker does once the relay has told it of a payment."""
    for entry in transparency.history(code):
        if entry.kind == "payments.PaymentSettled":
            deadlines.on_payment_settled(code, due=str(entry.facts["due"]), at=entry.at)


def route(code: str) -> list[str]:
    """Return the tasks in the order in which they were completed, from the log."""
    done = [entry.facts for entry in transparency.history(code) if entry.facts.get("outcome")]
    return [
        f"{facts['task']}:{facts['item']}" if facts["item"] else str(facts["task"])
        for facts in done
    ]


def check(example: model.Example, player: journeys.Player) -> None:
    """Play an example and compare what came of it with what it says."""
    if example.expected.refused:
        with pytest.raises(Incomplete) as refusal:
            player.file()
        assert refusal.value.fields
        return
    code = player.file()
    for step in example.steps:
        player.step(step, code)
    found = cases.as_operator(code)
    assert Status(found.summary.status).word == example.expected.status
    assert route(code) == list(example.expected.route or ())
    assert found.summary.due_at == example.expected.due_at
    assert found.fee == example.expected.fee
    if example.expected.status == "returned":
        (document,) = documents.issued(code)
        with documents.open_file(document.digest) as stream:
            assert signing.verify(stream.read(), at=example.steps[-1].at).is_valid


@pytest.mark.django_db
@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_the_examples_of_a_procedure_come_to_their_end(folder: Path) -> None:
    wards = province.load()
    keys.ensure(wards, at=EARLY)
    for each in people.authorities():
        if each.level != "province":
            identity.set_office_calendar(each.id, definition=HOURS, by="tester", at=EARLY)
    files = folders.read(folder)
    catalogue.publish(files, by="tester", at=EARLY)
    procedure = parse.read(files)
    citizen = people.actor_of_personal_id(province.CITIZENS[0].personal_id, at=EARLY)
    for example in procedure.examples:
        player = journeys.Player(
            procedure=procedure,
            example=example,
            authority_code=authority_for(folder.name, wards[0]),
            applicant=citizen,
            at=lambda said: said,
            react=settle,
        )
        check(example, player)


def test_there_are_five_procedures() -> None:
    assert len(FOLDERS) >= 5
