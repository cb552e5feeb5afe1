"""How a decision table is written.

    name: fee                     # a word; other expressions read it as decision.fee.amount
    hit: unique                   # unique: at most one rule holds; first: the first that holds; collect: all
    aggregate: sum                # with collect only: sum, min, max, count or list
    note: ...                     # optional, for people: the document that the table comes from
    inputs:                       # columns: a name, and an expression in the procedure's scope
      channel: case.channel
      copies: {of: answers.copies, from: 1, to: 20}            # the values the table answers for: whole numbers,
      ward: {of: answers.ward, values: ["urban", "rural"]}     # or a list of them
    outputs:
      amount: {type: int, unit: đồng}     # text, int, number, bool or date; what is in đồng is an int
    rules:
      - when: {channel: '"online"', copies: "> 5"}     # the cells stand in cells.py; one left out takes any value
        then: {amount: "5000 * copies"}                # CEL over the names of the columns
        note: ...                                      # optional: the provision relied on
    default: {amount: "0"}        # optional: when no rule holds; without it that is an error

Under `collect` with `count` there is one output, an int, and no `then`. At most 500 rules and 20 columns.
"""

import difflib
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from motcua.engines.decisions import cells, document
from motcua.engines.decisions.model import Aggregate, Column, Hit, Output, Rule, Table
from motcua.engines.expressions import model as expressions

MOST_RULES = 500
MOST_COLUMNS = 20

_KINDS = {
    "text": expressions.Kind.TEXT,
    "int": expressions.Kind.INT,
    "number": expressions.Kind.NUMBER,
    "bool": expressions.Kind.BOOL,
    "date": expressions.Kind.DATE,
}
_MONEY = frozenset({"đồng", "vnd", "₫"})
_SHAPES = '; a cell is a short test, as "a", > 5 or [1..5], or an expression that is true or false'
_ADDED = frozenset({expressions.Kind.INT, expressions.Kind.NUMBER})
_COMPARED = _ADDED | {expressions.Kind.DATE}

Choice = TypeVar("Choice")


def parse(text: bytes, *, scope: expressions.Scope) -> Table:
    """Return the table that a YAML file holds, with every expression compiled in the procedure's scope.

    Raises expressions.Rejected with every fault; what `check` finds is not among them.
    """
    node = document.load(text)
    reader = _Reader(scope)
    if not isinstance(node, document.Mapping):
        reader.fault("bad-table", "a table is written as names and values", node)
        raise expressions.Rejected(tuple(reader.faults))
    table = reader.table(node)
    if reader.faults:
        raise expressions.Rejected(expressions.in_order(reader.faults))
    return table


