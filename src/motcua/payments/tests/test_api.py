"""Payments over HTTP."""

import uuid

import pytest
from django.conf import settings as django_settings
from django.test import Client, override_settings

from motcua.identity.values import Actor
from motcua.kit import clock
from motcua.payments import queries
from motcua.payments.adapters import chosen
from motcua.payments.adapters.fake import FakeGateway
from motcua.payments.errors import NoGateway
from motcua.payments.tests.conftest import CASE, LATER, People, token_of
from motcua.payments.values import Due

pytestmark = [pytest.mark.django_db, pytest.mark.urls("motcua.payments.tests.site")]
JSON = "application/json"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def served() -> FakeGateway:
    """The gateway that the API itself listens to."""
    return FakeGateway(secret=django_settings.MOTCUA_GATEWAY_SECRET)


def of(actor: Actor) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(actor)}"}


def test_a_payer_sees_what_is_due(client: Client, people: People, due: Due) -> None:
    answer = client.get("/payments", {"subject": CASE}, headers=of(people.payer))
    assert answer.status_code == 200
    assert [one["id"] for one in answer.json()] == [str(due.id)]
    assert answer.json()[0]["amount"] == 50_000
    other = client.get("/payments", {"subject": CASE}, headers=of(people.stranger))
    assert other.json() == []


@pytest.mark.parametrize("subject", ["", "a b", "x" * 81, "\x00", "%"])
def test_a_subject_that_is_no_code_is_refused(client: Client, people: People, subject: str) -> None:
    answer = client.get("/payments", {"subject": subject}, headers=of(people.payer))
    assert answer.status_code == 422


def test_paying_online(client: Client, people: People, due: Due, served: FakeGateway) -> None:
    answer = client.post(f"/payments/{due.id}/checkout", headers=of(people.payer))
    assert answer.status_code == 200
    reference = answer.json()["reference"]
    fields = served.pay(reference=reference, amount=due.amount, receipt="GW1")
    for _ in range(2):  # a gateway repeats itself until it is sure
        answer = client.post("/payments/callback", fields, content_type=JSON)
        assert (answer.status_code, answer.json()["status"]) == (200, "paid")
    assert queries.due(due.id).method == "gateway"


def test_a_forged_callback_is_a_problem(client: Client, due: Due, served: FakeGateway) -> None:
    fields = served.pay(reference=due.reference, amount=due.amount, receipt="GW1")
    answer = client.post("/payments/callback", fields | {"amount": "1"}, content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (403, "forged-callback")
    assert answer["Content-Type"] == "application/problem+json"
    assert queries.due(due.id).status == "due"


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"a": 1}', '{"a": "\\ud800"}', "[" * 100_000, '{"": "x"}']
)
def test_a_callback_that_is_no_object_of_texts_is_refused(client: Client, body: str) -> None:
    answer = client.post("/payments/callback", body, content_type=JSON)
    assert answer.status_code in {400, 422}


def test_paying_at_the_counter(client: Client, people: People, due: Due) -> None:
    taken = {"receipt_number": "BL-1"}
    path = f"/payments/{due.id}/counter"
    refused = client.post(path, taken, content_type=JSON, headers=of(people.payer))
    assert (refused.status_code, refused.json()["code"]) == (403, "not-at-this-counter")
    answer = client.post(path, taken, content_type=JSON, headers=of(people.counter))
    assert (answer.status_code, answer.json()["receipt"]) == (200, "BL-1")


def test_what_is_not_there_is_absent(client: Client, people: People) -> None:
    for path in (f"/payments/{uuid.uuid4()}/checkout", f"/payments/{uuid.uuid4()}/counter"):
        answer = client.post(
            path, {"receipt_number": "1"}, content_type=JSON, headers=of(people.counter)
        )
        assert answer.status_code == 404


def test_without_a_token_nobody_is_known(client: Client) -> None:
    assert client.get("/payments", {"subject": CASE}).status_code == 401


@pytest.mark.parametrize(
    "lacking", [{"MOTCUA_DEMO": False}, {"MOTCUA_GATEWAY_SECRET": ""}], ids=["demo", "secret"]
)
def test_the_gateway_that_takes_no_money_never_serves_outside_the_demo(
    lacking: dict[str, object],
) -> None:
    with override_settings(**lacking), pytest.raises(NoGateway):
        chosen.gateway()
