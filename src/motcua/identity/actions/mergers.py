"""Writes: order a merger of authorities, do it to units, posts and holdings, end it."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from motcua.identity import models
from motcua.identity.errors import CannotMerge, NoSuchMerger
from motcua.identity.events import (
    AuthoritiesMerged,
    CalendarSet,
    DelegationEnded,
    MergerEnded,
    MergerOrdered,
    PostDelegated,
    PostLeft,
    PostTaken,
)
from motcua.identity.queries import acting
from motcua.identity.queries import mergers as queries
from motcua.identity.values import Actor
from motcua.identity.values import mergers as values
from motcua.kit import ids
from motcua.transparency import actions as transparency
from motcua.transparency import queries as transparency_queries

# Orders take turns, so that no two of them can have the same authority: there are a few in a year.
_ONE_BY_ONE = "SELECT pg_advisory_xact_lock(hashtext('motcua.identity.merger'))"


@transaction.atomic
def order(wanted: values.Order, *, by: Actor, at: datetime) -> values.Ordered:
    """Order a merger; nothing moves yet. One that broke off on the way is taken up again.

    Raises NotAllowed, and CannotMerge with the first thing that stands in its way.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ONE_BY_ONE)
    wanted = replace(wanted, codes=tuple(dict.fromkeys(wanted.codes)))
    stopped = _stopped(wanted, by=by)
    if stopped is not None:
        stopped.state = models.MergerState.MOVING
        stopped.save(update_fields=["state"])
        return values.Ordered(stopped.pk, is_begun=True)
    plan = queries.plan(wanted, by=by, at=at)
    refuse(plan)
    row = models.Merger.objects.create(
        id=ids.at(at),
        into_code=wanted.into,
        name=wanted.name,
        place=wanted.place,
        division_code=wanted.division_code,
        heads_code=wanted.heads if plan.into is None else wanted.into,
        makes_units=wanted.makes_units or plan.into is None,
        from_date=wanted.from_date,
        ordered_by_id=by.id,
        ordered_at=at,
    )
    models.Authority.objects.filter(code__in=wanted.codes).update(merger=row)
    event = MergerOrdered(str(row.pk), wanted.codes, wanted.into, wanted.from_date)
    transparency.append(event, by=by.key, at=at, subject=str(row.pk), authority=wanted.into)
    return values.Ordered(row.pk, is_begun=False)


def refuse(plan: values.Plan) -> None:
    """Refuse a plan that something stands in the way of; raises CannotMerge with the first of it."""
    for fault in plan.faults:
        raise CannotMerge(reason=fault.reason, said=fault.said)


@transaction.atomic
def carry_out(merger_id: uuid.UUID, *, by: Actor, at: datetime) -> values.Moved:
    """Do an ordered merger to units, posts and holdings: all of it, once.

    The holdings end at the moment when this is done, whatever day the merger counts from: what was
    signed until then was signed on the old posts. Raises NoSuchMerger, NotAllowed where the
    administrator is none any more, and CannotMerge where things are no longer as they were ordered.
    """
    row = _locked(merger_id)
    if row.moved_at is not None:
        return queries.moved(merger_id)
    authorities = models.Authority.objects.filter(Q(merger=row) | Q(code=row.into_code))
    locked = list(authorities.order_by("pk").select_for_update(of=("self",)))  # filings wait here
    queries.check(locked, by=by)
    plan = queries.planned(row, at=at)
    refuse(plan)
    into = _successor(row, plan)
    ended = {office.code: office.id for office in plan.ended}
    units = _move_units(plan, into, row)
    posts = _move_posts(plan, units)
    _move_holders(plan, posts, by=by.key, at=at)
    _move_delegations(posts, into, by=by.key, at=at)
    if plan.into is None:
        _take_calendar(ended[row.heads_code], into, by=by.key, at=at)
    _end(into, frozenset(ended.values()), row)
    row.state, row.moved_at = models.MergerState.MOVING, at
    row.save(update_fields=["state", "moved_at"])
    event = AuthoritiesMerged(
        merger=str(row.pk),
        codes=tuple(ended),
        into=into.code,
        is_new=plan.into is None,
        from_date=row.from_date,
        units=tuple(sorted(units.items())),
    )
    transparency.append(event, by=by.key, at=at, subject=str(row.pk), authority=into.code)
    return queries.moved(merger_id)