class _Reader:
    """Reads one table, gathering faults rather than stopping at the first."""

    def __init__(self, scope: expressions.Scope) -> None:
        self.faults: list[expressions.Fault] = []
        self._scope = scope
        self._element = ""

    def fault(self, code: str, message: str, node: document.Node) -> None:
        self.faults.append(expressions.Fault(code, message, self._element, node.line, node.column))

    def table(self, node: document.Mapping) -> Table:
        allowed = {"name", "hit", "aggregate", "note", "inputs", "outputs", "rules", "default"}
        self._known_keys(node, allowed, needed=("name", "hit", "inputs", "outputs", "rules"))
        self._element = self._word(node, "name")
        hit = self._choice(node, "hit", {hit.value: hit for hit in Hit}) or Hit.UNIQUE
        aggregate = self._aggregate(node, hit)
        columns = self._columns(node)
        outputs = self._outputs(node, aggregate)
        rows = _Rows(self, columns, {} if aggregate is Aggregate.COUNT else outputs)
        rules = self._rules(node, rows)
        default = None
        if isinstance(given := node.values.get("default"), document.Mapping):
            if aggregate is Aggregate.COUNT:
                self.fault(
                    "useless-default",
                    "a count is 0 when no rule holds: leave the default out",
                    given,
                )
            default = rows.outputs(given)
        elif given is not None:
            self.fault("bad-default", "a default is written as {output: expression}", given)
        return Table(
            name=self._element,
            hit=hit,
            aggregate=aggregate,
            columns=tuple(column for column in columns.values() if column is not None),
            outputs=tuple(output for output in outputs.values() if output is not None),
            rules=rules,
            default=default,
            note=self._plain(node, "note"),
        )

    def _aggregate(self, node: document.Mapping, hit: Hit) -> Aggregate | None:
        given = node.values.get("aggregate")
        if hit is not Hit.COLLECT:
            if given is not None:
                self.fault(
                    "useless-aggregate",
                    "only `hit: collect` takes an aggregate: leave it out",
                    given,
                )
            return None
        if given is None:
            self.fault(
                "missing-key",
                "`hit: collect` needs an aggregate: sum, min, max, count or list",
                node,
            )
            return None
        return self._choice(
            node, "aggregate", {aggregate.value: aggregate for aggregate in Aggregate}
        )

    def _columns(self, node: document.Mapping) -> dict[str, Column | None]:
        inputs = self._mapping(node, "inputs")
        if inputs is None:
            return {}
        if not inputs.values:
            self.fault("empty", "a table needs at least one input", inputs)
        if len(inputs.values) > MOST_COLUMNS:
            self.fault("too-long", f"a table has at most {MOST_COLUMNS} inputs: split it", inputs)
        return {
            name: self._column(name, given, inputs.keys[name])
            for name, given in inputs.values.items()
        }

    def _column(self, name: str, given: document.Node, key: document.Text) -> Column | None:
        source = given
        if isinstance(given, document.Mapping):
            self._known_keys(given, {"of", "values", "from", "to"}, needed=("of",))
            source = given.values.get("of", given)
        if not isinstance(source, document.Text):
            self.fault(
                "bad-input", "an input is an expression, or {of: expression, values: [...]}", given
            )
            return None
        try:
            expressions.Scope(expressions.Record({name: expressions.Kind.INT}))
        except expressions.UnusableName as error:
            self.fault("bad-name", str(error), key)
            return None
        expression = self.compile(self._scope, source, None)
        if expression is None:
            return None
        if not isinstance(expression.type, expressions.Kind):
            found = expressions.describe(expression.type)
            self.fault("result-type", f"an input is a single value, this is a {found}", source)
            return None
        return Column(name, expression, self._limits(given, expression.type), key.line)

    def _limits(self, given: document.Node, kind: expressions.Kind) -> expressions.Limits:
        if not isinstance(given, document.Mapping):
            return expressions.Limits()
        values = None
        listed = given.values.get("values")
        if isinstance(listed, document.Items) and kind in {
            expressions.Kind.TEXT,
            expressions.Kind.INT,
        }:
            values = tuple(value for item in listed.items for value in self._listed(item, kind))
        elif listed is not None:
            self.fault("bad-values", "`values` is a list, for text and whole numbers", listed)
        low, high = (self._bound(given, end, kind) for end in ("from", "to"))
        if low is not None and high is not None and low > high:
            self.fault("empty-range", "`from` is above `to`: no value is left", given)
        return expressions.Limits(values, low, high)

    def _listed(self, item: document.Node, kind: expressions.Kind) -> list[str | int]:
        if isinstance(item, document.Text):
            if kind is expressions.Kind.TEXT:
                return [item.text]
            if _is_whole(item.text):
                return [int(item.text)]
        self.fault("bad-values", f"each of `values` must be a {expressions.describe(kind)}", item)
        return []

    def _bound(self, given: document.Mapping, end: str, kind: expressions.Kind) -> int | None:
        bound = given.values.get(end)
        if bound is None:
            return None
        if (
            kind is expressions.Kind.INT
            and isinstance(bound, document.Text)
            and _is_whole(bound.text)
        ):
            return int(bound.text)
        self.fault(
            "bad-values", f"`{end}` is a whole number, for inputs that are whole numbers", bound
        )
        return None

    def _outputs(
        self, node: document.Mapping, aggregate: Aggregate | None
    ) -> dict[str, Output | None]:
        given = self._mapping(node, "outputs")
        if given is None:
            return {}
        keys = given.keys
        outputs = {
            name: self._output(name, part, keys[name]) for name, part in given.values.items()
        }
        if not outputs:
            self.fault("empty", "a table needs at least one output", given)
        found = [output for output in outputs.values() if output is not None]
        kinds = [output.kind for output in found]
        if aggregate is Aggregate.COUNT and kinds != [expressions.Kind.INT]:
            self.fault("bad-output", "a count has one output, of type int", given)
        fitting = {Aggregate.SUM: _ADDED, Aggregate.MIN: _COMPARED, Aggregate.MAX: _COMPARED}
        for output in found:
            if aggregate in fitting and output.kind not in fitting[aggregate]:
                what = expressions.describe(output.kind)
                message = f"a {what} has no {aggregate.value}: use `list`"
                self.fault("bad-output", message, given.keys[output.name])
        return outputs

    def _output(self, name: str, given: document.Node, key: document.Text) -> Output | None:
        if not isinstance(given, document.Mapping):
            self.fault("bad-output", "an output is written as {type: int, unit: đồng}", given)
            return None
        self._known_keys(given, {"type", "unit"}, needed=("type",))
        try:
            expressions.Scope(
                expressions.Record({"decision": expressions.Record({name: expressions.Kind.INT})})
            )
        except expressions.UnusableName as error:
            self.fault("bad-name", str(error), key)
        kind = self._choice(given, "type", _KINDS)
        unit = self._plain(given, "unit")
        if unit.lower() in _MONEY and kind not in {None, expressions.Kind.INT}:
            self.fault("bad-output", "money is whole đồng: use `type: int`", given.values["type"])
        return None if kind is None else Output(name, kind, unit)

    def _rules(self, node: document.Mapping, rows: "_Rows") -> tuple[Rule, ...]:
        given = node.values.get("rules")
        if given is None:
            return ()
        if not isinstance(given, document.Items) or not given.items:
            self.fault("empty", "`rules` is a list of at least one rule", given)
            return ()
        if len(given.items) > MOST_RULES:
            self.fault("too-long", f"a table has at most {MOST_RULES} rules: split it", given)
            return ()
        read = (rows.rule(number, item) for number, item in enumerate(given.items, start=1))
        return tuple(rule for rule in read if rule is not None)

    def compile(
        self,
        scope: expressions.Scope,
        source: document.Text,
        expects: expressions.Kind | None,
        *,
        hint: str = "",
    ) -> expressions.Expression | None:
        try:
            return scope.compile(
                source.text,
                expects=expects,
                line=source.text_line,
                column=source.text_column,
                element=self._element,
            )
        except expressions.Rejected as error:
            self.faults += [replace(fault, message=fault.message + hint) for fault in error.faults]
            return None

    def known_names(self, given: document.Mapping, names: Mapping[str, object], what: str) -> None:
        for name, key in given.keys.items():
            if name not in names:
                near = _nearest(name, names)
                self.fault(
                    f"unknown-{what}", f"there is no {what} '{name}' in this table{near}", key
                )

    def _known_keys(
        self, node: document.Mapping, allowed: set[str], needed: tuple[str, ...]
    ) -> None:
        for name, key in node.keys.items():
            if name not in allowed:
                near = _nearest(name, dict.fromkeys(sorted(allowed)))
                self.fault("unknown-key", f"'{name}' means nothing here{near}", key)
        for name in needed:
            if name not in node.values:
                self.fault("missing-key", f"'{name}' is missing here", node)

    def rule_keys(self, node: document.Mapping, needed: tuple[str, ...]) -> None:
        self._known_keys(node, {"when", "then", "note"}, needed)

    def _mapping(self, node: document.Mapping, key: str) -> document.Mapping | None:
        given = node.values.get(key)
        if given is not None and not isinstance(given, document.Mapping):
            self.fault(f"bad-{key}", f"`{key}` is written as names and values", given)
            return None
        return given

    def _plain(self, node: document.Mapping, key: str) -> str:
        return plain(self, node, key)

    def _word(self, node: document.Mapping, key: str) -> str:
        word = self._plain(node, key)
        if key in node.values and not (word.isascii() and word.isidentifier()):
            self.fault(
                "bad-name", f"`{key}` is a word of letters a-z, digits and _", node.values[key]
            )
        return word

    def _choice(
        self, node: document.Mapping, key: str, choices: Mapping[str, Choice]
    ) -> Choice | None:
        given = node.values.get(key)
        if given is None:
            return None
        if isinstance(given, document.Text) and given.text in choices:
            return choices[given.text]
        self.fault(f"bad-{key}", f"`{key}` is one of {', '.join(choices)}", given)
        return None


