"""Reads: the pages of a draft, its papers, and all of it before it is sent."""

import datetime
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import cast

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.catalogue import queries as catalogue
from motcua.design.values import File, Input, Wrong
from motcua.engines.calendar.office import Calendar
from motcua.engines.decisions.errors import Undecided
from motcua.engines.expressions.errors import EvaluationFailed
from motcua.engines.forms import messages, posted
from motcua.engines.forms import model as forms
from motcua.engines.forms import validate as validator
from motcua.engines.procedure import errors as engine_errors
from motcua.engines.procedure import filing, tables
from motcua.engines.procedure.model import Procedure
from motcua.engines.procedure.situation import Filing as Sent
from motcua.identity import queries as identity
from motcua.identity.values import Actor, Person
from motcua.intake import queries as intake
from motcua.intake.values import Draft, Paper
from motcua.portal.errors import NoSuchPage
from motcua.portal.queries import asking, procedures, words
from motcua.portal.values import (
    Answers,
    CheckPage,
    FormPage,
    PaperShown,
    PapersPage,
    Section,
    Stage,
)

PAPERS, CHECK = "papers", "check"
NOTHING: Mapping[str, str] = MappingProxyType({})


def address(draft_id: uuid.UUID, stage: str) -> str:
    """Return the address of a stage of a draft."""
    if stage in (PAPERS, CHECK):
        return reverse(f"portal:{stage}", args=[draft_id])
    return reverse("portal:page", args=[draft_id, stage])