@transaction.atomic
def finish(merger_id: uuid.UUID, *, by: str, at: datetime) -> None:
    """Note that everything has followed; doing it again changes nothing. Raises NoSuchMerger."""
    row = _locked(merger_id)
    if row.state == models.MergerState.MOVING:
        _over(row, models.MergerState.DONE, by=by, at=at)


@transaction.atomic
def give_up(merger_id: uuid.UUID, *, by: str, at: datetime) -> None:
    """Cancel a merger that nothing was moved for; one that broke off later waits to be taken up again.

    Raises NoSuchMerger.
    """
    row = _locked(merger_id)
    if row.state == models.MergerState.MOVING:
        row.state = models.MergerState.STOPPED
        row.save(update_fields=["state"])
        event = MergerEnded(str(row.pk), "stopped")
        transparency.append(event, by=by, at=at, subject=str(row.pk), authority=row.into_code)
    elif row.state == models.MergerState.ORDERED:
        models.Authority.objects.filter(merger=row).update(merger=None)
        _over(row, models.MergerState.CANCELLED, by=by, at=at)


def _stopped(wanted: values.Order, *, by: Actor) -> models.Merger | None:
    """Return the same merger where it broke off on the way; raises NotAllowed."""
    rows = models.Merger.objects.select_for_update().filter(
        into_code=wanted.into, from_date=wanted.from_date, state=models.MergerState.STOPPED
    )
    row = rows.first()
    if row is None:
        return None
    ended = list(models.Authority.objects.filter(merger=row))
    if {each.code for each in ended} != set(wanted.codes):
        return None
    queries.check(ended, by=by)
    return row


def _locked(merger_id: uuid.UUID) -> models.Merger:
    row = models.Merger.objects.select_for_update().filter(pk=merger_id).first()
    if row is None or row.state == models.MergerState.CANCELLED:
        raise NoSuchMerger()
    return row


def _over(row: models.Merger, state: models.MergerState, *, by: str, at: datetime) -> None:
    row.state, row.ended_at = state, at
    row.save(update_fields=["state", "ended_at"])
    event = MergerEnded(str(row.pk), state.value)
    transparency.append(event, by=by, at=at, subject=str(row.pk), authority=row.into_code)


def _successor(row: models.Merger, plan: values.Plan) -> models.Authority:
    if plan.into is not None:
        return models.Authority.objects.get(pk=plan.into.id)
    first = plan.ended[0]
    return models.Authority.objects.create(
        code=row.into_code,
        name=row.name,
        level=first.level,
        place=row.place,
        division_code=row.division_code,
        parent_id=first.parent_id,
        starts_date=row.from_date,
    )


def _move_units(plan: values.Plan, into: models.Authority, row: models.Merger) -> dict[int, int]:
    """End the old units, make those that lack, and return which follows which."""
    there = {move.to.kind: move.to.id for move in plan.units if move.to}
    units: dict[int, int] = {}
    for move in plan.units:
        if move.unit.kind not in there:
            made = models.Unit.objects.create(
                authority=into, kind=move.unit.kind, name=move.unit.name, starts_date=row.from_date
            )
            there[move.unit.kind] = made.pk
        units[move.unit.id] = there[move.unit.kind]
    old = models.Unit.objects.in_bulk(list(units))
    for key, to in units.items():
        new = models.Unit.objects.select_for_update().get(pk=to)
        new.followed = sorted({*new.followed, *old[key].followed, key})
        new.save(update_fields=["followed"])
        old[key].successor_id, old[key].ends_date = to, row.from_date
        old[key].save(update_fields=["successor", "ends_date"])
    return units


def _move_posts(plan: values.Plan, units: Mapping[int, int]) -> dict[int, int | None]:
    """Return the post that each old post becomes: that of its title, which is made where it lacks.

    A successor that is there gets only those that somebody goes on to; a new one gets them all.
    """
    posts: dict[int, int | None] = {}
    wanted = {each.post.id for each in plan.holders if not each.stays}
    for move in plan.units:
        for post in move.unit.posts:
            posts[post.id] = None
            if plan.into is not None and post.id not in wanted:
                continue
            row, _is_new = models.Post.objects.get_or_create(
                unit_id=units[move.unit.id],
                title=post.title,
                defaults={
                    "roles": sorted(post.roles),
                    "is_head": post.is_head,
                    "signing_mode": post.signing_mode,
                },
            )
            posts[post.id] = row.pk if set(row.roles) == post.roles else None
    return posts


