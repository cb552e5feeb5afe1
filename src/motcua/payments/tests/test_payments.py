"""What is due is paid once, by the right counter or by a gateway that can prove it."""

import dataclasses
import uuid
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from motcua.identity import actions as identity
from motcua.identity.errors import NoSuchAuthority
from motcua.kit.errors import Refused
from motcua.payments import actions, errors, models, queries
from motcua.payments.adapters.fake import FakeGateway
from motcua.payments.tests.conftest import AT, CASE, LATER, WARD, People, ask
from motcua.payments.values import Due
from motcua.transparency import queries as transparency

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return [entry.kind for entry in transparency.history(CASE)]


# --- asking -------------------------------------------------------------------------------------


def test_a_payment_is_asked_for(people: People, due: Due) -> None:
    assert (due.status, due.amount, due.paid_at, due.method) == ("due", 50_000, None, "")
    assert due.payer_id == people.payer.id
    assert queries.dues(CASE) == [due]
    assert told() == ["payments.PaymentRequested"]


@pytest.mark.parametrize("amount", [0, -1, 2**63, True, 1.5])
def test_what_is_no_amount_is_refused(people: People, amount: int) -> None:
    with pytest.raises(errors.BadAmount):
        ask(people, amount=amount)
    assert queries.dues(CASE) == []
    assert told() == []


@pytest.mark.parametrize("purpose", ["", "   ", "x" * 201, "Lệ\x00phí", "two\nlines"])
def test_a_purpose_that_cannot_be_printed_is_refused(people: People, purpose: str) -> None:
    with pytest.raises(errors.BadSubject):
        ask(people, purpose=purpose)


def test_the_same_purpose_is_not_asked_for_twice_at_once(people: People, due: Due) -> None:
    with pytest.raises(errors.AlreadyRequested):
        ask(people)
    assert queries.dues(CASE) == [due]


def test_the_same_purpose_may_be_asked_for_again_once_settled(people: People, due: Due) -> None:
    actions.cancel(due.id, by=people.counter.key, at=LATER)
    assert ask(people).id != due.id


def test_an_entry_of_the_log_does_not_tell_the_purpose(due: Due) -> None:
    assert due.purpose not in str(transparency.history(CASE)[0].facts)


# --- the counter --------------------------------------------------------------------------------


