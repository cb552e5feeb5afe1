"""Checking a form: every fault at once, so that what is published can be filled in and understood."""

from collections.abc import Iterator, Mapping

from motcua.engines.expressions import model as expressions
from motcua.engines.forms import schema as schemas
from motcua.engines.forms.model import Condition, Field, Form, Json, Page, Part, Question, Text

_TEXT = frozenset({"string"})
_CHOICE = frozenset({"string", "integer"})
# Which JSON types each widget can ask for.
_TYPES: Mapping[str, frozenset[str]] = {
    "text": _TEXT,
    "textarea": _TEXT,
    "number": frozenset({"integer", "number"}),
    "money": frozenset({"integer"}),
    "date": _TEXT,
    "radio": _CHOICE | {"boolean"},
    "select": _CHOICE,
    "checkbox": frozenset({"boolean", "array"}),
    "personal_id": _TEXT,
    "phone": _TEXT,
    "email": _TEXT,
    "address": frozenset({"string", "object"}),
    "table": frozenset({"array"}),
    "file": frozenset({"string", "array"}),
}
_FORMATS = {"date": "date", "email": "email"}
_CHOICES = frozenset({"radio", "select", "checkbox"})


def check(form: Form) -> tuple[expressions.Fault, ...]:
    """Return every fault of a form, those of reading it included, in the order of its lines."""
    found = [
        *form.faults,
        *_objects(form),
        *_coverage(form),
        *_widgets(form),
        *_visibility(form),
        *_cycles(form),
        *_rules(form),
        *_agreements(form),
    ]
    return expressions.in_order(found)


def _schema_fault(form: Form, path: tuple[str, ...], code: str, message: str) -> expressions.Fault:
    place: tuple[str | int, ...] = ("schema",)
    for name in path:
        place = (*place, "properties", name)
    while place and place not in form.places:
        place = place[:-1]
    line, column = form.places.get(place, (1, 1))
    return expressions.Fault(code, message, ".".join(path), line, column)


# ---- the schema against the pages


def _objects(form: Form) -> Iterator[expressions.Fault]:
    """Yield faults of the objects above the fields: only plain ones can be asked about."""
    above = {each.path[:depth] for each in form.fields for depth in range(len(each.path))}
    for path in sorted(above):
        found = schemas.find(form.schema, path)
        schema = found.schema if found else form.schema
        for keyword in schemas.unsupported_keywords(schema):
            message = (
                f"'{keyword}' cannot stand above fields: use visible, rules, or a field's schema"
            )
            yield _schema_fault(form, path, "unsupported-keyword", message)
        extra = schema.get("additionalProperties", False)
        if extra is not False:
            message = "answers nobody asked for are refused: set additionalProperties to false"
            yield _schema_fault(form, path, "open-object", message)
        needed, given = schema.get("required"), schemas.properties(form.schema, schema)
        for name in needed if isinstance(needed, list) else []:
            if name not in given:
                message = f"'{name}' is required but is no property: no one could ever answer it"
                yield _schema_fault(form, path, "unknown-required", message)


def _coverage(form: Form) -> Iterator[expressions.Fault]:
    """Yield a fault for each property shown nowhere, and each shown as a part of two fields."""
    names = {each.path for each in form.fields}
    for each in form.fields:
        for depth in range(1, len(each.path)):
            if each.path[:depth] in names:
                outer = ".".join(each.path[:depth])
                yield each.fault("shown-twice", f"the field '{outer}' shows this already")
    for path in _leaves(form, form.schema, ()):
        if not any(path[:depth] in names for depth in range(1, len(path) + 1)):
            message = f"no page shows '{'.'.join(path)}': add it, or mark it hidden: true"
            yield _schema_fault(form, path, "not-shown", message)


