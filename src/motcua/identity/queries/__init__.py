"""Reads: who is this, which posts do they hold, which unit does a kind of work."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from motcua.engines.calendar.office import Calendar
from motcua.identity import models, rules
from motcua.identity.adapters import policy as table
from motcua.identity.errors import (
    NoSuchAuthority,
    NoSuchPerson,
    NoSuchUnit,
    NotAllowed,
    NotSignedIn,
    PurposeNeeded,
    SecondFactorNeeded,
)
from motcua.identity.queries import acting
from motcua.identity.values import (
    Actor,
    Assurance,
    Authority,
    Delegation,
    Person,
    Post,
    PostRow,
    Reach,
    Relation,
    Thing,
    Unit,
    Verdict,
)
from motcua.kit import statements

MOST_PEOPLE = 500  # in one list to choose from
MOST_DELEGATIONS = 100

# The hours of an office that has not set its own; a sample, not a rule.
USUAL = {
    "hours": {
        day: ["07:00-11:30", "13:30-17:00"]
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
    }
}


# ---- the policy (policy.yaml)


def decide(by: Actor | None, action: str, thing: Thing) -> Verdict:
    """Return whether a person may do something with a thing, by which rule, and why they read it."""
    return rules.decide(table.load(), by, action, thing)


def require(by: Actor | None, action: str, thing: Thing) -> Verdict:
    """Return the verdict that allows something; raises NotAllowed, or PurposeNeeded of a reader."""
    verdict = decide(by, action, thing)
    if verdict.rule == rules.PURPOSE_NEEDED:
        raise PurposeNeeded(subject=thing.subject)
    if not verdict.is_allowed:
        raise NotAllowed()
    return verdict


def reach(by: Actor, action: str, kind: str) -> Reach:
    """Return what a person may do something with, as conditions for the SQL of a list."""
    return rules.reach(table.load(), by, action, kind)


def opens(by: Actor | None, page: str) -> bool:
    """Return whether an address is for a person; one that the policy does not name is for nobody."""
    asked = table.load().pages.get(page)
    return asked is not None and rules.opens(table.load(), by, *asked)


def may_ever(by: Actor | None, action: str, kind: str) -> bool:
    """Return whether there is anything of a kind that a person could do something with."""
    return rules.opens(table.load(), by, action, kind)


def is_busy_until(finished_at: datetime) -> datetime:
    """Return until when those who worked on what is over still have work in it."""
    return finished_at + timedelta(days=table.load().days_after_end)


def purpose_ends(stated_at: datetime) -> datetime:
    """Return until when a stated purpose serves."""
    return stated_at + timedelta(hours=table.load().hours_stated)


def full_age() -> int:
    """Return from what age on a person acts for themselves, in years."""
    return table.load().full_age


def longest_mandate() -> int:
    """Return for how many days somebody is authorised at most."""
    return table.load().days_of_mandate


def relations(*, of: Actor) -> Sequence[Relation]:
    """Return the close relations that a person declared, by name."""
    require(of, "declare", Thing("relation", owner_id=of.id))
    rows = models.Relation.objects.filter(person_id=of.id, ended_at=None).order_by("name", "id")
    return [Relation(row.pk, row.kind, row.personal_id, row.name, row.declared_at) for row in rows]


# ---- people


def actor_of_token(token: str, *, at: datetime) -> Actor:
    """Return who a bearer token speaks for, with its assurance; raises NotSignedIn, SecondFactorNeeded.

    It is not known, or has ended; or it was given to somebody whose posts demand a second factor, without
    one. Two queries.
    """
    found = models.Token.objects.filter(
        digest=rules.digest(token), expires_at__gt=at, revoked_at=None
    ).first()
    if found is None:
        raise NotSignedIn()
    assurance = Assurance(found.level, found.has_second_factor, "token", found.created_at)
    speaker = actor_of(found.person_id, assurance=assurance, at=at)
    if speaker.withheld:
        raise SecondFactorNeeded()
    return speaker


def actor_of(person_id: uuid.UUID, *, assurance: Assurance, at: datetime) -> Actor:
    """Return a person who came through a door as an actor: posts that ask for more are withheld."""
    return _admitted(actor(person_id, at=at), assurance)


def actor_of_session(
    person_id: str, *, assurance: Assurance, at: datetime
) -> tuple[Actor, models.Person]:
    """Return `actor_of` with the row whose password a session was made under, in one query.

    The row holds nothing else. Raises NoSuchPerson.
    """
    rows = acting.rows(acting.OF_PEOPLE, [person_id], at=at)
    if not rows:
        raise NoSuchPerson()
    (whole,) = acting.built(rows, at=at)
    return _admitted(whole, assurance), models.Person(pk=whole.id, password=rows[0][0])


def _admitted(whole: Actor, assurance: Assurance) -> Actor:
    posts, withheld = rules.admitted(whole.posts, assurance)
    return replace(whole, posts=posts, withheld=withheld, assurance=assurance)


def account(person_id: uuid.UUID | str) -> models.Person:
    """Return the row of a person, as the library of sessions wants it; raises NoSuchPerson."""
    found: models.Person | None = models.Person.objects.filter(pk=person_id).first()
    if found is None:
        raise NoSuchPerson()
    return found


def actor(person_id: uuid.UUID | str, *, at: datetime) -> Actor:
    """Return a person as an actor, in one query; raises NoSuchPerson."""
    found = acting.actors(acting.OF_PEOPLE, [str(person_id)], at=at)
    if not found:
        raise NoSuchPerson()
    return found[0]


def actor_of_personal_id(personal_id: str, *, at: datetime) -> Actor:
    """Return the person with a personal identification number, in one query; raises NoSuchPerson."""
    found = acting.actors(acting.OF_NUMBER, personal_id, at=at)
    if not found:
        raise NoSuchPerson()
    return found[0]


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
        verified_at=row.verified_at,
        is_organisation=row.kind == models.PersonKind.ORGANISATION,
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
    """Return the authorities that there are now, by code; those that were merged are not among them."""
    rows = models.Authority.objects.select_related("parent").filter(ends_date=None)
    rows = rows.order_by("code")
    return [_authority(row) for row in (rows.filter(level=level) if level else rows)]


def authority_names(codes: Iterable[str]) -> Mapping[str, str]:
    """Return the names of several authorities by code, in one query."""
    return dict(models.Authority.objects.filter(code__in=set(codes)).values_list("code", "name"))


def unit_for(kind: str, *, authority_code: str) -> Unit:
    """Return the unit that does a kind of work for an authority; raises NoSuchUnit.

    Its own unit comes first, then its parent's: a ward without a fire brigade asks the province's.
    One that was merged has those of the authority that follows it.
    """
    alive = models.Authority.objects.filter(code=authority_code, ends_date=None)
    here = Q(authority__in=alive.values("pk")) | Q(authority__in=alive.values("parent_id"))
    rows = models.Unit.objects.select_related("authority").filter(here, kind=kind, ends_date=None)
    found = sorted(rows, key=lambda unit: unit.authority.code != authority_code)
    if not found:
        successor = models.Authority.objects.filter(code=authority_code, successor__isnull=False)
        for code in successor.values_list("successor__code", flat=True):
            return unit_for(kind, authority_code=code)
        raise NoSuchUnit(authority=authority_code, kind=kind)
    row = found[0]
    return _unit(row)


def served_by(unit_ids: Iterable[int], *, kind: str) -> QuerySet[models.Authority, int]:
    """Return the authorities whose work of a kind these units do, as `unit_for` finds them, for SQL."""
    here = models.Unit.objects.filter(pk__in=list(unit_ids), kind=kind)
    own = models.Unit.objects.filter(authority=OuterRef("pk"), kind=kind)
    is_served = Q(pk__in=here.values("authority_id")) | (
        Q(parent_id__in=here.values("authority_id")) & ~Exists(own)
    )
    return models.Authority.objects.filter(is_served).values_list("pk", flat=True)


def looked_after_by(person: Actor) -> frozenset[int]:
    """Return the authorities where a person is an administrator, and those directly under them."""
    own = reach(person, "move", "case").authorities
    if not own:
        return frozenset()
    under = models.Authority.objects.filter(parent__in=own)
    return frozenset({*own, *under.values_list("pk", flat=True)})


def authorities_of(unit_ids: Iterable[int]) -> frozenset[int]:
    """Return the authorities whose units these are."""
    rows = models.Unit.objects.filter(pk__in=set(unit_ids))
    return frozenset(rows.values_list("authority_id", flat=True))


def holders(unit_id: int, role: str, *, at: datetime) -> Sequence[Actor]:
    """Return the people who hold a role in a unit at a moment."""
    rows = models.Post.objects.filter(unit_id=unit_id, roles__contains=[role])
    found = acting.actors_of(acting.people_on(rows, at=at), at=at)
    return [each for each in found if each.post_in(unit_id, role)]


def office_calendar(authority_id: int) -> Calendar:
    """Return the working calendar of an authority: its own, or the usual one."""
    row = models.OfficeCalendar.objects.filter(pk=authority_id).first()
    return calendar_of(row.definition if row else None)


def calendar_definition(authority: F | OuterRef) -> QuerySet[models.OfficeCalendar, Any]:
    """Return the definition of an authority's own calendar, to be read within another query."""
    return models.OfficeCalendar.objects.filter(pk=authority).values("definition")