def _move_holders(
    plan: values.Plan, posts: Mapping[int, int | None], *, by: str, at: datetime
) -> None:
    old = models.Holding.objects.select_related("post").filter(
        pk__in=[each.holder.holding_id for each in plan.holders]
    )
    goes_on = {each.holder.holding_id for each in plan.holders if not each.stays}
    for row in old.order_by("pk"):
        to, ends_at = posts.get(row.post_id) if row.pk in goes_on else None, row.ends_at
        starts_at = max(row.starts_at, at)
        if row.starts_at >= at:  # it has not begun: it begins on the new post, or not at all
            row.delete()
        else:
            row.ends_at = at
            row.save(update_fields=["ends_at"])
        left = PostLeft(str(row.person_id), row.post_id, row.post.unit_id)
        transparency.append(left, by=by, at=at)
        if to is not None:
            _hold(row.person_id, to, starts_at=starts_at, ends_at=ends_at, by=by, at=at)


def _hold(
    person_id: uuid.UUID,
    post_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime | None,
    by: str,
    at: datetime,
) -> None:
    rows = models.Holding.objects.filter(person_id=person_id, post_id=post_id)
    if rows.filter(Q(ends_at=None) | Q(ends_at__gt=starts_at)).exists():
        return  # they hold it already
    row = models.Holding.objects.create(
        person_id=person_id, post_id=post_id, starts_at=starts_at, ends_at=ends_at
    )
    taken = PostTaken(str(person_id), post_id, row.post.unit_id, tuple(row.post.roles))
    transparency.append(taken, by=by, at=at)


def _move_delegations(
    posts: Mapping[int, int | None], into: models.Authority, *, by: str, at: datetime
) -> None:
    """End what was lent of the old posts; it goes on where its giver and its delegate do."""
    rows = models.Delegation.objects.select_for_update().filter(
        post__in=posts, revoked_at=None, ends_at__gt=at
    )
    here = set(
        acting.held(at).filter(post__unit__authority=into).values_list("person_id", flat=True)
    )
    for row in rows.order_by("pk"):
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
        ended = DelegationEnded(str(row.pk), str(row.giver_id), str(row.delegate_id), row.post_id)
        transparency.append(ended, by=by, at=at, authority=into.code)
        to = posts[row.post_id]
        is_held = acting.held(at).filter(person=row.giver_id, post=to).exists()
        if to is not None and is_held and row.delegate_id in here:
            _lend(row, to, into, by=by, at=at)


def _lend(
    row: models.Delegation, to: int, into: models.Authority, *, by: str, at: datetime
) -> None:
    starts_at = max(row.starts_at, at)
    others = models.Delegation.objects.filter(giver=row.giver_id, post=to, revoked_at=None)
    if others.filter(starts_at__lt=row.ends_at, ends_at__gt=starts_at).exists():
        return  # the post is lent in that time already
    new = models.Delegation.objects.create(
        id=ids.at(at),
        giver_id=row.giver_id,
        delegate_id=row.delegate_id,
        post_id=to,
        roles=row.roles,
        procedures=row.procedures,
        fields=row.fields,
        starts_at=starts_at,
        ends_at=row.ends_at,
        reason=row.reason,
        created_at=at,
    )
    event = PostDelegated(
        delegation=str(new.pk),
        giver=str(row.giver_id),
        delegate=str(row.delegate_id),
        post=to,
        roles=tuple(row.roles),
        starts_at=starts_at,
        ends_at=row.ends_at,
        procedures=tuple(row.procedures),
        fields=tuple(row.fields),
    )
    transparency.append(event, by=by, at=at, authority=into.code)


def _take_calendar(heads_id: int, into: models.Authority, *, by: str, at: datetime) -> None:
    """Give a new authority the working time of the one whose heads lead it."""
    found = models.OfficeCalendar.objects.filter(pk=heads_id).first()
    if found is not None:
        models.OfficeCalendar.objects.create(authority=into, definition=found.definition)
        event = CalendarSet(into.pk, transparency_queries.digest(found.definition))
        transparency.append(event, by=by, at=at)


def _end(into: models.Authority, ended: frozenset[int], row: models.Merger) -> None:
    """End the old authorities, have the offices under them come under the successor."""
    models.Authority.objects.filter(parent__in=ended, ends_date=None).update(parent=into)
    rows = models.Authority.objects.filter(pk__in=ended)
    before = {key for each in rows for key in each.followed}
    rows.update(successor=into, ends_date=row.from_date)
    into.followed = sorted({*into.followed, *before, *ended})
    into.save(update_fields=["followed"])
