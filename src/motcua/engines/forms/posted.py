"""Answers as a page of a browser sends them: text by name, typed here and shown again as it was typed.

A name is the field's dotted path. A date comes in three (`birth.day`, `birth.month`, `birth.year`), a
table by rows (`members.0.name`), an address with parts by part (`home.ward`). `asked` names the fields
that the page showed, so that an unticked box counts as no, and a question that was not shown as nothing.
What cannot be typed is kept as text: nothing that a person wrote is lost, and validating says what is
wrong with it.
"""

import re
from collections.abc import Mapping, Sequence

from motcua.engines.forms import schema as schemas
from motcua.engines.forms.model import Field, Form, Json, Page, Part, Path

ASKED = "asked"
MAX_ROWS = 200  # of a table; more is not read, and no form allows as many
DAY_PARTS = ("day", "month", "year")
_ROW = re.compile(r"[0-9]{1,3}")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_GROUPED = re.compile(r"-?[0-9]{1,3}([., ][0-9]{3})+")
_MONEY = re.compile(r"\s*(₫|đ|đồng|vnd|vnđ)\s*$", re.IGNORECASE)
_DECIMAL = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,15}")

Posted = Mapping[str, Sequence[str]]


def read(
    form: Form, page: Page, posted: Posted, *, before: Mapping[str, Json], language: str = "vi"
) -> dict[str, Json]:
    """Return the answers so far with those of one page in their place; names of other pages are ignored."""
    asked = _asked(page, posted)
    answers = _copied(before)
    for field in page.fields:
        if field.name not in asked or field.name not in form.questions:
            continue
        value = _field(form, field, posted, language)
        if value is None:
            _remove(answers, field.path)
        else:
            _put(answers, field.path, value)
    return answers


def with_row(answers: Mapping[str, Json], path: Path) -> dict[str, Json]:
    """Return answers whose table at a path has one more, empty row."""
    changed = _copied(answers)
    rows = at(changed, path)
    kept: list[Json] = list(rows) if isinstance(rows, list) else []
    _put(changed, path, [*kept, {}])
    return changed


def without_row(answers: Mapping[str, Json], path: Path, row: int) -> dict[str, Json]:
    """Return answers whose table at a path lacks one row, counted from nought."""
    changed = _copied(answers)
    rows = at(changed, path)
    if isinstance(rows, list) and 0 <= row < len(rows):
        kept: list[Json] = [each for number, each in enumerate(rows) if number != row]
        if kept:
            _put(changed, path, kept)
        else:
            _remove(changed, path)
    return changed


def at(answers: Mapping[str, Json], path: Path) -> Json:
    """Return the answer at a path, or None."""
    found: Json = dict(answers)
    for name in path:
        if not isinstance(found, dict) or name not in found:
            return None
        found = found[name]
    return found


def shown(value: Json, widget: str, language: str = "vi") -> str:
    """Return an answer as the text of its input: what was typed, or the number as people write it."""
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and widget == "money":
        return f"{value:,}" if language.startswith("en") else f"{value:,}".replace(",", ".")
    if isinstance(value, float):
        text = f"{value:.10f}".rstrip("0").rstrip(".")
        return text if language.startswith("en") else text.replace(".", ",")
    return str(value)


def day_parts(value: Json) -> tuple[str, str, str]:
    """Return day, month and year as three texts, as they were typed."""
    if not isinstance(value, str):
        return "", "", ""
    year, month, day = (*value.split("-", 2), "", "")[:3]
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return str(int(day)), str(int(month)), year
    return day, month, year


def _asked(page: Page, posted: Posted) -> frozenset[str]:
    names = frozenset(each.name for each in page.fields if not each.is_hidden)
    told = posted.get(ASKED)
    return names & frozenset(told) if told else names


def _field(form: Form, field: Field, posted: Posted, language: str) -> Json:
    schema = form.questions[field.name].schema
    if field.widget == "table":
        return _table(form, field, schema, posted, language)
    if field.widget == "address" and field.parts:
        inner = schemas.properties(form.schema, schema)
        return _record(form, field.parts, inner, f"{field.name}.", posted, language) or None
    return _one(form, field, schema, field.name, posted, language)


