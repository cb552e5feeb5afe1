"""Several tasks at once: each in a transaction of its own, each told apart in the answer."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime

from motcua.cases import errors, models
from motcua.cases.actions import tasks
from motcua.cases.values import TaskResult
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.kit.errors import Refused

MOST = 200  # tasks at once


def take(task_ids: Sequence[uuid.UUID], *, by: Actor, at: datetime) -> tuple[TaskResult, ...]:
    """Take several tasks and return what came of each; raises TooMany, NothingToDo."""
    return _each(task_ids, lambda task: tasks.take(task, by=by, at=at))


def assign(
    task_ids: Sequence[uuid.UUID], *, to: uuid.UUID, by: Actor, at: datetime
) -> tuple[TaskResult, ...]:
    """Give several tasks of one's unit to a colleague, as its head; raises as `take`, NoSuchPerson."""
    colleague = identity.actor(to, at=at)
    return _each(task_ids, lambda task: tasks.take(task, by=by, at=at, give_to=colleague))


def release(task_ids: Sequence[uuid.UUID], *, by: Actor, at: datetime) -> tuple[TaskResult, ...]:
    """Put several tasks back to the unit and return what came of each; raises as `take` does."""
    return _each(task_ids, lambda task: tasks.release(task, by=by, at=at))


def _each(task_ids: Sequence[uuid.UUID], do: Callable[[uuid.UUID], None]) -> tuple[TaskResult, ...]:
    wanted = list(dict.fromkeys(task_ids))
    if not wanted:
        raise errors.NothingToDo()
    if len(wanted) > MOST:
        raise errors.TooMany(most=MOST)
    rows = models.Task.objects.filter(pk__in=wanted).values_list("pk", "case__code", "name")
    named = {key: (code, name) for key, code, name in rows}
    return tuple(_one(each, named.get(each, ("", "")), do) for each in wanted)


def _one(task_id: uuid.UUID, named: tuple[str, str], do: Callable[[uuid.UUID], None]) -> TaskResult:
    try:
        do(task_id)
    except Refused as refusal:
        code, step = named if not isinstance(refusal, errors.NoSuchTask) else ("", "")
        return TaskResult(task_id, code, step, False, refusal.code, str(refusal))
    return TaskResult(task_id, *named, is_done=True, code="", message="")
