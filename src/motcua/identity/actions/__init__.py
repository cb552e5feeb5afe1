"""Writes: register people and offices, give posts, issue tokens."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from motcua.identity import models, queries, rules
from motcua.identity.errors import (
    BadParticulars,
    BadRelation,
    CannotDelegate,
    ForOfficials,
    NoSuchDelegation,
    NoSuchPerson,
    NoSuchPost,
    NoSuchRelation,
    NotAllowed,
    NotYourPost,
    Oneself,
    ReasonTooShort,
    TooManyRelations,
)
from motcua.identity.events import (
    CalendarSet,
    DelegationEnded,
    PasswordLinkMade,
    PersonCorrected,
    PersonRegistered,
    PostDelegated,
    PostLeft,
    PostTaken,
    PurposeStated,
    RelationDeclared,
    RelationEnded,
)
from motcua.identity.values import WHOLE_POST, Actor, Identified, Scope, Thing
from motcua.kit import ids
from motcua.transparency import actions as transparency
from motcua.transparency import queries as log

LOADER = "loader"  # as the log names who brings offices and people in from elsewhere
LEAST_REASON, MOST_REASON = 10, 500  # characters of a stated purpose
MOST_RELATIONS = 50


@transaction.atomic
def recognise(person: Identified, *, at: datetime) -> models.Person:
    """Return the person whom the electronic identity names, registered now where they were not known.

    What it says of them takes the place of what was kept: it is verified, and nobody edits it here.
    """
    verified = {"name": person.name, "verified_at": at}
    if person.birth_date is not None:
        verified["birth_date"] = person.birth_date
    if person.phone:
        verified["phone"] = person.phone
    row: models.Person
    row, is_new = models.Person.objects.update_or_create(
        personal_id=person.personal_id,
        defaults=verified,
        create_defaults={"id": ids.at(at), **verified},
    )
    if is_new:
        register(row, by=str(row.pk), at=at)
    return row


@transaction.atomic
def register(row: models.Person, *, by: str, at: datetime) -> None:
    """Tell the log of a person who became known; it commits to their number, and does not tell it."""
    personal = {"personal_id": log.digest(row.personal_id)}
    transparency.append(PersonRegistered(str(row.pk)), by=by, at=at, personal=personal)


@transaction.atomic
def make_password_link(person_id: uuid.UUID, *, by: str, at: datetime) -> str:
    """Return the path of a link with which an official sets a password, once and within a day.

    It ends when the password is set or the person signs in. Raises ForOfficials for a person without post.
    """
    if not queries.actor(person_id, at=at).is_official:
        raise ForOfficials()
    row = models.Person.objects.get(pk=person_id)
    key = {"uidb36": user_pk_to_url_str(row), "key": default_token_generator.make_token(row)}
    transparency.append(PasswordLinkMade(str(person_id)), by=by, at=at)
    return reverse("account_reset_password_from_key", kwargs=key)


@transaction.atomic
def record(event: object, *, by: str, at: datetime) -> None:
    """Write an event of signing in, of second factors, of sessions or of passwords into the log."""
    transparency.append(event, by=by, at=at)


@transaction.atomic
def take_post(person_id: uuid.UUID, post_id: int, *, by: str, at: datetime) -> None:
    """Put a person on a post from a moment on; holding it already changes nothing."""
    holding, is_new = models.Holding.objects.get_or_create(
        person_id=person_id, post_id=post_id, ends_at=None, defaults={"starts_at": at}
    )
    if is_new:
        post = holding.post
        event = PostTaken(str(person_id), post_id, post.unit_id, tuple(post.roles))
        transparency.append(event, by=by, at=at)


@transaction.atomic
def leave_post(person_id: uuid.UUID, post_id: int, *, by: str, at: datetime) -> None:
    """Take a person off a post from a moment on; raises NoSuchPost when they do not hold it."""
    holding = (
        models.Holding.objects.select_for_update(of=("self",))
        .select_related("post")
        .filter(person_id=person_id, post_id=post_id, ends_at=None, starts_at__lt=at)
        .first()
    )
    if holding is None:
        raise NoSuchPost()
    holding.ends_at = at
    holding.save(update_fields=["ends_at"])
    event = PostLeft(str(person_id), post_id, holding.post.unit_id)
    transparency.append(event, by=by, at=at)


def appoint(person_id: uuid.UUID, post_id: int, *, by: Actor, at: datetime) -> None:
    """Put a person on a post as its administrator; raises NoSuchPost, Oneself."""
    _staffs(person_id, post_id, by=by)
    take_post(person_id, post_id, by=by.key, at=at)


def dismiss(person_id: uuid.UUID, post_id: int, *, by: Actor, at: datetime) -> None:
    """Take a person off a post as its administrator; raises NoSuchPost, Oneself."""
    _staffs(person_id, post_id, by=by)
    leave_post(person_id, post_id, by=by.key, at=at)


def _staffs(person_id: uuid.UUID, post_id: int, *, by: Actor) -> None:
    rows = models.Post.objects.filter(pk=post_id, unit__ends_date=None)
    authority = rows.values_list("unit__authority_id", flat=True)
    thing = Thing("post", post_id=post_id, owner_id=person_id, authority_id=authority.first())
    verdict = queries.decide(by, "staff", thing)
    if verdict.rule == Oneself.code:
        raise Oneself()
    if not verdict.is_allowed:
        raise NoSuchPost()


@transaction.atomic
def delegate(
    post_id: int,
    *,
    to: uuid.UUID,
    starts_at: datetime,
    ends_at: datetime,
    by: Actor,
    at: datetime,
    scope: Scope = WHOLE_POST,
    reason: str = "",
) -> uuid.UUID:
    """Give a post of one's own to a colleague for a time, all of it, or some of its roles,
    procedures and fields; which of these there are is for the caller to know.

    Raises NotYourPost, NoSuchPerson and CannotDelegate; the giver keeps the post meanwhile.
    """
    post = queries.decide(by, "delegate", Thing("post", post_id=post_id)).post
    if post is None:
        raise NotYourPost()
    rules.check_term(starts_at=starts_at, ends_at=ends_at, at=at)
    # The lock makes two delegations of one post take turns, so that their times cannot overlap.
    if not models.Person.objects.select_for_update().filter(pk=by.id).exists():
        raise NoSuchPerson()
    rules.check_delegate(post, by=by, to=queries.actor(to, at=at), roles=scope.roles)
    rows = models.Delegation.objects.filter(giver_id=by.id, post_id=post_id, revoked_at=None)
    if rows.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise CannotDelegate(reason="overlaps")
    parts = {name: sorted(getattr(scope, name)) for name in ("roles", "procedures", "fields")}
    row = models.Delegation.objects.create(
        id=ids.at(at),
        giver_id=by.id,
        delegate_id=to,
        post_id=post_id,
        **parts,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip()[:500],
        created_at=at,
    )
    event = PostDelegated(
        delegation=str(row.pk),
        giver=by.key,
        delegate=str(to),
        post=post_id,
        starts_at=starts_at,
        ends_at=ends_at,
        **{name: tuple(each) for name, each in parts.items()},
    )
    transparency.append(event, by=by.key, at=at, authority=post.authority_code)
    return row.pk


@transaction.atomic
def end_delegation(delegation_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """End a delegation now; ending it again changes nothing. Raises NoSuchDelegation."""
    rows = models.Delegation.objects.select_for_update(of=("self",))
    row = rows.select_related("post__unit__authority").filter(pk=delegation_id).first()
    if row is None:
        raise NoSuchDelegation()
    thing = Thing("delegation", parties=frozenset({row.giver_id, row.delegate_id}))
    if not queries.decide(by, "end", thing).is_allowed:
        raise NoSuchDelegation()
    if row.revoked_at is not None or row.ends_at <= at:
        return
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    event = DelegationEnded(str(row.pk), str(row.giver_id), str(row.delegate_id), row.post_id)
    authority = row.post.unit.authority.code
    transparency.append(event, by=by.key, at=at, authority=authority)


@transaction.atomic
def state_purpose(subject: str, *, text: str, authority: str, by: Actor, at: datetime) -> uuid.UUID:
    """Note why an official has to see a thing that no work of theirs asks for; it serves for hours.

    Whether this thing may be asked for is for the caller to know. The words stay out of the log,
    since they may name people. Raises NotAllowed for who never may, ReasonTooShort.
    """
    if not queries.may_ever(by, "justify", "case"):
        raise NotAllowed()
    said = " ".join(text.replace("\x00", "").split())[:MOST_REASON]
    if len(said) < LEAST_REASON:
        raise ReasonTooShort(least=LEAST_REASON)
    row = models.StatedPurpose.objects.create(
        id=ids.at(at),
        person_id=by.id,
        subject=subject,
        text=said,
        stated_at=at,
        ends_at=queries.purpose_ends(at),
    )
    event = PurposeStated(by.key, str(row.pk), row.ends_at)
    personal = {"text": log.digest(said)}
    transparency.append(
        event, by=by.key, at=at, subject=subject, authority=authority, personal=personal
    )
    return row.pk


@transaction.atomic
def declare_relation(
    *, kind: str, personal_id: str, name: str, by: Actor, at: datetime
) -> uuid.UUID:
    """Declare a close relation; the same person again is the declaration that is there.

    Raises NotAllowed for who is no official, BadRelation, TooManyRelations.
    """
    queries.require(by, "declare", Thing("relation", owner_id=by.id))
    said = " ".join(name.replace("\x00", "").split())[:200]
    if not rules.is_relation(kind, personal_id, said, kinds=models.RelationKind.values):
        raise BadRelation()
    if personal_id == by.personal_id:
        raise BadRelation()
    declared = models.Relation.objects.filter(person_id=by.id, ended_at=None)
    if len(declared[:MOST_RELATIONS]) >= MOST_RELATIONS:
        raise TooManyRelations(most=MOST_RELATIONS)
    row, is_new = models.Relation.objects.get_or_create(
        person_id=by.id,
        personal_id=personal_id,
        ended_at=None,
        defaults={"id": ids.at(at), "kind": kind, "name": said, "declared_at": at},
    )
    if is_new:
        event, personal = (
            RelationDeclared(by.key, str(row.pk)),
            {"personal_id": log.digest(personal_id)},
        )
        transparency.append(event, by=by.key, at=at, personal=personal)
    return row.pk


@transaction.atomic
def end_relation(relation_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Take the declaration of a close relation back; it stays on record. Raises NoSuchRelation."""
    row = models.Relation.objects.select_for_update(of=("self",)).filter(pk=relation_id).first()
    thing = Thing("relation", owner_id=row.person_id if row else None)
    if row is None or not queries.decide(by, "declare", thing).is_allowed:
        raise NoSuchRelation()
    if row.ended_at is None:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        transparency.append(RelationEnded(by.key, str(row.pk)), by=by.key, at=at)


