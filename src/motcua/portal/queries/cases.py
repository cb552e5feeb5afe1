"""Reads: one's cases, and the page of one of them."""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import IO, cast

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.cases import values as cases
from motcua.cases.queries import cases as own
from motcua.cases.queries import page as pages
from motcua.cases.queries import words as case_words
from motcua.catalogue import queries as catalogue
from motcua.design import values as design
from motcua.engines.calendar.model import Rule, Unit
from motcua.engines.calendar.office import Calendar
from motcua.engines.decisions.errors import Undecided
from motcua.engines.expressions.errors import EvaluationFailed
from motcua.engines.forms import posted
from motcua.engines.procedure import filing
from motcua.engines.procedure.errors import Unfit
from motcua.engines.procedure.situation import Filing as Sent
from motcua.engines.procedure.status import Status
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.intake import queries as intake
from motcua.intake.values import Filing, Paper
from motcua.kit import clock
from motcua.payments import queries as payments
from motcua.payments.errors import NoSuchDue
from motcua.payments.values import Due
from motcua.portal import rules
from motcua.portal.queries import acting, filling, procedures, words
from motcua.portal.values import Answers, Brought, CaseShown, Changeable, SupplementPage

LIMIT = 30
WAITS = {Status.SUPPLEMENT: ("supplemented",), Status.PAYMENT: ("payment_settled",)}
TONES = {
    Status.NEW: "neutral",
    Status.ACCEPTED: "done",
    Status.REFUSED: "late",
    Status.PROCESSING: "here",
    Status.SUPPLEMENT: "waiting",
    Status.PAYMENT: "waiting",
    Status.WITHDRAWN: "neutral",
    Status.STOPPED: "late",
    Status.PROCESSED: "done",
    Status.RETURNED: "done",
}
DOTS = {"ended": "late", "deadline": "late"}


def listed(of: Actor, *, before: uuid.UUID | None = None) -> tuple[tuple[design.Row, ...], str]:
    """Return a page of one's own cases, newest first, and the key of the next page or ""."""
    found = list(own.own_cases(of, before=before, limit=LIMIT + 1))
    names = procedures.names()
    rows = tuple(
        design.Row(
            name=names.get(each.procedure_code, each.procedure_code),
            address=reverse("portal:case", args=[each.code]),
            facts=tuple(_facts(each, acting.acts_for(each.applicant_id, of.mandates))),
            status=status(each.status),
        )
        for each in found[:LIMIT]
    )
    return rows, str(found[LIMIT - 1].id) if len(found) > LIMIT else ""


def status(number: int) -> design.Status:
    """Return the status of a case as a word and a shape."""
    return design.Status(str(case_words.STATUSES[number]), TONES[Status(number)])


def shown(code: str, *, reader: Actor, at: datetime) -> CaseShown:
    """Return one's own case as its page shows it; raises NoSuchCase."""
    found = pages.case_page(code, reader=reader, at=at)
    return CaseShown(
        page=found,
        status=status(found.summary.status),
        task=_task(found),
        deadline=_deadline(found, at=at),
        flow=_flow(found),
        timeline=tuple(_timeline(found)),
        papers=tuple(_papers(found)),
        sections=tuple(_section(each) for each in found.sections),
        files=tuple(_files(found)),
        is_final=Status(found.summary.status).is_final,
        acting_kind=case_words.mandate_kind(found.acting.kind) if found.acting else "",
    )


def flow_source(code: str, *, reader: Actor) -> str:
    """Return the BPMN that a case runs on; raises NoSuchCase."""
    return pages.flow_source(code, reader=reader)


def flow_of_procedure(code: str) -> str:
    """Return the BPMN of a procedure's present version; raises NoSuchProcedure."""
    return catalogue.flow_source(catalogue.current(code).version_id)


def file_of(file_id: uuid.UUID, *, reader: Actor) -> tuple[Paper, IO[bytes]]:
    """Return a file of a case that a person may see; raises NoSuchCase."""
    return pages.file_of(file_id, reader=reader)


def own_due(code: str, due_id: uuid.UUID, *, of: Actor) -> Due:
    """Return what is due for one's own case; raises NoSuchDue."""
    due = payments.own_due(due_id, of=of)
    if due.subject != code:
        raise NoSuchDue()
    return due


def brought(
    found: cases.CasePage, *, of: Actor, needed: Collection[str] = ()
) -> tuple[Brought, ...]:
    """Return the papers of a case, with the files that were brought and not sent yet."""
    filed = intake.filing(found.filing_id)
    draft = intake.own_draft(filed.draft_id, of=of)
    sent = {each.attachment_id for each in filed.papers}
    waiting = [each for each in draft.papers if each.attachment_id not in sent]
    facts = catalogue.compiled(found.version_id).facts
    usual = {each.paper_id for each in (*filed.papers, *waiting)} | set(needed)
    return tuple(
        Brought(
            procedures.paper(
                each,
                is_needed=each.id in usual,
                files=tuple(
                    filling.file(
                        one,
                        address=reverse("portal:draft-file", args=[draft.id, one.attachment_id]),
                    )
                    for one in waiting
                    if one.paper_id == each.id
                ),
            ),
            tuple(one.attachment_id for one in waiting if one.paper_id == each.id),
        )
        for each in facts.papers
        if each.required is not False
    )


