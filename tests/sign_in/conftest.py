"""A provider that is certified, started once, and a person who walks between it and our pages."""

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin

import httpx
import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, override_settings

from motcua.config.commands import server
from motcua.config.demo import electronic

SITE = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def _served(as_the_web: None) -> None:
    """Sign in as on the server: under a role that may not write who somebody is."""


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """Start the provider of the demo for these tests."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    process = electronic.start(port=port, site_port=8000)
    yield f"http://127.0.0.1:{port}"
    server.end([process])


@dataclass(slots=True)
class Person:
    """Somebody with a browser: our pages by Django's client, the provider's over the network."""

    site: Client = field(default_factory=lambda: Client(HTTP_HOST="127.0.0.1:8000"))
    away: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20))

    def sent(self, *, following: str = "", level: str = "") -> str:
        """Press the button of the sign-in page and return the address that one is sent to."""
        form = {"next": following, "level": level}
        answer = self.site.post("/sign-in/vneid/", form)
        assert answer.status_code == 302, answer.content.decode()
        return str(answer["Location"])

    def chosen(self, address: str, choice: str) -> str:
        """Choose who one is at the provider and return the address that leads back to our site."""
        page = self._followed(self.away.get(address))
        assert page.status_code == 200, page.text
        assert not choice or f'value="{choice}"' in page.text, unescape(page.text)
        answer = self._followed(self.away.post(str(page.url), data={"choice": choice}))
        return str(answer.headers["location"])

    def back(self, address: str) -> HttpResponse:
        """Follow the address that leads back."""
        assert address.startswith(f"{SITE}{electronic.CALLBACK}?"), address
        return self.site.get(address.removeprefix(SITE))  # type: ignore[return-value]

    def sign_in(self, choice: str, *, following: str = "", level: str = "") -> HttpResponse:
        """Sign in as somebody, `056195004112:2`: a number and a level."""
        self.away.cookies.clear()  # the provider has not seen this browser before
        return self.back(self.chosen(self.sent(following=following, level=level), choice))

    def _followed(self, answer: httpx.Response) -> httpx.Response:
        """Follow redirects for as long as they stay at the provider."""
        while answer.is_redirect:
            following = urljoin(str(answer.url), answer.headers["location"])
            if following.startswith(SITE):
                return answer
            answer = self.away.get(following)
        return answer


@pytest.fixture
def person(issuer: str, transactional_cache: None) -> Iterator[Person]:
    """Somebody who has not signed in yet, at a site that trusts the provider."""
    with override_settings(MOTCUA_IDENTITY_ISSUER=issuer, SOCIALACCOUNT_PROVIDERS=known(issuer)):
        made = Person()
        yield made
        made.away.close()


@pytest.fixture
def transactional_cache(db: None) -> None:
    """Begin with nothing kept of other tests."""
    cache.clear()


def known(issuer: str, *, secret: str = "demo") -> dict[str, object]:
    """Return the settings of allauth for a provider."""
    app = {
        "provider_id": "vneid",
        "name": "VNeID",
        "client_id": "motcua",
        "secret": secret,
        "settings": {"server_url": issuer, "token_auth_method": "client_secret_basic"},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def words(answer: HttpResponse) -> str:
    """Return the words of a page."""
    return unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
