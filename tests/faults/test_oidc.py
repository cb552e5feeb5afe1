"""The provider of identity is away, or lies: nobody is signed in, and a page says what to do."""

import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, override_settings

from motcua.identity import models
from motcua.identity.views import session
from tests.faults import lying_provider as lying
from tests.sign_in.conftest import known, words

pytestmark = pytest.mark.django_db
CALLBACK = "/sign-in/vneid/back/"
SITE = {"host": "127.0.0.1:8000"}


@pytest.fixture
def provider(db: None) -> Iterator[lying.Provider]:
    """A provider that tells the truth until a test has it lie, and a site that trusts it."""
    cache.clear()
    server, provider = lying.start()
    with override_settings(
        MOTCUA_IDENTITY_ISSUER=provider.issuer, SOCIALACCOUNT_PROVIDERS=known(provider.issuer)
    ):
        yield provider
    server.shutdown()
    server.server_close()


def begun(client: Client, provider: lying.Provider) -> dict[str, str]:
    """Begin to sign in and return what a browser brings back, with a code."""
    answer = client.post("/sign-in/vneid/", headers=SITE)
    assert answer.status_code == 302, words(answer)  # type: ignore[arg-type]
    asked = parse_qs(urlsplit(answer["Location"]).query)
    provider.nonce = asked["nonce"][0]
    return {"code": f"code-{time.monotonic_ns()}", "state": asked["state"][0]}


def returned(client: Client, brought: dict[str, str]) -> HttpResponse:
    """Come back from the provider."""
    return client.get(f"{CALLBACK}?{urlencode(brought)}", headers=SITE)  # type: ignore[return-value]


def refused(client: Client, answer: HttpResponse, code: str) -> None:
    """Expect a page that says what to do, and that nobody is signed in or registered."""
    page = words(answer)
    assert answer.status_code == 403, page
    assert f"sign-in-{code}" in page and 'href="/sign-in/"' in answer.content.decode()
    assert session.PERSON not in client.session
    assert not models.Person.objects.exists()


def test_the_truth_is_believed(provider: lying.Provider, client: Client) -> None:
    answer = returned(client, begun(client, provider))
    assert answer.status_code == 302, words(answer)
    assert client.session[session.ASSURANCE]["level"] == 2


