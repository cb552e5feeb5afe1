"""A case in hand: locked, advanced by the engine, and written down with all that comes of it."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce, Least
from procrastinate.contrib.django import app

from motcua.cases import errors, events, models, rules
from motcua.cases.queries import access
from motcua.catalogue import queries as catalogue
from motcua.engines.procedure import encoding, step
from motcua.engines.procedure import errors as engine
from motcua.engines.procedure import situation as situations
from motcua.engines.procedure.model import Procedure
from motcua.engines.procedure.status import Slip, Status
from motcua.identity import queries as identity
from motcua.identity.values import FOLLOW, Actor, Unit
from motcua.intake import queries as filings
from motcua.intake.values import Filing
from motcua.kit import clock, ids
from motcua.payments import actions as payments
from motcua.payments import queries as dues
from motcua.transparency import actions as transparency

FLOW = "flow"  # the actor of what the flow itself does: timers, settled payments
UNDONE = frozenset({Status.REFUSED, Status.WITHDRAWN, Status.STOPPED})  # ends without a result
ENDS = UNDONE | {Status.PROCESSED, Status.RETURNED}


@dataclass(slots=True)
class Work:
    """A case in hand: its row under lock, and all that a step needs, loaded once."""

    row: models.Case
    procedure: Procedure
    filing: Filing
    situation: situations.Situation

    @property
    def said(self) -> situations.Filing:
        """Return the filing as the engine reads it."""
        return said(self.filing)


@dataclass(slots=True)
class Told:
    """What the effects of one step came to, for the event that tells of it."""

    opened: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Completion:
    """What an official said on completing a task."""

    outcome: str
    reason: str = ""
    items: tuple[str, ...] = ()


def lock(code: str) -> Work:
    """Return a case under its lock; raises NoSuchCase."""
    row = _locked().filter(code=code).first()
    if row is None:
        raise errors.NoSuchCase()
    return loaded(row)


def lock_task(task_id: uuid.UUID, *, by: Actor) -> models.Task:
    """Return an open task with its case, under the case's lock, which is the only one there is.

    Raises NoSuchTask, also for who may not know of the case, and TaskNotOpen when it was done or taken
    back meanwhile.
    """
    case_id = models.Task.objects.filter(pk=task_id).values("case_id")
    case = _locked().filter(pk__in=case_id).first()
    if case is None or not access.is_listed(case, by):
        raise errors.NoSuchTask()
    task = models.Task.objects.select_related("unit").get(pk=task_id)
    task.case = case
    if task.state != models.TaskState.OPEN:
        raise errors.TaskNotOpen()
    return task


def loaded(row: models.Case) -> Work:
    """Return a case that is under lock with all that a step of it needs."""
    return Work(
        row=row,
        procedure=catalogue.compiled(row.version_id),
        filing=filings.filing(row.filing_id),
        situation=encoding.decode(row.situation),
    )


def said(filing: Filing) -> situations.Filing:
    """Return a filing as the engine reads it."""
    return situations.Filing(
        answers=filing.answers,
        channel=filing.channel,
        applicant_kind=filing.applicant_kind,
        filed_at=filing.submitted_at,
        papers=tuple(dict.fromkeys(paper.paper_id for paper in filing.papers)),
    )


def brings(work: Work, by: Actor) -> str:
    """Return how a person brings what is missing: online their own, at the counter for who stands there.

    Raises NotApplicant for anyone else, NoSuchCase for who may not know of the case.
    """
    if work.row.applicant_id == by.id or acted_by(work, by):
        own(work, by, action="supplement")
        return "online"
    if access.is_at_counter(work.filing, by):
        return "counter"
    raise errors.NotApplicant() if access.is_listed(work.row, by) else errors.NoSuchCase()


def acted_by(work: Work, by: Actor) -> str:
    """Return the mandate by which a person acts for the applicant, as the log writes it; "" for none."""
    row = work.row
    if row.applicant_id == by.id or not access.serves(row, "read", by):
        return ""
    found = by.mandate(FOLLOW, owner_id=row.applicant_id, procedure=row.procedure_code)
    return str(found.id) if found else ""


def own(work: Work, by: Actor, *, action: str) -> None:
    """Refuse whoever the policy does not let do something with their own case; raises NotApplicant, NoSuchCase."""
    if not identity.decide(by, action, access.thing(work.row, at=by.at)).is_allowed:
        raise errors.NotApplicant() if access.is_listed(work.row, by) else errors.NoSuchCase()


def advance(work: Work, happening: situations.Happening, *, at: datetime) -> situations.Advance:
    """Return what a happening leads to; raises StepRefused with the engine's reason."""
    calendar = identity.office_calendar(work.row.authority_id)
    try:
        return step.advance(
            work.procedure, work.situation, happening, work.said, calendar=calendar, at=at
        )
    except engine.Refusal as refusal:
        raise errors.StepRefused(reason=refusal.code) from refusal