@dataclass(frozen=True, slots=True)
class Filling:
    """A draft with all that its pages need, loaded once."""

    draft: Draft
    procedure: Procedure
    calendar: Calendar
    authority_name: str
    answers: Answers
    found: forms.Validated  # of the whole form
    at: datetime.datetime
    language: str

    @property
    def form(self) -> forms.Form:
        """Return the form of the draft's version."""
        return self.procedure.form

    @property
    def pages(self) -> tuple[forms.Page, ...]:
        """Return the pages that are shown, in order."""
        return tuple(each for each in self.form.pages if each.id in self.found.pages)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Return every page on the way, with papers where any are asked for, and the check."""
        titles = [(each.id, each.title.in_language(self.language)) for each in self.pages]
        if self.papers or self.draft.papers:
            titles.append((PAPERS, _("Papers to attach")))
        titles.append((CHECK, _("Check and send")))
        return tuple(
            Stage(stage, title, number) for number, (stage, title) in enumerate(titles, start=1)
        )

    @property
    def papers(self) -> tuple[str, ...]:
        """Return the ids of the papers that this filing needs as far as it is told."""
        needed = filing.papers_needed(self.procedure, self.sent, calendar=self.calendar)
        return tuple(each.id for each in needed if each.id not in self.draft.papers_held)

    @property
    def sent(self) -> Sent:
        """Return the filing as the engine reads it."""
        return Sent(
            answers=self.found.answers,
            channel=self.draft.channel,
            applicant_kind=self.draft.applicant_kind,
            filed_at=self.at,
            papers=tuple(each.paper_id for each in self.draft.papers),
        )

    def page(self, page_id: str) -> forms.Page:
        """Return a page by its id; raises NoSuchPage."""
        for each in self.form.pages:
            if each.id == page_id:
                return each
        raise NoSuchPage()

    def with_typed(self, page_id: str, fields: posted.Posted) -> Answers:
        """Return the answers with what was typed on a page; raises NoSuchPage."""
        page = self.page(page_id)
        return posted.read(self.form, page, fields, before=self.answers, language=self.language)

    def with_answers(self, answers: Answers) -> "Filling":
        """Return the same with other answers."""
        found = validated(self.procedure, self.draft, answers, calendar=self.calendar, at=self.at)
        return replace(self, answers=answers, found=found)

    def with_rows(self, name: str, row: int | None) -> Answers:
        """Return the answers with one row more in a table, or one less; others change nothing."""
        asked = self.form.questions.get(name)
        if asked is None or asked.field.widget != "table":
            return self.answers
        if row is None:
            return posted.with_row(self.answers, asked.field.path)
        return posted.without_row(self.answers, asked.field.path, row)

    def around(self, stage_id: str) -> tuple[str, Stage, str]:
        """Return the stage before, a stage, and the stage after it; raises NoSuchPage."""
        stages = self.stages
        for number, each in enumerate(stages):
            if each.id == stage_id:
                before = stages[number - 1].id if number else ""
                after = stages[number + 1].id if number + 1 < len(stages) else ""
                return before, each, after
        raise NoSuchPage()


def load(draft_id: uuid.UUID, *, of: Actor, at: datetime.datetime) -> Filling:
    """Return a draft ready for its pages; raises NoSuchDraft."""
    return loaded(intake.own_draft(draft_id, of=of), at=at)


def loaded(draft: Draft, *, at: datetime.datetime) -> Filling:
    """Return a draft with what its pages need."""
    procedure = catalogue.compiled(draft.version_id)
    calendar = identity.office_calendar(draft.authority_id)
    answers = cast(Answers, dict(draft.answers))
    return Filling(
        draft=draft,
        procedure=procedure,
        calendar=calendar,
        authority_name=identity.authority(draft.authority_code).name,
        answers=answers,
        found=validated(procedure, draft, answers, calendar=calendar, at=at),
        at=at,
        language=(get_language() or "vi").split("-")[0],
    )


def validated(
    procedure: Procedure,
    draft: Draft,
    answers: Answers,
    *,
    calendar: Calendar,
    at: datetime.datetime,
) -> forms.Validated:
    """Return what the form makes of answers."""
    sent = Sent(answers, draft.channel, draft.applicant_kind, at)
    return validator.validate(
        procedure.form,
        answers,
        context={"case": tables.values(sent, calendar=calendar)["case"]},
        working_days=calendar.working_days_between,
    )


def form_page(
    filling: Filling,
    page_id: str,
    *,
    typed: Answers | None = None,
    shows_faults: bool = False,
    person: Person | None = None,
    back: str = "",
) -> FormPage:
    """Return one page of the form.

    typed: answers that could not be saved, shown instead of those that were. person: whose particulars
    fill in what is not answered yet. Raises NoSuchPage.
    """
    page = filling.page(page_id)
    before, stage, _after = filling.around(page_id)
    answers = filling.answers if typed is None else typed
    by_path = _told(filling, page) if shows_faults else {}
    asker = asking.Asker(
        form=filling.form,
        answers=answers,
        language=filling.language,
        errors=by_path,
        warnings={each.path: words_of(each, filling) for each in filling.found.warnings},
        known=asking.known(person) if person and filling.draft.channel == "online" else {},
    )
    visible = frozenset(filling.found.visible)
    asked = tuple(
        asker.question(each)
        for each in page.fields
        if each.name in visible and not each.is_hidden and each.widget != "file"
    )
    return FormPage(
        draft_id=filling.draft.id,
        procedure_code=filling.draft.procedure_code,
        procedure_name=filling.procedure.facts.name.in_language(filling.language),
        authority_name=filling.authority_name,
        stage=stage,
        stages=filling.stages,
        back=back or (address(filling.draft.id, before) if before else ""),
        questions=asked,
        faults=tuple(Wrong(said, _target(path, asked)) for path, said in by_path.items()),
        saved_at=filling.draft.updated_at if filling.draft.answers else None,
    )


def page_faults(filling: Filling, page: forms.Page) -> tuple[forms.FieldError, ...]:
    """Return what is wrong on a page, the first error of each place."""
    found = validator.validate_page(
        filling.form,
        page.id,
        filling.answers,
        context={"case": tables.values(filling.sent, calendar=filling.calendar)["case"]},
        working_days=filling.calendar.working_days_between,
    )
    first: dict[str, forms.FieldError] = {}
    for error in found.errors:
        first.setdefault(error.path, error)
    return tuple(first.values())


def _told(filling: Filling, page: forms.Page) -> dict[str, str]:
    """Return what is wrong on a page in words, by place; the law looks at answers that are valid."""
    told = {error.path: words_of(error, filling) for error in page_faults(filling, page)}
    if not filling.found.is_valid:
        return told
    for each in intake.check(filling.draft, at=filling.at).errors:
        path = each.path.removeprefix("answers.")
        if each.code == "eligibility" and asking.page_of(filling.form, path) is page:
            told[path] = _with(each.message.in_language(filling.language), each.basis)
    return told


def has_unasked(filling: Filling, page: forms.Page, fields: posted.Posted) -> bool:
    """Return whether all that is wrong on a page are questions that it did not ask until now."""
    asked = frozenset(fields.get(posted.ASKED, ()))
    wrong = {error.path for error in page_faults(filling, page)}
    return bool(wrong) and not any(
        path == name or path.startswith(f"{name}.") for path in wrong for name in asked
    )


def words_of(error: forms.FieldError, filling: Filling) -> str:
    """Return what to do about an error; a day is asked for in three boxes here, not in ISO 8601."""
    label = messages.label(error.path, filling.form, filling.language)
    if error.code == "format_date":
        return _("%(label)s: enter a day, month and year that exist, such as 31 1 2026") % {
            "label": label
        }
    return messages.message(error, filling.form, filling.language)


def papers_page(filling: Filling, *, wrongs: Sequence[Wrong] = ()) -> PapersPage:
    """Return the page of papers; raises NoSuchPage where none are asked for."""
    before, stage, _after = filling.around(PAPERS)
    return PapersPage(
        draft_id=filling.draft.id,
        procedure_name=filling.procedure.facts.name.in_language(filling.language),
        authority_name=filling.authority_name,
        stage=stage,
        stages=filling.stages,
        back=address(filling.draft.id, before) if before else "",
        papers=papers(
            filling, errors={each.target.removeprefix("paper-"): each.message for each in wrongs}
        ),
        faults=tuple(wrongs),
    )


def papers(filling: Filling, *, errors: Mapping[str, str] = NOTHING) -> tuple[PaperShown, ...]:
    """Return the papers that are needed, and others that files were sent for."""
    needed = frozenset(filling.papers)
    brought: dict[str, list[File]] = {}
    for each in filling.draft.papers:
        brought.setdefault(each.paper_id, []).append(
            file(
                each,
                address=reverse("portal:draft-file", args=[filling.draft.id, each.attachment_id]),
            )
        )
    return tuple(
        procedures.paper(
            each,
            is_needed=each.id in needed,
            error=errors.get(each.id, ""),
            files=tuple(brought.get(each.id, ())),
        )
        for each in filling.procedure.facts.papers
        if each.id in needed or each.id in brought
    )


def file(paper: Paper, *, address: str) -> File:
    """Return a file that was sent as pages show it; a picture is its own preview."""
    return File(
        name=paper.name,
        address=address,
        size=paper.size,
        kind=words.kind_of(paper.media_type),
        preview=address if paper.media_type in {"image/jpeg", "image/png"} else "",
        remove=str(paper.attachment_id),
    )


def missing_papers(filling: Filling) -> tuple[Wrong, ...]:
    """Return which needed papers have no file yet."""
    there = {each.paper_id for each in filling.draft.papers}
    named = {each.id: each for each in filling.procedure.facts.papers}
    return tuple(
        Wrong(
            _("%(paper)s: attach a file")
            % {"paper": named[paper_id].name.in_language(filling.language)},
            f"paper-{paper_id}",
        )
        for paper_id in filling.papers
        if paper_id not in there
    )


def check_page(filling: Filling) -> CheckPage:
    """Return all that will be sent, with everything that stands in the way."""
    before, stage, _after = filling.around(CHECK)
    sections = tuple(
        Section(
            page.title.in_language(filling.language),
            address(filling.draft.id, page.id),
            tuple(asking.answered(filling.form, page, filling.found, filling.language)),
        )
        for page in filling.pages
    )
    faults = tuple(_faults(filling))
    current = catalogue.current(filling.draft.procedure_code)
    return CheckPage(
        draft_id=filling.draft.id,
        procedure_code=filling.draft.procedure_code,
        procedure_name=filling.procedure.facts.name.in_language(filling.language),
        authority_name=filling.authority_name,
        stage=stage,
        stages=filling.stages,
        back=address(filling.draft.id, before) if before else "",
        sections=sections,
        papers=papers(filling),
        faults=faults,
        fee=None if faults else _fee(filling),
        time_words="" if faults else _time(filling),
        is_outdated=current.version_id != filling.draft.version_id,
    )


def first_trouble(filling: Filling) -> str:
    """Return the stage where a person goes on: the first with something missing, or the check."""
    for page in filling.pages:
        if page_faults(filling, page):
            return page.id
    return PAPERS if missing_papers(filling) else CHECK


def _faults(filling: Filling) -> Iterator[Wrong]:
    """Yield what stands in the way of sending, each with the page that mends it."""
    for each in intake.check(filling.draft, at=filling.at).errors:
        place, _dot, rest = each.path.partition(".")
        message = each.message.in_language(filling.language)
        if place == PAPERS:
            yield Wrong(
                _with(message, each.basis), f"{address(filling.draft.id, PAPERS)}#paper-{rest}"
            )
        else:
            page = asking.page_of(filling.form, rest)
            target = ""
            if page is not None:
                target = f"{address(filling.draft.id, page.id)}?check=1#{Input(rest, '').id}"
            yield Wrong(_with(message, each.basis), target)


def _with(message: str, basis: str) -> str:
    return f"{message} ({basis})" if basis else message


def _fee(filling: Filling) -> int | None:
    try:
        return filing.fee(filling.procedure, filling.sent, calendar=filling.calendar)
    except (Undecided, EvaluationFailed, engine_errors.Unfit):
        return None


def _time(filling: Filling) -> str:
    try:
        period = filing.time_allowed(filling.procedure, filling.sent, calendar=filling.calendar)
    except (Undecided, EvaluationFailed, engine_errors.Unfit):
        return ""
    return words.period(period.amount, period.unit.value)


def _target(path: str, asked: Sequence[Input]) -> str:
    """Return the id of the input that an error leads to."""
    for each in asked:
        if path == each.name:
            return each.first_id
        if path.startswith(f"{each.name}."):
            return Input(path, "").id
    return "form"
