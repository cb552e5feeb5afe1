"""Filing online asks for a level of the electronic identity; less is refused and nothing is lost."""

from dataclasses import replace

import pytest

from motcua.catalogue import queries as catalogue
from motcua.identity.errors import AssuranceNeeded
from motcua.identity.values import Actor, Assurance
from motcua.intake import actions, models, rules
from motcua.intake.tests.conftest import AT, People, send
from motcua.intake.values import Draft, Filing

pytestmark = pytest.mark.django_db


def shown(by: Actor, level: int) -> Actor:
    """Return a person who showed who they are at a level."""
    return replace(by, assurance=Assurance(level, has_second_factor=True, how="vneid"))


@pytest.mark.parametrize("level", [0, 1])
def test_less_than_the_procedure_demands_is_refused_and_the_draft_stays(
    people: People, complete: Draft, level: int
) -> None:
    with pytest.raises(AssuranceNeeded) as refusal:
        send(complete, by=shown(people.person, level))
    assert (refusal.value.level, refusal.value.status) == (2, 403)
    assert models.Draft.objects.get(pk=complete.id).is_open
    assert not models.Filing.objects.exists()


def test_enough_is_enough(people: People, complete: Draft) -> None:
    assert send(complete, by=shown(people.person, 2)).is_new


def test_a_supplement_asks_for_the_same(people: People, filing: Filing) -> None:
    with pytest.raises(AssuranceNeeded):
        actions.supplement(
            filing.id,
            answers={**filing.answers},
            attachment_ids=(),
            by=shown(people.person, 1),
            at=AT,
        )


def test_nobody_is_asked_at_the_counter(people: People, filing: Filing) -> None:
    procedure = catalogue.compiled(filing.version_id)
    rules.check_assurance(procedure, channel="counter", by=shown(people.person, 0))
    with pytest.raises(AssuranceNeeded):
        rules.check_assurance(procedure, channel="online", by=shown(people.person, 0))