def test_the_counter_takes_the_money(people: People, due: Due) -> None:
    paid = actions.pay_at_counter(due.id, receipt_number="BL-0001", by=people.counter, at=LATER)
    assert paid == dataclasses.replace(
        due, status="paid", paid_at=LATER, method="counter", receipt="BL-0001"
    )
    assert told() == ["payments.PaymentRequested", "payments.PaymentSettled"]


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("payer", errors.NotAtThisCounter),
        ("stranger", errors.NoSuchDue),  # who may not see it is not told that it is there
        ("other_counter", errors.NoSuchDue),
        ("reviewer", errors.NoSuchDue),
    ],
)
def test_nobody_else_takes_the_money(
    people: People, due: Due, who: str, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        actions.pay_at_counter(due.id, receipt_number="BL-1", by=getattr(people, who), at=LATER)
    assert queries.due(due.id) == due


@pytest.mark.parametrize("receipt", ["", " ", "-", "a b", "BL\x000", "9" * 41, "Số 1"])
def test_a_receipt_number_that_no_printer_made_is_refused(
    people: People, due: Due, receipt: str
) -> None:
    with pytest.raises(errors.BadReceiptNumber):
        actions.pay_at_counter(due.id, receipt_number=receipt, by=people.counter, at=LATER)
    assert queries.due(due.id) == due


def test_the_same_receipt_again_changes_nothing(people: People, due: Due) -> None:
    first = actions.pay_at_counter(due.id, receipt_number="BL-1", by=people.counter, at=AT)
    again = actions.pay_at_counter(due.id, receipt_number="BL-1", by=people.counter, at=LATER)
    assert again == first
    assert told().count("payments.PaymentSettled") == 1


def test_a_second_receipt_for_the_same_due_is_refused(people: People, due: Due) -> None:
    actions.pay_at_counter(due.id, receipt_number="BL-1", by=people.counter, at=AT)
    with pytest.raises(errors.AlreadyPaid):
        actions.pay_at_counter(due.id, receipt_number="BL-2", by=people.counter, at=LATER)


def test_one_receipt_does_not_stand_for_two_payments(people: People, due: Due) -> None:
    other = ask(people, purpose="Phí thẩm định")
    actions.pay_at_counter(due.id, receipt_number="BL-1", by=people.counter, at=AT)
    with pytest.raises(errors.ReceiptUsed):
        actions.pay_at_counter(other.id, receipt_number="BL-1", by=people.counter, at=LATER)
    assert queries.due(other.id) == other


def test_the_shop_of_the_ward_takes_money_for_an_office_that_has_none(people: People) -> None:
    identity.ensure_authority(
        code="G01.01", parent_code=WARD, name="Công an", level="sector", place="Phường"
    )
    due = actions.request(
        subject=CASE,
        amount=8_000,
        purpose="Lệ phí",
        payer_id=people.payer.id,
        authority_code="G01.01",
        by="flow",
        at=AT,
    )
    with pytest.raises(errors.NoSuchDue):
        actions.pay_at_counter(due.id, receipt_number="1", by=people.other_counter, at=LATER)
    assert queries.own_dues(CASE, of=people.counter) == [due]
    paid = actions.pay_at_counter(due.id, receipt_number="1", by=people.counter, at=LATER)
    assert paid.status == "paid"


def test_where_there_is_no_shop_nobody_takes_money_by_hand(people: People) -> None:
    identity.ensure_authority(code="G99", name="Cơ quan", level="sector", place="Phường")
    due = actions.request(
        subject=CASE,
        amount=8_000,
        purpose="Lệ phí",
        payer_id=people.payer.id,
        authority_code="G99",
        by="flow",
        at=AT,
    )
    with pytest.raises(errors.NoSuchDue):
        actions.pay_at_counter(due.id, receipt_number="1", by=people.counter, at=LATER)


# --- the gateway --------------------------------------------------------------------------------


def callback(gateway: FakeGateway, due: Due, *, receipt: str = "GW1") -> dict[str, str]:
    return gateway.pay(reference=due.reference, amount=due.amount, receipt=receipt)


def settle(fields: dict[str, str], gateway: FakeGateway, at: datetime = LATER) -> Due:
    return actions.settle(fields, gateway=gateway, at=at)


def test_a_signed_callback_settles(due: Due, gateway: FakeGateway) -> None:
    paid = settle(callback(gateway, due), gateway)
    assert (paid.status, paid.method, paid.receipt, paid.paid_at) == (
        "paid",
        "gateway",
        "GW1",
        LATER,
    )
    entry = transparency.history(CASE)[-1]
    assert entry.kind == "payments.PaymentSettled"
    assert entry.facts == {
        "due": str(due.id),
        "subject": CASE,
        "amount": 50_000,
        "method": "gateway",
    }
    assert entry.by == "payments.gateway"


def test_the_same_callback_twice_settles_once(due: Due, gateway: FakeGateway) -> None:
    fields = callback(gateway, due)
    assert settle(fields, gateway, LATER) == settle(fields, gateway, AT)
    assert told().count("payments.PaymentSettled") == 1


@pytest.mark.parametrize("name", ["reference", "amount", "receipt", "signature"])
@pytest.mark.parametrize("change", ["other", "gone", "strange"])
def test_a_forged_callback_is_refused(
    due: Due, gateway: FakeGateway, name: str, change: str
) -> None:
    fields = callback(gateway, due)
    if change == "gone":
        del fields[name]
    else:
        fields[name] += "1" if change == "other" else "\ud800ệ\x00"
    with pytest.raises(errors.Forged):
        settle(fields, gateway)
    assert queries.due(due.id) == due


def test_a_callback_signed_with_another_key_is_refused(due: Due, gateway: FakeGateway) -> None:
    with pytest.raises(errors.Forged):
        settle(callback(FakeGateway(secret="guessed"), due), gateway)


def test_two_sets_of_fields_never_sign_alike(gateway: FakeGateway) -> None:
    honest = gateway.pay(reference="A", amount=1, receipt="B&reference=C")
    moved = {"receipt": "B", "reference": "A&reference=C", "amount": "1"}
    with pytest.raises(errors.Forged):
        gateway.read(moved | {"signature": honest["signature"]})


@pytest.mark.parametrize(
    "field",
    [{"amount": "0"}, {"amount": "5e4"}, {"amount": "\u0665"}, {"receipt": ""}, {"more": "x"}],
)
def test_a_signed_callback_that_makes_no_sense_is_refused(
    due: Due, gateway: FakeGateway, field: dict[str, str]
) -> None:
    fields = callback(gateway, due) | field
    del fields["signature"]
    fields["signature"] = gateway._sign(fields)
    with pytest.raises(errors.Garbled):
        settle(fields, gateway)


def test_a_wrong_amount_is_refused(due: Due, gateway: FakeGateway) -> None:
    with pytest.raises(errors.WrongAmount) as refusal:
        settle(gateway.pay(reference=due.reference, amount=5_000, receipt="GW1"), gateway)
    assert "5000" in str(refusal.value)
    assert "50000" in str(refusal.value)
    assert queries.due(due.id) == due


def test_a_payment_that_nobody_asked_for_is_refused(due: Due, gateway: FakeGateway) -> None:
    with pytest.raises(errors.NoSuchDue):
        settle(gateway.pay(reference="MC404", amount=50_000, receipt="GW1"), gateway)


def test_a_cancelled_due_is_not_settled_and_the_refusal_says_what_to_do(
    people: People, due: Due, gateway: FakeGateway
) -> None:
    cancelled = actions.cancel(due.id, by=people.payer.key, at=AT)
    with pytest.raises(errors.DueCancelled) as refusal:
        settle(callback(gateway, due), gateway)
    assert str(refusal.value.remedy)
    assert queries.due(due.id) == cancelled


def test_money_taken_at_the_counter_is_not_taken_again_by_the_gateway(
    people: People, due: Due, gateway: FakeGateway
) -> None:
    actions.pay_at_counter(due.id, receipt_number="GW1", by=people.counter, at=AT)
    with pytest.raises(errors.AlreadyPaid):
        settle(callback(gateway, due, receipt="GW1"), gateway)


def test_only_the_payer_and_the_counter_are_sent_to_the_checkout(
    people: People, due: Due, gateway: FakeGateway
) -> None:
    checkout = actions.checkout(due.id, gateway=gateway, by=people.payer)
    assert due.reference in checkout.url
    assert checkout.reference == due.reference
    for other in (people.stranger, people.other_counter, people.reviewer):
        with pytest.raises(errors.NoSuchDue):
            actions.checkout(due.id, gateway=gateway, by=other)


def test_nothing_paid_or_cancelled_goes_to_the_checkout(
    people: People, due: Due, gateway: FakeGateway
) -> None:
    other = ask(people, purpose="Phí thẩm định")
    settle(callback(gateway, due), gateway)
    actions.cancel(other.id, by=people.payer.key, at=LATER)
    refusals: dict[uuid.UUID, type[Refused]] = {
        due.id: errors.AlreadyPaid,
        other.id: errors.DueCancelled,
    }
    for due_id, refusal in refusals.items():
        with pytest.raises(refusal):
            actions.checkout(due_id, gateway=gateway, by=people.payer)


# --- cancelling, reading, the table -------------------------------------------------------------


def test_cancelling_twice_tells_it_once(people: People, due: Due) -> None:
    once = actions.cancel(due.id, by=people.payer.key, at=AT)
    assert actions.cancel(due.id, by=people.payer.key, at=LATER) == once
    assert told() == ["payments.PaymentRequested", "payments.PaymentCancelled"]


def test_what_is_paid_is_not_cancelled(people: People, due: Due) -> None:
    actions.pay_at_counter(due.id, receipt_number="BL-1", by=people.counter, at=AT)
    with pytest.raises(errors.AlreadyPaid):
        actions.cancel(due.id, by=people.payer.key, at=LATER)


def test_dues_are_seen_by_the_payer_and_the_counter_page_by_page(people: People, due: Due) -> None:
    other = ask(people, purpose="Phí thẩm định")
    for reader in (people.payer, people.counter):
        seen = {one.id for one in queries.own_dues(CASE, of=reader)}
        assert seen == {due.id, other.id}
    for reader in (people.stranger, people.other_counter, people.reviewer):
        assert queries.own_dues(CASE, of=reader) == []
    first = queries.own_dues(CASE, of=people.payer, limit=1)
    rest = queries.own_dues(CASE, of=people.payer, after=first[0].id)
    assert [*first, *rest] == queries.own_dues(CASE, of=people.payer)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "paid"},
        {"status": "paid", "paid_at": AT, "method": "counter"},
        {"status": "paid", "paid_at": AT, "receipt": "1"},
        {"status": "due", "paid_at": AT},
        {"status": "cancelled", "method": "counter"},
        {"status": "lost"},
        {"amount": 0},
    ],
)
def test_the_database_keeps_what_must_hold(due: Due, change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Due.objects.filter(pk=due.id).update(**change)


def test_a_due_belongs_to_a_known_authority(people: People) -> None:
    with pytest.raises(NoSuchAuthority):
        actions.request(
            subject=CASE,
            amount=1,
            purpose="Lệ phí",
            payer_id=people.payer.id,
            authority_code=WARD + ".9",
            by=people.counter.key,
            at=AT,
        )
