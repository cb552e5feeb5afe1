"""What people ask about their data, for them and for the data protection officer."""

import uuid
from collections.abc import Sequence

from django.db.models import QuerySet

from motcua.identity.values import Actor
from motcua.privacy import models, rules
from motcua.privacy.errors import NoSuchRequest
from motcua.privacy.values import Request

MOST = 100


def own(of: Actor) -> Sequence[Request]:
    """Return what a person asked, newest first."""
    return [value(row) for row in rows().filter(person_id=of.id).order_by("-pk")[:MOST]]


def open_ones(of: Actor) -> Sequence[Request]:
    """Return what waits for a data protection officer, the most urgent first.

    Raises NotProtectionOfficer for anybody else.
    """
    waiting = rows().filter(authority__in=rules.own_authorities(of), ended_at=None)
    return [value(row) for row in waiting.order_by("due_at", "pk")[:MOST]]


def one(request_id: uuid.UUID, *, reader: Actor) -> Request:
    """Return a request for the person who asked, or the officer of its authority.

    Raises NoSuchRequest for others.
    """
    row = rows().filter(pk=request_id).first()
    if row is None:
        raise NoSuchRequest()
    if row.person_id != reader.id and row.authority_id not in rules.officer_of(reader):
        raise NoSuchRequest()
    return value(row)


def rows() -> QuerySet[models.Request]:
    """Return requests with what a value needs of other tables."""
    return models.Request.objects.select_related("person", "authority")


def value(row: models.Request) -> Request:
    """Return a row as a value."""
    return Request(
        id=row.pk,
        person_id=row.person_id,
        person_name=row.person.name,
        authority_id=row.authority_id,
        authority_code=row.authority.code,
        authority_name=row.authority.name,
        kind=row.kind,
        text=row.text,
        state=row.state,
        filed_at=row.filed_at,
        respond_by=row.respond_by,
        due_at=row.due_at,
        responded_at=row.responded_at,
        response=row.response,
        extended_at=row.extended_at,
        extension_reason=row.extension_reason,
        ended_at=row.ended_at,
        answer=row.answer,
        basis=row.basis,
    )