HOUR = 3600
LIES = {
    "another audience": ({"claims": {"aud": "another"}}, "audience"),
    "several audiences, none named": ({"claims": {"aud": ["motcua", "another"]}}, "audience"),
    "given to another": ({"claims": {"azp": "another"}}, "audience"),
    "another nonce": ({"claims": {"nonce": "of another day"}}, "nonce"),
    "no nonce": ({"without": ("nonce",)}, "nonce"),
    "another issuer": ({"claims": {"iss": "https://evil.example"}}, "issuer"),
    "expired": ({"claims": {"exp": int(time.time()) - HOUR}}, "expired"),
    "of tomorrow": ({"claims": {"iat": int(time.time()) + 24 * HOUR}}, "expired"),
    "no end": ({"without": ("exp",)}, "token"),
    "no subject": ({"without": ("sub",)}, "token"),
    "no signature": ({"sign": lying.unsigned}, "algorithm"),
    "a key of another": ({"sign": lying.by_another}, "key"),
    "an unknown key": ({"sign": lying.by_an_unknown}, "key"),
    "our own secret": ({"sign": lying.by_the_shared_secret}, "algorithm"),
    "changed afterwards": ({"sign": lying.changed_afterwards}, "key"),
    "no token at all": ({"sign": lambda claims: "x.y"}, "token"),
    "a token that is none": ({"sign": lambda claims: 7}, "token"),
    "user info of another": ({"told": {"sub": "two"}}, "subject"),
    "no level": ({"without": ("acr",)}, "level"),
    "a level that is none": ({"claims": {"acr": "3"}}, "level"),
    "a level that is a list": ({"claims": {"acr": ["2"]}}, "level"),
    "no number": ({"told": {"personal_id": ""}}, "number"),
    "a number that is none": ({"told": {"personal_id": "05619500411x"}}, "number"),
    "a number in other digits": ({"told": {"personal_id": "٠٥٦١٩٥٠٠٤١١٢"}}, "number"),
    "a name without end": ({"told": {"name": "x" * 10_000}}, "number"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_signs_nobody_in(provider: lying.Provider, client: Client, lie: str) -> None:
    brought = begun(client, provider)
    changes, code = LIES[lie]
    for name, value in changes.items():  # type: ignore[attr-defined]
        setattr(provider, name, value)
    refused(client, returned(client, brought), code)


def test_a_provider_that_describes_itself_as_another_is_not_followed(
    provider: lying.Provider, client: Client
) -> None:
    provider.described = {"issuer": "https://evil.example"}
    refused(client, client.post("/sign-in/vneid/", headers=SITE), "issuer")  # type: ignore[arg-type]


def test_an_answer_of_another_issuer_is_refused(provider: lying.Provider, client: Client) -> None:
    brought = begun(client, provider) | {"iss": "https://evil.example"}
    refused(client, returned(client, brought), "issuer")


def test_an_answer_is_taken_once(provider: lying.Provider, client: Client) -> None:
    brought = begun(client, provider)
    returned(client, brought)
    client.post("/sign-out/")
    models.Person.objects.all().delete()
    refused(client, returned(client, brought), "state")


def test_a_code_of_another_sign_in_is_refused(provider: lying.Provider, client: Client) -> None:
    first = begun(client, provider)
    returned(client, first)
    client.post("/sign-out/")
    models.Person.objects.all().delete()
    again = begun(client, provider) | {"code": first["code"]}
    refused(client, returned(client, again), "answer")


def test_the_answer_of_another_browser_is_refused(provider: lying.Provider, client: Client) -> None:
    refused(client, returned(client, begun(Client(), provider)), "state")


@pytest.mark.parametrize(
    "brought", [{}, {"code": "x"}, {"state": "x"}, {"code": "x", "state": "x" * 5_000}]
)
def test_an_answer_that_nobody_asked_for_is_refused(
    provider: lying.Provider, client: Client, brought: dict[str, str]
) -> None:
    refused(client, returned(client, brought), "state")


def test_the_token_of_an_earlier_sign_in_is_refused(provider: lying.Provider) -> None:
    first, second = Client(), Client()
    begun(first, provider)
    earlier = provider.nonce
    brought = begun(second, provider)
    provider.nonce = earlier
    refused(second, returned(second, brought), "nonce")


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks", "/token", "/me"])
@pytest.mark.parametrize("how", ["status", "garbage"])
def test_a_provider_that_fails_gets_a_page_that_says_to_try_again(
    provider: lying.Provider, client: Client, path: str, how: str
) -> None:
    brought = {"code": "x", "state": "x"} if "well-known" in path else begun(client, provider)
    if how == "status":
        provider.statuses = {path: 503}
    else:
        provider.raw = {path: b"<html>not what you asked for"}
    is_begin = "well-known" in path
    answer = client.post("/sign-in/vneid/", headers=SITE) if is_begin else returned(client, brought)
    page = words(answer)  # type: ignore[arg-type]
    assert answer.status_code in {403, 503}, page
    if answer.status_code == 503:
        assert answer["Retry-After"] == "60" and "VNeID" in page
    assert 'href="/sign-in/"' in answer.content.decode()
    assert session.PERSON not in client.session and not models.Person.objects.exists()


def test_a_provider_that_is_down_gets_a_page_that_says_to_try_again(
    db: None, client: Client
) -> None:
    cache.clear()
    nobody = "http://127.0.0.1:9"
    with override_settings(MOTCUA_IDENTITY_ISSUER=nobody, SOCIALACCOUNT_PROVIDERS=known(nobody)):
        answer = client.post("/sign-in/vneid/", {"next": "/cases/"}, headers=SITE)
    assert answer.status_code == 503 and answer["Retry-After"] == "60"
    assert "VNeID" in words(answer)  # type: ignore[arg-type]
    assert client.get("/sign-in/", headers=SITE).status_code == 200


def test_a_session_key_that_was_planted_opens_nothing(
    provider: lying.Provider, client: Client
) -> None:
    planted = client.session
    planted["planted"] = "by a stranger"
    planted.save()
    client.cookies["sessionid"] = str(planted.session_key)
    returned(client, begun(client, provider))
    assert session.PERSON in client.session
    assert client.session.session_key != planted.session_key
    stranger = Client()
    stranger.cookies["sessionid"] = str(planted.session_key)
    assert stranger.get("/account/security/", headers=SITE)["Location"].startswith("/sign-in/")


def test_the_key_changes_when_more_is_shown_and_the_old_one_opens_nothing(
    provider: lying.Provider, client: Client
) -> None:
    provider.claims = {"acr": "1"}
    returned(client, begun(client, provider))
    before = str(client.session.session_key)
    provider.claims = {"acr": "2"}
    returned(client, begun(client, provider))
    assert client.session[session.ASSURANCE]["level"] == 2
    assert client.session.session_key != before
    stranger = Client()
    stranger.cookies["sessionid"] = before
    assert stranger.get("/account/security/", headers=SITE)["Location"].startswith("/sign-in/")
