"""This looks wrong: a person complains of a look, and the data protection officer answers."""

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from motcua.identity import queries as identity
from motcua.identity.values import Actor, Thing
from motcua.kit import ids
from motcua.privacy import errors, models, rules
from motcua.privacy.events import ComplaintAnswered, ComplaintFiled
from motcua.privacy.queries import law, looks
from motcua.transparency import actions as transparency


@transaction.atomic
def complain(look_id: int, *, text: str, by: Actor, at: datetime) -> uuid.UUID:
    """Say that a look at one's own data seems wrong; the officer of the reader's authority answers.

    Raises NoSuchLook, NothingSaid, AlreadyComplained.
    """
    identity.require(by, "complain", Thing("complaint", owner_id=by.id))
    written = rules.said(text)
    look = looks.one(look_id, of=by.id, number=by.personal_id)
    authority = identity.authority(look.authority_code)
    period = law.limits(at).complaint
    due_at = law.due(period, since=at, authority_id=authority.id)
    try:
        with transaction.atomic():
            row = models.Complaint.objects.create(
                id=ids.at(at),
                look_id=look.id,
                person_id=by.id,
                authority_id=authority.id,
                text=written,
                filed_at=at,
                due_at=due_at,
            )
    except IntegrityError as error:
        raise errors.AlreadyComplained() from error
    transparency.append(
        ComplaintFiled(str(row.pk), look.id, due_at),
        by=by.key,
        at=at,
        subject=str(row.pk),
        authority=authority.code,
    )
    return row.pk


@transaction.atomic
def answer(
    complaint_id: uuid.UUID, *, text: str, is_justified: bool, by: Actor, at: datetime
) -> None:
    """Answer a complaint, once.

    Raises NoSuchComplaint, NotProtectionOfficer, NothingSaid, AlreadyAnswered.
    """
    written = rules.said(text)
    locked = models.Complaint.objects.select_for_update(of=("self",)).select_related("authority")
    row = locked.filter(pk=complaint_id).first()
    if row is None:
        raise errors.NoSuchComplaint()
    thing = Thing("complaint", authority_id=row.authority_id)
    if not identity.decide(by, "answer", thing).is_allowed:
        raise errors.NotProtectionOfficer()
    if row.answered_at is not None:
        raise errors.AlreadyAnswered()
    row.answer, row.is_justified = written, is_justified
    row.answered_at, row.answered_by_id = at, by.id
    row.save(update_fields=["answer", "is_justified", "answered_at", "answered_by"])
    transparency.append(
        ComplaintAnswered(str(row.pk), is_justified),
        by=by.key,
        at=at,
        subject=str(row.pk),
        authority=row.authority.code,
    )