CORRECTED = ("phone", "email", "address")  # the rest is of the electronic identity


@transaction.atomic
def correct(
    person_id: uuid.UUID,
    said: Mapping[str, str],
    *,
    request: str,
    authority: str,
    by: Actor,
    at: datetime,
) -> None:
    """Correct what is known of a person, as they asked; what comes from the electronic identity stays.

    said: by name; what is not named stays too. Raises NotAllowed, NoSuchPerson, BadParticulars.
    """
    queries.require(by, "correct", Thing("person", owner_id=person_id))
    row = models.Person.objects.select_for_update().filter(pk=person_id).first()
    if row is None:
        raise NoSuchPerson()
    wanted = {name: " ".join(said.get(name, getattr(row, name)).split()) for name in CORRECTED}
    changed = [name for name, value in wanted.items() if value != getattr(row, name)]
    for name in changed:
        setattr(row, name, wanted[name])
    try:
        row.clean_fields(exclude={field.name for field in row._meta.fields} - set(changed))
    except ValidationError as error:
        raise BadParticulars() from error
    if not changed or not rules.is_telephone(row.phone):
        raise BadParticulars()
    row.save(update_fields=changed)
    event = PersonCorrected(str(row.pk), tuple(changed), request)
    transparency.append(event, by=by.key, at=at, subject=request, authority=authority)


@transaction.atomic
def ensure_person(
    *, personal_id: str, name: str, at: datetime, by: str = LOADER, **details: object
) -> uuid.UUID:
    """Register a person once, by personal identification number, and return the id."""
    person, is_new = models.Person.objects.get_or_create(
        personal_id=personal_id, defaults={"id": ids.at(at), "name": name, **details}
    )
    if is_new:
        register(person, by=by, at=at)
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
    event = CalendarSet(authority_id, log.digest(dict(definition)))
    transparency.append(event, by=by, at=at)
