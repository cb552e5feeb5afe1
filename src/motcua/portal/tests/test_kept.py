"""Kept pages: the same bytes for all who are not signed in, never those of another, never an old edition."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from motcua.catalogue import queries as catalogue
from motcua.portal.tests.conftest import BIRTH, BUSINESS, Browser, People, publish
from motcua.portal.views import kept

pytestmark = pytest.mark.django_db
HOME, PROCEDURE = "/", f"/procedures/{BIRTH}/"


@pytest.fixture(autouse=True)
def pages(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep pages as a server does; the tests around these keep none."""
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept"}
    monkeypatch.setattr(kept, "FRESH", 60)  # a slow machine takes more than a second for a test
    with override_settings(CACHES={**settings.CACHES, "pages": memory}, MOTCUA_KEPT_PAGES=400):
        caches[kept.PAGES].clear()
        yield
        caches[kept.PAGES].clear()


def asked(client: Client, address: str) -> int:
    """Return how often a page asks the database."""
    with CaptureQueriesContext(connection) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


@pytest.mark.parametrize("address", [HOME, PROCEDURE, "/search/"])
def test_a_kept_page_asks_nothing_and_is_the_same(anyone: Browser, address: str) -> None:
    first = anyone.client.get(address)
    assert asked(anyone.client, address) == 0
    again = anyone.client.get(address)
    assert again.content == first.content and len(first.content) > 1_000
    for name in ("ETag", "Vary", "Cache-Control", "Content-Type", "Content-Language"):
        assert again[name] == first[name]
    assert again["Cache-Control"] == "no-cache" and "Cookie" in again["Vary"]
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert not again.cookies


def test_who_signed_in_is_never_given_the_page_of_another(
    anyone: Browser, mother: Browser, people: People
) -> None:
    kept_page = anyone.client.get(HOME).content.decode()
    own = mother.client.get(HOME)
    assert people.mother.name in own.content.decode() and people.mother.name not in kept_page
    assert own["Cache-Control"] == "private, no-cache" and "ETag" not in own
    assert anyone.client.get(HOME).content.decode() == kept_page, "nor is theirs kept"
    with_tag = mother.client.get(HOME, headers={"if-none-match": anyone.client.get(HOME)["ETag"]})
    assert with_tag.status_code == 200 and people.mother.name in with_tag.content.decode()


def test_a_session_that_ended_goes_the_whole_way(anyone: Browser) -> None:
    anyone.client.get(HOME)
    stale = Client()
    stale.cookies["sessionid"] = "x" * 32
    answer = stale.get(HOME)
    assert answer.status_code == 200 and answer["Cache-Control"] == "private, no-cache"


def test_each_language_has_its_own(anyone: Browser) -> None:
    vietnamese = anyone.client.get(HOME).content.decode()
    english = Client()
    english.cookies["django_language"] = "en"
    shown = english.get(HOME)
    assert 'lang="en"' in shown.content.decode() and 'lang="vi"' in vietnamese
    assert shown["Content-Language"] == "en"
    english.cookies["django_language"] = "xx<script>"
    assert 'lang="vi"' in english.get(HOME).content.decode()
    assert 'lang="vi"' in Client(headers={"accept-language": "en"}).get(HOME).content.decode()


@pytest.mark.parametrize("query", ["?q=khai+sinh", "?language=en", "?x=%00", "?" + "a" * 2_000])
def test_a_question_is_not_kept(anyone: Browser, query: str) -> None:
    anyone.client.get("/search/")
    plain = anyone.client.get("/search/").content
    answer = anyone.client.get(f"/search/{query}")
    assert answer.status_code == 200 and "ETag" not in answer
    assert anyone.client.get("/search/").content == plain


def test_only_the_head_is_given_where_only_it_is_asked_for(anyone: Browser) -> None:
    assert anyone.client.head(PROCEDURE).content == b""
    whole = anyone.client.get(PROCEDURE)
    head = anyone.client.head(PROCEDURE)
    assert head.status_code == 200 and head.content == b""
    assert head["Content-Length"] == str(len(whole.content)) and head["ETag"] == whole["ETag"]


def test_what_the_browser_has_is_not_sent_again(anyone: Browser) -> None:
    tag = anyone.client.get(HOME)["ETag"]
    same = anyone.client.get(HOME, headers={"if-none-match": tag})
    assert same.status_code == 304 and same.content == b"" and same["ETag"] == tag
    assert "Cookie" in same["Vary"] and same["Cache-Control"] == "no-cache"
    assert anyone.client.get(HOME, headers={"if-none-match": '"other"'}).status_code == 200


def test_what_is_published_shows(anyone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "FRESH", 0)  # as if a second had passed
    before = anyone.client.get(HOME).content.decode()
    assert asked(anyone.client, HOME) == 1, "the edition, and no more"
    publish(BUSINESS)
    assert f"/procedures/{BUSINESS}/" not in before
    assert f"/procedures/{BUSINESS}/" in anyone.client.get(HOME).content.decode()


def test_an_error_a_post_and_a_foreign_host_are_never_kept(anyone: Browser) -> None:
    for _ in range(2):
        assert anyone.client.get("/procedures/9.999999/").status_code == 404
        assert anyone.client.post(HOME).status_code == 405
    assert anyone.client.get(HOME).status_code == 200
    assert anyone.client.get(HOME, headers={"host": "evil.example"}).status_code == 400


def test_without_its_edition_a_page_goes_the_whole_way(
    anyone: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> str:
        raise DatabaseError

    anyone.client.get(HOME)
    caches[kept.PAGES].delete(kept.EDITION)
    monkeypatch.setattr(catalogue, "edition", gone)
    assert asked(anyone.client, HOME) > 0
