"""Reads: what is due for a subject, and one due."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from motcua.identity import queries as identity
from motcua.identity.errors import NoSuchUnit
from motcua.identity.values import Actor, Thing, Unit
from motcua.payments import events, models, rules
from motcua.payments.errors import NoSuchDue
from motcua.payments.values import Due
from motcua.transparency import queries as transparency
from motcua.transparency.values import Entry, Finding

MOST = 100  # dues on one page
WITHIN = (
    "id", "subject", "authority__code", "payer_id", "amount", "purpose", "status", "reference",
    "requested_at", "paid_at", "method", "receipt",
)  # fmt: skip
STATUS_TOLD: dict[type, models.Status] = {  # what each entry says of a due
    events.PaymentRequested: models.Status.DUE,
    events.PaymentSettled: models.Status.PAID,
    events.PaymentCancelled: models.Status.CANCELLED,
}


def due(due_id: uuid.UUID) -> Due:
    """Return one due; raises NoSuchDue."""
    row = _rows().filter(pk=due_id).first()
    if row is None:
        raise NoSuchDue()
    return value(row)


def dues(subject: str) -> Sequence[Due]:
    """Return everything that was ever due for a subject, oldest first."""
    return [value(row) for row in _rows().filter(subject=subject).order_by("id")]


def dues_within(subject: OuterRef) -> QuerySet[models.Due, Any]:
    """Return what was ever due for a subject, oldest first, to be read within another query."""
    rows = models.Due.objects.filter(subject=subject).order_by("id")
    return rows.values(one=JSONObject(**{name: name for name in WITHIN}))


def dues_of(given: Iterable[Mapping[str, Any]]) -> tuple[Due, ...]:
    """Return the dues that came by `dues_within`."""
    return tuple(
        Due(
            id=uuid.UUID(each["id"]),
            subject=each["subject"],
            authority_code=each["authority__code"],
            payer_id=uuid.UUID(each["payer_id"]),
            amount=each["amount"],
            purpose=each["purpose"],
            status=each["status"],
            reference=each["reference"],
            requested_at=datetime.fromisoformat(each["requested_at"]),
            paid_at=datetime.fromisoformat(each["paid_at"]) if each["paid_at"] else None,
            method=each["method"],
            receipt=each["receipt"],
        )
        for each in given
    )


def own_due(due_id: uuid.UUID, *, of: Actor) -> Due:
    """Return a due that a person pays or may take at the counter; raises NoSuchDue otherwise."""
    found = due(due_id)
    if not may(of, "read", found):
        raise NoSuchDue()
    return found


def own_dues(
    subject: str, *, of: Actor, after: uuid.UUID | None = None, limit: int = MOST
) -> Sequence[Due]:
    """Return the dues of a subject that a person pays or may take, oldest first, past a key."""
    reach = identity.reach(of, "read", "payment")
    wanted = Q(payer_id=of.id) if reach.is_own else Q(pk__in=[])
    for whose, procedures in reach.mandates:
        of_these = Q(procedure_code__in=sorted(procedures)) if procedures else Q()
        wanted |= Q(payer_id=whose) & of_these
    if reach.works:
        counters = [unit for unit, _roles in reach.works]
        served = identity.served_by(counters, kind=rules.COUNTER_KIND)
        wanted |= Q(authority_id__in=served)
    rows = _rows().filter(wanted, subject=subject).order_by("id")
    if after is not None:
        rows = rows.filter(id__gt=after)
    return [value(row) for row in rows[: min(limit, MOST)]]


def counter_of(authority_code: str) -> Unit | None:
    """Return the one-stop shop that takes money for an authority: its own, or that above it."""
    try:
        return identity.unit_for(rules.COUNTER_KIND, authority_code=authority_code)
    except NoSuchUnit:
        return None


def value(row: models.Due) -> Due:
    """Return a row as a value."""
    return Due(
        id=row.pk,
        subject=row.subject,
        authority_code=row.authority.code,
        payer_id=row.payer_id,
        amount=row.amount,
        purpose=row.purpose,
        status=row.status,
        reference=row.reference,
        requested_at=row.requested_at,
        paid_at=row.paid_at,
        method=row.method,
        receipt=row.receipt,
        procedure_code=row.procedure_code,
    )


def _rows() -> QuerySet[models.Due]:
    return models.Due.objects.select_related("authority")


def may(person: Actor, action: str, found: Due) -> bool:
    """Return whether the policy lets a person do something with a due: pay it, take its money."""
    thing = Thing("payment", owner_id=found.payer_id, procedure=found.procedure_code)
    if identity.decide(person, action, thing).is_allowed:
        return True
    if not person.is_official:
        return False
    counter = counter_of(found.authority_code)
    thing = Thing("payment", unit_id=counter.id if counter else None)
    return identity.decide(person, action, thing).is_allowed


def disagreements() -> Iterator[Finding]:
    """Yield where what is due and the log do not say the same, for an audit."""
    kinds = tuple(STATUS_TOLD)
    rows = models.Due.objects.order_by("pk").iterator(chunk_size=transparency.TOGETHER)
    for part in transparency.together(rows):
        told = transparency.told({row.subject for row in part}, kinds=kinds)
        for row in part:
            of_row = [
                each for each in told.get(row.subject, ()) if each.facts["due"] == str(row.pk)
            ]
            yield from _row_disagrees(row, of_row)
    for batch in transparency.together(transparency.of_kind(events.PaymentRequested)):
        wanted = {str(entry.facts["due"]): entry for entry in batch}
        there = models.Due.objects.filter(pk__in=wanted).values_list("pk", flat=True)
        for gone in wanted.keys() - {str(pk) for pk in there}:
            said = f"payment {gone} was asked for, and its row is gone"
            yield Finding("row-removed", said, wanted[gone].id, wanted[gone].subject)


def _row_disagrees(row: models.Due, told: Sequence[Entry]) -> Iterator[Finding]:
    if not told:
        said = f"payment {row.reference} stands in the table, and no entry tells of it"
        yield Finding("row-without-entry", said, None, row.subject)
        return
    last = told[-1]
    status = next(
        status for event, status in STATUS_TOLD.items() if last.kind == f"payments.{event.__name__}"
    )
    pairs = {"status": (status, row.status), "amount": (last.facts["amount"], row.amount)}
    if "payer" in told[0].facts:
        pairs["payer"] = (told[0].facts["payer"], str(row.payer_id))
    if "method" in last.facts:
        pairs["method"] = (last.facts["method"], row.method)
        pairs["paid at"] = (last.at, row.paid_at)
    for name, (wanted, held) in pairs.items():
        if wanted != held:
            said = f"{name} of {row.reference}: the log says {wanted}, the table says {held}"
            yield Finding("row-disagrees", said, last.id, row.subject)
