"""Questions of a form as pages ask them, and answers as people read them."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from motcua.design import rules as design
from motcua.design.values import Choice, Fact, Input
from motcua.engines.forms import model as forms
from motcua.engines.forms import posted
from motcua.engines.forms import schema as schemas
from motcua.identity.values import Person
from motcua.portal.queries import words
from motcua.portal.values import Answers

_COMPLETIONS = {  # WCAG 2.2, 1.3.5: what browsers fill in for the person who applies
    "population.full_name": "name",
    "population.phone": "tel",
    "population.residence": "street-address",
    "population.email": "email",
    "population.birth_date": "bday",
}
_TYPED = frozenset({"text", "textarea", "personal_id", "phone", "email", "address"})
_LONGEST = 1_000  # characters of a text without a limit of its own, as the engine takes them


def known(person: Person) -> Mapping[str, str]:
    """Return what is known of a person, by the names that forms use to ask for it."""
    facts = {
        "population.full_name": person.name,
        "population.personal_id": person.personal_id,
        "population.residence": person.address,
        "population.phone": person.phone,
        "population.email": person.email,
        "population.birth_date": person.birth_date.isoformat() if person.birth_date else "",
    }
    return {name: value for name, value in facts.items() if value}


def page_of(form: forms.Form, path: str) -> forms.Page | None:
    """Return the page that asks for a place in the answers."""
    steps = path.split(".")
    for depth in range(len(steps), 0, -1):
        found = form.questions.get(".".join(steps[:depth]))
        if found is not None:
            return found.page
    return form.pages[0] if form.pages else None


@dataclass(frozen=True, slots=True)
class Asker:
    """Makes questions of fields, with what was answered, what is known, and what is wrong."""

    form: forms.Form
    answers: Answers
    language: str
    errors: Mapping[str, str] = field(default_factory=dict)
    warnings: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)

    def question(self, asked: forms.Field) -> Input:
        """Return a field as a question."""
        found = self.form.questions[asked.name]
        value = posted.at(self.answers, asked.path)
        source = ""
        if value is None and asked.prefill in self.known:
            value = self.known[asked.prefill]
            source = str(words.SOURCES[asked.prefill.split(".")[0]])
        inner = schemas.items(self.form.schema, found.schema)
        is_list = asked.widget == "checkbox" and "array" in schemas.types(found.schema)
        return replace(
            self._input(asked, inner if is_list else found.schema, value, asked.name),
            parts=tuple(self._parts(asked, found.schema, value)),
            rows=tuple(self._rows(asked, inner, value)),
            source=source,
            autocomplete=_COMPLETIONS.get(asked.prefill, ""),
            max_length=_limit(found.schema) if asked.widget in _TYPED else 0,
            is_required=found.is_required,
            is_multiple=is_list,
        )

    def _input(
        self, asked: forms.Field | forms.Part, schema: schemas.Schema, value: forms.Json, path: str
    ) -> Input:
        return Input(
            name=path,
            label=asked.label.in_language(self.language),
            widget=asked.widget,
            help=asked.help.in_language(self.language) if asked.help else "",
            value=posted.shown(value, asked.widget, self.language),
            day_parts=posted.day_parts(value) if asked.widget == "date" else ("", "", ""),
            errors=(self.errors[path],) if path in self.errors else (),
            warnings=(self.warnings[path],) if path in self.warnings else (),
            choices=self._choices(asked, schema, value),
        )

    def _choices(
        self, asked: forms.Field | forms.Part, schema: schemas.Schema, value: forms.Json
    ) -> tuple[Choice, ...]:
        if asked.widget not in {"radio", "select", "checkbox"}:
            return ()
        chosen = value if isinstance(value, list) else [value]
        options = schemas.options(schema)
        if asked.widget == "checkbox":
            options = tuple(each for each in options if not isinstance(each, bool))
        elif not options and "boolean" in schemas.types(schema):
            options = (True, False)
        return tuple(
            Choice(
                posted.shown(each, asked.widget),
                self._label(asked, posted.shown(each, asked.widget)),
                is_chosen=value is not None and each in chosen,
            )
            for each in options
        )

    def _label(self, asked: forms.Field | forms.Part, value: str) -> str:
        if value in asked.options:
            return asked.options[value].in_language(self.language)
        return {"true": _("Yes"), "false": _("No")}.get(value, value)

    def _parts(
        self, asked: forms.Field, schema: schemas.Schema, value: forms.Json
    ) -> Iterator[Input]:
        if asked.widget == "address" and asked.parts:
            record = value if isinstance(value, dict) else {}
            yield from self._inner(asked, schema, record, asked.name)

    def _rows(
        self, asked: forms.Field, inner: schemas.Schema, value: forms.Json
    ) -> Iterator[tuple[Input, ...]]:
        if asked.widget != "table":
            return
        rows = value if isinstance(value, list) and value else [{}]
        for number, row in enumerate(rows[: posted.MAX_ROWS]):
            record = row if isinstance(row, dict) else {}
            yield tuple(self._inner(asked, inner, record, f"{asked.name}.{number}"))

    def _inner(
        self,
        asked: forms.Field,
        inner: schemas.Schema,
        record: Mapping[str, forms.Json],
        prefix: str,
    ) -> Iterator[Input]:
        below = schemas.properties(self.form.schema, inner)
        listed = schemas.resolved(self.form.schema, inner).get("required")
        needed = listed if isinstance(listed, list) else []
        for part in asked.parts:
            schema = schemas.resolved(self.form.schema, below.get(part.name, {}))
            shown = self._input(part, schema, record.get(part.name), f"{prefix}.{part.name}")
            yield replace(shown, is_inner=True, is_required=part.name in needed)


def answered(
    form: forms.Form, page: forms.Page, found: forms.Validated, language: str
) -> Iterator[Fact]:
    """Yield the answers of a page in words; a question that is shown and not answered has no lines."""
    visible = frozenset(found.visible)
    for asked in page.fields:
        if asked.name not in visible or asked.is_hidden:
            continue
        value = posted.at(found.answers, asked.path)
        if asked.widget == "table":
            rows = value if isinstance(value, list) else []
            lines = tuple(_row(asked, row, language) for row in rows if isinstance(row, dict))
        else:
            told = in_words(asked, value, language)
            lines = tuple(told.split("\n")) if told else ()
        yield Fact(asked.label.in_language(language), lines)


def in_words(asked: forms.Field | forms.Part, value: forms.Json, language: str) -> str:
    """Return an answer as people read it: the option's label, 22/11/2026, 100.000 ₫."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, list):
        return ", ".join(in_words(asked, each, language) for each in value)
    if isinstance(value, dict):
        parts = asked.parts if isinstance(asked, forms.Field) else ()
        told = [in_words(part, value[part.name], language) for part in parts if part.name in value]
        return ", ".join(told)
    plain = posted.shown(value, asked.widget, language)
    if plain in asked.options:
        return asked.options[plain].in_language(language)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if asked.widget == "money" and isinstance(value, int):
        return design.money(value)
    if asked.widget == "date":
        return _day(str(value))
    return plain


def _row(asked: forms.Field, row: Mapping[str, forms.Json], language: str) -> str:
    told = (
        (part.label.in_language(language), in_words(part, row.get(part.name), language))
        for part in asked.parts
    )
    return ", ".join(f"{label}: {value}" for label, value in told if value)


def _day(text: str) -> str:
    try:
        return f"{datetime.date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return " ".join(part for part in posted.day_parts(text) if part)


def _limit(schema: schemas.Schema) -> int:
    limit = schema.get("maxLength")
    return limit if isinstance(limit, int) else _LONGEST
