"""Expressions of the product: Google's CEL, compiled against types, bounded, and total where data is missing.

A `Scope` holds typed names, an `Expression` is one text compiled in it:

    scope = Scope(Record({"answers": Record({"copies": Kind.INT, "birth": Kind.DATE})}))
    fee = scope.compile("5000 * answers.copies", expects=Kind.INT)
    fee.evaluate({"answers": {"copies": 3}})            # 15000

What is missing reads as the zero of its type: "", 0, 0.0, false, 1970-01-01, an empty list, a record of zeros;
`has(answers.birth)` tells whether it was answered. Our own functions stand in `functions.py`.

Bounds, so that no text can hang the office: 2,000 characters; 32 levels of nesting and as many chained operators;
two loops (`exists`, `all`, `map`, `filter`, `exists_one`) inside one another; 10,000 rounds of all loops in one
evaluation; lists of 1,000 items. `matches` takes RE2 patterns, which cannot run away.

Narrower than CEL on purpose: what would switch typing off (`dyn`, `type`, lists of mixed types) is a fault.
Source: the CEL specification, github.com/google/cel-spec.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from cel_expr_python import cel

from motcua.engines.expressions import faults as reports
from motcua.engines.expressions import functions, messages, tree
from motcua.engines.expressions.errors import (
    EvaluationFailed,
    Rejected,
    UnsupportedSchema,
    UnusableName,
)
from motcua.engines.expressions.functions import WorkingDays
from motcua.engines.expressions.schema import Limits, limits_from_schema, record_from_schema
from motcua.engines.expressions.values import (
    Fault,
    Kind,
    ListOf,
    Record,
    Type,
    Value,
    describe,
    in_order,
)

__all__ = [  # what other modules use of this engine
    "EvaluationFailed",
    "Expression",
    "Fault",
    "Kind",
    "Limits",
    "ListOf",
    "Record",
    "Rejected",
    "Scope",
    "Type",
    "UnsupportedSchema",
    "UnusableName",
    "Value",
    "WorkingDays",
    "describe",
    "in_order",
    "limits_from_schema",
    "record_from_schema",
]

LONGEST_SOURCE = 2_000  # characters
DEEPEST_LOOPS = 2

_KINDS = {
    "BOOL": Kind.BOOL,
    "INT": Kind.INT,
    "DOUBLE": Kind.NUMBER,
    "STRING": Kind.TEXT,
    "TIMESTAMP": Kind.DATE,
}
_UNTYPED = {"dyn": "it switches the types off", "type": "types are known before any case"}
# What the library says while evaluating, and what we say; its own words could repeat an answer.
_REASONS = (
    ("by zero", "division by zero"),
    ("modulus", "division by zero"),
    ("budget", "the loops need more than 10,000 rounds"),
    ("overflow", "a number or date grows beyond its range"),
    ("must be written as", "a date must be written as year-month-day, as 2026-01-31"),
    ("no such day", "no such day in the calendar; a date is written as 2026-01-31"),
    ("not found in map", "a map has no such key"),
    ("regular expression", "the pattern of matches cannot be read"),
    ("index", "a list has no item at that index"),
    ("out of range", "a number or date is out of its range"),
    ("onver", "a text cannot be converted"),
)


class Scope:
    """This will compile expressions against one record of typed names.

    Build it once for a version of a procedure and keep it; it never changes. Two scopes are never equal.
    """

    def __init__(self, record: Record) -> None:
        """Raises UnusableName when a field has a name that expressions cannot write."""
        self.record = record
        self._messages = messages.Messages(record)
        self._variables = frozenset(record.fields)
        self._working_days: ContextVar[WorkingDays] = ContextVar("working_days")
        self._environment = cel.NewEnv(
            descriptor_pool=self._messages.pool,
            variables={
                name: self._messages.cel_type(type_) for name, type_ in record.fields.items()
            },
            functions=functions.declarations(self._working_days),
        )

    def compile(
        self,
        source: str,
        *,
        expects: Type | None,
        line: int = 1,
        column: int = 1,
        element: str = "",
    ) -> "Expression":
        """Return the expression, whose result is of the type `expects`; None takes any type that a Value can have.

        A whole number is taken where a decimal one is expected. `line` and `column` say where the source stands in
        its file. Raises Rejected with every fault.
        """
        place = reports.Place(element, line, column)
        self._refuse_size(source, place)
        try:
            program = self._environment.compile(source)
        except RuntimeError as error:
            raise Rejected(self._explained(str(error), place)) from None
        try:
            parts = tree.read(program.serialize(), variables=self._variables)
        except tree.TooDeep:
            raise Rejected(
                (place.fault("too-deep", "the expression nests too deep: split it"),)
            ) from None
        found = self._type(program.return_type())
        wrong = self._misuses(source, parts, place)
        if not _fits(found, expects):
            wrong.append(place.fault(*reports.result_type(found, expects)))
        if wrong or found is None:
            raise Rejected(in_order(wrong))
        reads = messages.reads_of(parts.reads, parts.iterated)
        inputs = tuple(
            _Input(name, *self._messages.variable(name, self.record.fields[name], part))
            for name, part in reads.fields.items()
        )
        calls = frozenset(call.function for call in parts.calls)
        return Expression(
            source=source,
            type=Kind.NUMBER if found is Kind.INT and expects is Kind.NUMBER else found,
            names=frozenset(".".join(path) for path in parts.reads | parts.iterated),
            _program=program,
            _inputs=inputs,
            _working_days=self._working_days if "working_days_between" in calls else None,
        )

    def _refuse_size(self, source: str, place: reports.Place) -> None:
        if not source.strip():
            raise Rejected((place.fault("empty", "there is no expression: write one"),))
        if len(source) > LONGEST_SOURCE:
            message = f"the expression is longer than {LONGEST_SOURCE} characters: split it"
            raise Rejected((place.fault("too-long", message),))
        for offset, character in enumerate(source):
            if (character < " " and character not in "\t\r\n") or "\ud800" <= character <= "\udfff":
                message = "a control character, or half of one, stands here: remove it"
                raise Rejected((place.at_offset(source, offset, "bad-character", message),))

    def _explained(self, report: str, place: reports.Place) -> tuple[Fault, ...]:
        return reports.from_library(
            report, scope=self.record, records=self._messages.records, place=place
        )

    def _misuses(self, source: str, parts: tree.Tree, place: reports.Place) -> list[Fault]:
        """Return the faults that CEL itself lets pass, or would find only while evaluating."""
        wrong = []
        for call in parts.calls:
            if call.function in _UNTYPED:
                message = f"'{call.function}' is not used here, because {_UNTYPED[call.function]}: leave it out"
                wrong.append(place.at_offset(source, call.offset, "untyped", message))
            elif call.text is not None and call.function in {"matches", "date"}:
                reason = self._broken_text(call.function, call.text)
                if reason:
                    wrong.append(
                        place.at_offset(source, call.offset, f"bad-{call.function}", reason)
                    )
        for offset in [] if wrong else parts.loose[:1]:
            message = "the items here have different types, or none: give them one type"
            wrong.append(place.at_offset(source, offset, "mixed-types", message))
        for offset in parts.built:
            wrong.append(
                place.at_offset(source, offset, "untyped", "records cannot be built here: read one")
            )
        if parts.loops > DEEPEST_LOOPS:
            message = f"loops stand {parts.loops} deep inside one another, at most {DEEPEST_LOOPS} may: split it"
            wrong.append(place.fault("too-many-loops", message))
        return wrong

    def _broken_text(self, function: str, text: str) -> str:
        if function == "date":
            try:
                functions.day_from_text(text)
            except ValueError as error:
                return str(error)
            return ""
        probe = cel.NewEnv(variables={"pattern": cel.Type.STRING}).compile("''.matches(pattern)")
        result = probe.eval(data={"pattern": text}).value()
        return (
            ""
            if isinstance(result, bool)
            else "the pattern is not one that RE2 can read: correct it"
        )

    def _type(self, found: cel.Type) -> Type | None:
        name = found.name()
        if name.startswith("LIST<"):
            item = self._named(name.removeprefix("LIST<").removesuffix(">"))
            return None if item is None else ListOf(item)
        return self._named(name)

    def _named(self, name: str) -> Kind | Record | None:
        return _KINDS.get(name) or self._messages.records.get(name)


def _fits(found: Type | None, expects: Type | None) -> bool:
    if found is None or _holds_record(found):
        return False  # a record is for reading fields; it is no value of its own
    if expects is None or found == expects:
        return True
    return found is Kind.INT and expects is Kind.NUMBER


def _holds_record(type_: Type) -> bool:
    return isinstance(type_, Record) or (
        isinstance(type_, ListOf) and isinstance(type_.item, Record)
    )


class _Input(NamedTuple):
    """A variable the expression reads: how a given value is turned into CEL's, and what stands for a missing one."""

    name: str
    encode: messages.Encoder
    missing: object


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """This will evaluate one compiled text, as often as wanted, from any thread.

    `names` holds the dotted paths it reads ("answers.members.name" for a field of a list's items); `type` is that of
    its result.
    """

    source: str
    type: Type
    names: frozenset[str]
    _program: cel.Expression
    _inputs: tuple[_Input, ...]
    _working_days: ContextVar[WorkingDays] | None

    def evaluate(
        self, values: Mapping[str, object], *, working_days: WorkingDays | None = None
    ) -> Value:
        """Return the result for plain nested values; dates are `date` or ISO 8601 text, None is missing.

        `working_days` counts them between two days, for `working_days_between`. Only what the expression reads is
        looked at. Raises EvaluationFailed when a value has the wrong type, or the expression has no result.
        """
        if self._working_days is None:
            return self._evaluate(values)
        if working_days is None:
            raise EvaluationFailed(
                self.source, "the calendar of the office is needed and was not given"
            )
        token = self._working_days.set(working_days)
        try:
            return self._evaluate(values)
        finally:
            self._working_days.reset(token)

    def _evaluate(self, values: Mapping[str, object]) -> Value:
        data = {}
        try:
            for name, encode, missing in self._inputs:
                value = values.get(name)
                data[name] = missing if value is None else encode(value)
        except messages.Unfit as error:
            raise EvaluationFailed(self.source, str(error)) from None
        except UnicodeError:
            raise EvaluationFailed(self.source, "a text holds half a character") from None
        try:
            result = self._program.eval(data=data)
        except RuntimeError as error:
            raise EvaluationFailed(self.source, _reason(str(error))) from None
        plain = result.value()
        if plain is True or plain is False:
            return plain
        return self._value(result)

    def _value(self, result: cel.Value) -> Value:
        if result.type().name() in {"ERROR", "UNKNOWN"}:
            raise EvaluationFailed(self.source, _reason(str(result.value())))
        plain = result.plain_value()
        if isinstance(plain, list):
            return [_plain(item) for item in plain]
        return (
            float(plain) if self.type is Kind.NUMBER and isinstance(plain, int) else _plain(plain)
        )


def _plain(value: object) -> Value:
    if isinstance(value, datetime):
        return functions.day_of(value)
    if isinstance(value, str | int | float):
        return value
    raise TypeError(f"CEL gave a {type(value).__name__}, which no expression of ours results in")


def _reason(report: str) -> str:
    return next(
        (ours for theirs, ours in _REASONS if theirs in report), "it has no result for these values"
    )
