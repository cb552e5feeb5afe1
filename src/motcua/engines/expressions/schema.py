"""From a form's JSON Schema (2020-12) to the types and limits that expressions and tables are checked against.

Read: `type` (with "null" beside one other type), `properties`, `items`, `enum`, `const`, `format: date`, bounds of
integers, local `$ref`, and `allOf`, `anyOf`, `oneOf`, `then`, `else`, whose properties are all possible answers.
Keywords that only narrow a value (`pattern`, `required`, `if`, ...) do not change its type and are passed over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from motcua.engines.expressions.errors import UnsupportedSchema
from motcua.engines.expressions.values import Kind, ListOf, Record, Type, describe

DEEPEST = 12  # objects and lists inside one another
MOST_PARTS = 20_000  # schemas read, after following references

_KINDS = {"string": Kind.TEXT, "integer": Kind.INT, "number": Kind.NUMBER, "boolean": Kind.BOOL}
_OPEN = (
    "patternProperties",
    "additionalProperties",
    "unevaluatedProperties",
    "prefixItems",
    "propertyNames",
)
_BRANCHES = ("anyOf", "oneOf")

Schema = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Limits:
    """This will say which values a schema allows a field: one of `values`, or from `low` to `high`, both included.

    None stands for no limit; `values` come before the bounds. `optional` says that the field may be left unanswered,
    so that the zero of its type is possible beside them.
    """

    values: tuple[str | int | bool, ...] | None = None
    low: int | None = None
    high: int | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """One schema of those that apply to the same value, with its place; `sure` when it always applies."""

    schema: Schema
    pointer: str
    sure: bool


def record_from_schema(schema: Schema) -> Record:
    """Return the record that the documents of an object schema have.

    Raises UnsupportedSchema, naming the pointer, for what has no type in expressions: free-form objects, tuples,
    a value of two types, a reference to another document or to itself, lists directly inside lists.
    """
    type_ = _Reader(schema).type(schema, "", 0)
    if not isinstance(type_, Record):
        raise UnsupportedSchema(
            "", f"a form is an object with properties, this is a {describe(type_)}"
        )
    return type_


def limits_from_schema(schema: Schema, *, prefix: str = "answers") -> dict[str, Limits]:
    """Return the limits of the fields that have any, by dotted path under `prefix`; fields of list items are left out.

    Raises UnsupportedSchema as `record_from_schema` does.
    """
    record_from_schema(schema)
    found: dict[str, Limits] = {}
    _Reader(schema).limits(schema, prefix, found, optional=False)
    return found


class _Reader:
    """Reads the schemas of one document, following its references."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._parts_read = 0

    def type(self, schema: object, pointer: str, depth: int) -> Type:
        if depth > DEEPEST:
            raise UnsupportedSchema(pointer, f"objects and lists nest more than {DEEPEST} deep")
        parts = list(self._parts(schema, pointer, frozenset(), sure=True))
        for part in parts:
            _refuse_open(part)
        words = {word for part in parts for word in _type_words(part)}
        if words == {"integer", "number"}:
            words = {"number"}
        if len(words) != 1:
            reason = (
                "has no type" if not words else f"has the types {', '.join(sorted(words))} together"
            )
            raise UnsupportedSchema(pointer, f"the value {reason}: give it one type")
        word = words.pop()
        if word == "object":
            return self._record(parts, pointer, depth)
        if word == "array":
            return self._list(parts, pointer, depth)
        if word == "string" and any(part.schema.get("format") == "date" for part in parts):
            return Kind.DATE
        return _KINDS[word]

    def limits(
        self, schema: object, path: str, found: dict[str, Limits], *, optional: bool
    ) -> None:
        parts = list(self._parts(schema, "", frozenset(), sure=True))
        limits = _limits(parts)
        if limits != Limits():
            found[path] = replace(limits, optional=optional)
        required = {name for part in parts if part.sure for name in _required(part.schema)}
        for name, places in _properties(parts).items():
            # What only one branch of a condition says of a field holds when that branch does.
            sure = [place.schema for place in places if place.sure]
            if sure or len(places) == 1:
                below = {"allOf": sure or [places[0].schema]}
                missing = optional or name not in required
                self.limits(below, f"{path}.{name}", found, optional=missing)

    def _record(self, parts: Sequence[_Part], pointer: str, depth: int) -> Record:
        fields: dict[str, Type] = {}
        for name, places in _properties(parts).items():
            typing = [place for place in places if not _narrows_only(place.schema)]
            # One that only narrows demands a value of a field typed elsewhere; alone, its value is its type.
            for place in typing or places[:1]:
                type_ = self.type(place.schema, place.pointer, depth + 1)
                if fields.setdefault(name, type_) != type_:
                    other = describe(fields[name])
                    raise UnsupportedSchema(
                        place.pointer, f"is a {describe(type_)} here and a {other} elsewhere"
                    )
        return Record(fields)

    def _list(self, parts: Sequence[_Part], pointer: str, depth: int) -> ListOf:
        items = [
            self.type(part.schema["items"], f"{part.pointer}/items", depth + 1)
            for part in parts
            if "items" in part.schema and not _narrows_only(part.schema["items"])
        ]
        if not items or any(item != items[0] for item in items):
            raise UnsupportedSchema(pointer, "a list needs `items` of one type")
        if isinstance(items[0], ListOf):
            raise UnsupportedSchema(
                f"{pointer}/items", "a list directly inside a list has no type in expressions"
            )
        return ListOf(items[0])

    def _parts(
        self, schema: object, pointer: str, seen: frozenset[str], *, sure: bool
    ) -> Iterator[_Part]:
        if not _is_schema(schema):
            raise UnsupportedSchema(pointer, "must be a schema with a type")
        self._parts_read += 1
        if self._parts_read > MOST_PARTS:
            raise UnsupportedSchema(pointer, "the references unfold to more than a form can hold")
        yield _Part(schema, pointer, sure)
        if "$dynamicRef" in schema:
            raise UnsupportedSchema(
                f"{pointer}/$dynamicRef", "only `$ref` within the document is followed"
            )
        if "$ref" in schema:
            yield from self._referred(schema["$ref"], pointer, seen, sure=sure)
        for keyword in ("allOf", *_BRANCHES):
            branches = schema.get(keyword, [])
            if not isinstance(branches, list):
                raise UnsupportedSchema(f"{pointer}/{keyword}", "must be a list of schemas")
            for index, branch in enumerate(branches):
                certain = sure and keyword == "allOf"
                yield from self._parts(branch, f"{pointer}/{keyword}/{index}", seen, sure=certain)
        for keyword in ("then", "else"):
            if _is_schema(schema.get(keyword)):
                yield from self._parts(schema[keyword], f"{pointer}/{keyword}", seen, sure=False)

    def _referred(
        self, target: object, pointer: str, seen: frozenset[str], *, sure: bool
    ) -> Iterator[_Part]:
        if not isinstance(target, str) or not (target == "#" or target.startswith("#/")):
            raise UnsupportedSchema(
                f"{pointer}/$ref", "only references within the document are followed"
            )
        if target in seen:
            raise UnsupportedSchema(f"{pointer}/$ref", "refers to itself")
        found = self._target(target, pointer)
        yield from self._parts(found, target[1:], seen | {target}, sure=sure)

    def _target(self, reference: str, pointer: str) -> object:
        found: object = self._root
        for step in reference[1:].split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(found, Mapping) and name in found:
                found = found[name]
            elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
                found = found[int(name)]
            else:
                raise UnsupportedSchema(
                    f"{pointer}/$ref", f"'{reference}' leads nowhere in the document"
                )
        return found


