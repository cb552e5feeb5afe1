"""Taking a decision from a table: which rules hold, and what they answer."""

from collections.abc import Iterable, Mapping
from datetime import date

from motcua.engines.decisions import cells
from motcua.engines.decisions.errors import NoRule, SeveralRules, TooLarge
from motcua.engines.decisions.model import Aggregate, Decision, Hit, Rule, RuleHit, Table
from motcua.engines.expressions import model as expressions

Values = Mapping[str, expressions.Value]


def decide(
    table: Table,
    values: Mapping[str, object],
    *,
    working_days: expressions.WorkingDays | None = None,
) -> Decision:
    """Return the table's answer for the values of the procedure's scope, with the rules that gave it.

    When no rule holds: the default; without one, an empty list, a sum or count of 0, and otherwise NoRule. Raises
    SeveralRules when two rules of a unique table hold, TooLarge when a sum leaves 64 bits, and
    expressions.EvaluationFailed.
    """
    inputs = {
        column.name: column.expression.evaluate(values, working_days=working_days)
        for column in table.columns
    }
    held = holding(table, inputs, working_days=working_days)
    if table.hit is Hit.UNIQUE and len(held) > 1:
        raise SeveralRules(table.name, inputs, tuple(rule.number for rule in held))
    outputs = _outputs(table, held, inputs, working_days)
    return Decision(
        table=table.name,
        inputs=inputs,
        outputs=outputs,
        rules=tuple(RuleHit(rule.number, rule.line, rule.note) for rule in held),
    )


def holding(
    table: Table, inputs: Values, *, working_days: expressions.WorkingDays | None = None
) -> tuple[Rule, ...]:
    """Return the rules that hold for the values of the columns; under `first` the first of them only."""
    found = []
    for rule in table.rules:
        if all(_holds(cell, name, inputs, working_days) for name, cell in rule.cells.items()):
            found.append(rule)
            if table.hit is Hit.FIRST:
                break
    return tuple(found)


def _holds(
    cell: cells.Cell, column: str, inputs: Values, working_days: expressions.WorkingDays | None
) -> bool:
    if isinstance(cell, cells.Full):
        return cell.expression.evaluate(inputs, working_days=working_days) is True
    value = inputs[column]
    if isinstance(value, list):
        raise TypeError(f"the column '{column}' holds a list")
    return cell.holds(value)


def _outputs(
    table: Table,
    held: tuple[Rule, ...],
    inputs: Values,
    working_days: expressions.WorkingDays | None,
) -> dict[str, expressions.Value]:
    if table.aggregate is Aggregate.COUNT:
        return {table.outputs[0].name: len(held)}

    def answers(
        rows: Iterable[Mapping[str, expressions.Expression]], name: str
    ) -> list[expressions.Value]:
        return [row[name].evaluate(inputs, working_days=working_days) for row in rows]

    rows = [rule.outputs for rule in held]
    if not rows and table.default is not None:
        rows = [table.default]
    if not rows and table.aggregate not in {Aggregate.LIST, Aggregate.SUM}:
        raise NoRule(table.name, inputs)
    return {
        output.name: _together(table, output.kind, answers(rows, output.name), inputs)
        for output in table.outputs
    }


def _together(
    table: Table, kind: expressions.Kind, answers: list[expressions.Value], inputs: Values
) -> expressions.Value:
    if table.aggregate is Aggregate.LIST:
        return answers
    if table.aggregate is None:
        return answers[0]
    if table.aggregate is Aggregate.SUM:
        return _sum(table, kind, answers, inputs)
    ordered = [answer for answer in answers if isinstance(answer, int | float | date)]
    # The parser lets only one ordered kind through, so the answers compare with each other.
    smallest = table.aggregate is Aggregate.MIN
    return min(ordered, key=_order) if smallest else max(ordered, key=_order)


def _order(answer: float | date) -> float:
    return answer.toordinal() if isinstance(answer, date) else answer


def _sum(
    table: Table, kind: expressions.Kind, answers: list[expressions.Value], inputs: Values
) -> expressions.Value:
    total = sum(answer for answer in answers if isinstance(answer, int | float))
    if kind is expressions.Kind.NUMBER:
        return float(total)
    if not -(2**63) <= total < 2**63:
        raise TooLarge(table.name, inputs)
    return total