def carry_out(
    work: Work,
    result: situations.Advance,
    *,
    by: Actor | None,
    at: datetime,
    completion: Completion | None = None,
    former_due_at: datetime | None = None,
) -> Told:
    """Write down a step: the situation, its tasks, timers, slips and payments."""
    work.situation = result.situation
    told = Told()
    opened: list[situations.Task] = []
    closed: list[int] = []
    for effect in result.effects:
        match effect:
            case situations.OpenTask(task):
                opened.append(task)
            case situations.CloseTask(token):
                closed.append(token)
            case situations.ArmTimer():
                _arm(work.row.pk, effect)
            case situations.SendMessage(message):
                told.sent.append(message)
            case situations.SlipDue(slip):
                told.slips.append(slip)
            case situations.PaymentDue(amount):
                _request_payment(work, amount, by=by, at=at)
            case situations.CallService(operation=operation):
                raise NotImplementedError(f"no adapter carries out the operation {operation}")
            case situations.Ended(status=status) if status in UNDONE:
                _cancel_dues(work, by=by, at=at)
            case _:  # what changes only the situation and the columns beside it
                pass
    units = _units_for(work, opened)
    _save_row(work, units.values(), at=at)
    _close(work, closed, at=at)
    _open(work, opened, units)
    told.opened = [task.element for task in opened]
    _give_slips(work, told.slips, by=by, at=at, completion=completion, former=former_due_at)
    return told


def append(
    work: Work, event: type[events.CaseEvent], told: Told, *, by: str, at: datetime, **facts: object
) -> None:
    """Tell the log what happened to a case."""
    entry = event(
        case=work.row.code,
        procedure=work.row.procedure_code,
        status=work.row.status,
        due_at=work.row.due_at,
        opened=tuple(told.opened),
        sent=tuple(told.sent),
        **facts,
    )
    transparency.append(
        entry, by=by, at=at, subject=work.row.code, authority=work.row.authority.code
    )


def take_code(authority_code: str, *, at: datetime) -> str:
    """Take the next case code of an authority's day, in a transaction of its own.

    So the counter's row is locked for a moment only, and filings do not wait for each other. That
    commit need not reach the disk by itself: the case's own commit, later in the same write-ahead
    log, brings it along; a crash before that loses a number that nobody has seen.
    """
    day = clock.local(at).date()
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO OFF")
        cursor.execute(
            "INSERT INTO cases_codeseries (authority_code, day, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (authority_code, day) DO UPDATE SET last = cases_codeseries.last + 1 "
            "RETURNING last",
            [authority_code, day],
        )
        row = cursor.fetchone()
    return rules.code(authority_code, day, row[0])


def _locked() -> QuerySet[models.Case]:
    return models.Case.objects.select_related("authority").select_for_update(of=("self",))


def _units_for(work: Work, opened: Sequence[situations.Task]) -> dict[str, Unit]:
    """Return the unit that each kind of work goes to."""
    return {
        kind: identity.unit_for(kind, authority_code=work.row.authority.code)
        for kind in {task.unit for task in opened}
    }


