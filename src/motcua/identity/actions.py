"""Writes: register people and offices, give posts, issue tokens."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from motcua.identity import models, queries, rules
from motcua.identity.events import CalendarSet, PostTaken, TokenIssued
from motcua.kit import ids
from motcua.transparency import actions as transparency

TOKEN_LIFE = timedelta(days=30)


@transaction.atomic
def issue_token(person_id: uuid.UUID, *, token: str, by: str, at: datetime) -> None:
    """Make a token speak for a person for thirty days; the token itself is not kept."""
    models.Token.objects.create(
        digest=rules.digest(token), person_id=person_id, created_at=at, expires_at=at + TOKEN_LIFE
    )
    event = TokenIssued(str(person_id), (at + TOKEN_LIFE).isoformat())
    transparency.append(event, by=by, at=at)


@transaction.atomic
def take_post(person_id: uuid.UUID, post_id: int, *, by: str, at: datetime) -> None:
    """Put a person on a post from a moment on; holding it already changes nothing."""
    holding, is_new = models.Holding.objects.get_or_create(
        person_id=person_id, post_id=post_id, ends_at=None, defaults={"starts_at": at}
    )
    if is_new:
        event = PostTaken(str(person_id), post_id, holding.post.unit_id)
        transparency.append(event, by=by, at=at)


def ensure_person(*, personal_id: str, name: str, at: datetime, **details: object) -> uuid.UUID:
    """Register a person once, by personal identification number, and return the id."""
    person, _ = models.Person.objects.get_or_create(
        personal_id=personal_id, defaults={"id": ids.at(at), "name": name, **details}
    )
    person_id: uuid.UUID = person.pk
    return person_id


def ensure_authority(*, code: str, parent_code: str = "", **details: str) -> int:
    """Register an authority once, by code, and return the id."""
    parent = models.Authority.objects.get(code=parent_code) if parent_code else None
    authority, _ = models.Authority.objects.get_or_create(
        code=code, defaults={"parent": parent, **details}
    )
    return authority.pk


def ensure_unit(*, authority_id: int, kind: str, name: str) -> int:
    """Register a unit once, by authority and kind, and return the id."""
    unit, _ = models.Unit.objects.get_or_create(
        authority_id=authority_id, kind=kind, defaults={"name": name}
    )
    return unit.pk


def ensure_post(
    *,
    unit_id: int,
    title: str,
    roles: tuple[str, ...],
    is_head: bool = False,
    signing_mode: str = "",
) -> int:
    """Register a post once, by unit and title, and return the id."""
    details = {"roles": list(roles), "is_head": is_head, "signing_mode": signing_mode}
    post, _ = models.Post.objects.get_or_create(unit_id=unit_id, title=title, defaults=details)
    return post.pk


@transaction.atomic
def set_office_calendar(
    authority_id: int, *, definition: Mapping[str, object], by: str, at: datetime
) -> None:
    """Set the working time of an authority; raises BadCalendar with every fault."""
    queries.calendar_of(definition)
    models.OfficeCalendar.objects.update_or_create(
        authority_id=authority_id, defaults={"definition": dict(definition)}
    )
    transparency.append(CalendarSet(authority_id), by=by, at=at)
