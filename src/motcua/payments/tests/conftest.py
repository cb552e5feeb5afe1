"""A ward, a shop counter, two citizens, a gateway."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from motcua.identity import actions as identity_actions
from motcua.identity import queries as identity
from motcua.identity.actions import access
from motcua.identity.values import Actor
from motcua.payments import actions
from motcua.payments.adapters.fake import FakeGateway
from motcua.payments.values import Due

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
WARD, OTHER_WARD = "H15.50.01", "H15.50.02"
CASE = "H15.50.01-261123-0001"


@dataclass(frozen=True)
class People:
    """Who acts in these tests."""

    payer: Actor
    stranger: Actor
    counter: Actor  # at the counter of the ward
    other_counter: Actor  # at the counter of another ward
    reviewer: Actor  # in the ward, but at no counter


@pytest.fixture
def people(db: None) -> People:
    for code in (WARD, OTHER_WARD):
        identity_actions.ensure_authority(
            code=code, name=f"UBND {code}", level="commune", place="Phường"
        )
    return People(
        payer=person("001190000001"),
        stranger=person("001190000002"),
        counter=official("001190000003", WARD, "one_stop", "intake"),
        other_counter=official("001190000004", OTHER_WARD, "one_stop", "intake"),
        reviewer=official("001190000005", WARD, "office", "reviewer"),
    )


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(secret="a shared secret")


@pytest.fixture
def due(people: People) -> Due:
    return ask(people)


def ask(people: People, *, amount: int = 50_000, purpose: str = "Lệ phí cấp giấy phép") -> Due:
    return actions.request(
        subject=CASE,
        amount=amount,
        purpose=purpose,
        payer_id=people.payer.id,
        authority_code=WARD,
        by=people.counter.key,
        at=AT,
    )


def person(personal_id: str) -> Actor:
    person_id = identity_actions.ensure_person(personal_id=personal_id, name="Người dân", at=AT)
    return identity.actor(person_id, at=AT)


def official(personal_id: str, authority: str, unit: str, role: str) -> Actor:
    person_id = identity_actions.ensure_person(personal_id=personal_id, name="Cán bộ", at=AT)
    authority_id = identity.authority(authority).id
    unit_id = identity_actions.ensure_unit(authority_id=authority_id, kind=unit, name=unit)
    post_id = identity_actions.ensure_post(unit_id=unit_id, title=role, roles=(role,))
    identity_actions.take_post(person_id, post_id, by="test", at=AT)
    return identity.actor(person_id, at=AT)


def token_of(actor: Actor) -> str:
    """Return a bearer token that is good at the time of these tests."""
    token = f"token-{uuid.uuid4()}"
    access.issue_token(actor.id, token=token, by="test", at=AT)
    return token