def _table(form: Form, field: Field, schema: schemas.Schema, posted: Posted, language: str) -> Json:
    prefix = f"{field.name}."
    numbers = {
        int(step)
        for name in posted
        if name.startswith(prefix) and _ROW.fullmatch(step := name[len(prefix) :].split(".", 1)[0])
    }
    inner = schemas.properties(form.schema, schemas.items(form.schema, schema))
    rows: list[Json] = []
    for number in sorted(numbers)[:MAX_ROWS]:
        row = _record(form, field.parts, inner, f"{prefix}{number}.", posted, language)
        if any(value is not False for value in row.values()):
            rows.append(row)
    return rows or None


def _record(
    form: Form,
    parts: Sequence[Part],
    inner: Mapping[str, schemas.Schema],
    prefix: str,
    posted: Posted,
    language: str,
) -> dict[str, Json]:
    record: dict[str, Json] = {}
    for part in parts:
        schema = schemas.resolved(form.schema, inner.get(part.name, {}))
        value = _one(form, part, schema, prefix + part.name, posted, language)
        if value is not None:
            record[part.name] = value
    return record


def _one(
    form: Form,
    asked: Field | Part,
    schema: schemas.Schema,
    name: str,
    posted: Posted,
    language: str,
) -> Json:
    types = schemas.types(schema)
    if asked.widget == "date":
        return _day(name, posted)
    if asked.widget == "checkbox" and "array" in types:
        options = schemas.options(schemas.items(form.schema, schema))
        chosen = [_chosen(text, options) for text in posted.get(name, ())[:MAX_ROWS] if text]
        return list(dict.fromkeys(chosen)) or None
    text = _last(posted, name)
    if asked.widget == "checkbox":
        return text == "true"
    if not text.strip():
        return None
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if options := schemas.options(schema):
        return _chosen(text, options)
    if types & {"integer", "number"}:
        return number(text, whole="number" not in types, language=language)
    return text


def number(text: str, *, whole: bool, language: str = "vi") -> Json:
    """Return a number as people write it, or the text as it is when it is none.

    `1.000.000` and `1,000,000` are a million; `12,5` is twelve and a half, in English `12.5`. The word
    for the currency behind it is passed over.
    """
    plain = _MONEY.sub("", text.replace("\u00a0", " ")).strip()
    if _WHOLE.fullmatch(plain):
        return int(plain)
    decimal = "." if language.startswith("en") else ","
    group = "," if decimal == "." else "."
    is_grouped = _GROUPED.fullmatch(plain) is not None
    if is_grouped and (whole or decimal not in plain):
        return int(re.sub(r"[., ]", "", plain))
    if whole:
        return text
    written = plain.replace(" ", "")
    if decimal in written:
        written = written.replace(group, "").replace(decimal, ".")
    return float(written) if _DECIMAL.fullmatch(written) else text


def _day(name: str, posted: Posted) -> Json:
    """Return a day in ISO 8601, or the three texts as typed, year first, when they make none."""
    day, month, year = (_last(posted, f"{name}.{part}").strip() for part in DAY_PARTS)
    if not (day or month or year):
        whole = _last(posted, name).strip()  # a page of one input, such as a date picker
        return whole or None
    if all(part.isascii() and part.isdecimal() for part in (day, month, year)):
        return f"{int(year[:6]):04d}-{int(month[:4]):02d}-{int(day[:4]):02d}"
    return "-".join(part.replace("-", " ")[:20] for part in (year, month, day))


def _chosen(text: str, options: Sequence[Json]) -> Json:
    """Return the option that a text stands for, or the text, which validating then refuses."""
    return next((option for option in options if shown(option, "select") == text), text)


def _last(posted: Posted, name: str) -> str:
    values = posted.get(name, ())
    return values[-1].replace("\r\n", "\n") if values else ""


def _copied(answers: Mapping[str, Json]) -> dict[str, Json]:
    return {
        name: _copied(value) if isinstance(value, dict) else value
        for name, value in answers.items()
    }


def _put(answers: dict[str, Json], path: Path, value: Json) -> None:
    place = answers
    for name in path[:-1]:
        below = place.get(name)
        if not isinstance(below, dict):
            below = place[name] = {}
        place = below
    place[path[-1]] = value


def _remove(answers: dict[str, Json], path: Path) -> None:
    place = answers
    above: list[tuple[dict[str, Json], str]] = []
    for name in path[:-1]:
        below = place.get(name)
        if not isinstance(below, dict):
            return
        above.append((place, name))
        place = below
    place.pop(path[-1], None)
    for parent, name in reversed(above):
        if not parent[name]:
            del parent[name]
