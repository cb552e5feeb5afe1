"""The inputs of a table cut into regions in which no cell changes, and what can be searched in them.

Each column is an axis. The short cells mention the only values at which they can change, so one representative for
each mentioned value, each gap between two, and each end stands for all values. Values with the same cells are merged.
Sets of rules are bits of an integer: bit 0 is the first rule. Columns are taken to be independent of each other: an
example may therefore be one that the form itself does not let through.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from motcua.engines.decisions import cells
from motcua.engines.expressions import model as expressions

MOST_STEPS = 2_000_000  # of the searches for one kind of fault, some seconds; beyond them it gives up and says so

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
_SOME_DAY = date(2000, 1, 1)


class TooManyRegions(Exception):
    """The search would take too long."""


@dataclass(frozen=True, slots=True)
class Region:
    """This will hold one value of a column that stands for others, and the rules whose cell holds there."""

    value: cells.Scalar
    rules: int


@dataclass(frozen=True, slots=True)
class Axis:
    """This will hold the regions of one column."""

    column: str
    regions: tuple[Region, ...]


Example = Mapping[str, cells.Scalar]


def representatives(
    kind: expressions.Kind, limits: expressions.Limits, mentioned: Iterable[cells.Scalar]
) -> tuple[cells.Scalar, ...]:
    """Return values that stand for all a column can have, the simplest first."""
    if kind is expressions.Kind.BOOL:
        return (False, True)
    if limits.values is not None:
        unanswered: tuple[cells.Scalar, ...] = ("", 0) if limits.optional else ()
        allowed = (*limits.values, *unanswered)
        return tuple(dict.fromkeys(value for value in allowed if _is_of(kind, value)))
    if kind is expressions.Kind.TEXT:
        texts = sorted({value for value in mentioned if isinstance(value, str)})
        return (*texts, _another(texts))
    if kind is expressions.Kind.DATE:
        days = {value for value in mentioned if isinstance(value, date)} or {_SOME_DAY}
        return tuple(sorted({near for day in days for near in _days_near(day)}))
    numbers = [value for value in mentioned if isinstance(value, int | float)]
    if kind is expressions.Kind.INT:
        return _whole(limits, {int(number) for number in numbers})
    return _decimal({float(number) for number in numbers})


def merged(axis: Axis) -> Axis:
    """Return the axis with one region for all that hold the same rules."""
    first = {region.rules: region for region in reversed(axis.regions)}
    kept = [region for region in axis.regions if first[region.rules] is region]
    return Axis(axis.column, tuple(kept))


def overlapping(axes: Sequence[Axis], rules: int) -> Iterator[tuple[int, int, Example]]:
    """Yield every pair among `rules` that holds for some input, with that input. Exact for short cells."""
    beside = [_beside(axis) for axis in axes]
    for first in bits(rules):
        together = rules & ~((2 << first) - 1)
        for neighbours in beside:
            together &= neighbours.get(first, 0)
        for second in bits(together):
            both = 1 << first | 1 << second
            yield first, second, {axis.column: _value_where(axis, both) for axis in axes}


class Budget:
    """This will count the steps of the searches for one kind of fault in a table."""

    def __init__(self, steps: int = MOST_STEPS) -> None:
        """Begin with all of them."""
        self._left = steps

    def spend(self, steps: int) -> None:
        """Take some; raises TooManyRegions when none are left."""
        self._left -= steps
        if self._left < 0:
            raise TooManyRegions


def uncovered(axes: Sequence[Axis], rules: int, *, most: int, budget: Budget) -> list[Example]:
    """Return up to `most` inputs for which none of `rules` holds, none like another. Exact.

    Raises TooManyRegions.
    """
    return _leaves(axes, rules, needed=0, most=most, budget=budget)


def alone(axes: Sequence[Axis], rule: int, before: int, *, budget: Budget) -> bool:
    """Return whether the rule holds for some input for which none of the rules `before` does. Exact.

    Raises TooManyRegions.
    """
    needed = 1 << rule
    return bool(_leaves(axes, needed | before, needed=needed, most=1, budget=budget))


def bits(rules: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set, from the lowest."""
    while rules:
        lowest = rules & -rules
        yield lowest.bit_length() - 1
        rules ^= lowest


