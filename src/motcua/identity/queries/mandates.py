"""Reads: who acts for whom, by what right, and since when."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet

from motcua.identity import models, queries, rules
from motcua.identity.errors import NoSuchMandate, NotAllowed
from motcua.identity.queries import acting as force
from motcua.identity.values import Acting, Actor, MandateRow, Thing

MOST = 100  # mandates on one page


def mandates(*, of: Actor, at: datetime) -> Sequence[MandateRow]:
    """Return the mandates that a person gave or has, also for those they represent, newest first."""
    queries.require(of, "list", Thing("mandate", parties=frozenset({of.id})))
    wanted = Q(holder_id=of.id) | Q(represented_id__in=[of.id, *sorted(_led_by(of), key=str)])
    return [value(row, at=at) for row in _rows().filter(wanted).order_by("-pk")[:MOST]]


def mandate(mandate_id: uuid.UUID, *, of: Actor, at: datetime) -> MandateRow:
    """Return a mandate that a person is a party of; raises NoSuchMandate."""
    row = _rows().filter(pk=mandate_id).first()
    if row is None or not may(of, "list", row):
        raise NoSuchMandate()
    return value(row, at=at)


def asked_by(personal_id: str, *, of: Actor, at: datetime) -> Sequence[MandateRow]:
    """Return what a person who stands at the counter asked to be confirmed, oldest first.

    Nothing is found for who may not confirm: raises NotAllowed.
    """
    if not queries.may_ever(of, "confirm", "mandate"):
        raise NotAllowed()
    waiting = _rows().filter(
        ~Q(kind=models.MandateKind.AUTHORISED), effective_at=None, revoked_at=None
    )
    rows = waiting.filter(holder__personal_id=personal_id).order_by("pk")[:MOST]
    found = (value(row, at=at) for row in rows)
    return [each for each in found if each.state == "waiting"]


def in_force_of(personal_id: str, *, of: Actor, at: datetime) -> Sequence[MandateRow]:
    """Return the mandates by law in force by which a person acts, or others act for them, oldest first.

    For who may confirm them, and so end them by a paper: raises NotAllowed for all others.
    """
    if not queries.may_ever(of, "confirm", "mandate"):
        raise NotAllowed()
    parties = Q(holder__personal_id=personal_id) | Q(represented__personal_id=personal_id)
    by_law = ~Q(kind=models.MandateKind.AUTHORISED)
    rows = _rows().filter(force.in_force(at), parties, by_law).order_by("pk")[:MOST]
    return [value(row, at=at) for row in rows]


def representatives(organisation_id: uuid.UUID, *, of: Actor, at: datetime) -> Sequence[MandateRow]:
    """Return who represented an organisation by law, and when, the present first; raises NoSuchMandate."""
    if organisation_id not in _led_by(of) and not queries.may_ever(of, "confirm", "mandate"):
        raise NoSuchMandate()
    rows = (
        _rows()
        .filter(represented_id=organisation_id, kind=models.MandateKind.REPRESENTATIVE)
        .exclude(effective_at=None)
    )
    found = rows.order_by(F("revoked_at").desc(nulls_first=True), "-effective_at")
    return [value(row, at=at) for row in found[:MOST]]


def acting(mandate_id: uuid.UUID) -> Acting:
    """Return who acts by a mandate, as papers name it, also after its end; raises NoSuchMandate."""
    row = _rows().filter(pk=mandate_id).first()
    if row is None:
        raise NoSuchMandate()
    return Acting(
        mandate_id=row.pk,
        kind=row.kind,
        holder_id=row.holder_id,
        name=row.holder.name,
        personal_id=row.holder.personal_id,
        address=row.holder.address,
        phone=row.holder.phone,
        email=row.holder.email,
        proof=row.proof,
        given_at=row.given_at,
    )


def still_acts(mandate_id: uuid.UUID, *, at: datetime) -> bool:
    """Return whether a mandate is in force at a moment."""
    return models.Mandate.objects.filter(force.in_force(at), pk=mandate_id).exists()


def kinds(mandate_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    """Return the kinds of several mandates in one query."""
    rows = models.Mandate.objects.filter(pk__in=set(mandate_ids))
    return dict(rows.values_list("pk", "kind"))


def may(by: Actor, action: str, row: models.Mandate) -> bool:
    """Return what the policy says of a mandate; who leads an organisation is a party for it."""
    parties = {row.holder_id, row.represented_id}
    if row.represented_id in _led_by(by):
        parties.add(by.id)
    numbers = frozenset({row.holder.personal_id, row.represented.personal_id})
    thing = Thing("mandate", parties=frozenset(parties), about=numbers)
    return queries.decide(by, action, thing).is_allowed


def _led_by(person: Actor) -> frozenset[uuid.UUID]:
    """Return the organisations of which a person is the legal representative now."""
    kind = models.MandateKind.REPRESENTATIVE
    return frozenset(each.represented_id for each in person.mandates if each.kind == kind)


def _rows() -> QuerySet[models.Mandate]:
    return models.Mandate.objects.select_related("represented", "holder")


def value(row: models.Mandate, *, at: datetime) -> MandateRow:
    """Return a row as a value."""
    return MandateRow(
        id=row.pk,
        kind=row.kind,
        state=rules.state(
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            effective_at=row.effective_at,
            revoked_at=row.revoked_at,
            at=at,
        ),
        represented_id=row.represented_id,
        represented_name=row.represented.name,
        represented_number=row.represented.personal_id,
        represented_birth_date=row.represented.birth_date,
        is_organisation=row.represented.kind == models.PersonKind.ORGANISATION,
        holder_id=row.holder_id,
        holder_name=row.holder.name,
        holder_number=row.holder.personal_id,
        acts=tuple(row.acts),
        procedures=tuple(row.procedures),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=row.reason,
        proof=row.proof,
        given_by=row.given_by_id,
        given_at=row.given_at,
        effective_at=row.effective_at,
        revoked_at=row.revoked_at,
    )