def plain(reader: _Reader, node: document.Mapping, key: str) -> str:
    """Return the text under a key, empty when there is none."""
    given = node.values.get(key)
    if given is not None and not isinstance(given, document.Text):
        reader.fault(f"bad-{key}", f"`{key}` is a text", given)
    return given.text.strip() if isinstance(given, document.Text) else ""


class _Rows:
    """Reads the rules of a table whose columns and outputs are known."""

    def __init__(
        self,
        reader: _Reader,
        columns: Mapping[str, Column | None],
        outputs: Mapping[str, Output | None],
    ) -> None:
        self._reader = reader
        self._columns = columns
        self._outputs = outputs
        known = {name: column.kind for name, column in columns.items() if column is not None}
        # A column that did not compile would make a fault of every expression that names it.
        whole = len(known) == len(columns)
        self._scope = expressions.Scope(expressions.Record(known)) if whole else None

    def rule(self, number: int, node: document.Node) -> Rule | None:
        if not isinstance(node, document.Mapping):
            self._reader.fault("bad-rule", "a rule is written as {when: {...}, then: {...}}", node)
            return None
        self._reader.rule_keys(node, ("when", "then") if self._outputs else ("when",))
        when, then = node.values.get("when"), node.values.get("then")
        found: dict[str, cells.Cell] = {}
        if isinstance(when, document.Mapping):
            found = self._cells(when)
        elif when is not None:
            self._reader.fault("bad-when", "`when` is written as {column: cell}", when)
        outputs: Mapping[str, expressions.Expression] = {}
        if isinstance(then, document.Mapping):
            outputs = self.outputs(then)
        elif then is not None:
            self._reader.fault("bad-then", "`then` is written as {output: expression}", then)
        return Rule(number, found, outputs, plain(self._reader, node, "note"), node.line)

    def _cells(self, when: document.Mapping) -> dict[str, cells.Cell]:
        self._reader.known_names(when, self._columns, "input")
        found: dict[str, cells.Cell] = {}
        for name, node in when.values.items():
            column = self._columns.get(name)
            if not isinstance(node, document.Text):
                self._reader.fault("bad-cell", "a cell is a text: put it in quotes", node)
            elif column is not None and node.text.strip() != "-":
                cell = self._cell(column, node)
                if cell is not None:
                    found[name] = cell
        return found

    def _cell(self, column: Column, node: document.Text) -> cells.Cell | None:
        try:
            return cells.simple(node.text, kind=column.kind)
        except cells.Broken as error:
            self._reader.fault(error.code, str(error), node)
            return None
        except cells.NotSimple:
            if self._scope is None:
                return None
            kind = expressions.Kind.BOOL
            expression = self._reader.compile(self._scope, node, kind, hint=_SHAPES)
            return None if expression is None else cells.Full(expression)

    def outputs(self, then: document.Mapping) -> dict[str, expressions.Expression]:
        self._reader.known_names(then, self._outputs, "output")
        found: dict[str, expressions.Expression] = {}
        for name, output in self._outputs.items():
            node = then.values.get(name)
            if node is None:
                self._reader.fault("missing-output", f"the output '{name}' is missing here", then)
            elif not isinstance(node, document.Text):
                self._reader.fault("bad-cell", "an output is an expression: put it in quotes", node)
            elif self._scope is not None and output is not None:
                expression = self._reader.compile(self._scope, node, output.kind)
                if expression is not None:
                    found[name] = expression
        return found


def _is_whole(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= 18


def _nearest(name: str, names: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    return (
        f"; did you mean '{near[0]}'?"
        if near
        else f"; known are {', '.join(names)}"
        if names
        else ""
    )
