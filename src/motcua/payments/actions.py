"""Writes: ask for a payment, take it at the counter, believe a gateway, cancel."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from motcua.identity import queries as identity
from motcua.identity.values import Actor, Purpose
from motcua.kit import ids, walls
from motcua.payments import models, ports, queries, rules
from motcua.payments.errors import (
    AlreadyPaid,
    AlreadyRequested,
    DueCancelled,
    NoSuchDue,
    NotAtThisCounter,
    ReceiptUsed,
)
from motcua.payments.events import PaymentCancelled, PaymentRequested, PaymentSettled
from motcua.payments.values import Checkout, Due, Settlement
from motcua.privacy.actions import looks
from motcua.privacy.values import Subject
from motcua.transparency import actions as transparency

GATEWAY = "payments.gateway"  # how the log names a payment that the gateway told of


@transaction.atomic
def request(
    *,
    subject: str,
    amount: int,
    purpose: str,
    payer_id: uuid.UUID,
    authority_code: str,
    by: str,
    at: datetime,
    procedure_code: str = "",
) -> Due:
    """Ask a person for an amount in đồng, within the caller's transaction or one of its own.

    `by` is an actor's key, or the name of a part of the system: mostly a flow asks, not a person.
    Raises BadAmount, BadSubject, NoSuchAuthority, NoSuchPerson, and AlreadyRequested while the same
    purpose of the same subject is still unpaid.
    """
    rules.check_request(subject=subject, amount=amount, purpose=purpose)
    payer = identity.actor(payer_id, at=at)
    due_id = ids.at(at)
    authority = identity.authority(authority_code)
    try:  # the refusal undoes this action's transaction, or savepoint in the caller's
        models.Due.objects.create(
            id=due_id,
            subject=subject,
            procedure_code=procedure_code,
            authority_id=authority.id,
            payer_id=payer.id,
            amount=amount,
            purpose=purpose.strip(),
            reference=f"MC{due_id.hex.upper()}",
            requested_at=at,
        )
    except IntegrityError as error:
        raise AlreadyRequested() from error
    event = PaymentRequested(str(due_id), subject, amount, payer.key)
    transparency.append(event, by=by, at=at, subject=subject, authority=authority_code)
    return queries.due(due_id)


@transaction.atomic
def pay_at_counter(due_id: uuid.UUID, *, receipt_number: str, by: Actor, at: datetime) -> Due:
    """Record money taken at the authority's counter; the same receipt again changes nothing.

    Raises NoSuchDue, NotAtThisCounter, BadReceiptNumber, ReceiptUsed, AlreadyPaid, DueCancelled.
    """
    row = _locked(Q(pk=due_id))
    due = queries.value(row)
    if not queries.may(by, "read", due):
        raise NoSuchDue()
    if not queries.may(by, "take", due):
        raise NotAtThisCounter(authority=due.authority_code)
    rules.check_receipt(receipt_number)
    method = models.Method.COUNTER
    if not rules.is_news(due, amount=due.amount, method=method, receipt=receipt_number):
        return due
    return _settle(row, method=method, receipt=receipt_number, by=by.key, at=at)


def checkout(due_id: uuid.UUID, *, gateway: ports.Gateway, by: Actor) -> Checkout:
    """Return where the payer goes to pay; speaks to the gateway, so it runs in no transaction.

    Raises NoSuchDue when it is not theirs, AlreadyPaid, DueCancelled; Unavailable by the gateway.
    """
    due = queries.own_due(due_id, of=by)
    if not queries.may(by, "pay", due):
        raise NoSuchDue()
    if due.status == models.Status.PAID:
        raise AlreadyPaid()
    if due.status == models.Status.CANCELLED:
        raise DueCancelled()
    return gateway.start(due)


def looked(dues: Sequence[Due], *, by: Actor, at: datetime, place: str) -> None:
    """Write down whose payments somebody is shown: one row for all of them, none for one's own."""
    looks.look(
        by=by,
        at=at,
        purpose=Purpose("task"),
        subjects=[Subject(each.payer_id, each.subject) for each in dues],
        kinds={"payments"},
        place=place,
        authority_code=dues[0].authority_code if dues else "",
    )


def settle(callback: Mapping[str, str], *, gateway: ports.Gateway, at: datetime) -> Due:
    """Believe a gateway's signed callback; the same callback again changes nothing.

    Raises Forged, Garbled, NoSuchDue, WrongAmount, ReceiptUsed, AlreadyPaid by other means, and
    DueCancelled: in the last three the gateway has money that it must return.
    """
    settlement = gateway.read(callback)
    with walls.presented(settlement.reference), transaction.atomic():
        return _believe(settlement, at=at)


def _believe(settlement: Settlement, *, at: datetime) -> Due:
    row = _locked(Q(reference=settlement.reference))
    method = models.Method.GATEWAY
    due = queries.value(row)
    if not rules.is_news(due, amount=settlement.amount, method=method, receipt=settlement.receipt):
        return due
    return _settle(row, method=method, receipt=settlement.receipt, by=GATEWAY, at=at)


@transaction.atomic
def cancel(due_id: uuid.UUID, *, by: str, at: datetime) -> Due:
    """Let a payment be owed no more; cancelling it again changes nothing.

    `by` is an actor's key or the name of a part of the system; who may is for the caller to know. Raises NoSuchDue, and AlreadyPaid once it is paid.
    """
    row = _locked(Q(pk=due_id))
    if row.status == models.Status.PAID:
        raise AlreadyPaid()
    if row.status == models.Status.DUE:
        row.status = models.Status.CANCELLED
        row.save(update_fields=["status"])
        event = PaymentCancelled(str(row.pk), row.subject, row.amount)
        transparency.append(event, by=by, at=at, subject=row.subject, authority=row.authority.code)
    return queries.value(row)


def _locked(condition: Q) -> models.Due:
    """Return a row that nobody else can change before this transaction ends."""
    rows = models.Due.objects.select_related("authority").select_for_update(of=("self",))
    row = rows.filter(condition).first()
    if row is None:
        raise NoSuchDue()
    return row


def _settle(row: models.Due, *, method: str, receipt: str, by: str, at: datetime) -> Due:
    row.status, row.paid_at, row.method, row.receipt = models.Status.PAID, at, method, receipt
    try:  # the refusal undoes the transaction of the action that called
        row.save(update_fields=["status", "paid_at", "method", "receipt"])
    except IntegrityError as error:
        raise ReceiptUsed(receipt=receipt) from error
    event = PaymentSettled(str(row.pk), row.subject, row.amount, method)
    transparency.append(event, by=by, at=at, subject=row.subject, authority=row.authority.code)
    return queries.value(row)