def _is_schema(schema: object) -> TypeGuard[Schema]:
    return isinstance(schema, Mapping)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _refuse_open(part: _Part) -> None:
    for keyword in _OPEN:
        if part.schema.get(keyword, False) not in (False, True):
            raise UnsupportedSchema(
                f"{part.pointer}/{keyword}", "expressions need each field by its name and type"
            )


def _type_words(part: _Part) -> set[str]:
    given = part.schema.get("type")
    if given is not None:
        listed = given if isinstance(given, list) else [given]
        words = {word if isinstance(word, str) else "" for word in listed}
        words.discard("null")
        unknown = words - {*_KINDS, "object", "array"}
        if unknown or not words:
            raise UnsupportedSchema(
                f"{part.pointer}/type", "must be one type of JSON Schema, beside null at most"
            )
        return words
    if "properties" in part.schema:
        return {"object"}
    if "items" in part.schema:
        return {"array"}
    return {_word(value, part.pointer) for value in _fixed(part.schema) if value is not None}


def _word(value: object, pointer: str) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    raise UnsupportedSchema(pointer, "fixed values must be text, numbers, true or false")


def _fixed(schema: Schema) -> list[object]:
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum", [])
    return list(values) if isinstance(values, list) else []


def _narrows_only(schema: object) -> bool:
    typing = ("type", "properties", "items", "$ref", "allOf", *_BRANCHES)
    return _is_schema(schema) and not any(keyword in schema for keyword in typing)


def _properties(parts: Sequence[_Part]) -> dict[str, list[_Part]]:
    found: dict[str, list[_Part]] = {}
    for part in parts:
        properties = part.schema.get("properties", {})
        if not _is_schema(properties):
            raise UnsupportedSchema(f"{part.pointer}/properties", "must be an object of schemas")
        for name, below in properties.items():
            pointer = f"{part.pointer}/properties/{_escape(name)}"
            if not _is_schema(below):
                raise UnsupportedSchema(pointer, "must be a schema with a type")
            found.setdefault(name, []).append(_Part(below, pointer, part.sure))
    return found


def _required(schema: Schema) -> list[str]:
    names = schema.get("required", [])
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _limits(parts: Sequence[_Part]) -> Limits:
    """Return the limits that hold whatever branch applies."""
    values: tuple[str | int | bool, ...] | None = None
    lows, highs = [], []
    for part in parts:
        allowed = _allowed(part.schema) if part.sure else None
        if allowed is not None:
            values = (
                allowed if values is None else tuple(value for value in values if value in allowed)
            )
        if part.sure:
            lows += _bounds(part.schema, "minimum", "exclusiveMinimum", 1)
            highs += _bounds(part.schema, "maximum", "exclusiveMaximum", -1)
    return Limits(values, max(lows, default=None), min(highs, default=None))


def _allowed(schema: Schema) -> tuple[str | int | bool, ...] | None:
    """Return the fixed values of a schema, also when each branch of a choice fixes one, as labelled choices do."""
    fixed = _fixed(schema)
    for keyword in _BRANCHES:
        branches = schema.get(keyword)
        if not fixed and isinstance(branches, list):
            each = [_fixed(branch) if _is_schema(branch) else [] for branch in branches]
            fixed = [value for values in each for value in values] if all(each) else []
    simple = tuple(value for value in fixed if isinstance(value, str | int))
    return simple or None


def _bounds(schema: Schema, inclusive: str, exclusive: str, step: int) -> list[int]:
    found = []
    value, strict = schema.get(inclusive), schema.get(exclusive)
    if isinstance(value, int) and not isinstance(value, bool):
        found.append(value)
    if isinstance(strict, int) and not isinstance(strict, bool):
        found.append(strict + step)
    return found