def posts_of(authority_code: str, *, at: datetime) -> Sequence[tuple[Actor, Post]]:
    """Return who holds which post in an authority at a moment, in two queries."""
    rows = models.Post.objects.filter(unit__authority__code=authority_code)
    return [
        (actor, post)
        for actor in acting.actors_of(acting.people_on(rows, at=at), at=at)
        for post in actor.posts
        if post.authority_code == authority_code
    ]


def colleagues(of: Actor, *, at: datetime) -> Sequence[Actor]:
    """Return the other officials of the authorities where a person holds posts, by name."""
    if not may_ever(of, "delegate", "post"):
        return ()
    authorities = {post.authority_id for post in of.posts}
    rows = models.Post.objects.filter(unit__authority__in=authorities)
    people = acting.people_on(rows, at=at).exclude(pk=of.id)
    return acting.actors_of(people.order_by("name", "pk")[:MOST_PEOPLE], at=at)


def people_of_units(unit_ids: Iterable[int], *, at: datetime) -> Sequence[tuple[uuid.UUID, str]]:
    """Return the ids and names of those who hold posts in some units at a moment, by name."""
    statement = _people_statement(frozenset(unit_ids))
    return [(key, name) for key, name in statement.rows({statements.NOW: at})]


@lru_cache(maxsize=512)
def _people_statement(unit_ids: frozenset[int]) -> statements.Statement:
    posts = models.Post.objects.filter(unit__in=unit_ids)
    rows = acting.people_on(posts, at=statements.NOW).order_by("name", "pk")
    return statements.written(rows.values_list("pk", "name")[:MOST_PEOPLE])