def supplement_page(
    code: str, *, reader: Actor, at: datetime, changed: Answers | None = None
) -> SupplementPage:
    """Return what was asked for and what has been brought for it; raises NoSuchCase."""
    found = pages.case_page(code, reader=reader, at=at)
    sections: tuple[Changeable, ...] = ()
    needed: tuple[str, ...] = ()
    if found.may_supplement:
        filed = _filling(found, of=reader, at=at, changed=changed)
        needed = filed.papers
        before = intake.filing(found.filing_id).answers
        sections = tuple(
            Changeable(
                page.title.in_language(filed.language),
                reverse("portal:supplement-answers", args=[code, page.id]),
                any(
                    posted.at(filed.answers, each.path) != posted.at(_json(before), each.path)
                    for each in page.fields
                ),
            )
            for page in filed.pages
        )
    return SupplementPage(found, brought(found, of=reader, needed=needed), sections)


def supplement_filling(
    code: str, *, reader: Actor, at: datetime, changed: Answers | None
) -> filling.Filling | None:
    """Return the answers of a case for changing, or None when no supplement is asked for."""
    found = pages.case_page(code, reader=reader, at=at)
    if not found.may_supplement:
        return None
    return _filling(found, of=reader, at=at, changed=changed)


def _filling(
    found: cases.CasePage, *, of: Actor, at: datetime, changed: Answers | None
) -> filling.Filling:
    filed = intake.filing(found.filing_id)
    draft = intake.own_draft(filed.draft_id, of=of)
    answers = filed.answers if changed is None else changed
    return filling.loaded(replace(draft, answers=answers), at=filed.submitted_at)


def _json(answers: Mapping[str, object]) -> Answers:
    return cast(Answers, dict(answers))


def _facts(found: cases.Summary, acts_for: str) -> Iterator[str]:
    yield found.code
    if acts_for:
        yield _("for %(name)s") % {"name": acts_for}
    yield _("filed %(day)s") % {"day": f"{clock.local(found.filed_at):%d/%m/%Y}"}
    if found.finished_at:
        yield _("finished %(day)s") % {"day": f"{clock.local(found.finished_at):%d/%m/%Y}"}
    elif found.due_at:
        yield _("due %(day)s") % {"day": f"{clock.local(found.due_at):%d/%m/%Y %H:%M}"}


def _task(found: cases.CasePage) -> design.Task:
    """Return what the applicant has to do now."""
    code = found.summary.code
    due = next((each for each in found.dues if each.status == "due"), None)
    if found.may_supplement:
        return design.Task(
            title=_("Send what is still missing"),
            words=tuple(
                each
                for each in (
                    _("The office has named everything that is missing, at once."),
                    found.asked_reason,
                )
                if each
            ),
            items=found.asked,
            actions=(
                design.Action(_("Send it now"), reverse("portal:supplement", args=[code]), "go"),
                design.Action(
                    _("See the request slip"), reverse("portal:slip", args=[code, 2]), "plain"
                ),
            ),
            due_at=found.asked_until,
        )
    if due is not None:
        return design.Task(
            title=_("Pay the fee"),
            words=(_("The time stands still until it is paid."), due.purpose),
            actions=(
                design.Action(_("Pay now"), reverse("portal:pay", args=[code, due.id]), "go"),
            ),
        )
    if found.documents and found.summary.status in (Status.PROCESSED, Status.RETURNED):
        return _result(found)
    return design.Task(title=_after(found), tone="done")


def _result(found: cases.CasePage) -> design.Task:
    """Return where the result is: it can be opened from here as soon as it is signed."""
    last = found.documents[-1]
    return design.Task(
        title=_("The result is ready: %(title)s, no. %(number)s")
        % {"title": last.title, "number": last.number_and_symbol},
        words=(_("It is signed and valid as it is. You also find it in My documents."),),
        actions=(
            design.Action(_("Open the result"), reverse("portal:document", args=[last.id]), "go"),
            design.Action(_("Share or verify it"), reverse("portal:documents"), "plain"),
        ),
        tone="result",
    )


def _after(found: cases.CasePage) -> str:
    if Status(found.summary.status).is_final:
        return _("This case is closed.")
    open_tasks = [each for each in found.tasks if each.unit_name]
    if open_tasks:
        return _("%(unit)s is working on it: %(step)s.") % {
            "unit": open_tasks[0].unit_name,
            "step": open_tasks[0].name,
        }
    return _("The office is working on it.")


