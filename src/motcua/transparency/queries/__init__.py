"""Reads of the log, in its order, up to the oldest transaction that is still open."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from django.db.models import BigIntegerField, F, Func, Q

from motcua.transparency import models, rules
from motcua.transparency.errors import NoSuchEntry
from motcua.transparency.values import START, Cursor, Entry

E = TypeVar("E")
TOGETHER = 500  # rows that are looked at together in checks of the whole


class OldestOpenTransaction(Func):
    """The oldest transaction that may still write; every older one is decided."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = BigIntegerField()
    arity = 0


def after(cursor: Cursor = START, *, limit: int = 500) -> Sequence[Entry]:
    """Return the entries past a cursor in the order of the log.

    None is ever skipped: an entry shows only when no older transaction can still add one before it.
    """
    past = Q(transaction__gt=cursor.transaction) | Q(
        transaction=cursor.transaction, id__gt=cursor.id
    )
    rows = models.Entry.objects.filter(
        past, transaction__gte=cursor.transaction, transaction__lt=OldestOpenTransaction()
    )
    return [entry(row) for row in rows.order_by("transaction", "id")[:limit]]


def history(subject: str, *, limit: int = 500) -> Sequence[Entry]:
    """Return what happened to a subject, oldest first, the present transaction included."""
    rows = models.Entry.objects.filter(subject=subject)
    return [entry(row) for row in rows.order_by(F("transaction"), F("id"))[:limit]]


def get(entry_id: int) -> Entry:
    """Return one entry; raises NoSuchEntry."""
    row = models.Entry.objects.filter(pk=entry_id).first()
    if row is None:
        raise NoSuchEntry()
    return entry(row)


def event(entry_id: int, kind: type[E]) -> E:
    """Return the event that an entry tells of; raises NoSuchEntry when it tells of another kind."""
    found = get(entry_id)
    if found.kind != rules.kind(kind):
        raise NoSuchEntry()
    return rules.restore(kind, found.facts)


def told(subjects: Collection[str], *, kinds: Collection[type]) -> Mapping[str, Sequence[Entry]]:
    """Return the entries of these kinds for several subjects, oldest first, in one query."""
    rows = models.Entry.objects.filter(
        subject__in=subjects, kind__in=[rules.kind(kind) for kind in kinds]
    )
    found: dict[str, list[Entry]] = {}
    for row in rows.order_by("transaction", "id"):
        found.setdefault(row.subject, []).append(entry(row))
    return found


def personal_parts(entry_ids: Collection[int]) -> Mapping[int, Mapping[str, object]]:
    """Return the personal parts of entries that have one and of which it is not erased."""
    rows = models.PersonalPart.objects.filter(pk__in=entry_ids)
    return dict(rows.values_list("pk", "content"))


def of_kind(*kinds: type) -> Iterator[Entry]:
    """Yield every entry of some kinds, for checks of the whole: it reads the table from end to end."""
    wanted = [rules.kind(kind) for kind in kinds]
    rows = models.Entry.objects.filter(kind__in=wanted).order_by("id")
    return (entry(row) for row in rows.iterator(chunk_size=TOGETHER))


def together(rows: Iterable[E], *, size: int = TOGETHER) -> Iterator[Sequence[E]]:
    """Yield rows in lists of a size, so that what belongs to them is read in one query."""
    left = iter(rows)
    while part := list(islice(left, size)):
        yield part


def digest(value: object) -> str:
    """Return the SHA-256 of a value as canonical JSON, by which an event can vouch for it."""
    return rules.digest(value)


def personal_part_is_intact(entry_id: int) -> bool | None:
    """Return whether the personal part still matches its commitment, or None when it was erased."""
    part = models.PersonalPart.objects.select_related("entry").filter(pk=entry_id).first()
    if part is None:
        return None
    made = rules.commitment(part.content, salt=bytes(part.salt))
    return made == bytes(part.entry.commitment)


def cursor(reader: str) -> Cursor:
    """Return how far a reader has come."""
    row = models.Reader.objects.filter(pk=reader).first()
    return Cursor(row.transaction, row.entry) if row else START


def entry(row: models.Entry) -> Entry:
    """Return a row as a value."""
    return Entry(
        id=row.pk,
        transaction=row.transaction,
        kind=row.kind,
        at=row.at,
        by=row.by,
        authority=row.authority,
        subject=row.subject,
        facts=row.facts,
        commitment=bytes(row.commitment).hex(),
    )
