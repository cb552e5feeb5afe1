"""Two at once: one wins, the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from motcua.kit.errors import Refused
from motcua.payments import actions, errors, queries
from motcua.payments.adapters.fake import FakeGateway
from motcua.payments.tests.conftest import CASE, LATER, People
from motcua.payments.values import Due
from motcua.transparency import queries as transparency


def at_once(*deeds: Callable[[], Due]) -> list[Due | Refused]:
    """Do deeds on threads of their own, all let go at one moment."""
    barrier = Barrier(len(deeds))

    def do(deed: Callable[[], Due]) -> Due | Refused:
        barrier.wait(timeout=10)
        try:
            return deed()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


@pytest.mark.django_db(transaction=True)
def test_the_counter_and_the_gateway_do_not_both_take_the_money(
    people: People, due: Due, gateway: FakeGateway
) -> None:
    fields = gateway.pay(reference=due.reference, amount=due.amount, receipt="GW1")
    results = at_once(
        lambda: actions.settle(fields, gateway=gateway, at=LATER),
        lambda: actions.pay_at_counter(due.id, receipt_number="BL-1", by=people.counter, at=LATER),
    )
    refused = [result for result in results if isinstance(result, errors.AlreadyPaid)]
    settled = [result for result in results if isinstance(result, Due)]
    assert (len(refused), len(settled)) == (1, 1)
    assert queries.due(due.id) == settled[0]


@pytest.mark.django_db(transaction=True)
def test_a_callback_replayed_at_once_settles_once(due: Due, gateway: FakeGateway) -> None:
    fields = gateway.pay(reference=due.reference, amount=due.amount, receipt="GW1")
    results = at_once(*[lambda: actions.settle(fields, gateway=gateway, at=LATER)] * 4)
    assert results == [queries.due(due.id)] * 4
    kinds = [entry.kind for entry in transparency.history(CASE)]
    assert kinds.count("payments.PaymentSettled") == 1
