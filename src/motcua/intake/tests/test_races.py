"""Two at once: one wins, the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from motcua.intake import actions, errors, models, queries
from motcua.intake.tests.conftest import ANSWERS, AT, KEY, LATER, People, add, begin
from motcua.intake.values import Draft, Filing, Ready, Saved
from motcua.kit.errors import Refused

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")


def at_once(*deeds: Callable[[], T]) -> list[T | Refused]:
    """Do deeds on threads of their own, all let go at one moment."""
    barrier = Barrier(len(deeds))

    def do(deed: Callable[[], T]) -> T | Refused:
        barrier.wait(timeout=10)
        try:
            return deed()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def submit(ready: Ready, people: People) -> Callable[[], Filing]:
    return lambda: actions.submit(ready, by=people.person, at=LATER)


def test_of_saves_that_race_one_wins(people: People, draft: Draft) -> None:
    def save(text: str) -> Callable[[], Saved]:
        return lambda: actions.save(
            draft.id,
            answers={"name": text},
            by=people.person,
            at=LATER,
            expected_updated_at=draft.updated_at,
        )

    results = at_once(*(save(f"number {number}") for number in range(4)))
    won = [result for result in results if isinstance(result, Saved)]
    told = [result for result in results if isinstance(result, errors.DraftChanged)]
    assert (len(won), len(told)) == (1, 3)
    assert queries.own_draft(draft.id, of=people.person).answers == won[0].draft.answers


def test_one_key_sent_at_once_gives_one_filing(people: People, complete: Draft) -> None:
    ready = actions.prepare(complete.id, idempotency_key=KEY, by=people.person, at=LATER)
    results = at_once(*[submit(ready, people)] * 4)
    filings = [result for result in results if isinstance(result, Filing)]
    assert len(filings) == 4
    assert len({filing.id for filing in filings}) == 1
    assert sum(filing.is_new for filing in filings) == 1
    assert models.Filing.objects.count() == 1


def test_two_keys_sent_at_once_give_one_filing(people: People, complete: Draft) -> None:
    ready = [
        actions.prepare(complete.id, idempotency_key=f"{KEY}-{n}", by=people.person, at=LATER)
        for n in range(3)
    ]
    results = at_once(*(submit(each, people) for each in ready))
    filings = [result for result in results if isinstance(result, Filing)]
    told = [result for result in results if isinstance(result, errors.DraftSent)]
    assert (len(filings), len(told)) == (1, 2)


def test_one_key_for_two_drafts_at_once_sends_one(people: People, complete: Draft) -> None:
    other = begin(people.person)
    add(other, by=people.person)
    actions.save(other.id, answers=ANSWERS, by=people.person, at=AT)
    ready = [
        actions.prepare(draft.id, idempotency_key=KEY, by=people.person, at=LATER)
        for draft in (complete, other)
    ]
    results = at_once(*(submit(each, people) for each in ready))
    filings = [result for result in results if isinstance(result, Filing)]
    told = [result for result in results if isinstance(result, errors.KeyUsed)]
    assert (len(filings), len(told)) == (1, 1)
    assert models.Draft.objects.filter(is_open=True).count() == 1
