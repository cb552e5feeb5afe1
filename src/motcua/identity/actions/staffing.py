"""Writes: a line of a list of officials, with the unit, the post and the person where they are new."""

from collections.abc import Iterable
from datetime import datetime, time

from django.db import transaction

from motcua.identity import actions, models
from motcua.identity.errors import BadStaffLine
from motcua.identity.events import PostSetUp, PostTaken, UnitSetUp
from motcua.identity.queries import staffing
from motcua.identity.values import Actor, StaffLine
from motcua.kit import clock, ids
from motcua.transparency import actions as transparency


@transaction.atomic
def put(line: StaffLine, *, kinds: Iterable[str], by: Actor, at: datetime) -> None:
    """Put a person on a post from a day on, as an administrator; what is so already stays as it is.

    kinds: of units. Raises BadStaffLine with the first thing that is wrong.
    """
    for fault in staffing.faults_of(line, kinds=kinds, by=by, at=at):
        raise BadStaffLine(column=fault.column_name, what=fault.message)
    post = _post(line, _unit(line, by=by, at=at), by=by, at=at)
    person = _person(line, by=by, at=at)
    since = datetime.combine(line.first, time(), tzinfo=clock.VIETNAM)
    holding, is_new = models.Holding.objects.get_or_create(
        person=person, post=post, ends_at=None, defaults={"starts_at": since}
    )
    if is_new:
        roles = tuple(post.roles)
        event = PostTaken(str(person.pk), post.pk, post.unit_id, roles, holding.starts_at)
        transparency.append(event, by=by.key, at=at, authority=line.authority)


def _unit(line: StaffLine, *, by: Actor, at: datetime) -> models.Unit:
    authority = models.Authority.objects.get(code=line.authority)
    unit, is_new = models.Unit.objects.get_or_create(
        authority=authority, kind=line.unit_kind, defaults={"name": line.unit}
    )
    if is_new:
        event = UnitSetUp(unit.pk, line.authority, unit.kind)
        transparency.append(event, by=by.key, at=at, authority=line.authority)
    return unit


def _post(line: StaffLine, unit: models.Unit, *, by: Actor, at: datetime) -> models.Post:
    details = {
        "roles": list(line.roles),
        "is_head": line.is_head,
        "signing_mode": line.signing_mode,
    }
    post, is_new = models.Post.objects.get_or_create(unit=unit, title=line.post, defaults=details)
    if is_new:
        event = PostSetUp(post.pk, unit.pk, line.roles, line.is_head)
        transparency.append(event, by=by.key, at=at, authority=line.authority)
    return post


def _person(line: StaffLine, *, by: Actor, at: datetime) -> models.Person:
    details = {
        "id": ids.at(at),
        "name": line.name,
        "birth_date": line.birth_date,
        "phone": line.phone,
        "email": line.email,
    }
    person: models.Person
    person, is_new = models.Person.objects.get_or_create(
        personal_id=line.personal_id, defaults=details
    )
    if is_new:
        actions.register(person, by=by.key, at=at)
    return person
