"""The log: written with its change, never changed, read in order without a gap."""

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.transparency import actions, models, queries, rules
from motcua.transparency.values import START, Entry

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of these tests."""

    number: int
    day: date = date(2026, 11, 23)
    names: tuple[str, ...] = ()
    due_at: datetime | None = None


def append(number: int = 1, *, personal: Mapping[str, object] | None = None) -> int:
    with transaction.atomic():
        return actions.append(Happened(number), by="tester", at=AT, subject="X", personal=personal)


def numbers(entries: Iterable[Entry]) -> list[object]:
    return [entry.facts["number"] for entry in entries]


def shown(count: int) -> list[object]:
    """Return the numbers in the log once there are so many.

    A transaction that is open in any database of the server keeps newer entries back, and other tests
    run beside this one.
    """
    until = time.monotonic() + 60
    while len(seen := numbers(queries.after(START))) < count and time.monotonic() < until:
        time.sleep(0.05)
    return seen


@pytest.mark.django_db
def test_an_event_comes_back_as_it_went_in() -> None:
    event = Happened(7, names=("a", "b"), due_at=AT)
    with transaction.atomic():
        entry = queries.get(actions.append(event, by="tester", at=AT))
    assert rules.restore(Happened, entry.facts) == event
    assert entry.kind == "transparency.Happened"


def test_an_event_that_holds_more_than_plain_values_is_no_event() -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        rules.facts(Happened(object()))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="no event"):
        rules.facts("just text")


@pytest.mark.django_db(transaction=True)
def test_an_entry_without_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        actions.append(Happened(1), by="tester", at=AT)
    assert not models.Entry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE transparency_entry SET kind = 'x'", "DELETE FROM transparency_entry"]
)
def test_the_database_refuses_to_change_an_entry(statement: str) -> None:
    append()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.django_db
def test_the_personal_part_can_be_erased_and_the_entry_stays() -> None:
    entry_id = append(personal={"name": "Trần Thị Hạnh"})
    before = queries.get(entry_id)
    assert "Hạnh" not in str(before.facts)
    assert queries.personal_part_is_intact(entry_id) is True
    actions.erase_personal_part(entry_id)
    assert queries.get(entry_id) == before
    assert queries.personal_part_is_intact(entry_id) is None


@pytest.mark.django_db
def test_a_personal_part_that_was_changed_no_longer_matches() -> None:
    entry_id = append(personal={"name": "Trần Thị Hạnh"})
    models.PersonalPart.objects.filter(pk=entry_id).update(content={"name": "Ai đó khác"})
    assert queries.personal_part_is_intact(entry_id) is False


@pytest.mark.django_db(transaction=True)
def test_a_reader_stops_at_the_oldest_open_transaction_and_skips_nothing() -> None:
    started, finish = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                actions.append(Happened(1), by="slow", at=AT)
                started.set()
                finish.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert started.wait(10)
    append(2)  # commits before the older one
    seen_early = numbers(queries.after(START))
    finish.set()
    thread.join()
    assert seen_early == []
    assert shown(2) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_the_relay_hands_on_each_entry_once_and_forgets_nothing_when_a_reaction_fails() -> None:
    for number in (1, 2, 3):
        append(number)
    assert shown(3) == [1, 2, 3]
    got: list[object] = []

    def fail(entry: Entry) -> None:
        raise RuntimeError("the reaction broke")

    def note(entry: Entry) -> None:
        got.append(entry.facts["number"])

    kind = rules.kind(Happened)
    with pytest.raises(RuntimeError, match="broke"):
        actions.relay({kind: [fail]})
    assert actions.relay({kind: [note]}, limit=2) == 2
    assert actions.relay({kind: [note]}) == 1
    assert actions.relay({kind: [note]}) == 0
    assert got == [1, 2, 3]