def _leaves(
    axes: Sequence[Axis], rules: int, *, needed: int, most: int, budget: Budget
) -> list[Example]:
    """Return inputs for which of `rules` those `needed` hold, and no others.

    Walks column by column, keeping the rules still alive. Two ways to the same rules go on alike, so one is followed;
    the way that leaves the fewest rules comes first, which finds an example soon where there is one.
    """
    found: list[Example] = []
    seen: set[tuple[int, int]] = set()
    stack: list[tuple[int, int, tuple[cells.Scalar, ...]]] = [(0, rules, ())]
    while stack and len(found) < most:
        depth, live, values = stack.pop()
        if (
            live == needed == 0
        ):  # no cell can change that, so one value of each further column will do
            values += tuple(axis.regions[0].value for axis in axes[depth:])
            depth = len(axes)
        if depth == len(axes):
            if live == needed:
                found.append({axis.column: value for axis, value in zip(axes, values, strict=True)})
            continue
        budget.spend(len(axes[depth].regions))
        ways = _ways(axes[depth], live, needed)
        if most == 1:
            ways = _fewest(ways, budget)
        for after, value in reversed(ways):
            if after == needed == 0 or (depth + 1, after) not in seen:
                seen.add((depth + 1, after))
                stack.append((depth + 1, after, (*values, value)))
    return found


def _ways(axis: Axis, live: int, needed: int) -> list[tuple[int, cells.Scalar]]:
    """Return the sets of rules that stay alive in the column, each with a value, the smallest first."""
    ways: dict[int, cells.Scalar] = {}
    for region in axis.regions:
        after = live & region.rules
        if after & needed == needed:
            ways.setdefault(after, region.value)
    return sorted(ways.items(), key=lambda way: way[0].bit_count())


def _fewest(ways: list[tuple[int, cells.Scalar]], budget: Budget) -> list[tuple[int, cells.Scalar]]:
    """Return the ways without those that keep all the rules of another: where they lead, it leads too."""
    kept: list[tuple[int, cells.Scalar]] = []
    for after, value in ways:
        budget.spend(1)
        if not any(fewer & after == fewer for fewer, _ in kept):
            kept.append((after, value))
    return kept


def _beside(axis: Axis) -> dict[int, int]:
    """Return for each rule the rules that share a region of the axis with it."""
    found: dict[int, int] = {}
    for region in axis.regions:
        for rule in bits(region.rules):
            found[rule] = found.get(rule, 0) | region.rules
    return found


def _value_where(axis: Axis, rules: int) -> cells.Scalar:
    return next(region.value for region in axis.regions if region.rules & rules == rules)


def _is_of(kind: expressions.Kind, value: object) -> bool:
    if kind is expressions.Kind.TEXT:
        return isinstance(value, str)
    return isinstance(value, int) and not isinstance(value, bool)


def _another(texts: Sequence[str]) -> str:
    other = "another"
    while other in texts:
        other += " one"
    return other


def _days_near(day: date) -> Iterator[date]:
    yield day
    if day > date(1, 1, 2):
        yield day - timedelta(days=1)
    if day < date.max:
        yield day + timedelta(days=1)


def _whole(limits: expressions.Limits, mentioned: set[int]) -> tuple[int, ...]:
    low = _LOWEST if limits.low is None else limits.low
    high = _HIGHEST if limits.high is None else limits.high
    near = {number + step for number in mentioned for step in (-1, 0, 1)}
    near |= {0} | {end for end in (limits.low, limits.high) if end is not None}
    possible = {n for n in near if low <= n <= high} | ({0} if limits.optional else set())
    return tuple(sorted(possible, key=lambda n: (abs(n), n)))


def _decimal(mentioned: set[float]) -> tuple[float, ...]:
    if not mentioned:
        return (0.0,)
    ends = sorted(mentioned)
    between = [(low + high) / 2 for low, high in pairwise(ends)]
    near = {*ends, *between, ends[0] - 1, ends[-1] + 1}
    return tuple(sorted(near, key=lambda n: (abs(n), n)))
