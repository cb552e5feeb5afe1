"""Open cases follow their authority to the one that it became part of."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from motcua.cases import events, models
from motcua.cases.actions import work
from motcua.documents.actions import registers
from motcua.identity import queries as identity
from motcua.identity.actions import mergers as merging
from motcua.identity.queries import mergers
from motcua.identity.values import Actor
from motcua.identity.values.mergers import Moved
from motcua.transparency import actions as transparency


@transaction.atomic
def begin(merger_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Do a merger to units, posts and registers; the cases follow. Raises what `merging.carry_out` does."""
    moved = merging.carry_out(merger_id, by=by, at=at)
    if moved.is_new:
        registers.carry_on(moved.into_id, after=moved.authorities)


@transaction.atomic
def hand_over(merger_id: uuid.UUID, *, most: int, by: str, at: datetime) -> Sequence[str]:
    """Hand the next open cases over and return their codes; none when all have followed.

    What was handed over is found no more, so a batch that is done again does the next. Raises
    NoSuchMerger while the merger has not begun.
    """
    moved = mergers.moved(merger_id)
    rows = list(_waiting(moved).select_for_update(of=("self",)).order_by("pk")[:most])
    if not rows:
        return ()
    tasks = list(
        models.Task.objects.filter(
            case__in=rows, state=models.TaskState.OPEN, unit__in=moved.units
        ).order_by("pk")
    )
    _hand_tasks(tasks, moved, at=at)
    for row in rows:
        new = {moved.units[task.unit_id] for task in tasks if task.case_id == row.pk}
        row.units = [*row.units, *sorted(new - set(row.units))]
        if row.authority_id in moved.authorities:
            row.authority_id = moved.into_id
    models.Case.objects.bulk_update(rows, ["authority", "units"])
    for row in rows:
        work.make_findable(row)
    codes = tuple(row.code for row in rows)
    event = events.CasesHandedOver(str(merger_id), moved.into_code, codes, len(tasks))
    transparency.append(event, by=by, at=at, subject=str(merger_id), authority=moved.into_code)
    return codes


def _hand_tasks(tasks: Sequence[models.Task], moved: Moved, *, at: datetime) -> None:
    """Give open tasks to the units that follow; who took one keeps it where they went along."""
    people: dict[tuple[int, str], set[uuid.UUID]] = {}
    for task in tasks:
        task_unit = moved.units[task.unit_id]
        key = task_unit, task.role
        if task.person_id is not None:
            if key not in people:
                people[key] = {each.id for each in identity.holders(*key, at=at)}
            if task.person_id not in people[key]:
                task.person_id = None
    for task in tasks:
        models.Task.objects.filter(pk=task.pk).update(
            unit_id=moved.units[task.unit_id], person_id=task.person_id
        )


def _waiting(moved: Moved) -> QuerySet[models.Case]:
    """Return the cases that are still to follow: open ones, and those in which old units have a task."""
    open_tasks = models.Task.objects.filter(case=OuterRef("pk"), state=models.TaskState.OPEN)
    of_theirs = Q(authority__in=moved.authorities) & (Q(finished_at=None) | Exists(open_tasks))
    of_others = models.Task.objects.filter(state=models.TaskState.OPEN, unit__in=moved.units)
    return models.Case.objects.filter(of_theirs | Q(pk__in=of_others.values("case")))
