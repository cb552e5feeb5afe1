"""A decision table as a value. How one is written stands in `parse.py`, what its cells mean in `cells.py`."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from motcua.engines.decisions import cells
from motcua.engines.expressions import model as expressions


class Hit(enum.Enum):
    """This will say how many rules may hold for one input. Source: DMN 1.5, section 8.2.8."""

    UNIQUE = "unique"  # at most one rule holds
    FIRST = "first"  # the first that holds, in the order of the table
    COLLECT = "collect"  # all that hold, put together by the aggregate


class Aggregate(enum.Enum):
    """This will say how `collect` puts the outputs of all rules that hold together."""

    SUM = "sum"
    MIN = "min"
    MAX = "max"
    COUNT = "count"  # how many rules hold; the rules give no outputs
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Column:
    """This will hold an input: an expression in the procedure's scope, and the values the table answers for."""

    name: str
    expression: expressions.Expression
    limits: expressions.Limits
    line: int

    @property
    def kind(self) -> expressions.Kind:
        """Return the kind of its values; a column of any other type does not parse."""
        if not isinstance(self.expression.type, expressions.Kind):
            raise TypeError(f"the column '{self.name}' does not hold single values")
        return self.expression.type


@dataclass(frozen=True, slots=True)
class Output:
    """This will hold what a table answers: a name, its kind, and the unit for people ("đồng", "ngày làm việc")."""

    name: str
    kind: expressions.Kind
    unit: str


@dataclass(frozen=True, slots=True)
class Rule:
    """This will hold a row: cells by column, outputs by name, and the provision it rests on.

    A column without a cell takes any value. `number` counts from 1, as people do.
    """

    number: int
    cells: Mapping[str, cells.Cell]
    outputs: Mapping[str, expressions.Expression]
    note: str
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """This will hold a checked reading of one table."""

    name: str
    hit: Hit
    aggregate: Aggregate | None
    columns: tuple[Column, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    default: Mapping[str, expressions.Expression] | None
    note: str = ""

    @property
    def names(self) -> frozenset[str]:
        """Return the dotted paths of the procedure's scope that the table reads."""
        return frozenset(name for column in self.columns for name in column.expression.names)

    @property
    def result(self) -> expressions.Record:
        """Return the type of its outputs, for the `decision` record that other expressions read."""
        many = self.aggregate is Aggregate.LIST
        return expressions.Record(
            {
                output.name: expressions.ListOf(output.kind) if many else output.kind
                for output in self.outputs
            }
        )


@dataclass(frozen=True, slots=True)
class RuleHit:
    """This will name a rule that held, for the explanation that people are given."""

    number: int
    line: int
    note: str


@dataclass(frozen=True, slots=True)
class Decision:
    """This will hold an answer, the inputs it rests on, and the rules that gave it; none of them for a default."""

    table: str
    inputs: Mapping[str, expressions.Value]
    outputs: Mapping[str, expressions.Value]
    rules: tuple[RuleHit, ...]
