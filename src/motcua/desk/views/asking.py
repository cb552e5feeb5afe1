"""The questions of a form as the components of `design` ask them, with what was answered so far."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.design import values as design
from motcua.engines.forms import messages, model, posted
from motcua.intake.values import Trouble

Errors = Mapping[str, Sequence[str]]
ANSWERS = "answers."


def language() -> str:
    """Return the reader's language."""
    return get_language() or "vi"


def errors_of(troubles: Iterable[Trouble], form: model.Form) -> dict[str, list[str]]:
    """Return what is wrong by the path of the answer, each said once.

    A day is typed in three boxes here, not as ISO 8601.
    """
    found: dict[str, list[str]] = {}
    for each in troubles:
        path = each.path.removeprefix(ANSWERS)
        words = each.message
        if each.code == "format_date":
            words = _("%(label)s: enter a day, month and year that exist, such as 31 1 2026") % {
                "label": messages.label(path, form, language())
            }
        said = found.setdefault(path, [])
        if words not in said:
            said.append(words)
    return found


def question(
    form: model.Form, field: model.Field, answers: Mapping[str, model.Json], errors: Errors
) -> design.Input:
    """Return a question with its answer and what is wrong with it."""
    value = posted.at(answers, field.path)
    asked = form.questions[field.name]
    schema = asked.schema
    rows = value if isinstance(value, list) and field.widget == "table" else []
    limit = schema.get("maxLength")
    return design.Input(
        name=field.name,
        label=field.label.in_language(language()),
        widget=field.widget,
        help=field.help.in_language(language()) if field.help else "",
        value=posted.shown(value, field.widget, language()),
        day_parts=posted.day_parts(value),
        errors=tuple(errors.get(field.name, ())),
        choices=_choices(field.options, value),
        parts=tuple(_parts(field, field.name, value, errors)) if field.widget == "address" else (),
        rows=tuple(
            tuple(_parts(field, f"{field.name}.{number}", row, errors))
            for number, row in enumerate(rows)
        ),
        max_length=limit if isinstance(limit, int) and field.widget != "textarea" else 0,
        is_required=asked.is_required or asked.required_in is not None,
    )


def typed(form: model.Form, post: QueryDict, before: Mapping[str, object]) -> dict[str, model.Json]:
    """Return answers with what a page says laid over them, and a row of a table more or less."""
    said: Mapping[str, Sequence[str]] = dict(post.lists())
    answers = cast(dict[str, model.Json], dict(before))
    for page in form.pages:
        answers = posted.read(form, page, said, before=answers, language=language())
    fields = {each.name: each.path for each in form.fields if each.widget == "table"}
    wanted = post.get("add_row", "")
    if wanted in fields:
        answers = posted.with_row(answers, fields[wanted])
    name, _dot, number = post.get("remove_row", "").rpartition(".")
    if name in fields and number.isascii() and number.isdecimal() and len(number) < 4:
        answers = posted.without_row(answers, fields[name], int(number))
    return answers


def _parts(
    field: model.Field, prefix: str, value: model.Json, errors: Errors
) -> Iterator[design.Input]:
    record = value if isinstance(value, dict) else {}
    for part in field.parts:
        name, answer = f"{prefix}.{part.name}", record.get(part.name)
        yield design.Input(
            name=name,
            label=part.label.in_language(language()),
            widget=part.widget,
            help=part.help.in_language(language()) if part.help else "",
            value=posted.shown(answer, part.widget, language()),
            day_parts=posted.day_parts(answer),
            errors=tuple(errors.get(name, ())),
            choices=_choices(part.options, answer),
            is_inner=True,
        )


def _choices(options: Mapping[str, model.Text], value: model.Json) -> tuple[design.Choice, ...]:
    given = value if isinstance(value, list) else [value]
    chosen = {posted.shown(each, "select") for each in given if each is not None}
    return tuple(
        design.Choice(key, text.in_language(language()), is_chosen=key in chosen)
        for key, text in options.items()
    )
