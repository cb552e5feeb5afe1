"""Pure rules of mergers: what one would do, and what stands in its way."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from motcua.identity.values import mergers as values

BACK = timedelta(days=31)  # a decision may come late, but what was signed meanwhile stays as it was
AHEAD = timedelta(days=366)
MOST = 20  # authorities of one merger
CODE = re.compile(r"[A-Z][0-9]{2}(\.[0-9A-Z]+)*", re.ASCII)
LONGEST_CODE = 35
LEADER = "leader"  # the role of those who sign decisions


def plan(
    order: values.Order,
    ended: Sequence[values.Office],
    into: values.Office | None,
    *,
    today: date,
) -> values.Plan:
    """Return what a merger would do to units and holders, with everything that stands in its way.

    `ended`: those of the codes of the order that are known; `into`: the successor, if it is there.
    """
    units = tuple(_units(order, ended, into))
    return values.Plan(
        order=order,
        into=into,
        ended=tuple(ended),
        units=units,
        holders=tuple(_holders(order, ended, into, units)),
        faults=tuple(_faults(order, ended, into, units, today=today)),
    )


def _units(
    order: values.Order, ended: Sequence[values.Office], into: values.Office | None
) -> Iterator[values.UnitMove]:
    """Yield where each unit's work goes: to the unit of its kind, that is there or is made."""
    there = {unit.kind: unit for unit in into.units} if into else {}
    for office in ended:
        for unit in office.units:
            found = there.get(unit.kind)
            is_made = found is None and (into is None or order.makes_units)
            yield values.UnitMove(unit, office.code, found, is_made)


def _holders(
    order: values.Order,
    ended: Sequence[values.Office],
    into: values.Office | None,
    units: Sequence[values.UnitMove],
) -> Iterator[values.HolderMove]:
    """Yield who goes on and who does not.

    Those who head or lead do not: the successor has its own, or those of the authority that the order
    names. Nobody gets roles by a merger that their post did not give them.
    """
    there = {
        (unit.kind, post.title): post.roles
        for unit in (into.units if into else ())
        for post in unit.posts
    }
    for move in units:
        heads_go_on = into is None and move.authority == order.heads
        for post in move.unit.posts:
            leads = post.is_head or LEADER in post.roles
            stays, key = "heads" if leads and not heads_go_on else "", (move.unit.kind, post.title)
            if into is None or (post.holders and not stays):
                there.setdefault(key, post.roles)  # the merger makes it
            if not stays and there.get(key) != post.roles:
                stays = "roles"
            for holder in post.holders:
                yield values.HolderMove(holder, post, move.unit.kind, move.authority, stays)


def _faults(
    order: values.Order,
    ended: Sequence[values.Office],
    into: values.Office | None,
    units: Sequence[values.UnitMove],
    *,
    today: date,
) -> Iterator[values.Fault]:
    yield from _wrong_codes(order, ended)
    yield from _wrong_days(order, ended, into, today)
    yield from _wrong_offices(ended, into)
    yield from _wrong_successor(order, ended, into)
    lacking = sorted({move.unit.name for move in units if not move.to and not move.is_made})
    if lacking:
        yield values.Fault("units", {"units": ", ".join(lacking)})


def _wrong_codes(order: values.Order, ended: Sequence[values.Office]) -> Iterator[values.Fault]:
    if not order.codes:
        yield values.Fault("nothing")
    if len(order.codes) > MOST:
        yield values.Fault("too-many", {"most": MOST})
    if order.into in order.codes:
        yield values.Fault("itself")
    unknown = sorted(set(order.codes) - {office.code for office in ended})
    if unknown:
        yield values.Fault("unknown", {"codes": ", ".join(unknown)})


def _wrong_days(
    order: values.Order,
    ended: Sequence[values.Office],
    into: values.Office | None,
    today: date,
) -> Iterator[values.Fault]:
    if order.from_date < today - BACK:
        yield values.Fault("past", {"days": BACK.days})
    if order.from_date > today + AHEAD:
        yield values.Fault("far", {"days": AHEAD.days})
    for office in ended:
        if office.ends_date is None and office.since and order.from_date <= office.since:
            yield values.Fault("since", {"name": office.name, "day": f"{office.since:%d/%m/%Y}"})
    if into and into.starts_date and order.from_date < into.starts_date:
        yield values.Fault("since", {"name": into.name, "day": f"{into.starts_date:%d/%m/%Y}"})


def _wrong_offices(
    ended: Sequence[values.Office], into: values.Office | None
) -> Iterator[values.Fault]:
    everyone = [*ended, into] if into else [*ended]
    for office in everyone:
        if office.ends_date is not None:
            said = {"name": office.name, "successor": office.successor, "day": office.ends_date}
            yield values.Fault("ended", {**said, "day": f"{office.ends_date:%d/%m/%Y}"})
        elif office.is_merging:
            yield values.Fault("merging", {"name": office.name})
    if len({office.level for office in everyone}) > 1:
        yield values.Fault("level")
    if len({office.parent_id for office in everyone}) > 1:
        yield values.Fault("parent")


def _wrong_successor(
    order: values.Order, ended: Sequence[values.Office], into: values.Office | None
) -> Iterator[values.Fault]:
    """Yield what is wrong with a successor that is to be made, or with the one that is there."""
    if into is not None:
        if order.name or order.place:
            yield values.Fault("there", {"name": into.name})
        return
    if not CODE.fullmatch(order.into) or len(order.into) > LONGEST_CODE:
        yield values.Fault("code")
    if not order.name or not order.place:
        yield values.Fault("name", {"code": order.into})
    if order.heads not in {office.code for office in ended}:
        yield values.Fault("heads")
