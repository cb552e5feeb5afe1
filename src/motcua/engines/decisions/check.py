"""What is wrong with a table that parses: inputs it answers twice or not at all, and rules that never hold.

For tables of short cells the search is exact. Where a cell is a full expression the table is tried on a sample of
inputs, drawn from the values that its cells mention, and each fault found so says so; what is then reported is a real
input all the same, only others may be missed.
"""

import functools
import operator
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from motcua.engines.decisions import cells, regions
from motcua.engines.decisions.model import Aggregate, Column, Hit, Rule, Table
from motcua.engines.expressions import model as expressions

MOST_EXAMPLES = 5  # of inputs that no rule covers
MOST_OVERLAPS = 50
MOST_SAMPLES = 20_000
MOST_EVALUATIONS = 40_000  # of full cells, over all samples

_BY_SAMPLE = (
    " (found by a sample of inputs, because a cell is a full expression; there may be more)"
)
_LITERAL = re.compile(r'"([^"\\]*)"|\'([^\'\\]*)\'|(?<![\w.])(\d+(?:\.\d+)?)')
_GOLDEN = 0.618033988749895  # spreads samples evenly over a long row


def check(
    table: Table, domains: Mapping[str, expressions.Limits] | None = None
) -> tuple[expressions.Fault, ...]:
    """Return every fault of the table, each with an example where there is one.

    `domains` gives the values that the form lets through, by the dotted path of the field (as `limits_from_schema`
    returns them) or by the name of a column; what the table itself says of a column comes first.
    """
    search = _Search.of(table, domains or {})
    faults: list[expressions.Fault] = []
    if table.hit is Hit.UNIQUE:
        faults += _overlaps(table, search)
    if table.default is None and table.aggregate in {None, Aggregate.MIN, Aggregate.MAX}:
        faults += _uncovered(table, search, regions.Budget(regions.MOST_STEPS))
    faults += _never(table, search, regions.Budget(regions.MOST_STEPS))
    faults += search.failures
    return expressions.in_order(faults)


@dataclass(frozen=True, slots=True)
class _Sample:
    """An input that was tried, and the rules that held for it."""

    example: regions.Example
    held: int
    short: tuple[
        int, ...
    ]  # by column, the rules whose short cell holds: inputs alike in this are told once


@dataclass(frozen=True, slots=True)
class _Search:
    """The regions of a table by its short cells alone, and what its full cells gave on a sample."""

    axes: tuple[regions.Axis, ...]  # a full cell counts as always true here
    full: int  # rules with a full cell
    samples: tuple[_Sample, ...]
    failures: tuple[expressions.Fault, ...]

    @classmethod
    def of(cls, table: Table, domains: Mapping[str, expressions.Limits]) -> "_Search":
        """Cut the columns into regions, and try a sample when a cell is a full expression."""
        axes = [_axis(table, column, _domain(column, domains)) for column in table.columns]
        full = sum(1 << index for index, rule in enumerate(table.rules) if _full_cells(rule))
        read = {
            name
            for rule in table.rules
            for cell in _full_cells(rule)
            for name in cell.expression.names
        }
        short = tuple(regions.merged(axis) for axis in axes)
        if not full:
            return cls(short, 0, (), ())
        tried = [axis if axis.column in read else regions.merged(axis) for axis in axes]
        failures: list[expressions.Fault] = []
        samples = tuple(_samples(table, tried, failures))
        return cls(short, full, samples, expressions.in_order(failures))


def _full_cells(rule: Rule) -> list[cells.Full]:
    return [cell for cell in rule.cells.values() if isinstance(cell, cells.Full)]


def _domain(column: Column, domains: Mapping[str, expressions.Limits]) -> expressions.Limits:
    if column.limits != expressions.Limits():
        return column.limits
    found = domains.get(column.name) or domains.get(column.expression.source.strip())
    return found or expressions.Limits()


def _axis(table: Table, column: Column, limits: expressions.Limits) -> regions.Axis:
    mentioned: list[cells.Scalar] = []
    for rule in table.rules:
        cell = rule.cells.get(column.name)
        if isinstance(cell, cells.Simple):
            mentioned += cell.mentioned
        for full in _full_cells(rule):
            if column.name in full.expression.names:
                mentioned += _literals(full.source, column.kind)
    values = regions.representatives(column.kind, limits, mentioned)
    return regions.Axis(
        column.name,
        tuple(regions.Region(value, _holding(table, column.name, value)) for value in values),
    )


def _holding(table: Table, column: str, value: cells.Scalar) -> int:
    found = 0
    for index, rule in enumerate(table.rules):
        cell = rule.cells.get(column)
        if not isinstance(cell, cells.Simple) or cell.holds(value):
            found |= 1 << index
    return found


def _literals(source: str, kind: expressions.Kind) -> Iterator[cells.Scalar]:
    """Yield the values that a full expression mentions, of one kind."""
    for match in _LITERAL.finditer(source):
        text = match[1] if match[1] is not None else match[2]
        if kind is expressions.Kind.TEXT and text is not None:
            yield text
        elif kind is expressions.Kind.DATE and text is not None:
            try:
                yield date.fromisoformat(text)
            except ValueError:
                continue
        elif kind in {expressions.Kind.INT, expressions.Kind.NUMBER} and match[3] is not None:
            number = float(match[3])
            yield from (number, -number)


