"""What a new version of a procedure changes, told by its parts and not by lines of files. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum

from motcua.engines.expressions.model import Expression
from motcua.engines.procedure.model import Procedure

MOST = 300  # differences told
NAMES = ("id", "name", "code", "path", "file", "number")  # what a part of a list is known by
# Places in files, and what is worked out from the rest.
UNTOLD = frozenset({"line", "column", "places", "faults", "by_id", "record", "questions", "scope"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that differs: its dotted path, and what it says in each version; "" where it is not."""

    path: str
    before: str
    after: str


def differences(before: Procedure | None, after: Procedure) -> tuple[Difference, ...]:
    """Return what differs between the version in force, if there is one, and a new one, by path."""
    old = dict(_leaves(before)) if before else {}
    new = dict(_leaves(after))
    paths = dict.fromkeys([*new, *old])
    told = (Difference(path, old.get(path, ""), new.get(path, "")) for path in paths)
    return tuple(each for each in told if each.before != each.after)[:MOST]


def _leaves(procedure: Procedure) -> Iterator[tuple[str, str]]:
    """Yield every single value of a procedure with its path."""
    yield from _walk("procedure", procedure.facts)
    yield from _walk("form.pages", procedure.form.pages)
    yield from _walk("form.rules", procedure.form.rules)
    yield from _walk("form.schema", procedure.form.schema)
    yield from _walk("flow", procedure.flow.nodes)
    yield from _walk("flow.arrows", procedure.flow.arrows)
    yield from _walk("decisions", procedure.tables)
    for number, line in enumerate(procedure.template.splitlines(), start=1):
        yield f"result.typ.{number:04d}", line


def _walk(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Expression):
        yield path, value.source
    elif isinstance(value, Enum):
        yield path, str(value.value)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if field.name not in UNTOLD and not field.name.startswith("_"):
                yield from _walk(f"{path}.{field.name}", getattr(value, field.name))
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _walk(f"{path}.{name}", each)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        yield from _several(path, value)
    elif value is not None and value != "":
        yield path, str(value)


def _several(path: str, values: Sequence[object]) -> Iterator[tuple[str, str]]:
    """Yield the leaves of a list; its parts are known by their names, so that an order that changes says little."""
    if all(isinstance(each, str | int | float | bool) for each in values):
        if values:
            yield path, ", ".join(map(str, values))
        return
    for number, each in enumerate(values, start=1):
        yield from _walk(f"{path}.{_name(each) or number}", each)


def _name(value: object) -> str:
    for name in NAMES:
        found = getattr(value, name, None)
        if isinstance(found, str | int) and found:
            return str(found)
        if isinstance(found, tuple) and found:
            return ".".join(map(str, found))
    return ""
