"""The questions of a form as the components of `design` ask them, with what was answered so far."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import get_language

from motcua.design import values as design
from motcua.engines.forms import model, posted
from motcua.intake.values import Trouble

Errors = Mapping[str, Sequence[str]]
ANSWERS = "answers."


def language() -> str:
    """Return the reader's language."""
    return get_language() or "vi"


def errors_of(troubles: Sequence[Trouble]) -> dict[str, list[str]]:
    """Return what is wrong by the path of the answer, each said once."""
    found: dict[str, list[str]] = {}
    for each in troubles:
        said = found.setdefault(each.path.removeprefix(ANSWERS), [])
        if each.message not in said:
            said.append(each.message)
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
