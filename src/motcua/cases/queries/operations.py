"""Long work as those see it who asked for it."""

import uuid
from collections.abc import Mapping
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from motcua.cases import models, values
from motcua.cases.errors import NoSuchOperation
from motcua.documents import queries as documents
from motcua.identity import queries as identity
from motcua.identity.values import Actor, Thing

SIGN, EXPORT, MOVE, IMPORT = "sign_many", "export_register", "move_cases", "import_staff"
MERGE = "merge_authorities"
STATES = models.OperationState
OVER = (STATES.CANCELLED, STATES.FINISHED, STATES.FAILED)
MOST = 100
NAMES: Mapping[str, str | Promise] = {
    SIGN: lazy("Sign several decisions"),
    EXPORT: lazy("Export the register"),
    MOVE: lazy("Move cases to a new version"),
    MERGE: lazy("Merge authorities"),
    IMPORT: lazy("Put people on posts from a list"),
}
STATE_NAMES: Mapping[str, str | Promise] = {
    STATES.WAITING: lazy("Waiting"),
    STATES.RUNNING: lazy("Running"),
    STATES.CANCELLED: lazy("Cancelled"),
    STATES.FINISHED: lazy("Finished"),
    STATES.FAILED: lazy("Could not go on"),
}


def operation(operation_id: uuid.UUID, *, reader: Actor) -> values.Operation:
    """Return long work of one's own; raises NoSuchOperation for that of others."""
    return _value(_row(operation_id, reader))


def own(*, of: Actor, limit: int = 20) -> tuple[values.Operation, ...]:
    """Return the long work that a person asked for, the newest first."""
    identity.require(of, "list", Thing("operation", owner_id=of.id))
    rows = models.Operation.objects.filter(person_id=of.id).order_by("-id")
    return tuple(_value(row) for row in rows[: max(1, min(limit, MOST))])


def file(operation_id: uuid.UUID, *, reader: Actor) -> tuple[str, str, IO[bytes]]:
    """Return the name, the type and the bytes of what an operation wrote; raises NoSuchOperation."""
    row = _row(operation_id, reader)
    if row.file_id is None or row.kind != EXPORT:
        raise NoSuchOperation()
    found = documents.file(row.file_id)
    first, last = row.details.get("first", ""), row.details.get("last", "")
    name = f"so-theo-doi-{row.details.get('authority', '')}-{first}-{last}.xlsx"
    return name, found.media_type, documents.open_file(found.digest)


def _row(operation_id: uuid.UUID, reader: Actor) -> models.Operation:
    row = models.Operation.objects.filter(pk=operation_id).first()
    thing = Thing("operation", owner_id=row.person_id if row else None)
    if row is None or not identity.decide(reader, "run", thing).is_allowed:
        raise NoSuchOperation()
    return row


def _value(row: models.Operation) -> values.Operation:
    is_over = row.state in OVER
    part = (row.done + row.failed) * 100 // max(1, row.total)
    return values.Operation(
        id=row.pk,
        kind=row.kind,
        name=str(NAMES.get(row.kind, row.kind)),
        state=row.state,
        state_name=str(STATE_NAMES[row.state]),
        total=row.total,
        done=row.done,
        failed=row.failed,
        percent=100 if row.state == STATES.FINISHED else min(part, 99 if not is_over else 100),
        created_at=row.created_at,
        finished_at=row.finished_at,
        is_over=is_over,
        may_cancel=not is_over and not (row.kind == MERGE and row.place),
        has_file=row.file_id is not None and row.kind == EXPORT,
        results=tuple(
            values.OperationResult(
                str(each["subject"]), not each["code"], str(each["code"]), str(each["message"])
            )
            for each in row.results
        ),
    )
