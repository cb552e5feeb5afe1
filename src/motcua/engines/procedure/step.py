"""The interpreter of a procedure: the one that checks examples is the one that runs real cases.

Pure: the moment, the filing and the office's calendar are arguments. What a step calls for comes back
as effects; nothing is changed when it is refused. Statuses, slips and the clock follow the table in
`status`; decisions and payment requests are carried out here, until only waiting is left.
"""

import datetime
from collections.abc import Callable
from dataclasses import replace

from motcua.engines.calendar import errors as calendar_errors
from motcua.engines.calendar import model as calendars
from motcua.engines.calendar import office
from motcua.engines.decisions import errors as decision_errors
from motcua.engines.expressions import model as expressions
from motcua.engines.flow import errors as flow_errors
from motcua.engines.flow import state as flow_state
from motcua.engines.procedure.errors import Refusal, Unfit
from motcua.engines.procedure.model import Procedure
from motcua.engines.procedure.running import Run
from motcua.engines.procedure.situation import (
    Advance,
    Completed,
    Filing,
    Happening,
    MessageReceived,
    Offer,
    ServiceAnswered,
    ServiceFailed,
    Situation,
    SlipDue,
    TimerFired,
)
from motcua.engines.procedure.status import (
    FINAL,
    NEEDS_ITEMS,
    NEEDS_REASON,
    TABLE,
    Slip,
    Source,
    Status,
)

TOLERANCE = datetime.timedelta(minutes=5)  # by which the clocks of two machines may differ


def begin(
    procedure: Procedure, filing: Filing, *, calendar: office.Calendar, at: datetime.datetime
) -> Advance:
    """Return the first situation of a case: its fee is known and its flow waits for the intake.

    Raises Refusal with code cannot-go-on when the procedure's data do not fit this filing.
    """
    nowhere = flow_state.State(procedure.net.digest, 1, ())
    start = Situation(state=nowhere, status=Status.NEW, at=at)
    run = Run(procedure, filing, calendar, at, start)
    return _taken(run, lambda: run.begin(start))


def advance(
    procedure: Procedure,
    situation: Situation,
    happening: Happening,
    filing: Filing,
    *,
    calendar: office.Calendar,
    at: datetime.datetime,
) -> Advance:
    """Return where a happening leads to, and its effects in order.

    `filing` is the filing as it stands after the happening. Raises Refusal: see `errors`.
    """
    moment = _moment(situation, at)
    run = Run(procedure, filing, calendar, moment, situation)

    def take() -> None:
        match happening:
            case Completed():
                run.complete(happening.token, happening.outcome)
            case TimerFired():
                run.fire(happening.token)
            case MessageReceived():
                run.receive(happening.message, happening.token)
            case ServiceAnswered():
                run.answer(happening.token, None)
            case ServiceFailed():
                run.answer(happening.token, happening.code)

    return _taken(run, take)


def extend(
    procedure: Procedure,
    situation: Situation,
    period: calendars.Period,
    *,
    filing: Filing,
    calendar: office.Calendar,
    at: datetime.datetime,
) -> Advance:
    """Return the situation with a later appointment, told with an apology (Mẫu 04), once only.

    Raises Refusal with code already-extended, or no-deadline when there is none that runs.
    """
    if situation.extension is not None:
        raise Refusal("already-extended", "the appointment was put off once, and once is the most")
    at_work = situation.status in {Status.ACCEPTED, Status.PROCESSING}
    if situation.due_at is None or not at_work:
        raise Refusal("no-deadline", "no deadline is running, so there is none to put off")
    moment = _moment(situation, at)
    run = Run(procedure, filing, calendar, moment, replace(situation, extension=period))
    run.effects.append(SlipDue(Slip.APOLOGY))
    return _taken(run, run.set_deadline)


def offers(situation: Situation, token: int) -> tuple[Offer, ...]:
    """Return what an open task may be completed with now; raises Refusal with code task-not-open.

    Outcomes that the status forbids are left out. A second supplement needs the head of the unit.
    """
    task = next((each for each in situation.tasks if each.token == token), None)
    if task is None:
        raise Refusal("task-not-open", "the task is not open: it was done already, or withdrawn")
    return tuple(
        Offer(
            outcome,
            needs_reason=outcome in NEEDS_REASON,
            needs_items=outcome in NEEDS_ITEMS,
            needs_head=outcome == "supplement" and situation.supplements > 0,
        )
        for outcome in task.outcomes or ("",)
        if _is_lawful(outcome, situation.status)
    )


def may_receive(situation: Situation, message: str) -> bool:
    """Tell whether a message would be taken now: it is waited for, and the status allows it."""
    rule = TABLE.get((Source.MESSAGE, message))
    is_awaited = any(each.message == message for each in situation.waits)
    return is_awaited and (rule is None or situation.status in rule.before)


def _is_lawful(outcome: str, status: Status) -> bool:
    rule = TABLE.get((Source.OUTCOME, outcome))
    return status in rule.before if rule is not None else status not in FINAL


def _moment(situation: Situation, at: datetime.datetime) -> datetime.datetime:
    """Return the moment of a step: never earlier than the last one."""
    if at.tzinfo is None:
        raise Refusal("clock-reversed", "the moment has no time zone: give an aware one")
    if at < situation.at - TOLERANCE:
        raise Refusal(
            "clock-reversed",
            f"the moment {at.isoformat()} lies before the last one, {situation.at.isoformat()}: "
            "check the clock of this machine",
        )
    return max(at, situation.at)


def _taken(run: Run, take: Callable[[], None]) -> Advance:
    """Take a step and return its result; foreign errors become refusals that say what to do."""
    try:
        take()
    except (flow_errors.NotOpen, flow_errors.WrongHappening) as error:
        raise Refusal("task-not-open", str(error)) from error
    except flow_errors.OutcomeNotOffered as error:
        raise Refusal("outcome-not-offered", str(error)) from error
    except (flow_errors.NotAwaited, flow_errors.SeveralWait) as error:
        raise Refusal("message-not-awaited", str(error)) from error
    except flow_errors.NotCaught as error:
        raise Refusal("service-not-called", str(error)) from error
    except calendar_errors.MomentsReversed as error:
        raise Refusal("clock-reversed", str(error)) from error
    except (
        flow_errors.CannotGoOn,
        flow_errors.NotStarted,
        calendar_errors.CalendarError,
        decision_errors.Undecided,
        expressions.EvaluationFailed,
        Unfit,
    ) as error:
        raise Refusal(
            "cannot-go-on",
            f"the procedure's data do not fit this case: {error}; correct the procedure and publish it",
        ) from error
    return run.done()
