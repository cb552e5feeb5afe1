"""What CEL says about a source it refuses, as faults that say what to do."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from motcua.engines.expressions import functions
from motcua.engines.expressions.values import Fault, Record, Type, describe, in_order

_LINE = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*)")
_FIELD = re.compile(r"undefined field '(?P<field>.*)' not found in struct '(?P<record>.*)'")
_NAME = re.compile(r"undeclared reference to '(?P<name>.*)' \(in container")
_OVERLOAD = re.compile(
    r"found no matching overload for '(?P<operator>.*)' applied to '\((?P<types>.*)\)'"
)
_SELECT = re.compile(
    r"expression of type '(?P<type>.*)' cannot be the operand of a select operation"
)
_RECORD_TYPE = re.compile(r"record\.r\d+")
_WORDS = {
    "int": "whole number",
    "uint": "unsigned number",
    "double": "decimal number",
    "string": "text",
    "bool": "true or false",
    "bytes": "bytes",
    "null_type": "null",
    "timestamp": "date",
    "google.protobuf.Timestamp": "date",
    "duration": "duration",
    "google.protobuf.Duration": "duration",
}
_WORD = re.compile(r"google\.protobuf\.\w+|[a-z_]+")
_LIST = re.compile(r"list\((.*)\)")
_TERNARY = "_?_:_"


@dataclass(frozen=True, slots=True)
class Place:
    """This will say where a source stands in its file; `line` and `column` are those of its first character."""

    element: str = ""
    line: int = 1
    column: int = 1

    def fault(self, code: str, message: str, line: int = 1, column: int = 1) -> Fault:
        """Return a fault whose place in the source is turned into its place in the file."""
        shifted = column + self.column - 1 if line == 1 else column
        return Fault(code, message, self.element, self.line + line - 1, shifted)

    def at_offset(self, source: str, offset: int, code: str, message: str) -> Fault:
        """Return a fault at a character of the source, counted from 0."""
        before = source[:offset]
        return self.fault(
            code, message, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
        )


def from_library(
    text: str, *, scope: Record, records: dict[str, Record], place: Place
) -> tuple[Fault, ...]:
    """Return every fault that CEL's own report names; one without a place when it names none."""
    found = [
        place.fault(*_explained(message, scope, records), max(line, 1), max(column, 1))
        for line, column, message in _lines(text)
    ]
    if not found:
        found = [place.fault(*_explained(text, scope, records))]
    return in_order(found)


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _LINE.finditer(text):
        if "'*error*'" in match[3]:
            continue  # follows from a fault already named
        column = int(match[2])
        if (name := _NAME.search(match[3])) and "." in name["name"]:
            column -= name["name"].rfind(".")  # the library points at the last dot of a dotted name
        yield int(match[1]), column, match[3].removesuffix(" [INVALID_ARGUMENT]")


def _explained(message: str, scope: Record, records: dict[str, Record]) -> tuple[str, str]:
    if "recursion" in message:
        return "too-deep", "the expression nests, or chains operators, more than 32 deep: split it"
    if match := _FIELD.search(message):
        known = records.get(match["record"], Record({}))
        return (
            "unknown-field",
            f"there is no field '{match['field']}' here{_nearest(match['field'], known)}",
        )
    if match := _NAME.search(message):
        return "unknown-name", _unknown_name(match["name"], scope)
    if match := _SELECT.search(message):
        return (
            "unknown-field",
            f"a {_in_words(match['type'])} has no fields: remove what follows the dot",
        )
    if match := _OVERLOAD.search(message):
        return "wrong-type", _wrong_type(match["operator"], match["types"])
    if "Syntax error" in message:
        return "syntax", f"this cannot be read: {message.split('Syntax error: ')[-1]}"
    return "invalid", message


def _unknown_name(name: str, scope: Record) -> str:
    if name in functions.CALLED_AS:
        return f"'{name}' is a function and is called as {functions.CALLED_AS[name]}"
    return f"there is no name or function '{name}' here{_nearest(name.split('.')[0], scope)}"


def _nearest(name: str, record: Record) -> str:
    near = difflib.get_close_matches(name, record.fields, n=1)
    if near:
        return f"; did you mean '{near[0]}'?"
    names = ", ".join(sorted(record.fields)[:12])
    return f"; the names are {names}" if names else ""


def _wrong_type(operator: str, types: str) -> str:
    words = _in_words(types)
    if operator == _TERNARY:
        return f"before ? must stand true or false, and around : two values of one type; here they are {words}"
    sign = operator.replace("@in", "in").strip("_!") or operator.strip("_")
    if operator == "_!=_":
        sign = "!="
    hint = ""
    if "int" in types.split(", ") and "double" in types.split(", "):
        hint = "; write a decimal number as 1.0, or turn a whole one into it with double(...)"
    elif "Timestamp" in types or "timestamp" in types:
        hint = '; write a day as date("2026-01-31")'
    return f"'{sign}' does not take {words}: use values of fitting types{hint}"


def _in_words(types: str) -> str:
    named = _LIST.sub(r"list of \1", _RECORD_TYPE.sub("record", types))
    return _WORD.sub(lambda match: _WORDS.get(match[0], match[0]), named).replace(", ", " and ")


def result_type(found: Type | None, expected: Type | None) -> tuple[str, str]:
    """Return the code and message for a result of the wrong type; `found` is None for a type we do not use."""
    is_now = (
        f"gives a {describe(found)}"
        if found is not None
        else "gives a type that nothing here can use"
    )
    wanted = (
        f"a {describe(expected)} is needed"
        if expected is not None
        else ("give text, a number, true or false, a date, or a list of these")
    )
    return "result-type", f"the expression {is_now}; {wanted}"
