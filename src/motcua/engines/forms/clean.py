"""Making answers that nobody vouches for safe to look at: types, characters, sizes, spaces.

Texts become NFC (one spelling of each Vietnamese letter), trimmed, with line feeds for line ends. An
empty text, list or object, and null, are no answer. What no store or engine can hold (half a
character, a number beyond 64 bits, a value of another type) is left out, with an error.
"""

import datetime
import math
import re
import unicodedata
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from motcua.engines.forms import schema as schemas
from motcua.engines.forms.model import FieldError, Json

MAX_DEPTH = 16
MAX_VALUES = 20_000
MAX_CHARACTERS = 1_000_000
MAX_TEXT = 1_000  # characters, where the schema gives no maxLength
MAX_ITEMS = 1_000  # as many as expressions take
MAX_ERRORS = 200
MAX_MARKS = 30  # marks on one letter, as the Stream-Safe Text Format has it (Unicode UAX 15, 13)
_LEAST, _MOST = -(2**63), 2**63 - 1
# Control characters; line and paragraph separators; the overrides that make a text read otherwise
# than it is written (Unicode TR 36); the byte order mark; half characters.
_BAD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_BAD_IN_LINES = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


class _Missing:
    """The type of MISSING."""


MISSING = _Missing()


def is_too_large(answers: object) -> bool:
    """Tell whether answers nest too deep, or are too many or too long to look at one by one."""
    values = characters = 0
    stack: list[tuple[object, int]] = [(answers, 0)]
    while stack:
        value, depth = stack.pop()
        values += 1
        if isinstance(value, str):
            characters += len(value)
        elif isinstance(value, dict):
            characters += sum(len(key) for key in value if isinstance(key, str))
            stack.extend((each, depth + 1) for each in value.values())
        elif isinstance(value, list):
            stack.extend((each, depth + 1) for each in value)
        if values + len(stack) > MAX_VALUES or characters > MAX_CHARACTERS or depth > MAX_DEPTH:
            return True
    return False


@dataclass(slots=True)
class Cleaner:
    """One walk over answers beside their schema. `many_lines`: paths of texts that may have them."""

    root: schemas.Schema
    many_lines: AbstractSet[str]
    errors: list[FieldError] = field(default_factory=list)

    def error(self, path: str, code: str, **params: str | float) -> _Missing:
        """Note an error and return MISSING; as many can come as there are values, and no more."""
        self.errors.append(FieldError(path, code, params))
        return MISSING

    def value(self, value: object, schema: schemas.Schema, path: str, name: str) -> Json | _Missing:
        """Return a value made clean, or MISSING; `name` is its path without the numbers of rows."""
        schema = schemas.resolved(self.root, schema)
        types = schemas.types(schema)
        if value is None:
            return MISSING
        if isinstance(value, str) and "string" in types:
            return self._text(value, schema, path, name)
        if isinstance(value, bool):
            return value if "boolean" in types else self._wrong_type(path, types)
        if isinstance(value, int | float):
            return self._number(value, schema, path)
        if isinstance(value, dict) and "object" in types:
            return self.record(value, schema, path, name)
        if isinstance(value, list) and "array" in types:
            return self._list(value, schema, path, name)
        if isinstance(value, str) and not value.strip():
            return MISSING  # an empty box of a page, whatever it asks for
        return self._wrong_type(path, types)

    def _wrong_type(self, path: str, types: frozenset[str]) -> _Missing:
        return self.error(path, "type", expected=" ".join(sorted(types)))

    def _number(self, value: float, schema: schemas.Schema, path: str) -> Json | _Missing:
        types = schemas.types(schema)
        if not types & {"number", "integer"}:
            return self._wrong_type(path, types)
        if isinstance(value, float):
            if "integer" in types and value.is_integer() and abs(value) <= 2**53:
                return int(value)  # JSON Schema 2020-12, 6.1.1: 1.0 is a whole number
            fits = "number" in types and math.isfinite(value)
            return value if fits else self._wrong_type(path, types)
        if value > _MOST:
            return self.error(path, "maximum", limit=_bound(schema, "maximum", _MOST))
        if value < _LEAST:
            return self.error(path, "minimum", limit=_bound(schema, "minimum", _LEAST))
        return value

    def _text(self, value: str, schema: schemas.Schema, path: str, name: str) -> Json | _Missing:
        has_lines = name in self.many_lines
        if has_lines:
            value = value.replace("\r\n", "\n").replace("\r", "\n")
        if not value.isascii() and has_piled_marks(value):
            return self.error(path, "control_characters")
        value = unicodedata.normalize("NFC", value).strip()
        if not value:
            return MISSING
        if (_BAD_IN_LINES if has_lines else _BAD).search(value):
            return self.error(path, "control_characters")
        fixed = schemas.options(schema) or "maxLength" in schema
        if not fixed and len(value) > MAX_TEXT:
            self.error(path, "too_long", limit=MAX_TEXT)
        if schema.get("format") == "date" and not is_day(value):
            return self.error(path, "format_date")
        return value

    def record(
        self, value: dict[object, object], schema: schemas.Schema, path: str, name: str
    ) -> dict[str, Json]:
        """Return an object made clean: unknown keys are left out with an error."""
        properties = schemas.properties(self.root, schema)
        cleaned: dict[str, Json] = {}
        for key, below in value.items():
            if not isinstance(key, str) or key not in properties:
                self.error(_join(path, _shown(key)), "unknown_field")
                continue
            made = self.value(below, properties[key], _join(path, key), _join(name, key))
            if not isinstance(made, _Missing) and made not in ({}, []):
                cleaned[key] = made
        return cleaned

    def _list(
        self, value: list[object], schema: schemas.Schema, path: str, name: str
    ) -> Json | _Missing:
        if len(value) > MAX_ITEMS:
            return self.error(path, "too_many_items", limit=MAX_ITEMS)
        below, before = schemas.items(self.root, schema), len(self.errors)
        made = [
            self.value(item, below, _join(path, str(at)), name) for at, item in enumerate(value)
        ]
        kept = [each for each in made if not isinstance(each, _Missing)]
        # An item that is left out would move those after it to another row: leave all out instead.
        if len(kept) == len(made):
            return kept
        if len(self.errors) == before:
            self.error(path, "type", expected=" ".join(sorted(schemas.types(below))))
        return MISSING


def _bound(schema: schemas.Schema, keyword: str, otherwise: int) -> int:
    """Return a schema's own bound for a number that is beyond any, since that is what helps."""
    given = schema.get(keyword)
    return given if isinstance(given, int) else otherwise


def has_piled_marks(text: str) -> bool:
    """Tell whether more marks stand on one letter than any language has.

    Putting marks in order takes time with the square of their number: a megabyte of them is an hour.
    """
    pile = 0
    for mark in map(unicodedata.combining, text):
        pile = pile + 1 if mark else 0
        if pile > MAX_MARKS:
            return True
    return False


def is_day(text: str) -> bool:
    """Tell whether a text is a day of the calendar, as 2026-01-31."""
    try:
        return len(text) == 10 and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def _join(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step


def _shown(key: object) -> str:
    """Return a key of unknown make as a short text that can be printed and stored."""
    text = key if isinstance(key, str) else type(key).__name__
    return _BAD.sub("?", text[:80]) or "?"