def _samples(
    table: Table, axes: Sequence[regions.Axis], failures: list[expressions.Fault]
) -> Iterator[_Sample]:
    cells_to_try = sum(len(_full_cells(rule)) for rule in table.rules)
    total = 1
    for axis in axes:
        total *= len(axis.regions)
    most = min(MOST_SAMPLES, max(500, MOST_EVALUATIONS // cells_to_try))
    failed: set[int] = set()
    for position in _positions(total, most):
        example: dict[str, cells.Scalar] = {}
        short: list[int] = []
        for axis in axes:
            position, choice = divmod(position, len(axis.regions))
            region = axis.regions[choice]
            example[axis.column] = region.value
            short.append(region.rules)
        held = functools.reduce(operator.and_, short)
        for index in regions.bits(held):
            if not _full_holds(table, index, example, failed, failures):
                held &= ~(1 << index)
        yield _Sample(example, held, tuple(short))


def _positions(total: int, most: int) -> Iterator[int]:
    if total <= most:
        yield from range(total)
        return
    step = int(total * _GOLDEN)
    for turn in range(most):
        yield turn * step % total


def _full_holds(
    table: Table,
    index: int,
    example: regions.Example,
    failed: set[int],
    failures: list[expressions.Fault],
) -> bool:
    rule = table.rules[index]
    try:
        return all(
            # Any count of days serves to try a cell; the office's own is known only when a case is worked.
            cell.expression.evaluate(example, working_days=lambda start, end: (end - start).days)
            for cell in _full_cells(rule)
        )
    except expressions.EvaluationFailed as error:
        if index not in failed:
            failed.add(index)
            message = (
                f"a cell of rule {rule.number} fails, as with {_shown(example)}: {error.reason}"
            )
            failures.append(_fault(table, "cell-fails", message, rule.line))
        return False


def _never(table: Table, search: _Search, budget: regions.Budget) -> Iterator[expressions.Fault]:
    """Yield the rules that hold for no input, or under `first` only where one before them does.

    A full cell is taken for true in the rule asked about, and the rules before it that have one are left out, so what
    is reported is certain.
    """
    for index, rule in enumerate(table.rules):
        empty = [
            axis.column
            for axis in search.axes
            if not any(region.rules >> index & 1 for region in axis.regions)
        ]
        if empty:
            message = f"rule {rule.number} never holds: its cell for {', '.join(empty)} fits no possible value"
            yield _fault(table, "dead-rule", message, rule.line)
            continue
        before = ((1 << index) - 1) & ~search.full if table.hit is Hit.FIRST else 0
        try:
            reached = not before or regions.alone(search.axes, index, before, budget=budget)
        except regions.TooManyRegions:
            yield _gave_up(table, rule.line, f"whether the rules from {rule.number} on are reached")
            return
        if not reached:
            message = f"rule {rule.number} is never reached: rules before it take all its inputs; move or remove it"
            yield _fault(table, "unreachable-rule", message, rule.line)


def _overlaps(table: Table, search: _Search) -> Iterator[expressions.Fault]:
    short = ((1 << len(table.rules)) - 1) & ~search.full
    pairs = [(*found, "") for found in regions.overlapping(search.axes, short)]
    known: set[tuple[int, int]] = set()
    for sample in search.samples:
        for first in regions.bits(sample.held):
            for second in regions.bits(sample.held & ~((2 << first) - 1)):
                exact = not (search.full >> first & 1 or search.full >> second & 1)
                if not exact and (first, second) not in known:
                    known.add((first, second))
                    pairs.append((first, second, sample.example, _BY_SAMPLE))
    for first, second, example, how in pairs[:MOST_OVERLAPS]:
        one, other = table.rules[first], table.rules[second]
        message = (
            f"rules {one.number} and {other.number} both hold with {_shown(example)}: "
            f"narrow one of them{how}"
        )
        yield _fault(table, "overlap", message, other.line)
    if len(pairs) > MOST_OVERLAPS:
        message = f"{len(pairs) - MOST_OVERLAPS} more pairs of rules overlap"
        yield _fault(table, "overlap", message, table.columns[0].line)


def _uncovered(
    table: Table, search: _Search, budget: regions.Budget
) -> Iterator[expressions.Fault]:
    how = _BY_SAMPLE if search.full else ""
    if search.full:
        bare = {
            sample.short: sample.example for sample in reversed(search.samples) if not sample.held
        }
        found = list(reversed(bare.values()))[:MOST_EXAMPLES]
    else:
        try:
            everything = (1 << len(table.rules)) - 1
            found = regions.uncovered(search.axes, everything, most=MOST_EXAMPLES, budget=budget)
        except regions.TooManyRegions:
            yield _gave_up(table, table.columns[0].line, "whether every input has a rule")
            return
    for example in found:
        message = f"no rule covers {_shown(example)}: add a rule or a default{how}"
        yield _fault(table, "uncovered", message, table.columns[0].line)


def _gave_up(table: Table, line: int, what: str) -> expressions.Fault:
    message = f"the table is too large to find out {what}: split it, or use fewer different values"
    return _fault(table, "not-checked", message, line)


def _fault(table: Table, code: str, message: str, line: int) -> expressions.Fault:
    return expressions.Fault(code, message, table.name, line, 1)


def _shown(example: regions.Example) -> str:
    shown = ", ".join(f"{name} = {_literal(value)}" for name, value in example.items())
    return f'{shown} ("" is no answer)' if "" in example.values() else shown


def _literal(value: cells.Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
