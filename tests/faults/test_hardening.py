"""What a browser, a sender who asks too often, and a production without secrets get."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import URLPattern, URLResolver, get_resolver

from motcua.kit import limits, web
from motcua.kit.env import Misconfigured

ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "MOTCUA_DEMO": "0",
    "MOTCUA_PUBLIC_URL": "https://motcua.example",
    "MOTCUA_HOSTS": "motcua.example",
    "MOTCUA_SECRET_KEY": "kS9-" * 20 + "Zq7_xY2mN4pR",
    "MOTCUA_KEYS_PASSPHRASE": "one",
    "MOTCUA_GATEWAY_SECRET": "two",
    "MOTCUA_IDENTITY_ISSUER": "https://identity.example",
    "MOTCUA_IDENTITY_CLIENT": "motcua",
    "MOTCUA_IDENTITY_SECRET": "four",
    "MOTCUA_DATABASE_URL": "postgresql://motcua_web:three@127.0.0.1:1/motcua",
}
VALUES = {
    "uuid": "00000000-0000-7000-8000-000000000000",
    "int": "1",
    "str": "x",
    "slug": "x",
    "path": "x",
}


def production(*code: str, without: str = "") -> "subprocess.CompletedProcess[str]":
    """Run Python as it would run in production, with nothing else in the environment."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    told = {key: value for key, value in PRODUCTION.items() if key != without}
    environment = {**kept, **told, "PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "motcua.config.settings"}  # fmt: skip
    return subprocess.run(
        [sys.executable, *code],
        env=environment,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


# ---- production ---------------------------------------------------------------------------------


def test_djangos_own_check_for_production_finds_nothing() -> None:
    done = production("-m", "django", "check", "--deploy", "--fail-level", "INFO")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize(
    "name", ["MOTCUA_SECRET_KEY", "MOTCUA_KEYS_PASSPHRASE", "MOTCUA_GATEWAY_SECRET"]
)
def test_the_server_does_not_start_without_its_secrets(name: str) -> None:
    done = production("-c", "import motcua.config.wsgi", without=name)
    assert done.returncode != 0
    assert f"Set {name}" in done.stderr


def test_the_server_starts_with_them() -> None:
    done = production("-c", "import motcua.config.wsgi")
    assert done.returncode == 0, done.stderr


def test_production_answers_over_tls_only_and_says_so() -> None:
    code = """
import django; django.setup()
from django.test import Client
plain = Client(headers={"host": "motcua.example"}).get("/api/v1/openapi.json")
print(plain.status_code, plain.headers["Location"])
safe = Client(headers={"host": "motcua.example", "x-forwarded-proto": "https"}).get("/api/v1/openapi.json")
print(safe.status_code, safe.headers["Strict-Transport-Security"])
other = Client(headers={"host": "evil.example", "x-forwarded-proto": "https"}).get("/api/v1/openapi.json")
print(other.status_code)
from django.conf import settings
print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_NAME, settings.DEBUG)
"""
    done = production("-c", code)
    assert done.stdout.splitlines() == [
        "301 https://motcua.example/api/v1/openapi.json",
        "200 max-age=31536000; includeSubDomains; preload",
        "400",
        "__Host-sessionid True __Host-csrftoken False",
    ], done.stderr


# ---- headers ------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/sign-in/", "/nothing/here", "/api/v1/openapi.json"])
def test_every_answer_says_what_a_browser_may_do_with_it(path: str) -> None:
    told = Client().get(path).headers
    policy = told["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy and "*" not in policy
    sources = [each for each in policy.split("; ") if not each.startswith("form-action")]
    assert "http" not in "".join(
        sources
    )  # signing in leads to the provider by a form; nothing loads
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["X-Frame-Options"] == "DENY"
    assert told["Referrer-Policy"] == "same-origin"
    assert told["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in told["Permissions-Policy"]


# ---- forms of others ----------------------------------------------------------------------------


def addresses(patterns: list[URLPattern | URLResolver], begun: str = "/") -> Iterator[str]:
    """Yield an address for each page, with something in the place of each value."""
    for each in patterns:
        route = begun + re.sub(
            r"<(?:(\w+):)?\w+>", lambda m: VALUES[m[1] or "str"], str(each.pattern)
        )
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, route)
        else:
            yield route


PAGES = sorted(
    path for path in addresses(get_resolver().url_patterns) if not path.startswith("/api/")
)


# Pressed by programs of mail (RFC 8058): the link is signed by us and stands for the person.
BY_LINK = frozenset({"/letters/stop/x/"})


def test_there_are_pages() -> None:
    assert len(PAGES) > 60


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_no_page_takes_a_form_that_is_not_ours(path: str) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"accept": "application/json"})
    if path in BY_LINK:
        assert strict.post(path).status_code == 404
        return
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = strict.generic(method, path, b"a=b", "application/x-www-form-urlencoded")
        assert answer.status_code == 403, (method, path)
        assert answer.json()["code"] == "form-not-ours"


# ---- too often, too much ------------------------------------------------------------------------


def test_a_bucket_fills_up_again_evenly() -> None:
    now = [0.0]
    held = limits.Buckets(clock=lambda: now[0], most=2)
    for _ in range(60):
        held.take("a", a_minute=60)
    with pytest.raises(limits.TooOften) as refused:
        held.take("a", a_minute=60)
    assert refused.value.retry_after == 1
    held.take("b", a_minute=60)  # another sender is not kept waiting
    now[0] = 1.0
    held.take("a", a_minute=60)
    with pytest.raises(limits.TooOften):
        held.take("a", a_minute=60)
    for _ in range(1000):
        held.take("c", a_minute=0)  # no limit is set


def test_the_memory_of_senders_is_bounded() -> None:
    held = limits.Buckets(clock=lambda: 0.0, most=100)
    for number in range(1000):
        held.take(str(number), a_minute=1)
    assert len(held._held) == 100


@pytest.fixture
def fresh() -> Iterator[None]:
    limits.buckets.clear()
    yield
    limits.buckets.clear()


@pytest.mark.django_db
def test_an_address_that_asks_too_often_waits(fresh: None) -> None:
    with override_settings(MOTCUA_RATE_ADDRESS=3):
        for _ in range(3):
            assert Client().get("/api/v1/openapi.json").status_code == 200
        told = Client().get("/api/v1/openapi.json")
        assert told.status_code == 429
        assert told.json()["code"] == "too-often"
        assert int(told["Retry-After"]) > 0
        page = Client().get("/", headers={"accept": "text/html"})
        assert page.status_code == 429
        assert int(page["Retry-After"]) > 0
        assert b"<h1" in page.content
        assert Client(REMOTE_ADDR="192.0.2.7").get("/api/v1/openapi.json").status_code == 200


@pytest.mark.parametrize(
    "proxies, header, found",
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),  # the first was written by the sender
        (2, "10.0.0.1, 203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_only_our_proxies_are_believed(proxies: int, header: str, found: str) -> None:
    seen: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    with override_settings(MOTCUA_PROXIES=proxies):
        web.sender(answer)(RequestFactory().get("/", headers={"x-forwarded-for": header}))
    assert seen == [found]


@pytest.mark.django_db
def test_a_body_over_the_limit_is_refused_before_it_is_read(fresh: None) -> None:
    with override_settings(MOTCUA_REQUEST_LIMIT=1024 * 1024):
        told = Client().generic("POST", "/api/v1/verifications", b"0", CONTENT_LENGTH=str(10**12))
    assert told.status_code == 413
    assert told.json()["code"] == "body-too-large"


def test_a_named_database_without_roles_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from motcua.kit import database

    monkeypatch.setenv(database.WORKER_URL, "")
    with pytest.raises(Misconfigured):
        database.of_role(database.WORKER_URL)
