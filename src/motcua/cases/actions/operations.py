"""Long work: asked for by a person, done by jobs in slices, told of as it goes, cancellable.

How far it came is written down after each slice; a job that takes it up again after a crash goes on
from there, and each slice is safe to do twice.
"""

import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from procrastinate.contrib.django import app

from motcua.cases import errors, events, models, rules
from motcua.cases.actions import handing, importing, looks, moving, tasks
from motcua.cases.adapters import spreadsheet
from motcua.cases.queries import mergers, registers
from motcua.cases.queries.operations import EXPORT, IMPORT, MERGE, MOVE, OVER, SIGN
from motcua.catalogue import queries as catalogue
from motcua.documents import actions as documents
from motcua.identity import queries as identity
from motcua.identity.actions import mergers as merging
from motcua.identity.errors import NotAllowed
from motcua.identity.queries import mergers as identity_mergers
from motcua.identity.values import Actor, Purpose, Thing
from motcua.identity.values.mergers import Order
from motcua.kit import clock, ids
from motcua.kit.errors import Refused
from motcua.transparency import actions as transparency

MOST_SIGNED = 1_000  # documents of one operation
MOST_MOVED = 100_000  # cases of one operation
MOST_TOLD = 500  # results that are kept
MOST_BYTES = 200 * 1024 * 1024  # of an export
MOST_TRIES = 5  # of jobs that died at one place, before the person is told so
SLICE = 20  # cases moved between two notes of progress
JOB = "motcua.cases.run_operation"
BEGUN, WHOLE = "posts", "whole"  # places of a merger: posts are moved, everything is
DONE = {"subject": "", "code": "", "message": ""}
WIDTHS = (6, 26, 40, 26, 44, 30, 17, 17, 17, 14, 20)


def sign_many(task_ids: Sequence[uuid.UUID], *, by: Actor, at: datetime) -> uuid.UUID:
    """Sign what stands ready in several tasks, one after the other, as the person who asks.

    Whether each may be signed is looked at when its turn comes. Raises NothingToDo, TooMany.
    """
    if not identity.may_ever(by, "work", "task"):
        raise NotAllowed()
    wanted = [str(each) for each in dict.fromkeys(task_ids)]
    if len(wanted) > MOST_SIGNED:
        raise errors.TooMany(most=MOST_SIGNED)
    return _start(SIGN, {"tasks": wanted}, total=len(wanted), by=by, at=at)


def export_register(
    *, authority_code: str, first: date, last: date, by: Actor, at: datetime
) -> uuid.UUID:
    """Write the register of some days as a spreadsheet; raises NotYourOffice, BadDays, NothingToDo."""
    registers.check_reader(authority_code, reader=by, action="export")
    registers.check_days(first, last, most=registers.MOST_DAYS)
    details: dict[str, object] = {
        "authority": authority_code,
        "first": first.isoformat(),
        "last": last.isoformat(),
    }
    total = registers.size(identity.authority(authority_code).id, first=first, last=last)
    return _start(EXPORT, details, total=total, by=by, at=at)


def move_cases(
    procedure_code: str, *, mapping: Mapping[str, str], is_trial: bool, by: Actor, at: datetime
) -> uuid.UUID:
    """Move the running cases of a procedure to its current version, or only try it.

    Of the authorities where the person is an administrator, and those under them. `mapping` gives new
    ids for elements of the flow. Raises NotAdministrator, NoSuchProcedure, NothingToDo, TooMany.
    """
    authorities = identity.looked_after_by(by)
    if not authorities:
        raise errors.NotAdministrator()
    current = catalogue.current(procedure_code)
    details: dict[str, object] = {
        "procedure": procedure_code,
        "version": current.version_id,
        "mapping": {str(old)[:80]: str(new)[:80] for old, new in mapping.items()},
        "is_trial": is_trial,
        "authorities": sorted(authorities),
    }
    total = len(_to_move(details, "")[: MOST_MOVED + 1])
    if total > MOST_MOVED:
        raise errors.TooMany(most=MOST_MOVED)
    return _start(MOVE, details, total=total, by=by, at=at)


