"""Tokens of the API: forged, changed, ended, or given to somebody who showed too little."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from motcua.identity import models
from motcua.identity.actions import access
from motcua.kit import clock, ids
from motcua.transparency.models import Entry
from tests.sign_in.test_electronic import official

pytestmark = pytest.mark.django_db


def asked(token: str) -> tuple[int, str]:
    """Return the status and the code of a request with a token."""
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    answer = Client().get("/api/v1/tasks", **headers)  # type: ignore[arg-type]
    said = json.loads(answer.content)
    return answer.status_code, said.get("code", "") if isinstance(said, dict) else ""


def given(*, roles: list[str], level: int = 2, has_second_factor: bool = True) -> str:
    """Return a token of an official."""
    official("056080000001", roles=roles)
    made = ids.token()
    access.issue_token(
        models.Person.objects.get().pk,
        token=made,
        by="test",
        at=clock.now(),
        level=level,
        has_second_factor=has_second_factor,
    )
    return made


def test_a_token_speaks_for_its_person() -> None:
    assert asked(given(roles=["leader"]))[0] == 200


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token.swapcase(),
        lambda token: models.Token.objects.get().digest,  # what a leak of the table gives
        lambda token: "x" * 10_000,
        lambda token: "é\x00",
        lambda token: "",
    ],
)
def test_a_forged_token_opens_nothing(forge: "object") -> None:
    token = given(roles=["leader"])
    assert callable(forge)
    assert asked(forge(token))[0] == 401


def test_a_token_that_ended_opens_nothing_when_it_is_sent_again() -> None:
    token = given(roles=["leader"])
    assert asked(token)[0] == 200
    models.Token.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert asked(token) == (401, "not-signed-in")


def test_a_revoked_token_opens_nothing_and_the_log_tells_of_it() -> None:
    token, person = given(roles=["leader"]), models.Person.objects.get()
    access.issue_token(person.pk, token="another", by="test", at=clock.now())

    def revoke(each: str = "") -> int:
        return access.revoke_tokens(person.pk, token=each, by="operator", at=clock.now())

    assert revoke("another") == 1
    assert (asked("another")[0], asked(token)[0]) == (401, 200)
    assert revoke() == 1
    assert asked(token) == (401, "not-signed-in")
    assert revoke() == 0
    assert Entry.objects.filter(kind="identity.TokenRevoked", by="operator").count() == 2


def test_a_token_without_a_second_factor_is_refused_where_the_post_demands_one() -> None:
    assert asked(given(roles=["leader"], has_second_factor=False)) == (403, "second-factor-needed")


def test_a_role_that_is_not_in_the_table_demands_one() -> None:
    assert asked(given(roles=["new-role"], has_second_factor=False))[0] == 403


def test_a_clerk_needs_none() -> None:
    assert asked(given(roles=["intake"], has_second_factor=False))[0] == 200
