"""The electronic identity, against a certified provider that is none of ours."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from motcua.config.demo import electronic, province
from motcua.identity import models
from motcua.identity.views import session
from motcua.transparency.models import Entry
from tests.sign_in.conftest import Person, words

pytestmark = pytest.mark.django_db
MOTHER, CHAIR = "056195004112", province.officials()[0][0]


def test_a_newcomer_is_registered_with_what_the_provider_verified(person: Person) -> None:
    answer = person.sign_in(f"{electronic.NEWCOMER.personal_id}:2")
    assert answer.status_code == 302 and answer["Location"] == "/", words(answer)
    row = models.Person.objects.get(personal_id=electronic.NEWCOMER.personal_id)
    assert (row.name, row.birth_date, row.phone) == (
        "Võ Ngọc Mai",
        date(2001, 5, 20),
        "0905000006",
    )
    assert row.verified_at is not None
    actor = person.site.get("/sign-in/").wsgi_request.actor  # type: ignore[attr-defined]
    assert (actor.id, actor.assurance.level, actor.assurance.how) == (row.pk, 2, "vneid")
    assert not actor.assurance.has_second_factor
    kinds = list(Entry.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["identity.PersonRegistered", "identity.SignedIn"]
    assert not any(
        electronic.NEWCOMER.personal_id in str(each.facts) for each in Entry.objects.all()
    )


def test_who_is_known_is_matched_by_number_and_their_particulars_are_brought_up_to_date(
    person: Person,
) -> None:
    known = models.Person.objects.create(
        id="019a0000-0000-7000-8000-000000000001",
        personal_id=MOTHER,
        name="Tran Thi Hanh",
        email="hanh@example.vn",
        address="12 Lê Thánh Tôn",
    )
    person.sign_in(f"{MOTHER}:1", following="/cases/")
    row = models.Person.objects.get()
    assert (str(row.pk), row.name) == (known.pk, "Trần Thị Hạnh")
    assert (row.email, row.address) == ("hanh@example.vn", "12 Lê Thánh Tôn")


def test_one_comes_back_to_where_one_was_going_at_the_level_of_the_token(person: Person) -> None:
    answer = person.sign_in(f"{MOTHER}:1", following="/cases/")
    assert answer["Location"] == "/cases/"
    assert person.site.session[session.ASSURANCE]["level"] == 1


def test_what_we_ask_for_carries_a_state_a_nonce_and_a_proof_key(person: Person) -> None:
    asked = [parse_qs(urlsplit(person.sent()).query) for _ in range(2)]
    for one in asked:
        assert one["response_type"] == ["code"] and one["code_challenge_method"] == ["S256"]
        assert one["redirect_uri"] == ["http://127.0.0.1:8000/sign-in/vneid/back/"]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name] and len(asked[0][name][0]) >= 16


def test_more_is_shown_in_the_same_session_and_nothing_typed_is_lost(person: Person) -> None:
    person.sign_in(f"{MOTHER}:1")
    kept = person.site.session
    kept["portal.kept"] = {"path": "/apply/x/", "fields": {"name": ["Bé An"]}}
    kept.save()
    before = kept.session_key
    address = person.sent(following="/apply/x/", level="2")
    asked = parse_qs(urlsplit(address).query)
    assert (asked["acr_values"], asked["prompt"]) == (["2"], ["login"])
    answer = person.back(person.chosen(address, f"{MOTHER}:2"))
    assert answer["Location"] == "/apply/x/"
    assert person.site.session[session.ASSURANCE]["level"] == 2
    assert person.site.session["portal.kept"]["fields"] == {"name": ["Bé An"]}
    assert person.site.session.session_key != before
    told = Entry.objects.filter(kind="identity.SignedIn").order_by("id").last()
    assert told is not None and told.facts["is_step_up"] and told.facts["level"] == 2


def test_showing_less_later_takes_nothing_away(person: Person) -> None:
    person.sign_in(f"{MOTHER}:2")
    person.sign_in(f"{MOTHER}:1")
    assert person.site.session[session.ASSURANCE]["level"] == 2


def test_another_person_who_comes_back_finds_nothing_of_the_one_before(person: Person) -> None:
    person.sign_in(f"{MOTHER}:2")
    kept = person.site.session
    kept["portal.kept"] = {"path": "/apply/x/", "fields": {"name": ["Bé An"]}}
    kept.save()
    person.sign_in(f"{electronic.NEWCOMER.personal_id}:1")
    assert "portal.kept" not in person.site.session
    assert person.site.session[session.ASSURANCE]["level"] == 1


def test_who_turns_back_at_the_provider_is_led_to_the_sign_in_page(person: Person) -> None:
    address = person.chosen(person.sent(), "")
    assert person.back(address)["Location"] == "/sign-in/"
    assert not models.Person.objects.exists()


def test_an_official_without_a_second_factor_is_not_let_to_the_desk(person: Person) -> None:
    post = official(CHAIR, roles=["leader"])
    answer = person.sign_in(f"{CHAIR}:2")
    actor = person.site.get("/sign-in/").wsgi_request.actor  # type: ignore[attr-defined]
    assert not actor.is_official and [each.id for each in actor.withheld] == [post.pk]
    assert answer["Location"] == "/account/security/"


def test_a_clerk_who_decides_nothing_needs_none(person: Person) -> None:
    official(CHAIR, roles=["intake"])
    assert person.sign_in(f"{CHAIR}:1")["Location"] == "/desk/"


def test_the_session_of_another_device_stays(person: Person) -> None:
    person.sign_in(f"{MOTHER}:2")
    other = Person(away=person.away)
    other.sign_in(f"{MOTHER}:1")
    assert isinstance(person.site, Client)
    assert person.site.get("/sign-in/").wsgi_request.actor is not None  # type: ignore[attr-defined]


def official(personal_id: str, *, roles: list[str]) -> models.Post:
    """Register an official on a post with roles."""
    row = models.Person.objects.create(
        id="019a0000-0000-7000-8000-000000000002", personal_id=personal_id, name="Nguyễn Thị An"
    )
    authority = models.Authority.objects.create(
        code="H32.01", name="UBND phường Nha Trang", level="commune", place="Nha Trang"
    )
    unit = models.Unit.objects.create(authority=authority, kind="leadership", name="Lãnh đạo")
    post = models.Post.objects.create(unit=unit, title="Chủ tịch", roles=roles)
    models.Holding.objects.create(person=row, post=post, starts_at="2025-07-01T00:00:00Z")
    return post


def test_the_cookie_of_a_session_that_ended_opens_nothing_when_it_is_sent_again(
    person: Person,
) -> None:
    person.sign_in(f"{MOTHER}:2")
    assert person.site.get("/cases/").status_code == 200
    kept = person.site.cookies["sessionid"].value
    person.site.post("/sign-out/")
    for cookie in (kept, kept[:-1], kept.upper(), "x" * 4_000, "../../etc", ""):
        thief = Client(HTTP_HOST="127.0.0.1:8000")
        thief.cookies["sessionid"] = cookie
        assert thief.get("/cases/")["Location"].startswith("/sign-in/")
