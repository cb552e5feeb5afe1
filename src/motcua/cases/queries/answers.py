"""What a person answered and sent, as people read it; and what a supplement changed. No database."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from motcua.cases import values
from motcua.cases.queries import words
from motcua.engines.forms import model as forms
from motcua.engines.procedure import model as engine
from motcua.intake.values import Filing, Paper, Revision

Record = Mapping[str, object]
NOTHING: Record = {}


def sections(
    form: forms.Form, answers: Record, *, former: Record | None, language: str
) -> tuple[values.Section, ...]:
    """Return the answers by page of the form; `former`: what they were before the last supplement."""
    shown = (
        values.Section(
            page.title.in_language(language),
            tuple(_answers(page, answers, former=former, language=language)),
        )
        for page in form.pages
    )
    return tuple(each for each in shown if each.answers)


def papers(
    procedure: engine.Procedure, filing: Filing, *, since: datetime | None, language: str
) -> tuple[values.PaperGroup, ...]:
    """Return the papers that came, in the procedure's order; those after `since` are marked new."""
    sent: dict[str, list[Paper]] = {}
    for paper in filing.papers:
        sent.setdefault(paper.paper_id, []).append(paper)
    return tuple(
        values.PaperGroup(
            paper_id=each.id,
            name=each.name.in_language(language),
            kind_name=words.paper_kind(each.kind),
            files=tuple(_file(paper, since=since) for paper in sent[each.id]),
        )
        for each in procedure.facts.papers
        if each.id in sent
    )


def changes(
    form: forms.Form, filing: Filing, revisions: Sequence[Revision], *, language: str
) -> tuple[values.Change, ...]:
    """Return what each supplement changed and brought, the newest first."""
    told = []
    came_before = filing.submitted_at
    for index, before in enumerate(revisions):
        is_last = index + 1 == len(revisions)
        after = filing.answers if is_last else revisions[index + 1].answers
        told.append(
            values.Change(
                number=before.number,
                at=before.replaced_at,
                answers=tuple(_changed(form, before.answers, after, language=language)),
                papers=tuple(
                    paper.name
                    for paper in filing.papers
                    if came_before < paper.added_at <= before.replaced_at
                ),
            )
        )
        came_before = before.replaced_at
    return tuple(reversed(told))


def text(field: forms.Field | forms.Part, value: object, *, language: str) -> str:
    """Return an answer in words: the label of what was chosen, a day as 22/11/2026, yes or no."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list | tuple):
        return ", ".join(text(field, each, language=language) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(_parts(field, value, language=language))
    option = field.options.get(str(value))
    if option is not None:
        return option.in_language(language)
    if field.widget == "date":
        return _day(str(value))
    if field.widget == "money" and isinstance(value, int):
        return f"{value:,}".replace(",", ".") + " đ"
    return str(value)


def _answers(
    page: forms.Page, answers: Record, *, former: Record | None, language: str
) -> Iterator[values.Answer]:
    for field in page.fields:
        now = _found(answers, field.path)
        before = _found(former, field.path) if former is not None else now
        if field.is_hidden or (now is None and before is None):
            continue
        is_changed = former is not None and now != before
        yield values.Answer(
            name=field.name,
            label=field.label.in_language(language),
            text="" if _is_table(field, now) else text(field, now, language=language),
            rows=_rows(field, now, language=language),
            is_changed=is_changed,
            former=_flat(field, before, language=language) if is_changed else "",
        )


def _changed(
    form: forms.Form, before: Record, after: Record, *, language: str
) -> Iterator[values.ChangedAnswer]:
    for field in form.fields:
        old, new = _found(before, field.path), _found(after, field.path)
        if old != new and not field.is_hidden:
            yield values.ChangedAnswer(
                field.label.in_language(language),
                _flat(field, old, language=language),
                _flat(field, new, language=language),
            )


def _file(paper: Paper, *, since: datetime | None) -> values.File:
    return values.File(
        attachment_id=paper.attachment_id,
        name=paper.name,
        media_type=paper.media_type,
        size=paper.size,
        digest=paper.digest,
        added_at=paper.added_at,
        is_new=since is not None and paper.added_at > since,
        scan=paper.scan,
    )


def _is_table(field: forms.Field, value: object) -> bool:
    return bool(field.parts) and isinstance(value, list | tuple)


def _rows(field: forms.Field, value: object, *, language: str) -> tuple[tuple[str, ...], ...]:
    if not _is_table(field, value) or not isinstance(value, list | tuple):
        return ()
    heads = tuple(part.label.in_language(language) for part in field.parts)
    lines = (each for each in value if isinstance(each, Mapping))
    return (
        heads,
        *(
            tuple(text(part, line.get(part.name), language=language) for part in field.parts)
            for line in lines
        ),
    )


def _flat(field: forms.Field, value: object, *, language: str) -> str:
    """Return an answer on one line, tables too."""
    rows = _rows(field, value, language=language)
    if rows:
        return "; ".join(", ".join(cell for cell in row if cell) for row in rows[1:])
    return text(field, value, language=language)


def _parts(
    field: forms.Field | forms.Part, value: Mapping[object, object], *, language: str
) -> Iterator[str]:
    """Yield the parts of an object, in the order of the form where it names them."""
    parts = field.parts if isinstance(field, forms.Field) else ()
    if not parts:
        yield from (str(each) for each in value.values() if each not in (None, ""))
    for part in parts:
        said = text(part, value.get(part.name), language=language)
        if said:
            yield said


def _found(record: Record | None, path: tuple[str, ...]) -> object:
    value: object = record or NOTHING
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def _day(said: str) -> str:
    try:
        return f"{date.fromisoformat(said):%d/%m/%Y}"
    except ValueError:
        return said
