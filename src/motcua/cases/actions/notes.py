"""Notes that officials write for each other; applicants never see them."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from motcua.cases import errors, events, models
from motcua.cases.queries import access
from motcua.identity import queries as identity
from motcua.identity.errors import PurposeNeeded
from motcua.identity.values import Actor
from motcua.kit import ids
from motcua.transparency import actions as transparency
from motcua.transparency import queries as log

MOST = 4_000  # characters
REMOVABLE = timedelta(hours=1)


@transaction.atomic
def write(code: str, *, text: str, by: Actor, at: datetime) -> uuid.UUID:
    """Write a note on a case; raises NoSuchCase, NoteEmpty, NoteTooLong."""
    said = text.replace("\x00", "").strip()
    if not said:
        raise errors.NoteEmpty()
    if len(said) > MOST:
        raise errors.NoteTooLong(most=MOST)
    row = models.Case.objects.select_related("authority").filter(code=code).first()
    if row is None:
        raise errors.NoSuchCase()
    verdict = access.applied(row, "write", by=by, kind="note")
    if verdict.rule == PurposeNeeded.code:
        raise PurposeNeeded(subject=code)
    if verdict.rule == errors.DataRestricted.code and access.is_listed(row, by):
        raise errors.DataRestricted()
    if not verdict.is_allowed:
        raise errors.NoSuchCase()
    note = models.Note.objects.create(id=ids.at(at), case=row, by_id=by.id, at=at, text=said)
    event = events.NoteWritten(case=code, note=str(note.pk))
    transparency.append(
        event,
        by=by.key,
        at=at,
        subject=code,
        authority=row.authority.code,
        personal={"text": log.digest(said)},
    )
    return note.pk


@transaction.atomic
def remove(note_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Remove a note of one's own within the hour; raises NoSuchNote."""
    rows = models.Note.objects.select_for_update(of=("self",)).select_related("case__authority")
    note = rows.filter(pk=note_id, by_id=by.id, at__gt=at - REMOVABLE).first()
    if note is None or not identity.may_ever(by, "write", "note"):
        raise errors.NoSuchNote()
    case = note.case
    event = events.NoteRemoved(case=case.code, note=str(note.pk))
    note.delete()
    transparency.append(event, by=by.key, at=at, subject=case.code, authority=case.authority.code)