def _leaves(form: Form, schema: schemas.Schema, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, below in schemas.properties(form.schema, schema).items():
        plain = schemas.resolved(form.schema, below)
        if "object" in schemas.types(plain):
            yield from _leaves(form, plain, (*path, name))
        else:
            yield (*path, name)


def _widgets(form: Form) -> Iterator[expressions.Fault]:
    for question in form.questions.values():
        each = question.field
        if each.is_hidden:
            if question.is_required:
                message = "a hidden question is never answered: do not require it"
                yield each.fault("hidden-required", message)
            continue
        for code, message in _asked(form, each, question.schema, each.name):
            yield each.fault(code, message)
        yield from _parts(form, question)


def _asked(
    form: Form, each: Field | Part, schema: schemas.Schema, name: str
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong between a widget, its options and its schema."""
    found, takes = schemas.types(schema), _TYPES[each.widget]
    if len(found) != 1 or not found <= takes:
        words = " or ".join(sorted(takes))
        message = (
            f"the widget {each.widget} asks for {words}; '{name}' is {' or '.join(sorted(found))}"
        )
        yield "widget-type", message
        return
    below = schemas.items(form.schema, schema) if "array" in found else schema
    wanted = _FORMATS.get(each.widget)
    if wanted and schema.get("format") != wanted:
        yield "widget-format", f"the widget {each.widget} needs format: {wanted} in the schema"
    if schema.get("format") == "date" and each.widget != "date":
        yield "widget-format", f"'{name}' is a date: use the widget date"
    allowed = schemas.options(below)
    if each.widget in _CHOICES and not allowed and schemas.types(below) != {"boolean"}:
        yield "no-options", f"the widget {each.widget} needs an enum in the schema of '{name}'"
    if each.widget not in _CHOICES and each.options:
        yield "no-options", f"the widget {each.widget} offers nothing to choose: remove options"
    elif each.widget in _CHOICES:
        yield from _options(each.options, allowed, schemas.types(below) == {"boolean"}, name)


def _options(
    labels: Mapping[str, Text], allowed: tuple[Json, ...], is_truth: bool, name: str
) -> Iterator[tuple[str, str]]:
    values = ["true", "false"] if is_truth else [str(value) for value in allowed]
    if is_truth and not labels:
        return  # a single tick needs no words but its label
    for value in values:
        if value not in labels:
            yield "unlabelled-option", f"the option '{value}' of '{name}' has no label"
    for value in labels:
        if value not in values:
            yield "unknown-option", f"'{value}' is no value of '{name}' in the schema"


def _parts(form: Form, question: Question) -> Iterator[expressions.Fault]:
    each, schema = question.field, question.schema
    below = schemas.items(form.schema, schema) if each.widget == "table" else schema
    given = schemas.properties(form.schema, below) if "object" in schemas.types(below) else {}
    if each.widget == "table" and not given:
        yield each.fault("widget-type", "a table needs a list of objects with properties")
    if each.parts and each.widget not in ("table", "address"):
        yield each.fault("no-parts", f"the widget {each.widget} has no parts: remove them")
        return
    names = [part.name for part in each.parts]
    for name in given:
        if names.count(name) != 1:
            message = f"name '{name}' once among the parts of '{each.name}', with its label"
            yield each.fault("part-not-shown", message)
    for part in each.parts:
        if part.name not in given:
            message = f"'{part.name}' is no property within '{each.name}'"
            yield each.fault("unknown-part", message)
        elif part.widget in ("table", "address"):
            yield each.fault("widget-type", f"a part cannot be a {part.widget}")
        else:
            name = f"{each.name}.{part.name}"
            plain = schemas.resolved(form.schema, given[part.name])
            for code, message in _asked(form, part, plain, name):
                yield each.fault(code, message)


# ---- what is shown when


def _read_by(form: Form, condition: Condition) -> list[Field]:
    """Return the fields whose answers a condition reads."""
    found = []
    for each in form.fields:
        inside = each.name + "."
        if any(
            read == each.name or read.startswith(inside) or each.name.startswith(read + ".")
            for read in condition.reads
        ):
            found.append(each)
    return found


def _conditions(form: Form) -> Iterator[tuple[Condition, Page, Field | None]]:
    for page in form.pages:
        if page.visible is not None:
            yield page.visible, page, None
        for each in page.fields:
            if each.visible is not None:
                yield each.visible, page, each


def _visibility(form: Form) -> Iterator[expressions.Fault]:
    order = {each.name: index for index, page in enumerate(form.pages) for each in page.fields}
    indexes = {page.id: index for index, page in enumerate(form.pages)}
    for condition, page, _ in _conditions(form):
        for read in _read_by(form, condition):
            if read.is_hidden:
                message = f"'{read.name}' is hidden, so this never changes: read another field"
            elif order[read.name] > indexes[page.id]:
                message = f"'{read.name}' is asked on a later page: ask it earlier"
            else:
                continue
            yield expressions.Fault(
                "reads-unasked", message, page.id, condition.line, condition.column
            )
    for condition, page, at in _conditions(form):
        yield from _unguarded(form, condition, at.name if at else page.id)


def _cycles(form: Form) -> Iterator[expressions.Fault]:
    """Yield a fault for each circle of fields that show one another."""
    needs: dict[str, set[str]] = {each.name: set() for each in form.fields}
    for condition, page, at in _conditions(form):
        read = {each.name for each in _read_by(form, condition)}
        for each in [at] if at else page.fields:
            needs[each.name] |= read
    done: set[str] = set()
    for each in form.fields:
        circle = _circle(each.name, needs, done)
        if circle:
            way = " -> ".join(circle)
            yield each.fault("circular-visibility", f"these show one another in a circle: {way}")


def _circle(start: str, needs: Mapping[str, set[str]], done: set[str]) -> list[str]:
    """Return the names along a circle reached from a field, if any; note what was looked at."""
    way: list[str] = []
    stack = [(start, iter(sorted(needs[start])))] if start not in done else []
    while stack:
        name, rest = stack[-1]
        if len(way) < len(stack):
            way.append(name)
        following = next(rest, None)
        if following is None:
            done.add(name)
            stack.pop()
            way.pop()
        elif following in way:
            done.update(way)
            return [*way[way.index(following) :], following]
        elif following not in done:
            stack.append((following, iter(sorted(needs[following]))))
    return []


# ---- rules


def _rules(form: Form) -> Iterator[expressions.Fault]:
    for rule in form.rules:
        at = form.questions.get(rule.field)
        if at is None or at.field.is_hidden:
            message = f"'{rule.field}' is no field that is shown: name the one to be corrected"
            yield expressions.Fault(
                "unknown-field", message, rule.field, rule.check.line, rule.check.column
            )
        for read in _read_by(form, rule.check):
            if read.is_hidden:
                message = f"'{read.name}' is hidden, so nobody can answer it"
                yield expressions.Fault(
                    "reads-unasked", message, rule.field, rule.check.line, rule.check.column
                )
        yield from _unguarded(form, rule.check, rule.field)


def _unguarded(form: Form, condition: Condition, element: str) -> Iterator[expressions.Fault]:
    """Yield a fault for each date that may be missing and is read without has().

    A missing date reads as 1 January 1970, which would make a person of that age out of nobody.
    """
    source = "".join(condition.expression.source.split())
    for name in sorted(condition.reads):
        question = form.questions.get(name)
        if question is None or _kind_of(form, name) is not expressions.Kind.DATE:
            continue
        sure = question.is_required and not question.field.visible and not question.page.visible
        if not sure and f"has(answers.{name})" not in source:
            message = (
                f"'{name}' may be unanswered: write !has(answers.{name}) || ... or has(...) && ..."
            )
            yield expressions.Fault(
                "unguarded-date", message, element, condition.line, condition.column
            )


def _kind_of(
    form: Form, name: str
) -> expressions.Kind | expressions.ListOf | expressions.Record | None:
    found: expressions.Kind | expressions.ListOf | expressions.Record | None = form.record
    for step in name.split("."):
        found = found.fields.get(step) if isinstance(found, expressions.Record) else None
    return found


def _agreements(form: Form) -> Iterator[expressions.Fault]:
    for each in form.fields:
        if each.agrees_with and each.widget != "personal_id":
            yield each.fault("no-agreement", "only a personal_id agrees with other fields")
        for key, name in each.agrees_with.items():
            kind = _kind_of(form, name) if name in form.questions else None
            if kind is not (
                expressions.Kind.DATE if key == "birth_date" else expressions.Kind.TEXT
            ):
                wanted = "a date" if key == "birth_date" else "the text male or female"
                yield each.fault("unknown-field", f"'{name}' is no field that holds {wanted}")
