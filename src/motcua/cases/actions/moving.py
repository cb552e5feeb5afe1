"""Moving a running case to the current version of its procedure."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from motcua.cases import errors, events, models
from motcua.cases.actions import work
from motcua.catalogue import queries as catalogue
from motcua.engines.procedure import errors as engine
from motcua.engines.procedure import situation as situations
from motcua.engines.procedure import upgrade
from motcua.identity import queries as identity
from motcua.identity.values import Actor


@transaction.atomic
def move(
    case_id: uuid.UUID,
    *,
    to_version: int,
    mapping: Mapping[str, str],
    is_trial: bool,
    by: Actor,
    at: datetime,
) -> None:
    """Move one case to a version of its procedure; a trial changes nothing.

    Raises NoSuchCase, and CannotMove with the engine's reasons; moving it again changes nothing.
    """
    row = models.Case.objects.filter(pk=case_id).only("code").first()
    if row is None:
        raise errors.NoSuchCase()
    held = work.lock(row.code)
    former = held.row.version_id
    if former == to_version or held.row.finished_at is not None:
        return
    new = catalogue.compiled(to_version)
    calendar = identity.office_calendar(held.row.authority_id)
    try:
        advance = upgrade.move(
            held.procedure, new, held.situation, held.said, mapping, calendar=calendar, at=at
        )
    except engine.Refusal as refusal:
        raise errors.CannotMove(why=str(refusal)) from refusal
    if is_trial:
        return
    held.procedure = new
    models.Case.objects.filter(pk=case_id).update(version=to_version)
    told = work.carry_out(held, _renewed(held, advance), by=by, at=at)
    work.append(
        held, events.CaseMoved, told, by=by.key, at=at, from_version=former, to_version=to_version
    )


def _renewed(held: work.Work, advance: situations.Advance) -> situations.Advance:
    """Bring the open tasks up to date that are other than before; return what is left to carry out.

    Who has taken a task keeps it as long as it is of the same unit and role.
    """
    rows = {
        row.token: row
        for row in models.Task.objects.filter(case=held.row, state=models.TaskState.OPEN)
    }
    left: list[situations.Effect] = []
    for effect in advance.effects:
        row = rows.get(effect.task.token) if isinstance(effect, situations.OpenTask) else None
        if row is None or not isinstance(effect, situations.OpenTask):
            left.append(effect)
            continue
        _renew(row, effect.task, held)
    for task in advance.situation.tasks:  # renamed only
        row = rows.get(task.token)
        if row is not None and row.element != task.element:
            models.Task.objects.filter(pk=row.pk).update(element=task.element)
    return replace(advance, effects=tuple(left))


def _renew(row: models.Task, task: situations.Task, held: work.Work) -> None:
    unit = identity.unit_for(task.unit, authority_code=held.row.authority.code)
    if (row.unit_id, row.role) != (unit.id, task.role):
        row.person = None
    row.element, row.name, row.role, row.unit_id = task.element, task.name, task.role, unit.id
    row.appraises, row.signs, row.due_at = task.appraises, task.signs, task.due_at
    row.sort_at = work.sooner(task.due_at, held.row.due_at)
    row.save()
    if unit.id not in held.row.units:
        held.row.units = [*held.row.units, unit.id]
        work.make_findable(held.row)
