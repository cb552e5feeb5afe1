"""Reads: what a merger would do; who follows whom; who was what, when."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Q

from motcua.identity import models
from motcua.identity import queries as identity
from motcua.identity.errors import NoSuchAuthority, NoSuchMerger, NotAllowed
from motcua.identity.rules import mergers as rules
from motcua.identity.values import Actor, Authority, Thing
from motcua.identity.values import mergers as values
from motcua.kit import clock

MOST_LISTED = 500
WORKING = (models.MergerState.ORDERED, models.MergerState.MOVING, models.MergerState.STOPPED)

# Whoever merges authorities waits for this row, and is waited for: so nothing is filed with one that
# has just ended. A filing takes the weakest lock there is, and filings do not wait for each other.
_ALIVE = """
    SELECT id FROM identity_authority WHERE id = %s AND ends_date IS NULL FOR KEY SHARE
"""


def plan(order: values.Order, *, by: Actor, at: datetime) -> values.Plan:
    """Return what a merger would do, and all that stands in its way; changes nothing.

    Raises NotAllowed for who does not look after all of the authorities.
    """
    rows = {row.code: row for row in _rows(code__in=[*order.codes, order.into])}
    check(rows.values(), by=by)
    return _plan(order, rows, at=at)


def check(rows: Iterable[models.Authority], *, by: Actor) -> None:
    """Refuse who is not an administrator above every authority of a merger; raises NotAllowed."""
    if not identity.may_ever(by, "merge", "authority"):
        raise NotAllowed()
    for row in rows:
        above = frozenset({row.parent_id or row.pk})  # who merges stands above, not beside
        identity.require(by, "merge", Thing("authority", authority_id=row.pk, overseers=above))


def planned(merger: models.Merger, *, at: datetime) -> values.Plan:
    """Return the plan of an ordered merger as things are now; its own authorities are free for it."""
    own = models.Authority.objects.filter(merger=merger)
    codes = tuple(own.order_by("pk").values_list("code", flat=True))
    order = values.Order(
        codes=codes,
        into=merger.into_code,
        from_date=merger.from_date,
        name=merger.name,
        place=merger.place,
        division_code=merger.division_code,
        heads=merger.heads_code,
        makes_units=merger.makes_units,
    )
    rows = {row.code: row for row in _rows(code__in=[*codes, merger.into_code])}
    return _plan(order, rows, at=at, but=merger.pk, today=merger.from_date)


def moved(merger_id: uuid.UUID) -> values.Moved:
    """Return which authorities and units a merger made one; raises NoSuchMerger while it has not begun."""
    row = models.Merger.objects.filter(pk=merger_id, moved_at__isnull=False).first()
    if row is None:
        raise NoSuchMerger()
    into = models.Authority.objects.get(code=row.into_code)
    ended = models.Authority.objects.filter(merger=row)
    units = models.Unit.objects.filter(authority__in=ended, successor__isnull=False)
    return values.Moved(
        merger_id=row.pk,
        into_id=into.pk,
        into_code=into.code,
        authorities=frozenset(ended.values_list("pk", flat=True)),
        units={unit: to for unit, to in units.values_list("pk", "successor_id") if to},
        is_new=bool(row.name),
    )


# ---- who follows whom


def present(authority_id: int) -> Authority:
    """Return an authority, or the one alive that follows it."""
    row = models.Authority.objects.select_related("parent").get(pk=authority_id)
    while row.successor_id is not None:
        row = models.Authority.objects.select_related("parent").get(pk=row.successor_id)
    return identity.authority(row.code)


def hold(authority_id: int) -> int:
    """Return an authority, or the one alive that follows it, which no merger ends before we commit.

    One query, unless it has ended.
    """
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_ALIVE, [authority_id])
            if cursor.fetchone():
                return authority_id
        authority_id = present(authority_id).id


def handed_on(authority_id: int) -> Sequence[tuple[datetime, str]]:
    """Return when an authority was merged, and those after it, each with the name of what follows."""
    found: list[tuple[datetime, str]] = []
    rows = models.Authority.objects.select_related("successor", "merger")
    key: int | None = authority_id
    while key is not None:
        row = rows.get(pk=key)
        key = row.successor_id
        if row.successor is not None and row.merger is not None:
            found.append((row.merger.moved_at or row.merger.ordered_at, row.successor.name))
    return found


def places(*, level: str = "") -> Mapping[str, str]:
    """Return every place that authorities are or were in, with the place of the one that is there now."""
    rows = models.Authority.objects.filter(level=level) if level else models.Authority.objects.all()
    known = {row[0]: row for row in rows.values_list("pk", "place", "successor_id")}
    found = {}
    for _key, place, successor in known.values():
        last = known.get(successor)
        while last and last[2]:
            last = known.get(last[2])
        # A place that still has an authority of its own is not led away from it.
        if last is None or place not in found:
            found[place] = last[1] if last else place
    return found


# ---- who was what, when


def listed(*, reader: Actor) -> Sequence[values.Life]:
    """Return the authorities that a person works in or looks after, the ended ones too, by code."""
    if not identity.may_ever(reader, "read", "authority"):
        raise NotAllowed()
    own = reader.authorities
    rows = models.Authority.objects.filter(Q(pk__in=own) | Q(parent__in=own))
    return [_life(row) for row in rows.select_related("successor").order_by("code")[:MOST_LISTED]]


def line(code: str, *, reader: Actor) -> Sequence[values.Life]:
    """Return an authority with all that it follows and all that follow it, the oldest first.

    Raises NotAllowed, NoSuchAuthority.
    """
    identity.require(reader, "read", Thing("authority"))
    row = models.Authority.objects.filter(code=code).first()
    if row is None:
        raise NoSuchAuthority()
    last = row
    while last.successor_id is not None:
        last = models.Authority.objects.get(pk=last.successor_id)
    every = models.Authority.objects.filter(Q(pk=last.pk) | Q(pk__in=last.followed))
    lives = [_life(each) for each in every.select_related("successor")]
    return sorted(lives, key=lambda each: (each.ends_date or date.max, each.code))


def held_on(code: str, day: date, *, reader: Actor) -> Sequence[values.Held]:
    """Return who held which post in an authority on a day, by unit, by post; one query.

    Raises NotAllowed.
    """
    identity.require(reader, "read", Thing("authority"))
    start = datetime.combine(day, time.min, tzinfo=clock.VIETNAM)
    rows = models.Holding.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=start),
        starts_at__lt=start + timedelta(days=1),
        post__unit__authority__code=code,
    ).select_related("person", "post__unit")
    ordered = rows.order_by("post__unit__name", "-post__is_head", "post__title", "starts_at", "pk")
    return [
        values.Held(
            person_id=row.person_id,
            name=row.person.name,
            title=row.post.title,
            unit_name=row.post.unit.name,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
        )
        for row in ordered[:MOST_LISTED]
    ]


def _life(row: models.Authority) -> values.Life:
    return values.Life(
        id=row.pk,
        code=row.code,
        name=row.name,
        level=row.level,
        place=row.place,
        starts_date=row.starts_date,
        ends_date=row.ends_date,
        successor=row.successor.code if row.successor else "",
    )


# ---- the plan


def _rows(**wanted: object) -> Sequence[models.Authority]:
    rows = models.Authority.objects.filter(**wanted).select_related("successor", "merger")
    return list(rows.order_by("pk"))


def _plan(
    order: values.Order,
    rows: Mapping[str, models.Authority],
    *,
    at: datetime,
    but: uuid.UUID | None = None,
    today: date | None = None,
) -> values.Plan:
    codes = [code for code in rows if code in order.codes]  # by key, whichever way they were named
    units = _units([row.pk for row in rows.values()], at=at)
    busy = {*models.Merger.objects.filter(state__in=WORKING).values_list("into_code", flat=True)}
    if but is not None:
        busy -= {order.into}
    changes = _changes(rows.values())
    offices = {
        code: _office(row, units.get(row.pk, ()), busy=busy, but=but, changed=changes.get(row.pk))
        for code, row in rows.items()
    }
    found = rules.plan(
        order,
        [offices[code] for code in codes],
        offices.get(order.into),
        today=today or clock.local(at).date(),
    )
    ended = [rows[code].pk for code in codes]
    lent = models.Delegation.objects.filter(
        revoked_at=None, ends_at__gt=at, post__unit__authority__in=ended
    )
    under = models.Authority.objects.filter(parent__in=ended, ends_date=None)
    return values.Plan(
        order=found.order,
        into=found.into,
        ended=found.ended,
        units=found.units,
        holders=found.holders,
        delegations=len(lent[:MOST_LISTED]),
        children=len(under[:MOST_LISTED]),
        faults=found.faults,
    )


def _changes(rows: Iterable[models.Authority]) -> Mapping[int, date]:
    """Return the last day on which a merger changed each authority."""
    keys = [row.pk for row in rows]
    days: dict[int, date] = {}
    became = models.Authority.objects.filter(successor__in=keys)
    made = models.Unit.objects.filter(authority__in=keys, starts_date__isnull=False)
    for key, day in (
        *became.values_list("successor_id", "ends_date"),
        *made.values_list("authority_id", "starts_date"),
    ):
        if key is not None and day is not None:
            days[key] = max(day, days.get(key, day))
    return days


def _office(
    row: models.Authority,
    units: tuple[values.OfficeUnit, ...],
    *,
    busy: set[str],
    but: uuid.UUID | None,
    changed: date | None,
) -> values.Office:
    has_merger = row.merger is not None and row.merger.state in WORKING and row.merger_id != but
    return values.Office(
        id=row.pk,
        code=row.code,
        name=row.name,
        level=row.level,
        parent_id=row.parent_id,
        ends_date=row.ends_date,
        successor=row.successor.name if row.successor else "",
        is_merging=has_merger or row.code in busy,
        starts_date=row.starts_date,
        since=max(filter(None, (row.starts_date, changed)), default=None),
        units=units,
    )


def _units(
    authorities: Sequence[int], *, at: datetime
) -> Mapping[int, tuple[values.OfficeUnit, ...]]:
    """Return the living units of authorities with their posts and holders, in three queries."""
    held: dict[int, list[values.Holder]] = {}
    holdings = models.Holding.objects.select_related("person").filter(
        Q(ends_at=None) | Q(ends_at__gt=at), post__unit__authority__in=authorities
    )
    for row in holdings.order_by("pk"):
        holder = values.Holder(row.pk, row.person_id, row.person.name)
        held.setdefault(row.post_id, []).append(holder)
    posts: dict[int, list[values.OfficePost]] = {}
    for post in models.Post.objects.filter(unit__authority__in=authorities).order_by("pk"):
        posts.setdefault(post.unit_id, []).append(
            values.OfficePost(
                id=post.pk,
                title=post.title,
                roles=frozenset(post.roles),
                is_head=post.is_head,
                signing_mode=post.signing_mode,
                holders=tuple(held.get(post.pk, ())),
            )
        )
    units: dict[int, tuple[values.OfficeUnit, ...]] = {}
    for unit in models.Unit.objects.filter(authority__in=authorities, ends_date=None).order_by(
        "pk"
    ):
        value = values.OfficeUnit(unit.pk, unit.kind, unit.name, tuple(posts.get(unit.pk, ())))
        units[unit.authority_id] = (*units.get(unit.authority_id, ()), value)
    return units