def _save_row(work: Work, units: Collection[Unit], *, at: datetime) -> None:
    row, situation = work.row, work.situation
    row.situation = encoding.encode(situation)
    row.status = situation.status
    new = {unit.id: unit for unit in units if unit.id not in row.units}
    row.units = [*row.units, *sorted(new)]
    if row.due_at != situation.due_at:
        row.due_at = situation.due_at
        _sort_anew(row)
    if situation.is_accepted and row.accepted_at is None:
        row.accepted_at = at
    if situation.status in ENDS and row.finished_at is None:
        row.finished_at = at
    row.save(update_fields=["situation", "status", "due_at", "accepted_at", "finished_at", "units"])
    if any(unit.authority_id != row.authority_id for unit in new.values()):
        make_findable(row)


def make_findable(row: models.Case, *, is_new: bool = False) -> None:
    """Have a case found by its code and applicant in each authority that may see it."""
    person = identity.person(row.applicant_id)
    others = identity.authorities_of(row.units) if row.units else frozenset[int]()
    found_by = rules.tokens(
        code=row.code,
        name=person.name,
        personal_id=person.personal_id,
        authorities={row.authority_id, *others},
    )
    entry = models.SearchEntry(case=row, words=rules.vector(found_by))
    entry.save(force_insert=is_new)


def _sort_anew(row: models.Case) -> None:
    """Put the open tasks of a case where its new appointment belongs in the lists."""
    own = Coalesce("due_at", models.END_OF_TIME)
    open_ones = models.Task.objects.filter(case=row, state=models.TaskState.OPEN)
    open_ones.update(sort_at=Least(own, Value(row.due_at or models.END_OF_TIME)))


def sooner(one: datetime | None, other: datetime | None) -> datetime:
    """Return where a task belongs in lists: at the sooner of two moments."""
    return min(one or models.END_OF_TIME, other or models.END_OF_TIME)


def _open(work: Work, opened: Sequence[situations.Task], units: Mapping[str, Unit]) -> None:
    models.Task.objects.bulk_create(
        models.Task(
            id=ids.at(task.opened_at),
            case=work.row,
            token=task.token,
            element=task.element,
            name=task.name,
            role=task.role,
            unit_id=units[task.unit].id,
            item=task.item,
            appraises=task.appraises,
            signs=task.signs,
            opened_at=task.opened_at,
            due_at=task.due_at,
            sort_at=sooner(task.due_at, work.row.due_at),
        )
        for task in opened
    )


def _close(work: Work, tokens: Sequence[int], *, at: datetime) -> None:
    if tokens:
        rows = models.Task.objects.filter(case=work.row, token__in=tokens)
        rows.filter(state=models.TaskState.OPEN).update(state=models.TaskState.CLOSED, ended_at=at)


def _arm(case_id: uuid.UUID, timer: situations.ArmTimer) -> None:
    """Have a job tell the case when the moment comes; a disarmed timer's job finds nothing to do."""
    job = app.configure_task("motcua.cases.fire_timer", schedule_at=timer.at)
    job.defer(case_id=str(case_id), token=timer.token)


def _request_payment(work: Work, amount: int, *, by: Actor | None, at: datetime) -> None:
    payments.request(
        subject=work.row.code,
        amount=amount,
        purpose=work.procedure.facts.fee.name.vi if work.procedure.facts.fee else "",
        payer_id=work.row.applicant_id,
        procedure_code=work.row.procedure_code,
        authority_code=work.row.authority.code,
        by=by.key if by else FLOW,
        at=at,
    )


def _cancel_dues(work: Work, *, by: Actor | None, at: datetime) -> None:
    """Ask for no money any more: a case that is over owes nothing that was not paid."""
    for due in dues.dues(work.row.code):
        if due.status == "due":
            payments.cancel(due.id, by=by.key if by else FLOW, at=at)


def _give_slips(
    work: Work,
    slips: Sequence[Slip],
    *,
    by: Actor | None,
    at: datetime,
    completion: Completion | None,
    former: datetime | None,
) -> None:
    models.Slip.objects.bulk_create(
        models.Slip(
            id=ids.at(at),
            case=work.row,
            form=int(slip),
            issued_at=at,
            issued_by_id=by.id if by else None,
            reason=completion.reason if completion else "",
            items=list(completion.items) if completion else [],
            due_at=work.row.due_at,
            former_due_at=former,
        )
        for slip in slips
    )