def _deadline(found: cases.CasePage, *, at: datetime) -> design.Deadline:
    told, sent = found.deadline, intake.filing(found.filing_id)
    calendar = identity.office_calendar(sent.authority_id)
    total, unit = _allowed(found, sent, calendar=calendar)
    left: int | None = None
    paused = next((each for each in told.pauses if each.to_at is None), None)
    if found.accepted_at is not None and paused is not None:
        left = _left_in_pause(found, total, unit, calendar=calendar, paused=paused)
    elif found.accepted_at is not None and told.due_at is not None:
        left = told.days_left
        if unit == "days":
            left = (clock.local(told.due_at).date() - clock.local(at).date()).days
    return design.Deadline(
        total=total,
        left=left,
        unit=unit,
        due_at=told.due_at,
        pauses=tuple(design.Pause(each.text, each.from_at, each.to_at) for each in told.pauses),
        finished_at=found.summary.finished_at,
    )


def _left_in_pause(
    found: cases.CasePage, total: int, unit: str, *, calendar: Calendar, paused: cases.Pause
) -> int:
    """Return how many days are left while the time stands still; all of them where it begins anew."""
    rule = catalogue.compiled(found.version_id).facts.time.rule
    if found.summary.status == Status.SUPPLEMENT and rule is Rule.RESTART:
        return total

    def days(since: datetime, until: datetime) -> int:
        first, last = clock.local(since).date(), clock.local(until).date()
        if unit == "days":
            return (last - first).days
        return calendar.working_days_between(first, last)

    spent = days(found.accepted_at or paused.from_at, paused.from_at)
    stood = sum(days(each.from_at, each.to_at) for each in found.deadline.pauses if each.to_at)
    return max(0, total - max(0, spent - stood))


def _allowed(found: cases.CasePage, sent: Filing, *, calendar: Calendar) -> tuple[int, str]:
    """Return the time that the law allows this case: a number of days, and which days count.

    What is due on the same day or within hours is shown as one working day.
    """
    said = Sent(sent.answers, sent.channel, sent.applicant_kind, sent.submitted_at)
    try:
        period = filing.time_allowed(catalogue.compiled(found.version_id), said, calendar=calendar)
    except (Unfit, Undecided, EvaluationFailed):
        return 0, "working_days"
    if period.unit is Unit.DAYS:
        return period.amount, "days"
    return (period.amount if period.unit is Unit.WORKING_DAYS else 1), "working_days"


def _flow(found: cases.CasePage) -> design.Flow:
    waits = WAITS.get(Status(found.summary.status), ())
    steps = rules.steps(
        catalogue.compiled(found.version_id).flow,
        done=found.done_elements,
        here=found.open_elements,
        waits=waits,
    )
    here = tuple(each.element for each in steps if each.state == rules.HERE)
    return design.Flow(
        steps=tuple(design.Step(each.name, each.state) for each in steps),
        address=reverse("portal:case-flow", args=[found.summary.code]),
        done=found.done_elements,
        here=here,
    )


def _timeline(found: cases.CasePage) -> Iterator[design.Entry]:
    moments: Sequence[cases.Moment] = [each for each in found.timeline if each.kind != "taken"]
    for number, each in enumerate(reversed(moments)):
        note = " · ".join(part for part in (each.text, each.reason, "; ".join(each.items)) if part)
        is_here = number == 0 and not Status(found.summary.status).is_final
        yield design.Entry(
            what=each.title,
            at=each.at,
            who=each.who,
            note=note,
            tone="here"
            if is_here
            else DOTS.get(each.kind, "done")
            if each.kind == "ended"
            else "done",
        )


def _papers(found: cases.CasePage) -> Iterator[design.Link]:
    """Yield the papers that the office made: slips, and signed documents."""
    code = found.summary.code
    for document in found.documents:
        yield design.Link(
            f"{document.title} {document.number_and_symbol}",
            reverse("portal:document", args=[document.id]),
            icon="file-check",
        )
    for slip in found.slips:
        if 1 <= slip.form <= 5:
            yield design.Link(
                slip.name, reverse("portal:slip", args=[code, slip.form]), icon="file-text"
            )


def _files(found: cases.CasePage) -> Iterator[design.File]:
    for group in found.papers:
        for each in group.files:
            address = reverse("portal:case-file", args=[found.summary.code, each.attachment_id])
            yield design.File(
                name=each.name,
                address=address,
                size=each.size,
                kind=words.kind_of(each.media_type),
                preview=address if each.media_type in {"image/jpeg", "image/png"} else "",
                note=group.name,
            )


def _section(found: cases.Section) -> tuple[str, tuple[design.Fact, ...]]:
    return found.title, tuple(design.Fact(each.label, _lines(each)) for each in found.answers)


def _lines(answer: cases.Answer) -> tuple[str, ...]:
    if answer.rows:
        heads, *lines = answer.rows
        return tuple(
            ", ".join(f"{head}: {cell}" for head, cell in zip(heads, line, strict=False) if cell)
            for line in lines
        )
    return (answer.text,) if answer.text else ()


def tracking_address(code: str) -> str:
    """Return the whole address where a case is followed without an account."""
    return f"{settings.MOTCUA_PUBLIC_URL}{reverse('portal:track')}?code={code}"
