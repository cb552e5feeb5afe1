"""Reads: who is this, which posts do they hold, which unit does a kind of work."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from django.db.models import Q, QuerySet

from motcua.engines.calendar.office import Calendar
from motcua.identity import models, rules
from motcua.identity.errors import NoSuchAuthority, NoSuchPerson, NoSuchUnit, NotSignedIn
from motcua.identity.values import Actor, Authority, Person, Post, Unit

# The hours of an office that has not set its own; a sample, not a rule.
USUAL = {
    "hours": {
        day: ["07:00-11:30", "13:30-17:00"]
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
    }
}


def actor_of_token(token: str, *, at: datetime) -> Actor:
    """Return who a bearer token speaks for; raises NotSignedIn when it is unknown or has ended.

    One query for a citizen, two for an official.
    """
    found = (
        models.Token.objects.select_related("person")
        .filter(digest=rules.digest(token), expires_at__gt=at)
        .first()
    )
    if found is None:
        raise NotSignedIn()
    return _actor(found.person, at=at)


def actor(person_id: uuid.UUID | str, *, at: datetime) -> Actor:
    """Return a person as an actor; raises NoSuchPerson."""
    person = models.Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NoSuchPerson()
    return _actor(person, at=at)


def actor_of_personal_id(personal_id: str, *, at: datetime) -> Actor:
    """Return the person with a personal identification number; raises NoSuchPerson."""
    person = models.Person.objects.filter(personal_id=personal_id).first()
    if person is None:
        raise NoSuchPerson()
    return _actor(person, at=at)


def person(person_id: uuid.UUID) -> Person:
    """Return a person's particulars; raises NoSuchPerson."""
    row = models.Person.objects.filter(pk=person_id).first()
    if row is None:
        raise NoSuchPerson()
    return Person(
        id=row.pk,
        name=row.name,
        personal_id=row.personal_id,
        birth_date=row.birth_date,
        phone=row.phone,
        email=row.email,
        address=row.address,
    )


def names(person_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    """Return the names of several people in one query."""
    rows = models.Person.objects.filter(pk__in=set(person_ids)).values_list("id", "name")
    return dict(rows)


def authority(code: str) -> Authority:
    """Return an authority by its code; raises NoSuchAuthority."""
    row = models.Authority.objects.select_related("parent").filter(code=code).first()
    if row is None:
        raise NoSuchAuthority()
    return _authority(row)


def authorities(*, level: str = "") -> Sequence[Authority]:
    """Return authorities by code."""
    rows = models.Authority.objects.select_related("parent").order_by("code")
    return [_authority(row) for row in (rows.filter(level=level) if level else rows)]


def unit_for(kind: str, *, authority_code: str) -> Unit:
    """Return the unit that does a kind of work for an authority; raises NoSuchUnit.

    Its own unit comes first, then its parent's: a ward without a fire brigade asks the province's.
    """
    own = Q(authority__code=authority_code)
    parents = Q(
        authority__in=models.Authority.objects.filter(code=authority_code).values("parent_id")
    )
    rows = models.Unit.objects.select_related("authority").filter(own | parents, kind=kind)
    found = sorted(rows, key=lambda unit: unit.authority.code != authority_code)
    if not found:
        raise NoSuchUnit(authority=authority_code, kind=kind)
    row = found[0]
    return Unit(row.pk, row.kind, row.name, row.authority_id, row.authority.code)


def holders(unit_id: int, role: str, *, at: datetime) -> Sequence[Actor]:
    """Return the people who hold a role in a unit at a moment."""
    rows = _held(at).filter(post__unit_id=unit_id, post__roles__contains=[role])
    people = {row.person_id: row.person for row in rows.select_related("person")}
    return [_actor(person, at=at) for person in people.values()]


def office_calendar(authority_id: int) -> Calendar:
    """Return the working calendar of an authority: its own, or the usual one."""
    row = models.OfficeCalendar.objects.filter(pk=authority_id).first()
    return calendar_of(row.definition if row else USUAL)


def posts_of(authority_code: str, *, at: datetime) -> Sequence[tuple[Actor, Post]]:
    """Return who holds which post in an authority at a moment."""
    rows = _held(at).filter(post__unit__authority__code=authority_code).select_related("person")
    people = {row.person_id: row.person for row in rows.order_by("id")}
    return [
        (actor, post)
        for actor in (_actor(person, at=at) for person in people.values())
        for post in actor.posts
        if post.authority_code == authority_code
    ]


def calendar_of(definition: Mapping[str, object]) -> Calendar:
    """Return the calendar that a definition makes; raises BadCalendar with every fault."""
    return _calendar(json.dumps(definition, sort_keys=True))


def _actor(person: models.Person, *, at: datetime) -> Actor:
    posts = tuple(
        Post(
            id=row.post_id,
            title=row.post.title,
            roles=frozenset(row.post.roles),
            unit_id=row.post.unit_id,
            unit_kind=row.post.unit.kind,
            unit_name=row.post.unit.name,
            is_head=row.post.is_head,
            signing_mode=row.post.signing_mode,
            authority_id=row.post.unit.authority_id,
            authority_code=row.post.unit.authority.code,
        )
        for row in _held(at).filter(person=person).order_by("post_id")
    )
    return Actor(person.pk, person.name, person.personal_id, posts)


def _held(at: datetime) -> QuerySet[models.Holding]:
    return models.Holding.objects.select_related("post__unit__authority").filter(
        Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at
    )


def _authority(row: models.Authority) -> Authority:
    return Authority(
        id=row.pk,
        code=row.code,
        name=row.name,
        level=row.level,
        place=row.place,
        parent_name=row.parent.name if row.parent else "",
    )


@lru_cache(maxsize=512)
def _calendar(definition: str) -> Calendar:
    return Calendar.from_mapping(json.loads(definition))
