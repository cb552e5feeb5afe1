"""Reads: what is due for a subject, and one due."""

import uuid
from collections.abc import Sequence
from itertools import islice

from django.db.models import QuerySet

from motcua.identity import queries as identity
from motcua.identity.errors import NoSuchUnit
from motcua.identity.values import Actor, Unit
from motcua.payments import models, rules
from motcua.payments.errors import NoSuchDue
from motcua.payments.values import Due

MOST = 100  # dues on one page


def due(due_id: uuid.UUID) -> Due:
    """Return one due; raises NoSuchDue."""
    row = _rows().filter(pk=due_id).first()
    if row is None:
        raise NoSuchDue()
    return value(row)


def dues(subject: str) -> Sequence[Due]:
    """Return everything that was ever due for a subject, oldest first."""
    return [value(row) for row in _rows().filter(subject=subject).order_by("id")]


def own_due(due_id: uuid.UUID, *, of: Actor) -> Due:
    """Return a due that a person pays or may take at the counter; raises NoSuchDue otherwise."""
    found = due(due_id)
    if not _is_seen_by(of, found):
        raise NoSuchDue()
    return found


def own_dues(
    subject: str, *, of: Actor, after: uuid.UUID | None = None, limit: int = MOST
) -> Sequence[Due]:
    """Return the dues of a subject that a person pays or may take, oldest first, past a key."""
    rows = _rows().filter(subject=subject).order_by("id")
    if after is not None:
        rows = rows.filter(id__gt=after)
    seen = (found for found in map(value, rows) if _is_seen_by(of, found))
    return list(islice(seen, min(limit, MOST)))


def counter_of(authority_code: str) -> Unit | None:
    """Return the one-stop shop that takes money for an authority: its own, or that above it."""
    try:
        return identity.unit_for(rules.COUNTER_KIND, authority_code=authority_code)
    except NoSuchUnit:
        return None


def value(row: models.Due) -> Due:
    """Return a row as a value."""
    return Due(
        id=row.pk,
        subject=row.subject,
        authority_code=row.authority.code,
        payer_id=row.payer_id,
        amount=row.amount,
        purpose=row.purpose,
        status=row.status,
        reference=row.reference,
        requested_at=row.requested_at,
        paid_at=row.paid_at,
        method=row.method,
        receipt=row.receipt,
    )


def _rows() -> QuerySet[models.Due]:
    return models.Due.objects.select_related("authority")


def _is_seen_by(person: Actor, found: Due) -> bool:
    if found.payer_id == person.id:
        return True
    return person.is_official and rules.is_at_counter(person, counter_of(found.authority_code))
