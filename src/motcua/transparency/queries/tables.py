"""What an audit asks of a table: does each row say what the entries that name it told.

Rows and entries are read in the order of the key that they share and laid side by side, so that tables of
any size need one reading of each.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import merge
from itertools import groupby
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Collate, Concat

from motcua.transparency import models, queries, rules
from motcua.transparency.values import Entry, Finding


@dataclass(frozen=True, slots=True)
class Story:
    """The entries that name one row, oldest first, with the personal parts that are still there."""

    entries: Sequence[Entry]
    personal: Mapping[int, Mapping[str, Any]]

    def last(self, *events: type) -> Entry | None:
        """Return the newest entry of these events."""
        kinds = {rules.kind(event) for event in events}
        return next((each for each in reversed(self.entries) if each.kind in kinds), None)


UNTOLD = object()  # no entry says it, or the personal part that did is erased
Told = Callable[[Story], object]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What a column may say, where the entries leave more than one value open."""

    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Hashed:
    """What a column says, as the hash that was committed to: the log holds no copy of what is personal."""

    digest: str


def said(fact: str, *events: type) -> Told:
    """Return how a column is told: by a fact of the newest of these events."""

    def told(story: Story) -> object:
        entry = story.last(*events)
        return UNTOLD if entry is None else entry.facts.get(fact, UNTOLD)

    return told


def facts(event: type, **columns: str) -> Mapping[str, Told]:
    """Return how columns are told: each by a fact of one event."""
    return {column: said(fact, event) for column, fact in columns.items()}


def promised(name: str, *events: type) -> Told:
    """Return how a column is told: by the hash in the personal part of the newest of these events."""

    def told(story: Story) -> object:
        entry = story.last(*events)
        digest = story.personal.get(entry.id, {}).get(name) if entry else None
        return Hashed(digest) if digest else UNTOLD

    return told


def at(*events: type) -> Told:
    """Return how a moment is told: that of the newest of these events, or none before any."""

    def told(story: Story) -> object:
        entry = story.last(*events)
        return entry.at if entry else None

    return told


def by(*events: type) -> Told:
    """Return how an actor is told: who did the newest of these events, or nobody before any."""

    def told(story: Story) -> object:
        entry = story.last(*events)
        return entry.by if entry else None

    return told


@dataclass(frozen=True, slots=True)
class Table:
    """Which rows are held against which entries, and how each column is told."""

    name: str  # of a row, in a finding
    rows: Callable[[], QuerySet[Any]]
    begins: tuple[type, ...]  # each row was begun by one of these
    goes_on: tuple[type, ...] = ()  # and may be told of by these
    fact: tuple[str, ...] = ()  # the facts that hold the key: the first that is there
    and_fact: str = ""  # and one that belongs to it, with a space between
    key: str | Combinable = "pk"
    columns: Mapping[str, Told] = field(default_factory=dict)
    # Whether a row that was told of may be gone.
    may_be_gone: Callable[[Story], bool] = lambda story: False


def disagreements(table: Table) -> Iterator[Finding]:
    """Yield where the rows of a table and their entries do not say the same."""
    for key, row, story in _side_by_side(table):
        if row is None:
            if story.last(*table.begins) and not table.may_be_gone(story):
                last = story.entries[-1]
                text = f"{table.name} {key} is told of, and its row is gone"
                yield Finding("row-removed", text, last.id, last.subject)
        elif story.last(*table.begins) is None:
            text = f"{table.name} {key} stands in the table, and no entry tells of it"
            yield Finding("row-without-entry", text, None, key)
        else:
            yield from _differences(table, key, row, story)


def _differences(table: Table, key: str, row: Mapping[str, Any], story: Story) -> Iterator[Finding]:
    for column, told in table.columns.items():
        wanted, held = told(story), row[column]
        if wanted is not UNTOLD and not _is_same(wanted, held):
            last = story.entries[-1]
            name = column.removesuffix("_id")
            text = (
                f"{name} of {table.name} {key}: the log says {_words(wanted)},"
                f" the table says {_words(held)}"
            )
            yield Finding("row-disagrees", text, last.id, last.subject)


def _side_by_side(
    table: Table,
) -> Iterator[tuple[str, Mapping[str, Any] | None, Story]]:
    """Yield each key with its row and its story, of which one may be missing."""
    rows = ((key, row, None) for key, row in _rows(table))
    stories = ((key, None, story) for key, story in _stories(table))
    both = merge(rows, stories, key=lambda each: each[0])
    for key, group in groupby(both, key=lambda each: each[0]):
        found = list(group)
        row = next((each[1] for each in found if each[1] is not None), None)
        story = next((each[2] for each in found if each[2] is not None), Story((), {}))
        yield key, row, story


def _rows(table: Table) -> Iterator[tuple[str, Mapping[str, Any]]]:
    named = table.rows().annotate(told_as=Collate(Cast(table.key, TextField()), "C"))
    for row in named.order_by("told_as").values("told_as", *table.columns).iterator():
        yield row["told_as"], row


def _stories(table: Table) -> Iterator[tuple[str, Story]]:
    kinds = [rules.kind(event) for event in (*table.begins, *table.goes_on)]
    named = [KeyTextTransform(name, "facts") for name in table.fact]
    key: Any = Coalesce(*named) if len(named) > 1 else named[0]
    if table.and_fact:
        other = KeyTextTransform(table.and_fact, "facts")
        key = Concat(key, Value(" "), other, output_field=TextField())
    part = models.PersonalPart.objects.filter(pk=OuterRef("pk")).values("content")
    found = models.Entry.objects.filter(kind__in=kinds).annotate(
        told_as=Collate(Cast(key, TextField()), "C"), part=Subquery(part)
    )
    ordered = (
        found.exclude(told_as=None)
        .exclude(told_as="")
        .order_by("told_as", "transaction", "id")
        .iterator()
    )
    for told_as, group in groupby(ordered, key=lambda each: str(each.told_as)):
        entries = list(group)
        personal = {each.pk: each.part for each in entries if each.part is not None}
        yield told_as, Story([queries.entry(each) for each in entries], personal)


def _is_same(wanted: object, held: object) -> bool:
    """Return whether a fact and a column say the same: facts are plain JSON, columns are not."""
    if isinstance(wanted, Hashed):
        return wanted.digest == rules.digest(held)
    if isinstance(wanted, AnyOf):
        return any(_is_same(each, held) for each in wanted.values)
    if held is None or held == "":
        return wanted in (None, "")
    if isinstance(held, datetime) and isinstance(wanted, str):
        return datetime.fromisoformat(wanted) == held
    if isinstance(held, uuid.UUID):
        return str(held) == wanted
    if isinstance(held, list | tuple) and isinstance(wanted, list | tuple):
        return list(held) == list(wanted)
    return held == wanted


def _words(value: object) -> str:
    if isinstance(value, AnyOf):
        return " or ".join(map(_words, value.values))
    if isinstance(value, Hashed):
        return "another"
    return "nothing" if value is None or value == "" else str(value)


def all_of(*tables: Table) -> Iterator[Finding]:
    """Yield the disagreements of several tables."""
    for table in tables:
        yield from disagreements(table)
