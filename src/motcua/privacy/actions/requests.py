"""What the law lets a person ask about their own data, and how the data protection officer answers."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.db import transaction

from motcua.identity import actions as people
from motcua.identity import queries as identity
from motcua.identity.values import Actor, Thing
from motcua.kit import ids
from motcua.privacy import errors, models, rules
from motcua.privacy.events import (
    RequestEnded,
    RequestExtended,
    RequestFiled,
    RequestLifted,
    RequestTakenUp,
)
from motcua.privacy.queries import law
from motcua.privacy.queries import requests as queries
from motcua.privacy.values import LASTING, Request
from motcua.transparency import actions as transparency

MAX_BASIS = 200  # characters
NOTHING: Mapping[str, str] = MappingProxyType({})


@transaction.atomic
def file(kind: str, *, authority_code: str, text: str, by: Actor, at: datetime) -> uuid.UUID:
    """Ask an authority something about one's own data; both time limits of the law begin.

    Raises BadRequestKind, NothingSaid (only to see needs no words), NoSuchAuthority, RequestOpen.
    """
    identity.require(by, "complain", Thing("request", owner_id=by.id))
    if kind not in rules.REQUESTS:
        raise errors.BadRequestKind()
    written = rules.said(text) if text.strip() or kind != "see" else ""
    authority, limits = identity.authority(authority_code), law.limits(at)
    same = models.Request.objects.select_for_update().filter(
        person_id=by.id, authority_id=authority.id, kind=kind, ended_at=None
    )
    if same.exists():
        raise errors.RequestOpen()
    row = models.Request.objects.create(
        id=ids.at(at),
        person_id=by.id,
        authority_id=authority.id,
        kind=kind,
        text=written,
        filed_at=at,
        respond_by=law.due(limits.respond, since=at, authority_id=authority.id),
        due_at=law.due(limits.carry_out[kind], since=at, authority_id=authority.id),
    )
    event = RequestFiled(str(row.pk), kind, row.respond_by, row.due_at)
    _tell(row, event, by=by, at=at)
    return row.pk


@transaction.atomic
def take_up(request_id: uuid.UUID, *, text: str, by: Actor, at: datetime) -> None:
    """Tell the person what will be done; raises NoSuchRequest, NothingSaid, NotNow."""
    row = _for_officer(request_id, by=by)
    row.response, row.responded_at = rules.said(text), at
    row.state = rules.after(row.state, "take_up")
    row.save(update_fields=["response", "responded_at", "state"])
    _tell(row, RequestTakenUp(str(row.pk)), by=by, at=at)


@transaction.atomic
def extend(request_id: uuid.UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Put the time limit off by what the law allows, once, with a reason that the person reads.

    Raises NoSuchRequest, NothingSaid, NotNow, AlreadyExtended.
    """
    row = _for_officer(request_id, by=by)
    rules.after(row.state, "extend")
    if row.extended_at is not None:
        raise errors.AlreadyExtended()
    row.extension_reason, row.extended_at = rules.said(reason), at
    period = law.limits(row.filed_at).extend
    row.due_at = law.due(period, since=row.due_at, authority_id=row.authority_id)
    row.save(update_fields=["extension_reason", "extended_at", "due_at"])
    _tell(row, RequestExtended(str(row.pk), row.due_at), by=by, at=at)


@transaction.atomic
def grant(
    request_id: uuid.UUID,
    *,
    text: str,
    by: Actor,
    at: datetime,
    corrected: Mapping[str, str] = NOTHING,
) -> Request:
    """Say what was done for the person; what it takes of cases follows from the event.

    corrected: of a request to correct, what is known of the person from now on, by name. Raises
    NoSuchRequest, NothingSaid, NotNow, BadParticulars.
    """
    row = _for_officer(request_id, by=by)
    if row.kind == "correct" and corrected:
        people.correct(
            row.person_id,
            corrected,
            request=str(row.pk),
            authority=row.authority.code,
            by=by,
            at=at,
        )
    _end(row, "grant", answer=rules.said(text), by=by, at=at)
    return queries.value(row)


@transaction.atomic
def refuse(request_id: uuid.UUID, *, text: str, basis: str, by: Actor, at: datetime) -> None:
    """Refuse with a reason and the provision it rests on; raises NoSuchRequest, NothingSaid, NotNow."""
    row = _for_officer(request_id, by=by)
    row.basis = rules.said(basis)[:MAX_BASIS]
    _end(row, "refuse", answer=rules.said(text), by=by, at=at)


@transaction.atomic
def withdraw(request_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Take one's own request back; raises NoSuchRequest, NotNow."""
    row = _locked(request_id)
    thing = Thing("request", owner_id=row.person_id if row else None)
    if row is None or not identity.decide(by, "complain", thing).is_allowed:
        raise errors.NoSuchRequest()
    _end(row, "withdraw", answer="", by=by, at=at)


@transaction.atomic
def lift(request_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """End a restriction or an objection that was granted: by the person, or by the officer.

    Raises NoSuchRequest, NotNow.
    """
    row = _locked(request_id)
    if row is None:
        raise errors.NoSuchRequest()
    thing = Thing("request", owner_id=row.person_id, authority_id=row.authority_id)
    if not any(identity.decide(by, each, thing).is_allowed for each in ("complain", "answer")):
        raise errors.NoSuchRequest()
    if row.kind not in LASTING:
        raise errors.NotNow()
    row.state = rules.after(row.state, "lift")
    row.save(update_fields=["state"])
    _tell(row, RequestLifted(str(row.pk), str(row.person_id), row.kind), by=by, at=at)


def _end(row: models.Request, step: str, *, answer: str, by: Actor, at: datetime) -> None:
    row.state, row.answer, row.ended_at = rules.after(row.state, step), answer, at
    row.responded_at = row.responded_at or at
    row.save(update_fields=["state", "answer", "basis", "ended_at", "responded_at"])
    event = RequestEnded(str(row.pk), str(row.person_id), row.kind, row.state, row.basis)
    _tell(row, event, by=by, at=at)


def _for_officer(request_id: uuid.UUID, *, by: Actor) -> models.Request:
    """Return a request that nobody else changes; raises NoSuchRequest for another authority's.

    Nobody answers what they asked themselves.
    """
    row = _locked(request_id)
    thing = row and Thing("request", owner_id=row.person_id, authority_id=row.authority_id)
    if row is None or not thing or not identity.decide(by, "answer", thing).is_allowed:
        raise errors.NoSuchRequest()
    return row


def _locked(request_id: uuid.UUID) -> models.Request | None:
    return queries.rows().select_for_update(of=("self",)).filter(pk=request_id).first()


def _tell(row: models.Request, event: object, *, by: Actor, at: datetime) -> None:
    transparency.append(event, by=by.key, at=at, subject=str(row.pk), authority=row.authority.code)
