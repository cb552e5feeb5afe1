"""A situation is stored as small JSON and comes back as it was; what does not read is refused."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.engines.procedure import encoding, step
from motcua.engines.procedure.errors import BrokenSituation, Refusal
from motcua.engines.procedure.situation import (
    Completed,
    Happening,
    MessageReceived,
    Situation,
    StatusChanged,
    TimerFired,
)
from motcua.engines.procedure.status import RULES, Status
from motcua.engines.procedure.tests import sample
from motcua.engines.procedure.tests.sample import OFFICE, Case, at

LARGEST = 6_000  # bytes of JSON for the sample with three agencies consulted


def choices(situation: Situation) -> list[Happening]:
    found: list[Happening] = [TimerFired(each.token) for each in situation.timers]
    found += [MessageReceived(each.message) for each in situation.waits]
    for task in situation.tasks:
        offers = step.offers(situation, task.token)
        found += [Completed(task.token, each.outcome) for each in offers]
    return found


def walk(data: st.DataObject, case: Case, *, most: int = 25) -> list[Situation]:
    """Move a case at random, by what is open; return every situation on the way."""
    seen = [case.situation]
    for _ in range(most):
        open_now = choices(case.situation)
        if not open_now:
            break
        happening = data.draw(st.sampled_from(open_now))
        hours = data.draw(st.integers(min_value=0, max_value=100))
        moment = case.situation.at + timedelta(hours=hours)
        if isinstance(happening, TimerFired):
            due = [each.at for each in case.situation.timers if each.token == happening.token]
            moment = max(moment, *due)
        try:
            case.take(happening, moment)
        except Refusal as error:
            assert error.code == "not-lawful"
        seen.append(case.situation)
    return seen


FILINGS = st.builds(
    sample.filing,
    copies=st.integers(min_value=0, max_value=9),
    asked=st.lists(st.sampled_from(["tax", "police", "fire"]), unique=True, max_size=3),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), sent=FILINGS)
def test_every_situation_comes_back_as_it_was(data: st.DataObject, sent: object) -> None:
    for situation in walk(data, Case(sent)):  # type: ignore[arg-type]
        text = json.dumps(encoding.encode(situation), ensure_ascii=False)
        assert len(text.encode()) < LARGEST
        assert encoding.decode(json.loads(text)) == situation


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), sent=FILINGS)
def test_whatever_happens_the_status_moves_by_the_table(data: st.DataObject, sent: object) -> None:
    allowed = {(before, rule.after) for rule in RULES for before in rule.before}
    allowed |= {(Status.SUPPLEMENT, Status.NEW), (Status.ACCEPTED, Status.PROCESSING)}
    case = Case(sent)  # type: ignore[arg-type]
    begun = case.situation
    for _ in range(12):
        open_now = choices(case.situation)
        if not open_now:
            break
        happening = data.draw(st.sampled_from(open_now))
        due = [each.at for each in case.situation.timers]
        try:
            case.take(happening, max([case.situation.at, *due]))
        except Refusal:
            continue
        for effect in case.effects(StatusChanged):
            assert isinstance(effect, StatusChanged)
            assert (effect.old, effect.new) in allowed
    assert not case.situation.is_over or case.situation.status.is_final
    assert case.situation.supplements >= begun.supplements


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), sent=FILINGS)
def test_the_tasks_that_are_told_are_the_tasks_that_are_open(
    data: st.DataObject, sent: object
) -> None:
    for situation in walk(data, Case(sent)):  # type: ignore[arg-type]
        tokens = {each.id for each in situation.state.tokens}
        waiting = [each.token for each in situation.tasks]
        waiting += [each.token for each in situation.timers]
        waiting += [each.token for each in situation.waits]
        assert set(waiting) <= tokens
        assert len(set(waiting)) == len(waiting)
        if situation.is_over:
            assert not waiting


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"version": 2},
        {"version": 1},
        {"status": 99},
        {"at": "2026-11-25T09:00:00"},
        {"at": None},
        {"flow": "not a state"},
        {"tasks": 5},
        {"tasks": [{}]},
        {"clock": {"period": {"unit": "moons"}, "received_at": "x", "pauses": []}},
        {"timers": [[1, 2]]},
        {"outcomes": []},
    ],
)
def test_what_is_no_situation_is_refused(broken: dict[str, object]) -> None:
    case = Case()
    case.do("receive", "accept", at(25, 9))
    whole = encoding.encode(case.situation)
    data = {**whole, **broken} if broken and "version" not in broken else broken
    with pytest.raises(BrokenSituation):
        encoding.decode(data)


def test_a_case_goes_on_after_it_was_stored() -> None:
    case = Case()
    case.do("receive", "accept", at(25, 9))
    stored = json.loads(json.dumps(encoding.encode(case.situation)))
    again = encoding.decode(stored)
    done = Completed(case.task("appraise").token, "approve")
    one = step.advance(
        case.procedure, case.situation, done, case.filing, calendar=OFFICE, at=at(25, 10)
    )
    other = step.advance(case.procedure, again, done, case.filing, calendar=OFFICE, at=at(25, 10))
    assert one == other
