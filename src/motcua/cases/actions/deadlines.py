"""What time, payments and leaders bring: timers, settled payments, extensions."""

import uuid
from datetime import datetime

from django.db import transaction

from motcua.cases import errors, events, models, rules
from motcua.cases.actions import work
from motcua.cases.queries import access
from motcua.engines.calendar.model import Period
from motcua.engines.procedure import errors as engine
from motcua.engines.procedure import situation as situations
from motcua.engines.procedure import step
from motcua.identity import queries as identity
from motcua.identity.values import Actor


@transaction.atomic
def extend(code: str, *, period: Period, reason: str, by: Actor, at: datetime) -> None:
    """Apologise and set a new appointment, at most once (Mẫu 04).

    Only a leader of the case's authority; raises NotYourTask, OwnCase, RelationsCase, ReasonMissing, StepRefused.
    """
    held = work.lock(code)
    thing = access.thing(held.row, at=at, about=held.filing.people)
    verdict = identity.decide(by, "extend", thing)
    if verdict.rule in access.REFUSALS:
        raise access.REFUSALS[verdict.rule]()
    if not verdict.is_allowed:
        if not access.is_listed(held.row, by):
            raise errors.NoSuchCase()
        raise errors.NotYourTask(role="leader", unit=held.row.authority.name)
    if not reason.strip():
        raise errors.ReasonMissing()
    former = held.row.due_at
    calendar = identity.office_calendar(held.row.authority_id)
    try:
        advance = step.extend(
            held.procedure, held.situation, period, filing=held.said, calendar=calendar, at=at
        )
    except engine.Refusal as refusal:
        raise errors.StepRefused(reason=refusal.code) from refusal
    said = work.Completion("extend", reason[: rules.MAX_REASON])
    told = work.carry_out(held, advance, by=by, at=at, completion=said, former_due_at=former)
    work.append(held, events.DeadlineExtended, told, by=by.key, at=at, former_due_at=former)


@transaction.atomic
def fire_timer(case_id: uuid.UUID, *, token: int, at: datetime) -> None:
    """Tell a case that a timer of it has run out; one that was disarmed meanwhile says nothing new."""
    row = models.Case.objects.only("code").filter(pk=case_id).first()
    if row is None:
        raise errors.NoSuchCase()
    held = work.lock(row.code)
    timer = next((each for each in held.situation.timers if each.token == token), None)
    if timer is None:  # disarmed, or fired by the job's first try: there is nothing left to tell
        return
    advance = work.advance(held, situations.TimerFired(token), at=at)
    told = work.carry_out(held, advance, by=None, at=at)
    work.append(held, events.TimerRanOut, told, by=work.FLOW, at=at, timer=timer.element)


@transaction.atomic
def on_payment_settled(code: str, *, due: str, at: datetime) -> None:
    """Let a case go on whose payment has come; a second telling changes nothing."""
    held = work.lock(code)
    if not any(wait.message == "payment_settled" for wait in held.situation.waits):
        return
    advance = work.advance(held, situations.MessageReceived("payment_settled"), at=at)
    told = work.carry_out(held, advance, by=None, at=at)
    work.append(held, events.PaymentReceived, told, by=work.FLOW, at=at, due=due)
