"""Signing in with the demo's accounts."""

import uuid
from datetime import UTC, datetime
from typing import cast

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from pytest_django import DjangoAssertNumQueries

from motcua.identity import actions, forms, models
from motcua.identity.views import session as views

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


@pytest.fixture
def citizen() -> uuid.UUID:
    return actions.ensure_person(personal_id="056195004112", name="Trần Thị Hạnh", at=AT)


@pytest.fixture
def clerk() -> uuid.UUID:
    authority = actions.ensure_authority(
        code="H32.01", name="Ủy ban nhân dân phường Nha Trang", level="commune", place="Nha Trang"
    )
    unit = actions.ensure_unit(authority_id=authority, kind="one_stop", name="Một cửa")
    post = actions.ensure_post(unit_id=unit, title="Cán bộ tiếp nhận", roles=("intake",))
    person = actions.ensure_person(personal_id="056070900001", name="Đỗ Thanh Giang", at=AT)
    actions.take_post(person, post, by="test", at=AT)
    return person


def sign_in(client: Client, person: object, following: str = "") -> HttpResponse:
    return client.post("/sign-in/choose/", {"person": str(person), "next": following})  # type: ignore[return-value]


def who(client: Client) -> str:
    return client.get("/sign-in/").content.decode()


def test_accounts_stand_under_their_kind(
    client: Client, citizen: uuid.UUID, clerk: uuid.UUID
) -> None:
    kinds = {
        kind.icon: [each.id for each in kind.accounts]
        for kind in client.get("/sign-in/").context["kinds"]
    }
    assert kinds["user"] == [str(citizen)]
    assert kinds["inbox"] == [str(clerk)]
    assert kinds["pen-line"] == []


def test_a_citizen_goes_home_and_an_official_to_the_desk(
    client: Client, citizen: uuid.UUID, clerk: uuid.UUID
) -> None:
    assert sign_in(client, citizen)["Location"] == "/"
    assert sign_in(client, clerk)["Location"] == "/desk/"


def test_the_page_says_who_is_signed_in_until_they_sign_out(
    client: Client, citizen: uuid.UUID
) -> None:
    sign_in(client, citizen)
    assert "/account/security/" in who(client)
    client.post("/sign-out/")
    assert "/account/security/" not in who(client)


def test_the_key_of_the_session_changes(client: Client, citizen: uuid.UUID) -> None:
    session = client.session
    session["kept"] = "typed before"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before or ""
    sign_in(client, citizen)
    assert client.session.session_key != before
    assert client.session["kept"] == "typed before"


def test_another_person_finds_nothing_of_the_one_before(
    client: Client, citizen: uuid.UUID, clerk: uuid.UUID
) -> None:
    sign_in(client, citizen)
    session = client.session
    session["kept"] = "typed by the citizen"
    session.save()
    sign_in(client, clerk)
    assert "kept" not in client.session
    assert client.session[views.PERSON] == str(clerk)


@pytest.mark.parametrize(
    "following",
    [
        "https://evil.example/",
        "//evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/" * 3_000,
    ],
)
def test_one_is_led_to_no_other_site(client: Client, citizen: uuid.UUID, following: str) -> None:
    assert sign_in(client, citizen, following)["Location"] == "/"


def test_one_comes_back_to_where_one_was_going(client: Client, citizen: uuid.UUID) -> None:
    assert sign_in(client, citizen, "/cases/?q=a b")["Location"] == "/cases/?q=a%20b"


@pytest.mark.parametrize("person", ["", "x", "0" * 100_000, str(uuid.UUID(int=1)), "\x00"])
def test_nobody_else_can_be_chosen(client: Client, person: str) -> None:
    assert sign_in(client, person).status_code == 404
    assert views.PERSON not in client.session


@override_settings(MOTCUA_DEMO=False)
def test_outside_the_demo_no_account_is_shown_or_taken(client: Client, citizen: uuid.UUID) -> None:
    page = who(client)
    assert str(citizen) not in page and "Trần Thị Hạnh" not in page
    assert sign_in(client, citizen).status_code == 404


def test_signing_in_and_out_by_a_link_is_refused(client: Client) -> None:
    assert client.get("/sign-in/choose/").status_code == 405
    assert client.get("/sign-out/").status_code == 405


def test_a_form_of_another_site_is_refused(citizen: uuid.UUID) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict, citizen).status_code == 403


def test_a_person_who_is_gone_is_signed_out(client: Client, citizen: uuid.UUID) -> None:
    sign_in(client, citizen)
    models.Person.objects.all().delete()
    assert "/account/security/" not in who(client)
    assert views.PERSON not in client.session


def test_a_post_that_ended_gives_nothing(client: Client, clerk: uuid.UUID) -> None:
    sign_in(client, clerk)
    models.Holding.objects.update(ends_at=AT.replace(day=6))
    seen = client.get("/sign-in/").wsgi_request.actor  # type: ignore[attr-defined]
    assert seen is not None and not seen.is_official


def test_without_a_session_nothing_is_asked_of_the_database(
    rf: RequestFactory, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = cast(views.Request, rf.get("/"))
    request.session = SessionStore()
    answer = views.signed_in(lambda asked: HttpResponse())
    with django_assert_num_queries(0):
        answer(request)
    assert request.actor is None


@pytest.mark.parametrize(
    "text, taken", [("/a/", "/a/"), ("a", "a"), ("", ""), ("//x", ""), ("http:/x", "")]
)
def test_addresses_to_go_on_to(text: str, taken: str) -> None:
    assert forms.following(text) == taken
