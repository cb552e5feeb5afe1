"""Turn what the modules know into what the components of `design` show."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.cases import values
from motcua.design import values as design
from motcua.design.templatetags import design as words
from motcua.engines.forms import posted
from motcua.engines.procedure.status import Status
from motcua.kit.errors import Refused

TONES = {  # of what happened, as the timeline marks it
    "filed": "info",
    "accepted": "done",
    "supplement": "waiting",
    "payment": "waiting",
    "task": "done",
    "signed": "done",
    "returned": "done",
    "ended": "late",
    "deadline": "waiting",
    "timer": "waiting",
    "taken": "neutral",
    "document": "done",
}
WAITING = frozenset({Status.SUPPLEMENT, Status.PAYMENT})
UNDONE = frozenset({Status.REFUSED, Status.WITHDRAWN, Status.STOPPED})
STATES = {"done": "done", "open": "here", "ahead": "ahead"}


def wrongs(error: Refused) -> tuple[design.Wrong, ...]:
    """Return a refusal as an error summary says it."""
    return (
        design.Wrong(
            " ".join(each for each in (error.say(error.message), error.say(error.remedy)) if each)
        ),
    )


def status(number: int, name: str) -> design.Status:
    """Return a status of a case with its tone."""
    if number in WAITING:
        return design.Status(name, "waiting")
    if number in UNDONE:
        return design.Status(name, "late")
    if number in (Status.PROCESSED, Status.RETURNED):
        return design.Status(name, "done")
    return design.Status(name, "info")


def inbox(
    rows: Sequence[values.InboxRow], *, queue: str, name: str, at: datetime, picks: str = ""
) -> design.Table:
    """Return a queue as a table."""
    columns = (
        design.Column(_("Case")),
        design.Column(_("Applicant")),
        design.Column(_("Waits for") if queue == "waiting" else _("Step")),
        design.Column(_("Due")),
        design.Column(_("Person") if queue != "my_tasks" else _("Since")),
    )
    return design.Table(
        caption=name,
        columns=columns,
        lines=tuple(
            _line(row, queue=queue, at=at, is_mixed=len({each.unit_name for each in rows}) > 1)
            for row in rows
        ),
        picks=picks,
        empty=_("Nothing here. When work comes, it stands in this list."),
        is_caption_hidden=True,
    )


def _line(row: values.InboxRow, *, queue: str, at: datetime, is_mixed: bool) -> design.Line:
    address = reverse("desk:case", args=[row.case_code])
    if queue == "to_sign" and row.task_id:
        address = reverse("desk:read", args=[row.task_id])
    is_over = row.status in UNDONE or row.status == Status.RETURNED
    due = None if is_over else words.due_status(row.due_at, at=at)
    step = row.step or row.status_name
    unit = row.unit_name if is_mixed else ""  # the same in every line says nothing
    return design.Line(
        cells=(
            design.Cell(row.procedure_name, row.case_code, address),
            design.Cell(row.applicant_name, row.applicant_id),
            design.Cell(step, row.item or unit),
            design.Cell(status=due or status(row.status, row.status_name)),
            _last(row, queue=queue),
        ),
        key=str(row.task_id or ""),
        label=f"{row.procedure_name} {row.case_code}",
    )


def _last(row: values.InboxRow, *, queue: str) -> design.Cell:
    if queue == "my_tasks":
        return design.Cell(words.moment(row.opened_at))
    if row.is_mine:
        return design.Cell(_("You"))
    return design.Cell(row.person_name or "–")


def figures(counts: Iterable[values.QueueCount]) -> tuple[design.Figure, ...]:
    """Return the four counts that say how the day stands."""
    tones = {"overdue": "late", "due_today": "waiting"}
    found = {each.queue: each for each in counts}
    shown = [
        found[name] for name in ("overdue", "due_today", "my_tasks", "unit_tasks") if name in found
    ]
    return tuple(
        design.Figure(
            each.text,
            each.name,
            tones.get(each.queue, "neutral") if each.count else "neutral",
            f"{reverse('desk:inbox')}?queue={each.queue}",
        )
        for each in shown
    )


def timeline(moments: Sequence[values.Moment]) -> tuple[design.Entry, ...]:
    """Return what happened, the newest first."""
    return tuple(
        design.Entry(
            what=each.title,
            at=each.at,
            who=each.who,
            note=" · ".join(
                part for part in (each.text, each.reason, "; ".join(each.items)) if part
            ),
            tone=TONES.get(each.kind, "neutral"),
        )
        for each in reversed(moments)
    )


def flow(found: values.CasePage) -> design.Flow:
    """Return where the case is, as a picture and in words."""
    steps = tuple(
        design.Step(
            name=each.name,
            state=STATES.get(each.state, "ahead"),
            note=", ".join(part for part in (each.role_name, *each.people) if part),
        )
        for each in found.steps
    )
    return design.Flow(
        steps=steps,
        address=reverse("desk:flow", args=[found.version_id]),
        done=found.done_elements,
        here=found.open_elements,
    )


def sections(found: values.CasePage) -> list[tuple[str, tuple[design.Fact, ...]]]:
    """Return the answers by the pages of the form."""
    return [
        (section.title, tuple(_fact(each) for each in section.answers))
        for section in found.sections
        if section.answers
    ]


def _fact(answer: values.Answer) -> design.Fact:
    lines = [" · ".join(row) for row in answer.rows] or ([answer.text] if answer.text else [])
    if answer.is_changed:
        former = answer.former or _("not answered")
        lines.append(_("Changed by the supplement. Before: %(before)s") % {"before": former})
    return design.Fact(answer.label, tuple(lines))


def related(rows: Sequence[values.RelatedCase]) -> tuple[design.Row, ...]:
    """Return other cases of the same person."""
    return tuple(
        design.Row(
            row.procedure_name,
            reverse("desk:case", args=[row.code]),
            (row.code, words.day(row.filed_at)),
            status(row.status, row.status_name),
        )
        for row in rows
    )


def operations(rows: Sequence[values.Operation]) -> design.Table:
    """Return long work as a table."""
    return design.Table(
        caption=_("Long work"),
        columns=(
            design.Column(_("Work")),
            design.Column(_("Status")),
            design.Column(_("Done"), is_number=True),
            design.Column(_("Begun")),
        ),
        lines=tuple(
            design.Line(
                (
                    design.Cell(row.name, address=reverse("desk:operation", args=[row.id])),
                    design.Cell(row.state_name),
                    design.Cell(f"{row.done} / {row.total}"),
                    design.Cell(words.moment(row.created_at)),
                )
            )
            for row in rows
        ),
        empty=_("No long work yet. Signing many decisions and spreadsheets stand here."),
        is_caption_hidden=True,
    )


def register(rows: Sequence[values.RegisterRow]) -> design.Table:
    """Return a page of the register of cases."""
    return design.Table(
        caption=_("Case register"),
        columns=(
            design.Column(_("Case")),
            design.Column(_("Applicant")),
            design.Column(_("Unit")),
            design.Column(_("Received")),
            design.Column(_("Due")),
            design.Column(_("Returned")),
            design.Column(_("Status")),
        ),
        lines=tuple(
            design.Line(
                (
                    design.Cell(
                        row.case_code,
                        row.procedure_name,
                        reverse("desk:case", args=[row.case_code]),
                    ),
                    design.Cell(
                        row.applicant_name,
                        " · ".join(
                            each for each in (row.applicant_address, row.applicant_phone) if each
                        ),
                    ),
                    design.Cell(row.unit_name, row.channel_name),
                    design.Cell(words.moment(row.accepted_at)),
                    design.Cell(words.moment(row.due_at)),
                    design.Cell(words.moment(row.returned_at)),
                    design.Cell(status=status(row.status, row.status_name)),
                )
            )
            for row in rows
        ),
        empty=_("No case was received in these days."),
        is_caption_hidden=True,
    )


def standing(rows: Sequence[values.Standing]) -> design.Table:
    """Return where the open cases of a procedure stand, and for how long."""
    return design.Table(
        caption=_("How many cases, and how long"),
        columns=(
            design.Column(_("Step")),
            design.Column(_("Open cases"), is_number=True),
            design.Column(_("Hours at this step, median"), is_number=True),
        ),
        lines=tuple(
            design.Line(
                (
                    design.Cell(row.name),
                    design.Cell(str(row.count)),
                    design.Cell(_decimal(row.median_hours) if row.count else "–"),
                )
            )
            for row in rows
        ),
        empty=_("No case of this procedure is open."),
    )


def _decimal(value: float) -> str:
    """Return a number with one place, with the comma of Vietnamese where that is read."""
    return posted.shown(round(value, 1), "number", get_language() or "vi") or "0"


def request_kind(kind: str) -> str:
    """Return what a person asks about their data, in words."""
    return {
        "see": _("See the data"),
        "correct": _("Correct the data"),
        "erase": _("Erase the data"),
        "restrict": _("Restrict the use"),
        "object": _("Object to a use"),
    }[kind]
