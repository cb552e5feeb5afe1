"""What people ask about their data, for them and for the data protection officer."""

import uuid
from collections.abc import Sequence

from django.db.models import QuerySet

from motcua.identity import queries as identity
from motcua.identity.values import Actor, Thing
from motcua.privacy import models
from motcua.privacy.errors import NoSuchRequest, NotProtectionOfficer
from motcua.privacy.values import Request

MOST = 100


def own(of: Actor) -> Sequence[Request]:
    """Return what a person asked, newest first."""
    identity.require(of, "complain", Thing("request", owner_id=of.id))
    return [value(row) for row in rows().filter(person_id=of.id).order_by("-pk")[:MOST]]


def open_ones(of: Actor) -> Sequence[Request]:
    """Return what waits for a data protection officer, the most urgent first.

    Raises NotProtectionOfficer for anybody else.
    """
    waiting = rows().filter(authority__in=answered_by(of), ended_at=None)
    return [value(row) for row in waiting.order_by("due_at", "pk")[:MOST]]


def one(request_id: uuid.UUID, *, reader: Actor) -> Request:
    """Return a request for the person who asked, or the officer of its authority.

    Raises NoSuchRequest for others.
    """
    row = rows().filter(pk=request_id).first()
    if row is None:
        raise NoSuchRequest()
    thing = Thing("request", owner_id=row.person_id, authority_id=row.authority_id)
    if not any(identity.decide(reader, each, thing).is_allowed for each in ("complain", "answer")):
        raise NoSuchRequest()
    return value(row)


def holds(kind: str, *, person_id: uuid.UUID, authority_id: int) -> bool:
    """Return whether an authority granted a person to restrict, or to object, and it holds still."""
    granted = models.Request.objects.filter(
        person_id=person_id, authority_id=authority_id, kind=kind, state="granted"
    )
    return granted.exists()


def answered_by(officer: Actor) -> frozenset[int]:
    """Return the authorities whose requests a person answers; raises NotProtectionOfficer for none."""
    found = identity.reach(officer, "answer", "request").authorities
    if not found:
        raise NotProtectionOfficer()
    return found


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