def import_staff(content: bytes, *, by: Actor, at: datetime) -> uuid.UUID:
    """Put the people of a list on their posts, when the whole of it is without fault.

    Raises FaultyList, NotASpreadsheet, UnknownEncoding, TooManyRows, NotAllowed.
    """
    digest, total = importing.keep(content, by=by, at=at)
    return _start(IMPORT, {}, total=total, by=by, at=at, file=digest)


@transaction.atomic
def merge_authorities(order: Order, *, by: Actor, at: datetime) -> uuid.UUID:
    """Merge authorities into one from a day on; nothing begins before that day.

    The same order again takes up one that broke off on the way. Raises NotAllowed, CannotMerge.
    """
    counts = mergers.counts(identity_mergers.plan(order, by=by, at=at))
    ordered = merging.order(order, by=by, at=at)
    starts_at = datetime.combine(order.from_date, time.min, tzinfo=clock.VIETNAM)
    return _start(
        MERGE,
        {"merger": str(ordered.id), "starts_at": starts_at.isoformat()},
        total=counts.cases + 1,
        by=by,
        at=at,
        starts_at=max(starts_at, at),
        place=BEGUN if ordered.is_begun else "",
    )


@transaction.atomic
def cancel(operation_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Stop long work of one's own after the slice it is at.

    A merger that has begun is not stopped half way. Raises NoSuchOperation, OperationOver, MergerBegun.
    """
    row = models.Operation.objects.select_for_update().filter(pk=operation_id).first()
    thing = Thing("operation", owner_id=row.person_id if row else None)
    if row is None or not identity.decide(by, "run", thing).is_allowed:
        raise errors.NoSuchOperation()
    if row.state in OVER:
        raise errors.OperationOver()
    if row.kind == MERGE and row.place:
        raise errors.MergerBegun()
    _end(row, models.OperationState.CANCELLED, by=by.key, at=at)


@transaction.atomic
def begin(operation_id: uuid.UUID, *, at: datetime) -> bool:
    """Note that a job takes an operation up, and return whether it shall go on.

    Work whose jobs died again and again at one place fails, and its person is told.
    """
    row = models.Operation.objects.select_for_update().filter(pk=operation_id).first()
    if row is None or row.state in OVER:
        return False
    is_same = row.tries > 0 and row.tried_at_place == row.place
    row.tries, row.tried_at_place = row.tries + 1 if is_same else 1, row.place
    row.save(update_fields=["tries", "tried_at_place"])
    if row.tries <= MOST_TRIES:
        return True
    with translation.override(str(row.details.get("language") or "vi")):
        _fail(row, errors.BrokeOff(times=MOST_TRIES), at=at)
    return False


def run(operation_id: uuid.UUID, *, at: datetime) -> bool:
    """Do one slice of an operation and return whether it is over. Called by a job."""
    row = models.Operation.objects.filter(pk=operation_id).first()
    if row is None or row.state in OVER:
        return True
    person = identity.actor(row.person_id, at=at)
    with translation.override(str(row.details.get("language") or "vi")):
        try:
            SLICES[row.kind](row, person, at)
        except Refused as refusal:  # it concerns all of it: the person has lost the post
            return _fail(row, refusal, at=at)
    return row.state in OVER or _finish(row.pk, at=at)


# ---- slices: each does some work and notes how far it came


def _sign(row: models.Operation, person: Actor, at: datetime) -> None:
    wanted: list[str] = row.details["tasks"]
    place = int(row.place or 0)
    if place >= len(wanted):
        return
    task_id = uuid.UUID(wanted[place])
    result = _tried(
        lambda: tasks.complete(task_id, outcome=rules.SIGN, by=person, at=at),
        subject=_code_of(task_id),
        is_done=lambda: _signed_by(task_id, person),
    )
    _note(row, str(place + 1), [result])


def _move(row: models.Operation, person: Actor, at: datetime) -> None:
    details = row.details
    found = list(_to_move(details, row.place)[:SLICE])
    results = [
        _tried(
            lambda key=key: moving.move(  # type: ignore[misc]
                key,
                to_version=details["version"],
                mapping=details["mapping"],
                is_trial=details["is_trial"],
                by=person,
                at=at,
            ),
            subject=code,
        )
        for key, code in found
    ]
    if found:
        _note(row, str(found[-1][0]), results)


def _merge(row: models.Operation, person: Actor, at: datetime) -> None:
    """Move the posts, then the cases a batch at a time: each with the note of it, or not at all."""
    merger = uuid.UUID(row.details["merger"])
    with transaction.atomic():
        rows = models.Operation.objects.select_for_update().exclude(state__in=OVER)
        held = rows.filter(pk=row.pk).first()
        if held is None or at < datetime.fromisoformat(row.details["starts_at"]):
            return
        if not held.place:
            handing.begin(merger, by=person, at=at)
            _note(held, BEGUN, [DONE])
            return
        codes = handing.hand_over(merger, most=SLICE, by=person.key, at=at)
        if codes:
            _note(held, codes[-1], [DONE for _code in codes])
        else:
            merging.finish(merger, by=person.key, at=at)
            _note(held, WHOLE, [])


def _export(row: models.Operation, person: Actor, at: datetime) -> None:
    """Write the whole register; a crash or a cancellation leaves nothing behind."""
    details = row.details
    registers.check_reader(details["authority"], reader=person, action="export")
    authority = identity.authority(details["authority"])
    first, last = date.fromisoformat(details["first"]), date.fromisoformat(details["last"])
    written = 0
    if not _is_wanted(row, done=0):
        return

    def lines() -> Iterator[Sequence[str]]:
        nonlocal written
        for written, line in enumerate(
            registers.every(authority.id, first=first, last=last), start=1
        ):
            if written % registers.MOST == 0 and not _is_wanted(row, done=written):
                raise errors.OperationOver()
            yield registers.cells(written, line)

    with tempfile.TemporaryFile() as stream:
        try:
            spreadsheet.write(
                stream,
                name=f"{first} {last}",
                heads=registers.heads(),
                widths=WIDTHS,
                rows=lines(),
            )
        except errors.OperationOver:
            return
        pieces = spreadsheet.chunks(stream)
        kept = documents.store(pieces, allowed={"xlsx"}, limit=MOST_BYTES, at=at)
    # Whoever asked may fetch the file from the moment that it is named here, so it is said before.
    looks.at_list(
        registers.codes(authority.code, first=first, last=last),
        by=person,
        at=at,
        kinds={"identity", "contact", "cases"},
        place="desk.register-export",
        purpose=Purpose("task"),
    )
    models.Operation.objects.filter(pk=row.pk, state=models.OperationState.RUNNING).update(
        file=kept.digest, done=written, total=written, place=importing.WRITTEN
    )


def _import(row: models.Operation, person: Actor, at: datetime) -> None:
    place, results = importing.batch(row, person, at, tried=_tried)
    _note(row, place, results)


SLICES: Mapping[str, Callable[[models.Operation, Actor, datetime], None]] = {
    SIGN: _sign,
    MOVE: _move,
    EXPORT: _export,
    MERGE: _merge,
    IMPORT: _import,
}
ENDS = {
    EXPORT: importing.WRITTEN,
    IMPORT: importing.WRITTEN,
    MERGE: WHOLE,
}  # the last place of what is not counted to its end


# ---- what all of them share


@transaction.atomic
def _start(
    kind: str,
    details: dict[str, object],
    *,
    total: int,
    by: Actor,
    at: datetime,
    starts_at: datetime | None = None,
    place: str = "",
    file: str | None = None,
) -> uuid.UUID:
    if not total:
        raise errors.NothingToDo()
    row = models.Operation.objects.create(
        id=ids.at(at),
        kind=kind,
        person_id=by.id,
        total=total,
        place=place,
        file_id=file,
        details={**details, "language": translation.get_language() or "vi"},
        created_at=at,
    )
    event = events.OperationStarted(operation=str(row.pk), kind=kind, total=total)
    transparency.append(event, by=by.key, at=at)
    # The lock keeps a job that was taken up again from running beside the one thought dead.
    job = app.configure_task(JOB, lock=f"operation-{row.pk}", schedule_at=starts_at)
    job.defer(operation_id=str(row.pk))
    return row.pk


def _tried(
    do: Callable[[], None], *, subject: str, is_done: Callable[[], bool] = lambda: False
) -> dict[str, object]:
    """Do one thing and return what came of it; done before a crash counts as done."""
    try:
        do()
    except Refused as refusal:
        if not is_done():
            return {"subject": subject, "code": refusal.code, "message": str(refusal)}
    return {"subject": subject, "code": "", "message": ""}


def _note(row: models.Operation, place: str, results: Sequence[Mapping[str, object]]) -> None:
    """Note a slice, unless the operation was cancelled or another job did the same slice."""
    refused = [dict(each) for each in results if each["code"]]
    rows = models.Operation.objects.filter(pk=row.pk, place=row.place).exclude(state__in=OVER)
    row.done += len(results) - len(refused)
    row.failed += len(refused)
    row.results = [*row.results, *refused][:MOST_TOLD]
    rows.update(
        place=place,
        done=row.done,
        failed=row.failed,
        results=row.results,
        state=models.OperationState.RUNNING,
    )


def _is_wanted(row: models.Operation, *, done: int) -> bool:
    rows = models.Operation.objects.filter(pk=row.pk).exclude(state__in=OVER)
    return rows.update(done=done, state=models.OperationState.RUNNING) > 0


@transaction.atomic
def _finish(operation_id: uuid.UUID, *, at: datetime) -> bool:
    """End an operation that has come to its end; return whether it is over."""
    row = models.Operation.objects.select_for_update().get(pk=operation_id)
    if row.state in OVER:
        return True
    end = ENDS.get(row.kind)
    is_whole = row.place == end if end else row.done + row.failed >= row.total
    if is_whole or (row.kind == MOVE and not _to_move(row.details, row.place)[:1]):
        _end(row, models.OperationState.FINISHED, by=str(row.person_id), at=at)
        return True
    return False


@transaction.atomic
def _fail(row: models.Operation, refusal: Refused, *, at: datetime) -> bool:
    locked = models.Operation.objects.select_for_update().get(pk=row.pk)
    if locked.state not in OVER:
        told = {"subject": "", "code": refusal.code, "message": str(refusal)}
        locked.results = [*locked.results, told]
        locked.save(update_fields=["results"])
        _end(locked, models.OperationState.FAILED, by=str(row.person_id), at=at)
    return True


def _end(row: models.Operation, state: models.OperationState, *, by: str, at: datetime) -> None:
    row.state, row.finished_at = state, at
    if (
        row.kind == IMPORT
    ):  # what was brought is needed no more: the sweeper removes what nothing names
        row.file = None
    row.save(update_fields=["state", "finished_at", "file"])
    if row.kind == MERGE and state != models.OperationState.FINISHED:
        merging.give_up(uuid.UUID(row.details["merger"]), by=by, at=at)
    event = events.OperationEnded(
        operation=str(row.pk), kind=row.kind, state=state, done=row.done, failed=row.failed
    )
    transparency.append(event, by=by, at=at)


def _code_of(task_id: uuid.UUID) -> str:
    found = models.Task.objects.filter(pk=task_id).values_list("case__code", flat=True).first()
    return found or str(task_id)


def _signed_by(task_id: uuid.UUID, person: Actor) -> bool:
    done = models.Task.objects.filter(pk=task_id, state=models.TaskState.DONE)
    return done.filter(person_id=person.id, outcome=rules.SIGN).exists()


def _to_move(
    details: Mapping[str, Any], after: str
) -> QuerySet[models.Case, tuple[uuid.UUID, str]]:
    rows = models.Case.objects.filter(
        finished_at=None,
        procedure_code=details["procedure"],
        authority__in=details["authorities"],
    ).exclude(version=details["version"])
    past = rows.filter(pk__gt=uuid.UUID(after)) if after else rows
    return past.order_by("pk").values_list("pk", "code")
