r"""The cells of a decision table: short tests of one column, or a whole CEL expression.

    -                      any value
    "online"               this value; 5, 2.5, true, 2026-01-31 in columns of those kinds
    "online", "post"       one of these; tests of any of these shapes may stand in such a list
    > 5   >= 5   < 5   <= 5   != 5      a comparison; texts and truths take only = and !=
    [1..5]  (1..5]  [1..5)  (1..5)      from, to; a square bracket includes the end, a round one does not
    not("online", "post")  none of these
    copies > 5 && channel == "online"   any CEL that is true or false, over the names of all columns

Source: the simple expression language of DMN 1.5, section 9; brackets that point outward are not taken.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from motcua.engines.expressions import model as expressions

Scalar = str | int | float | bool | date

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
}
_DAY = r"\d{4}-\d{2}-\d{2}"
_LITERALS = {
    expressions.Kind.TEXT: r'"[^"\\]*"|\'[^\'\\]*\'',
    expressions.Kind.INT: r"[+-]?\d+",
    expressions.Kind.NUMBER: r"[+-]?\d+(?:\.\d+)?",
    expressions.Kind.BOOL: r"true|false",
    expressions.Kind.DATE: rf'date\(\s*"{_DAY}"\s*\)|"{_DAY}"|{_DAY}',
}
_ORDERED = frozenset({expressions.Kind.INT, expressions.Kind.NUMBER, expressions.Kind.DATE})
_NOT = re.compile(r"not\s*\((.*)\)\s*\Z", re.DOTALL)


def _item_pattern(kind: expressions.Kind) -> re.Pattern[str]:
    literal = _LITERALS[kind]
    signs = "<=|>=|<|>|==|=|!=" if kind in _ORDERED else "==|=|!="
    single = rf"(?P<sign>{signs})?\s*(?P<value>{literal})"
    span = rf"(?P<open>[\[(])\s*(?P<low>{literal})\s*\.\.\s*(?P<high>{literal})\s*(?P<close>[\])])"
    either = rf"(?:{single}|{span})" if kind in _ORDERED else single
    return re.compile(rf"\s*{either}\s*(?P<end>,|\Z)")


_ITEMS = {kind: _item_pattern(kind) for kind in _LITERALS}


class NotSimple(Exception):
    """The text of a cell is none of the short shapes; it may still be CEL."""


class Broken(Exception):
    """The text of a cell has a short shape, but no meaning; `code` is that of the fault."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the code beside the message."""
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Comparison:
    """This will test a value against one other."""

    sign: str
    value: Scalar

    def holds(self, value: Scalar) -> bool:
        """Return the truth for a value of the column's kind."""
        return _COMPARISONS[self.sign](value, self.value)

    @property
    def mentioned(self) -> tuple[Scalar, ...]:
        """Return the values at which the test may change."""
        return (self.value,)


@dataclass(frozen=True, slots=True)
class Span:
    """This will test whether a value lies between two others."""

    low: Scalar
    high: Scalar
    includes_low: bool
    includes_high: bool

    def holds(self, value: Scalar) -> bool:
        """Return the truth for a value of the column's kind."""
        above = _COMPARISONS[">=" if self.includes_low else ">"](value, self.low)
        return above and _COMPARISONS["<=" if self.includes_high else "<"](value, self.high)

    @property
    def mentioned(self) -> tuple[Scalar, ...]:
        """Return the values at which the test may change."""
        return (self.low, self.high)


@dataclass(frozen=True, slots=True)
class Simple:
    """This will hold when any of its tests does; the other way round when `negated`."""

    tests: tuple[Comparison | Span, ...]
    negated: bool
    source: str

    def holds(self, value: Scalar) -> bool:
        """Return the truth for a value of the column's kind."""
        return any(test.holds(value) for test in self.tests) is not self.negated

    @property
    def mentioned(self) -> tuple[Scalar, ...]:
        """Return the values at which the cell may change."""
        return tuple(value for test in self.tests for value in test.mentioned)


@dataclass(frozen=True, slots=True)
class Full:
    """This will hold when a CEL expression over the names of the columns is true."""

    expression: expressions.Expression

    @property
    def source(self) -> str:
        """Return the text of the cell."""
        return self.expression.source


Cell = Simple | Full


def simple(source: str, *, kind: expressions.Kind) -> Simple:
    """Return the test that a short cell stands for.

    Raises NotSimple when the text has none of the short shapes, Broken when a date or span in it is none.
    """
    text = source.strip()
    negation = _NOT.match(text)
    tests = _tests(negation[1] if negation else text, kind)
    return Simple(tests, negation is not None, text)


def _tests(text: str, kind: expressions.Kind) -> tuple[Comparison | Span, ...]:
    found: list[Comparison | Span] = []
    position, more = 0, True
    while more:
        match = _ITEMS[kind].match(text, position)
        if match is None:
            raise NotSimple
        found.append(_test(match, kind))
        position, more = match.end(), match["end"] == ","
    return tuple(found)


def _test(match: re.Match[str], kind: expressions.Kind) -> Comparison | Span:
    if match["value"] is not None:
        return Comparison(match["sign"] or "=", _value(match["value"], kind))
    low, high = _value(match["low"], kind), _value(match["high"], kind)
    span = Span(low, high, match["open"] == "[", match["close"] == "]")
    if _COMPARISONS[">"](low, high) or (low == high and not span.holds(low)):
        raise Broken(
            "empty-range", f"no value lies in {match[0].strip(' ,')}: write the lower end first"
        )
    return span


def _value(text: str, kind: expressions.Kind) -> Scalar:
    match kind:
        case expressions.Kind.TEXT:
            return text[1:-1]
        case expressions.Kind.INT:
            number = int(text)
            if not -(2**63) <= number < 2**63:
                raise Broken("bad-number", f"{text} is beyond the whole numbers of 64 bits")
            return number
        case expressions.Kind.NUMBER:
            return float(text)
        case expressions.Kind.BOOL:
            return text == "true"
        case expressions.Kind.DATE:
            written = re.search(_DAY, text)
            try:
                return date.fromisoformat(written[0] if written else text)
            except ValueError:
                raise Broken("bad-date", f"{text} is no day of the calendar") from None
