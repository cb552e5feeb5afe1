"""What officials do: take a task, give it, put it back, complete it, sign."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from motcua.cases import errors, events, models, rules
from motcua.cases.actions import work
from motcua.cases.queries import access
from motcua.cases.queries import cases as queries
from motcua.documents import actions as documents
from motcua.documents.values import Document
from motcua.engines.procedure import situation as situations
from motcua.engines.procedure import step
from motcua.identity.values import Actor, Post
from motcua.signing import queries as signing
from motcua.signing.values import Credential, Kind
from motcua.transparency import actions as transparency


@transaction.atomic
def take(task_id: uuid.UUID, *, by: Actor, at: datetime, give_to: Actor | None = None) -> None:
    """Take a task, or, as head of its unit, give it to a colleague; raises what `access.admit` does."""
    task = work.lock_task(task_id, by=by)
    person = give_to or by
    duty = access.duty(task)
    if give_to:
        access.admit(replace(duty, taken_by=by.id), by=by, action="assign")
        duty = replace(duty, taken_by=give_to.id)
    access.admit(duty, by=person)
    if task.person_id == person.id:
        return
    task.person_id = person.id
    task.save(update_fields=["person"])
    _tell_taken(task, person=person.key, by=by, at=at)


@transaction.atomic
def release(task_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Put a task that one has taken back to the unit; raises TaskTaken when another has it."""
    task = work.lock_task(task_id, by=by)
    access.admit(access.duty(task), by=by)
    if task.person_id is None:
        return
    task.person_id = None
    task.save(update_fields=["person"])
    _tell_taken(task, person="", by=by, at=at)


def complete(
    task_id: uuid.UUID,
    *,
    outcome: str,
    by: Actor,
    at: datetime,
    reason: str = "",
    items: Sequence[str] = (),
) -> None:
    """Do an open task with one of its outcomes; signing makes the signed document as well.

    Raises TaskNotOpen when it was done or taken back meanwhile, NotYourTask, TaskTaken, OwnCase,
    RelationsCase, AppraiserCannotSign, DutiesNotSeparate, ReasonMissing, ItemsMissing, HeadMissing,
    StepRefused.
    """
    said = work.Completion(outcome, reason[: rules.MAX_REASON], tuple(items)[: rules.MAX_ITEMS])
    if outcome == rules.SIGN:
        return _sign(task_id, said, by=by, at=at)
    with transaction.atomic():
        held, task, post = _admitted(task_id, said, by=by)
        _finish(held, task, said, post=post, by=by, at=at)
    return None


def _sign(task_id: uuid.UUID, said: work.Completion, *, by: Actor, at: datetime) -> None:
    with transaction.atomic():
        held, task, post = _admitted(task_id, said, by=by)
        if not signing.has_credential(Credential(Kind.PERSON, by.key)):
            raise errors.NoSigner()  # before a number of the register is spent on it
        seen = held.row.situation, held.row.authority_id
        data = queries.result_data(
            held.row, held.situation, held.filing, signer=rules.signature(by, post)
        )
        document = _reserve(held, task, by=by, at=at)
    template = held.procedure.template
    content = documents.produce(document, template=template, data=data, at=at)
    with transaction.atomic():
        held, task, post = _admitted(task_id, said, by=by)
        if (
            held.row.situation,
            held.row.authority_id,
        ) != seen:  # what was rendered is no longer what would be signed
            raise errors.StepRefused(reason="moved-on")
        documents.issue(document.id, content, by=by, at=at)
        _finish(held, task, said, post=post, by=by, at=at)


def _reserve(held: work.Work, task: models.Task, *, by: Actor, at: datetime) -> Document:
    result = held.procedure.facts.result
    is_refusal = rules.is_refusal(held.situation.outcomes)
    return documents.reserve(
        subject=held.row.code,
        purpose=f"{task.element}.{task.token}",
        authority_code=held.row.authority.code,
        type=rules.NOTICE if is_refusal else result.type,
        symbol=result.symbol,
        title=f"Thông báo về việc không {rules.refused(result)}" if is_refusal else result.title.vi,
        signer=by,
        at=at,
    )


def _admitted(
    task_id: uuid.UUID, said: work.Completion, *, by: Actor
) -> tuple[work.Work, models.Task, Post]:
    """Return the case, the open task and the post, locked, when a person may complete it so."""
    task = work.lock_task(task_id, by=by)
    held = work.loaded(task.case)
    post = access.admit(access.duty(task, about=held.filing.people), by=by)
    offers = step.offers(held.situation, task.token)
    if said.outcome not in {offer.outcome for offer in offers}:
        raise errors.StepRefused(reason="outcome-not-offered")
    rules.demand(offers, said.outcome, post=post, reason=said.reason, items=said.items)
    return held, task, post


def _finish(
    held: work.Work,
    task: models.Task,
    said: work.Completion,
    *,
    post: Post,
    by: Actor,
    at: datetime,
) -> None:
    advance = work.advance(held, situations.Completed(task.token, said.outcome), at=at)
    task.state = models.TaskState.DONE
    task.person_id = by.id
    task.outcome, task.reason, task.items = said.outcome, said.reason, list(said.items)
    task.ended_at = at
    task.save(update_fields=["state", "person", "outcome", "reason", "items", "ended_at"])
    told = work.carry_out(held, advance, by=by, at=at, completion=said)
    work.append(
        held,
        events.OUTCOMES.get(said.outcome, events.TaskCompleted),
        told,
        by=by.key,
        at=at,
        task=task.element,
        item=task.item,
        outcome=said.outcome,
        unit=task.unit_id,
        on_behalf_of=str(post.delegated_from or ""),
    )


def _tell_taken(task: models.Task, *, person: str, by: Actor, at: datetime) -> None:
    event = events.TaskTaken(case=task.case.code, task=task.element, person=person)
    transparency.append(
        event, by=by.key, at=at, subject=task.case.code, authority=task.case.authority.code
    )
