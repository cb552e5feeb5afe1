"""What happened to a case, from the log, in plain words for one reader; and its deadline. No database."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from motcua.cases import models, values
from motcua.cases.queries import words
from motcua.design import rules as design
from motcua.engines.calendar import model as calendars
from motcua.engines.calendar.office import Calendar
from motcua.engines.procedure import situation as situations
from motcua.engines.procedure.model import Procedure
from motcua.engines.procedure.status import Slip
from motcua.kit import clock
from motcua.transparency.values import Entry

# Kind of entry -> kind of moment, title. What is not here is told to nobody: it is said otherwise.
TITLES: Mapping[str, tuple[str, str | Promise]] = {
    "cases.CaseFiled": ("filed", lazy("Filed")),
    "cases.CaseAccepted": ("accepted", lazy("Accepted")),
    "cases.SupplementRequested": ("supplement", lazy("Supplements were asked for")),
    "cases.CaseRefused": ("ended", lazy("Not accepted")),
    "cases.CaseStopped": ("ended", lazy("Stopped")),
    "cases.DecisionSigned": ("signed", lazy("The decision was signed")),
    "cases.ResultReturned": ("returned", lazy("The result was handed over")),
    "cases.TaskCompleted": ("task", ""),
    "cases.TaskTaken": ("taken", ""),
    "cases.SupplementReceived": ("supplement", lazy("Supplements were sent")),
    "cases.PaymentReceived": ("payment", lazy("The payment was received")),
    "cases.CaseWithdrawn": ("ended", lazy("Withdrawn by the applicant")),
    "cases.TimerRanOut": ("timer", lazy("A time limit ran out")),
    "cases.DeadlineExtended": ("deadline", lazy("The appointment was put off, with an apology")),
    "cases.CaseMoved": ("task", lazy("Moved to a newer version of the procedure")),
    "payments.PaymentRequested": ("payment", lazy("A payment was asked for")),
    "payments.PaymentCancelled": ("payment", lazy("The payment is no longer asked for")),
    "documents.DocumentIssued": ("document", lazy("The document was issued")),
}
INTERNAL = frozenset({"cases.TaskTaken", "cases.TimerRanOut", "cases.CaseMoved"})
GIVEN_WITH = {"cases.CaseWithdrawn": Slip.STOP, "cases.DeadlineExtended": Slip.APOLOGY}
TOLD_WHY = frozenset({"supplement", "refuse", "stop"})  # reasons that slips give to the applicant


@dataclass(frozen=True, slots=True)
class Given:
    """A slip of a case, with who gave it."""

    form: int
    issued_at: datetime
    issued_by: uuid.UUID | None
    issued_by_name: str
    reason: str
    items: tuple[str, ...]
    due_at: datetime | None
    former_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Story:
    """What the words need of a case."""

    procedure: Procedure
    applicant_id: uuid.UUID
    tasks: Sequence[models.Task]
    slips: Sequence[Given]
    names: Mapping[str, str]  # person id as the log writes it -> name
    is_official: bool  # the reader


def moments(entries: Iterable[Entry], story: Story) -> tuple[values.Moment, ...]:
    """Return what the reader may know of what happened, oldest first."""
    return tuple(_moments(entries, story))


def handed_over(told: Iterable[tuple[datetime, str]]) -> tuple[values.Moment, ...]:
    """Return what to say of a case whose authority became part of another: when, and of which."""
    return tuple(
        values.Moment(
            at=at,
            title=_("Went on to %(name)s") % {"name": name},
            text=_("The authority became part of it. Nothing is asked of you."),
            who="",
            kind="task",
        )
        for at, name in told
    )


def people_of(entries: Iterable[Entry]) -> frozenset[uuid.UUID]:
    """Return the people that entries name."""
    said = [str(name) for each in entries for name in (each.by, each.facts.get("person", ""))]
    return frozenset(found for found in map(_uuid, said) if found is not None)


def _moments(entries: Iterable[Entry], story: Story) -> Iterator[values.Moment]:
    for entry in entries:
        kind, title = TITLES.get(entry.kind, ("", ""))
        if not kind or (entry.kind in INTERNAL and not story.is_official):
            continue
        task = _task_of(entry, story)
        reason, items = _why(entry, task, story)
        yield values.Moment(
            at=entry.at,
            title=str(title) or _title(entry, story),
            text=_text(entry, story),
            who=_who(entry, story, task),
            kind=kind,
            reason=reason,
            items=items,
            due_at=_due(entry),
        )


def _task_of(entry: Entry, story: Story) -> models.Task | None:
    element, item = entry.facts.get("task"), entry.facts.get("item")
    for task in story.tasks:
        if task.element == element and task.item == item and task.ended_at == entry.at:
            return task
    return None


def _why(entry: Entry, task: models.Task | None, story: Story) -> tuple[str, tuple[str, ...]]:
    """Return the reason and items given, to the applicant only where a slip gives them too."""
    if task is not None and (story.is_official or task.outcome in TOLD_WHY):
        return task.reason, tuple(task.items)
    form = GIVEN_WITH.get(entry.kind)
    for slip in story.slips:
        if slip.form == form and slip.issued_at == entry.at:
            return slip.reason, ()
    return "", ()


def _title(entry: Entry, story: Story) -> str:
    name = task_name(str(entry.facts.get("task", "")), story.procedure)
    if entry.kind == "cases.TaskTaken":
        person = story.names.get(str(entry.facts.get("person", "")), "")
        words_of = _("%(task)s: taken by %(person)s") if person else _("%(task)s: put back")
        return words_of % {"task": name, "person": person}
    if not story.is_official:
        return name
    said = words.outcome(str(entry.facts.get("outcome", "")))
    return f"{name}: {said}"


def _text(entry: Entry, story: Story) -> str:
    if entry.kind == "cases.CaseFiled":
        return words.channel(str(entry.facts.get("channel", "")))
    if entry.kind == "payments.PaymentRequested":
        amount = entry.facts.get("amount", 0)
        return design.money(amount if isinstance(amount, int) else 0)
    if entry.kind == "cases.SupplementReceived" and entry.facts.get("channel") == "counter":
        return words.channel("counter")
    if entry.kind == "documents.DocumentIssued":
        return str(entry.facts.get("number_and_symbol", ""))
    if entry.kind == "cases.TimerRanOut":
        return task_name(str(entry.facts.get("timer", "")), story.procedure)
    due_at = _due(entry)
    if due_at and entry.kind in ("cases.CaseAccepted", "cases.DeadlineExtended"):
        return _("Appointment: %(moment)s") % {"moment": clock.shown(due_at)}
    return ""


def _who(entry: Entry, story: Story, task: models.Task | None) -> str:
    """Return who did it: to the applicant an office is enough."""
    if entry.facts.get("mandate"):
        return _("%(name)s, for %(applicant)s") % {
            "name": story.names.get(entry.by, ""),
            "applicant": story.names.get(str(story.applicant_id), ""),
        }
    if entry.by == str(story.applicant_id) or story.is_official:
        return story.names.get(entry.by, "")
    return task.unit.name if task is not None else ""


def _due(entry: Entry) -> datetime | None:
    said = entry.facts.get("due_at")
    return datetime.fromisoformat(said) if isinstance(said, str) else None


def task_name(element: str, procedure: Procedure) -> str:
    """Return the name of an element of the flow."""
    node = procedure.flow.by_id.get(element)
    return node.name or element if node else element


# ---- the deadline


def deadline(
    situation: situations.Situation,
    *,
    calendar: Calendar | None,
    slips: Sequence[Given],
    is_over: bool,
    at: datetime,
) -> values.Deadline:
    """Return the appointment with how it came to be; `calendar` only while a deadline runs."""
    due_at, turned = situation.due_at, situation.clock
    left = None
    if due_at is not None and calendar is not None and not is_over:
        left = _days(calendar, at=at, due_at=due_at)
    is_paused = turned is not None and turned.is_paused and not is_over
    apology = next((each for each in reversed(slips) if each.former_due_at), None)
    return values.Deadline(
        due_at=due_at,
        is_late=due_at is not None and due_at < at and not is_over,
        is_paused=is_paused,
        days_left=left,
        text=_left(left, due_at, is_paused=is_paused, is_over=is_over, at=at),
        period=words.period(turned.period) if turned else "",
        pauses=_pauses(turned, slips),
        extended_from=apology.former_due_at if apology else None,
    )


def _days(calendar: Calendar, *, at: datetime, due_at: datetime) -> int:
    today, day = clock.local(at).date(), clock.local(due_at).date()
    if due_at < at:
        return -calendar.working_days_between(day, today)
    return calendar.working_days_between(today, day)


def _left(
    left: int | None, due_at: datetime | None, *, is_paused: bool, is_over: bool, at: datetime
) -> str:
    if is_over:
        return _("The case is over.")
    if is_paused:
        return _("The clock stands still.")
    if due_at is None or left is None:
        return _("No deadline runs yet.")
    if due_at < at:
        days = max(1, -left)
        told = ngettext("Late by %(days)s working day", "Late by %(days)s working days", days)
        return told % {"days": days}
    if clock.local(due_at).date() == clock.local(at).date():
        return _("Due today at %(time)s") % {"time": f"{clock.local(due_at):%H:%M}"}
    told = ngettext("%(days)s working day left", "%(days)s working days left", left)
    return told % {"days": left}


def _pauses(turned: calendars.Clock | None, slips: Sequence[Given]) -> tuple[values.Pause, ...]:
    if turned is None:
        return ()
    asked = {slip.issued_at for slip in slips if slip.form == Slip.SUPPLEMENT}
    return tuple(
        values.Pause(
            each.paused_at,
            each.resumed_at,
            _pause_text(each, is_supplement=each.paused_at in asked),
        )
        for each in turned.pauses
    )


def _pause_text(pause: calendars.Pause, *, is_supplement: bool) -> str:
    if not is_supplement:
        return _("Waiting for payment: the time does not count.")
    if pause.rule is calendars.Rule.RESTART:
        return _("Waiting for supplements: the time begins anew when they come.")
    return _("Waiting for supplements: the time does not count.")


def _uuid(said: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(said)
    except ValueError:
        return None
