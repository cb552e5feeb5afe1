"""Validating answers: one way for the API and for pages.

In order: sizes; types and characters; what is shown, to a fixed point, since hiding one question may
hide another; each shown answer against its schema; what is required and missing; rules. The answer to
a question that is not shown is dropped, not trusted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import jsonschema_rs

from motcua.engines.expressions import model as expressions
from motcua.engines.forms import clean, personal
from motcua.engines.forms.errors import FaultyForm, NoSuchPage
from motcua.engines.forms.model import (
    Condition,
    FieldError,
    Form,
    Json,
    Path,
    Question,
    Validated,
    WorkingDays,
)

MAX_ERRORS_OF_FIELD = 50
_NUMBERS = {
    "maxLength": "too_long",
    "minLength": "too_short",
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive_minimum",
    "exclusiveMaximum": "exclusive_maximum",
    "minItems": "too_few_items",
    "maxItems": "too_many_items",
    "multipleOf": "multiple_of",
}
_PLAIN = {
    "pattern": "pattern",
    "enum": "not_in_options",
    "const": "not_in_options",
    "uniqueItems": "duplicate_items",
    "required": "required",
    "type": "type",
}


def validate(
    form: Form,
    answers: object,
    *,
    context: Mapping[str, object] | None = None,
    working_days: WorkingDays | None = None,
    numbering: personal.Numbering = personal.DECREE_137,
) -> Validated:
    """Return what came of validating answers of any make; it raises for none of them.

    context: the values of `case` ({"case": {"channel": "online", ...}}). working_days: the count of
    the office's calendar, for rules that use it. Raises FaultyForm when the form itself has faults.
    """
    if form.faults:
        raise FaultyForm(form.faults)
    work = _Work(form, context or {}, working_days, numbering)
    if clean.is_too_large(answers):
        return replace(work.run({}), errors=(FieldError("", "too_large"),))
    if not isinstance(answers, dict):
        return replace(work.run({}), errors=(FieldError("", "type", {"expected": "object"}),))
    return work.run(answers)


def validate_page(
    form: Form,
    page_id: str,
    answers: object,
    *,
    context: Mapping[str, object] | None = None,
    working_days: WorkingDays | None = None,
) -> Validated:
    """Return what came of validating one page: all answers so far are given, for what they show.

    Errors and warnings are those of the page's own fields; rules count once every field they read has
    been asked. Raises NoSuchPage and FaultyForm.
    """
    index = next((at for at, page in enumerate(form.pages) if page.id == page_id), None)
    if index is None:
        raise NoSuchPage(f"the form has no page '{page_id}'")
    whole = validate(form, answers, context=context, working_days=working_days)
    own = {each.name for each in form.pages[index].fields}
    later = {each.name for page in form.pages[index + 1 :] for each in page.fields}
    too_early = {
        at for at, rule in enumerate(form.rules) if any(_covers(later, n) for n in rule.check.reads)
    }

    def is_here(error: FieldError) -> bool:
        if error.code == "rule" and error.params["rule"] in too_early:
            return False
        if error.code == "unknown_field" or not error.path:
            return not _covers(later, error.path)
        above = any(name.startswith(error.path + ".") for name in own)
        return above or _covers(own, error.path)

    return replace(
        whole,
        errors=tuple(each for each in whole.errors if is_here(each)),
        warnings=tuple(each for each in whole.warnings if is_here(each)),
    )


def _covers(names: set[str], path: str) -> bool:
    """Tell whether a path is one of the fields, or lies within one."""
    steps = path.split(".")
    return any(".".join(steps[:depth]) in names for depth in range(1, len(steps) + 1))


@dataclass(slots=True)
class _Work:
    """One validation of one form's answers."""

    form: Form
    context: Mapping[str, object]
    working_days: WorkingDays | None
    numbering: personal.Numbering

    def run(self, answers: dict[object, object]) -> Validated:
        cleaner = clean.Cleaner(self.form.schema, _many_lines(self.form))
        cleaned = cleaner.record(answers, self.form.schema, "", "")
        given = {
            name: value
            for name, question in self.form.questions.items()
            if (value := _at(cleaned, question.field.path)) is not None
        }
        pages, visible = self._shown(given)
        kept = {name: value for name, value in given.items() if name in visible}
        hidden = set(self.form.questions) - set(visible)
        errors = [each for each in cleaner.errors if not _covers(hidden, each.path)]
        for name in visible:
            question = self.form.questions[name]
            if name in kept:
                before = {each.path for each in errors if each.code == "too_long"}
                found = self._answered(question, kept[name])
                errors += [each for each in found if each.path not in before]
            elif self._is_missing(question, kept, errors):
                errors.append(FieldError(name, "required"))
        tree = _tree(self.form, kept)
        errors += self._broken_rules(tree, visible, errors)
        order = {name: at for at, name in enumerate(self.form.questions)}
        errors.sort(key=lambda each: _rank(order, each.path))
        warnings = tuple(self._doubts(kept, visible))
        return Validated(tree, tuple(errors[: clean.MAX_ERRORS]), warnings, visible, pages)

    # ---- what is shown

    def _shown(self, given: Mapping[str, Json]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the pages and fields that are shown, once no field changes another any more.

        The check refuses circles, so a field settles after those it reads: as many rounds as there
        are fields suffice, and realistic forms take two.
        """
        names = [name for name, each in self.form.questions.items() if not each.field.is_hidden]
        visible, pages = tuple(names), tuple(page.id for page in self.form.pages)
        for _ in range(len(names) + 1):
            shown = {name: given[name] for name in visible if name in given}
            values = self._values(_tree(self.form, shown))
            before = visible, pages
            open_pages = {p.id for p in self.form.pages if self._holds(p.visible, values)}
            visible = tuple(
                name
                for name in names
                if self.form.questions[name].page.id in open_pages
                and self._holds(self.form.questions[name].field.visible, values)
            )
            filled = {self.form.questions[name].page.id for name in visible}
            pages = tuple(page.id for page in self.form.pages if page.id in filled)
            if before == (visible, pages):
                break
        return pages, visible

    def _values(self, tree: Mapping[str, Json]) -> dict[str, object]:
        return {"case": self.context.get("case") or {}, "answers": tree}

    def _holds(self, condition: Condition | None, values: Mapping[str, object]) -> bool:
        """Tell whether a condition is true; one that has no result shows the question, to be safe."""
        if condition is None:
            return True
        try:
            return condition.expression.evaluate(values, working_days=self.working_days) is True
        except expressions.EvaluationFailed:
            return True

    # ---- each answer

    def _answered(self, question: Question, value: Json) -> list[FieldError]:
        name = question.field.name
        errors: list[FieldError] = []
        try:
            for found in question.validator.iter_errors(value):
                errors += _translated(name, found)
                if len(errors) >= MAX_ERRORS_OF_FIELD:
                    break
        except ValueError:  # the validator's own limits, as on numbers it cannot hold
            errors.append(FieldError(name, "invalid"))
        wrong = {each.path for each in errors}
        for path, widget, text in _texts(question, value):
            if path in wrong:
                continue
            if widget == "personal_id" and not personal.is_number(text):
                errors.append(FieldError(path, "personal_id"))
            elif widget == "phone" and not _is_phone(text):
                errors.append(FieldError(path, "phone"))
        return errors

    def _is_missing(
        self, question: Question, kept: Mapping[str, Json], errors: list[FieldError]
    ) -> bool:
        name, within = question.field.name, question.required_in
        if any(each.path == name or each.path.startswith(name + ".") for each in errors):
            return False  # there was an answer, and its error is told already
        if within is None:
            return question.is_required
        inside = ".".join(within) + "."
        return any(other.startswith(inside) for other in kept)

    # ---- over several answers

    def _broken_rules(
        self, tree: Mapping[str, Json], visible: tuple[str, ...], errors: list[FieldError]
    ) -> Iterator[FieldError]:
        """Yield an error for each rule that is false.

        Rules wait until what they read has no error of its own, and do not apply to a hidden field.
        """
        values, shown = self._values(tree), set(visible)
        wrong = {each.path for each in errors}
        for at, rule in enumerate(self.form.rules):
            if rule.field not in shown or any(
                path == read or path.startswith(read + ".") or read.startswith(path + ".")
                for path in wrong
                for read in rule.check.reads
            ):
                continue
            try:
                result = rule.check.expression.evaluate(values, working_days=self.working_days)
            except expressions.EvaluationFailed:
                yield FieldError(rule.field, "rule_without_result", {"rule": at})
            else:
                if result is not True:
                    yield FieldError(rule.field, "rule", {"rule": at})

    def _doubts(self, kept: Mapping[str, Json], visible: tuple[str, ...]) -> Iterator[FieldError]:
        for name in visible:
            question = self.form.questions[name]
            agrees = question.field.agrees_with
            birth_date, sex = (kept.get(agrees.get(key, "")) for key in ("birth_date", "sex"))
            for path, widget, text in _texts(question, kept.get(name)):
                if widget == "personal_id" and personal.is_number(text):
                    yield from personal.doubts(
                        text,
                        path=path,
                        numbering=self.numbering,
                        birth_date=birth_date if isinstance(birth_date, str) else "",
                        sex=sex if isinstance(sex, str) else "",
                    )


def _translated(name: str, found: jsonschema_rs.ValidationError) -> Iterator[FieldError]:
    """Yield our error for one of the validator's, without the answer that caused it."""
    path = ".".join([name, *map(str, found.instance_path)])
    kind, value = found.kind.name, found.kind.value
    if kind in _NUMBERS:
        limit = value if isinstance(value, int | float) else str(value)
        yield FieldError(path, _NUMBERS[kind], {"limit": limit})
    elif kind == "format":
        yield FieldError(path, f"format_{str(value).replace('-', '_')}")
    elif kind == "required":
        yield FieldError(f"{path}.{value}", "required")
    elif kind == "const" and value is True:
        yield FieldError(path, "required")  # a declaration that must be made, and is not
    else:
        yield FieldError(path, _PLAIN.get(kind, "invalid"))


def _texts(question: Question, value: Json | None) -> Iterator[tuple[str, str, str]]:
    """Yield path, widget and text of each text in an answer, in its parts too."""
    field = question.field
    if isinstance(value, str):
        yield field.name, field.widget, value
    rows = value if isinstance(value, list) else [value]
    for at, row in enumerate(rows):
        if isinstance(row, dict):
            place = f"{field.name}.{at}" if isinstance(value, list) else field.name
            for part in field.parts:
                text = row.get(part.name)
                if isinstance(text, str):
                    yield f"{place}.{part.name}", part.widget, text


def _is_phone(text: str) -> bool:
    """Tell whether a text has 8 to 15 digits (ITU-T E.164), written with +, spaces, dots or dashes."""
    digits = sum(each in "0123456789" for each in text)
    return 8 <= digits <= 15 and set(text.removeprefix("+")) <= set("0123456789 .-()")


def _at(tree: Mapping[str, Json], path: Path) -> Json:
    found: Json = dict(tree)
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _tree(form: Form, flat: Mapping[str, Json]) -> dict[str, Json]:
    """Return answers by field as the nested object that the schema describes."""
    tree: dict[str, Json] = {}
    for name, value in flat.items():
        *above, last = form.questions[name].field.path
        place = tree
        for step in above:
            below = place.setdefault(step, {})
            if isinstance(below, dict):
                place = below
        place[last] = value
    return tree


def _many_lines(form: Form) -> frozenset[str]:
    fields = {each.name for each in form.fields if each.widget in ("textarea", "address")}
    parts = {
        f"{each.name}.{part.name}"
        for each in form.fields
        for part in each.parts
        if part.widget == "textarea"
    }
    return frozenset(fields | parts)


def _rank(order: Mapping[str, int], path: str) -> tuple[int, str]:
    steps = path.split(".")
    names = (".".join(steps[:depth]) for depth in range(1, len(steps) + 1))
    return next((order[name] for name in names if name in order), len(order)), path
