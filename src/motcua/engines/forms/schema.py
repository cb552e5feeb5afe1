"""Walking a form's JSON Schema: where a field's schema stands, which properties there are.

Above the fields the schema may hold only plain objects: what is required under a condition is said by
`visible` and `rules`, where a person can be told about it. Within a field (a row of a table, say) all
of JSON Schema may be used.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import jsonschema_rs

from motcua.engines.forms.document import Document, Path
from motcua.engines.forms.errors import Malformed
from motcua.engines.forms.model import Json

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_OBJECT_KEYWORDS = frozenset(
    {
        "type",
        "properties",
        "required",
        "additionalProperties",
        "title",
        "description",
        "$schema",
        "$defs",
        "$comment",
        "$ref",
        "examples",
    }
)
_ELSEWHERE = frozenset({"$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary"})
_BRANCHES = ("allOf", "anyOf", "oneOf")
_MAX_HOPS = 16  # references that lead to references

Schema = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Found:
    """A property found by its dotted path: its schema, its pointer, and what is required on the way."""

    schema: Schema
    pointer: str
    required: tuple[bool, ...]


def compile_all(document: Document, root: dict[str, Json]) -> jsonschema_rs.ValidatorMap:
    """Return the validators of every part of a schema; raise Malformed when it is no safe schema.

    Patterns run in linear time; formats are asserted; nothing is ever fetched.
    """
    faults = [
        document.fault(("schema", *path), "remote-schema", f"remove {key}: a form stands alone")
        for path, key, value in _keywords(root)
        if key in _ELSEWHERE or (key == "$ref" and not str(value).startswith("#/"))
    ]
    if root.get("$schema", DIALECT) != DIALECT:
        path = ("schema", "$schema")
        faults.append(document.fault(path, "dialect", f"write {DIALECT}, or leave it out"))
    if faults:
        raise Malformed(tuple(faults))
    patterns = jsonschema_rs.RegexOptions()
    try:
        # The map leaves out the check of patterns and formats that compiling the whole makes.
        jsonschema_rs.Draft202012Validator(
            root,
            validate_formats=True,
            ignore_unknown_formats=False,
            pattern_options=patterns,
            offline=True,
        )
        return jsonschema_rs.validator_map_for(
            {**root, "$schema": DIALECT},
            validate_formats=True,
            ignore_unknown_formats=False,
            pattern_options=patterns,
            offline=True,
        )
    except jsonschema_rs.ValidationError as error:
        place = ("schema", *error.instance_path)
        fault = document.fault(place, "bad-schema", f"JSON Schema 2020-12: {error.message[:300]}")
        raise Malformed((fault,)) from None
    except (jsonschema_rs.ReferencingError, ValueError) as error:
        raise Malformed((document.fault(("schema",), "bad-schema", str(error)),)) from None


def _keywords(root: Json) -> Iterator[tuple[Path, str, Json]]:
    """Yield each keyword with its place; the names of properties are no keywords."""
    stack: list[tuple[Json, Path, bool]] = [(root, (), False)]
    while stack:
        node, path, is_names = stack.pop()
        if isinstance(node, dict):
            for key, value in node.items():
                if not is_names:
                    if key in ("enum", "const", "examples", "default"):
                        continue
                    yield (*path, key), key, value
                names = not is_names and key in ("properties", "$defs", "patternProperties")
                stack.append((value, (*path, key), names))
        elif isinstance(node, list):
            stack.extend((item, (*path, index), False) for index, item in enumerate(node))


def find(root: Schema, path: tuple[str, ...]) -> Found | None:
    """Return the property at a dotted path, through local references; None when there is none."""
    schema, pointer = root, "#"
    required: list[bool] = []
    for name in path:
        is_required = False
        below: Json = None
        for place, at in _chain(root, schema, pointer):
            needed = place.get("required")
            is_required = is_required or (isinstance(needed, list) and name in needed)
            properties = place.get("properties")
            if below is None and isinstance(properties, dict) and name in properties:
                below = properties[name]
                pointer = f"{at}/properties/{name.replace('~', '~0').replace('/', '~1')}"
        if not isinstance(below, dict):
            return None
        schema = below
        required.append(is_required)
    return Found(resolved(root, schema), pointer, tuple(required))


def _chain(root: Schema, schema: Schema, pointer: str) -> Iterator[tuple[Schema, str]]:
    """Yield a schema and those its reference leads to."""
    for _ in range(_MAX_HOPS):
        yield schema, pointer
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return
        target = _target(root, reference)
        if target is None:
            return
        schema, pointer = target, reference


def _target(root: Schema, reference: str) -> Schema | None:
    found: Json = dict(root)
    for step in reference.removeprefix("#/").split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            return None
    return found if isinstance(found, dict) else None


def resolved(root: Schema, schema: Schema) -> Schema:
    """Return a schema with its reference put in its place; what stands beside the reference wins."""
    if "$ref" not in schema:
        return schema
    merged: dict[str, Json] = {}
    for place, _ in _chain(root, schema, "#"):
        merged = {**place, **merged}
    merged.pop("$ref", None)
    return merged


def properties(root: Schema, schema: Schema, depth: int = 0) -> dict[str, Schema]:
    """Return every property an object may have, in whatever branch it is described."""
    schema = resolved(root, schema)
    found: dict[str, Schema] = {}
    own = schema.get("properties")
    if isinstance(own, dict):
        found.update({name: each for name, each in own.items() if isinstance(each, dict)})
    branches: list[Json] = [schema.get("then"), schema.get("else")]
    for keyword in _BRANCHES:
        listed = schema.get(keyword)
        branches += listed if isinstance(listed, list) else []
    for branch in branches:
        if isinstance(branch, dict) and depth < _MAX_HOPS:
            for name, below in properties(root, branch, depth + 1).items():
                found.setdefault(name, below)
    return found


def types(schema: Schema) -> frozenset[str]:
    """Return the JSON types a resolved schema names, null left out; by its values when it names none."""
    given = schema.get("type")
    words = given if isinstance(given, list) else [given]
    named = frozenset(word for word in words if isinstance(word, str) and word != "null")
    if named:
        return named
    if "properties" in schema:
        return frozenset({"object"})
    if "items" in schema:
        return frozenset({"array"})
    values = schema.get("enum")
    fixed = values if isinstance(values, list) else [schema["const"]] if "const" in schema else []
    return frozenset(_type_of(value) for value in fixed if value is not None)


def _type_of(value: Json) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "string" if isinstance(value, str) else "object"


def options(schema: Schema) -> tuple[Json, ...]:
    """Return the fixed values of a resolved schema, or of the items of a list; none when it is open."""
    values = schema.get("enum")
    if isinstance(values, list):
        return tuple(value for value in values if value is not None)
    return (schema["const"],) if "const" in schema else ()


def items(root: Schema, schema: Schema) -> Schema:
    """Return the resolved schema of a list's items; empty when it says nothing."""
    below = schema.get("items")
    return resolved(root, below) if isinstance(below, dict) else {}


def unsupported_keywords(schema: Schema) -> list[str]:
    """Return the keywords that an object above the fields may not have."""
    return sorted(set(schema) - _OBJECT_KEYWORDS)