def citizens(*, at: datetime, limit: int = 12) -> Sequence[Actor]:
    """Return people who hold no post at a moment, in the order of their ids; for the demo's sign-in."""
    held = acting.held(at).filter(person_id=OuterRef("pk"))
    people = models.Person.objects.filter(kind=models.PersonKind.NATURAL)
    rows = people.filter(~Exists(held)).order_by("pk")[:limit]
    return [Actor(row.pk, row.name, row.personal_id) for row in rows]


def units(authority_code: str) -> Sequence[Unit]:
    """Return the units of an authority, by name."""
    rows = models.Unit.objects.select_related("authority").filter(authority__code=authority_code)
    return [_unit(row) for row in rows.order_by("name", "pk")]


def administered(*, of: Actor) -> Sequence[Unit]:
    """Return the units of the authorities that a person administers, by authority and name."""
    own = sorted(reach(of, "administer", "unit").authorities)
    rows = models.Unit.objects.select_related("authority").filter(authority__in=own, ends_date=None)
    return [_unit(row) for row in rows.order_by("authority__code", "name", "pk")]


def posts(unit_id: int, *, at: datetime) -> Sequence[PostRow]:
    """Return the posts of a unit with who holds them at a moment, in two queries."""
    held: dict[int, list[tuple[uuid.UUID, str]]] = {}
    holdings = acting.held(at).filter(post__unit_id=unit_id).select_related("person")
    for row in holdings.order_by("person__name"):
        held.setdefault(row.post_id, []).append((row.person_id, row.person.name))
    return [
        PostRow(
            id=row.pk,
            title=row.title,
            roles=tuple(row.roles),
            is_head=row.is_head,
            signing_mode=row.signing_mode,
            unit_id=row.unit_id,
            holders=tuple(held.get(row.pk, ())),
        )
        for row in models.Post.objects.filter(unit_id=unit_id).order_by("-is_head", "title")
    ]


def delegations(*, of: Actor, at: datetime) -> Sequence[Delegation]:
    """Return the delegations that a person gave or has, newest first, without those long over."""
    require(of, "list", Thing("delegation", parties=frozenset({of.id})))
    rows = models.Delegation.objects.select_related("giver", "delegate", "post__unit").filter(
        Q(giver_id=of.id) | Q(delegate_id=of.id), ends_at__gt=at - rules.LONGEST
    )
    return [
        Delegation(
            id=row.pk,
            giver_id=row.giver_id,
            giver_name=row.giver.name,
            delegate_id=row.delegate_id,
            delegate_name=row.delegate.name,
            post_id=row.post_id,
            post_title=row.post.title,
            unit_name=row.post.unit.name,
            roles=tuple(row.roles),
            procedures=tuple(row.procedures),
            fields=tuple(row.fields),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            revoked_at=row.revoked_at,
            reason=row.reason,
        )
        for row in rows.order_by("-id")[:MOST_DELEGATIONS]
    ]


def calendar_of(definition: Mapping[str, object] | None) -> Calendar:
    """Return the calendar that a definition makes, or the usual one; raises BadCalendar with every fault."""
    return _calendar(json.dumps(definition or USUAL, sort_keys=True))


def _unit(row: models.Unit) -> Unit:
    return Unit(row.pk, row.kind, row.name, row.authority_id, row.authority.code)


def _authority(row: models.Authority) -> Authority:
    return Authority(
        id=row.pk,
        code=row.code,
        name=row.name,
        level=row.level,
        place=row.place,
        parent_name=row.parent.name if row.parent else "",
        is_ended=row.ends_date is not None,
    )


@lru_cache(maxsize=512)
def _calendar(definition: str) -> Calendar:
    return Calendar.from_mapping(json.loads(definition))
