"""Types of the expression language, the values they hold, and the fault every engine reports."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType


class Kind(enum.Enum):
    """This will name the type of a single value: its member's value is what people read in a fault."""

    TEXT = "text"
    INT = "whole number"  # 64 bits with a sign; money is đồng in this kind
    NUMBER = "decimal number"  # 64 bits, IEEE 754; never money
    BOOL = "true or false"
    DATE = "date"  # a calendar day, without hour or zone; ISO 8601 text at the edge


@dataclass(frozen=True, slots=True)
class ListOf:
    """This will describe a list whose items share one type."""

    item: "Type"


@dataclass(frozen=True)
class Record:
    """This will describe named, typed fields; a record has no fields but these."""

    fields: Mapping[str, "Type"]

    def __post_init__(self) -> None:
        """Keep a copy that nobody can change, so that a record can be a key."""
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))

    def __hash__(self) -> int:
        """Return a number equal for equal records, whatever the order of their fields."""
        return hash(frozenset(self.fields.items()))


Type = Kind | ListOf | Record
Value = str | int | float | bool | date | list["Value"]


@dataclass(frozen=True, slots=True)
class Fault:
    """This will say what is wrong in a source, where, and what to do.

    `code` is stable kebab-case; `line` and `column` count from 1, 0 when the place is not known.
    """

    code: str
    message: str
    element: str = ""
    line: int = 0
    column: int = 0


def describe(type_: Type) -> str:
    """Return the words for a type, as they stand in faults."""
    match type_:
        case Kind():
            return type_.value
        case ListOf():
            return f"list of {describe(type_.item)}"
        case Record():
            return "record"


def in_order(faults: "list[Fault] | tuple[Fault, ...]") -> tuple[Fault, ...]:
    """Return the faults without repeats, sorted by their place."""
    return tuple(
        sorted(
            dict.fromkeys(faults),
            key=lambda fault: (fault.line, fault.column, fault.code, fault.message),
        )
    )
