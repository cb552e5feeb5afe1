"""Officials: a link for the first password, second factors, sessions, and the lock-out that ends by itself."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, override_settings

from motcua.identity import actions, models
from motcua.identity.actions import access
from motcua.identity.errors import ForOfficials
from motcua.identity.queries import factors
from motcua.identity.views import session
from motcua.kit import clock
from motcua.transparency.models import Entry
from tests.sign_in.conftest import words
from tests.sign_in.test_electronic import official

pytestmark = pytest.mark.django_db
COUNTER = 59_000_000  # half minutes since 1970
CHAIR, WORD = "056080000001", "ngựa xanh dưới mưa rào"


@pytest.fixture(autouse=True)
def _afresh(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept of other tests, and the clock of the codes stands still."""
    cache.clear()
    monkeypatch.setattr(
        "allauth.mfa.totp.internal.auth.yield_hotp_counters_from_time", lambda: iter([COUNTER])
    )


@pytest.fixture
def chair() -> models.Person:
    """The holder of a post that signs."""
    post = official(CHAIR, roles=["leader"])
    held = models.Holding.objects.select_related("person").get(post=post)
    person: models.Person = held.person
    return person


@pytest.fixture
def browser(chair: models.Person) -> Client:
    """A browser in which the chair has just set a password with a link."""
    return with_password(Client(), chair)


def with_password(client: Client, person: models.Person) -> Client:
    """Set a password with a link."""
    link = actions.make_password_link(person.pk, by="operator", at=clock.now())
    form = client.get(link, follow=True)
    said = {"password1": WORD, "password2": WORD}
    answer = client.post(form.request["PATH_INFO"], said)
    assert answer.status_code == 302, words(answer)  # type: ignore[arg-type]
    return client


def signed_in(client: Client, password: str = WORD, number: str = CHAIR) -> HttpResponse:
    """Sign in with a number and a password."""
    return client.post(  # type: ignore[return-value]
        "/sign-in/official/", {"login": number, "password": password}
    )


def who(client: Client) -> str:
    """Return how somebody is signed in, or nothing."""
    return str(client.session.get(session.ASSURANCE, {}).get("how", ""))


def code_of(secret: str) -> str:
    """Return the code of an app now."""
    return str(format_hotp_value(hotp_value(secret, COUNTER)))


def add_app(client: Client) -> tuple[str, list[str]]:
    """Add an authenticator app and return its secret and the recovery codes."""
    client.post("/account/again/", {"password": WORD})
    page = client.get("/account/security/app/").content.decode()
    found = re.search(r'identity-key">([A-Z2-7]+)<', page)
    assert found, page
    answer = client.post("/account/security/app/", {"code": code_of(found[1])})
    assert answer["Location"] == "/account/security/codes/", words(answer)  # type: ignore[arg-type]
    shown = client.get("/account/security/codes/").content.decode()
    return found[1], re.findall(r"<code[^>]*>([0-9]{8})</code>", shown)


def test_a_link_sets_a_password_once_and_leads_to_the_second_factor(
    chair: models.Person,
) -> None:
    link = actions.make_password_link(chair.pk, by="operator", at=clock.now())
    client = Client()
    form = client.get(link, follow=True)
    assert link not in form.request["PATH_INFO"]  # the key does not stay in the address
    answer = client.post(form.request["PATH_INFO"], {"password1": WORD, "password2": WORD})
    assert answer["Location"] == "/account/security/"
    assert models.Person.objects.get().password.startswith("argon2$")
    again = Client().get(link, follow=True)
    assert "không dùng được nữa" in words(again) or "does not work" in words(again)  # type: ignore[arg-type]


@pytest.mark.parametrize("word", ["short", "password1234", "123456789012"])
def test_a_weak_password_is_refused_with_words(chair: models.Person, word: str) -> None:
    client = Client()
    form = client.get(actions.make_password_link(chair.pk, by="x", at=clock.now()), follow=True)
    answer = client.post(form.request["PATH_INFO"], {"password1": word, "password2": word})
    assert answer.status_code == 200 and "data-error-summary" in answer.content.decode()
    assert not models.Person.objects.get().password


def test_a_link_of_yesterday_does_not_work(chair: models.Person) -> None:
    link = actions.make_password_link(chair.pk, by="operator", at=clock.now())
    with override_settings(PASSWORD_RESET_TIMEOUT=-1):
        assert b"password1" not in Client().get(link, follow=True).content


def test_who_holds_no_post_gets_no_link_and_no_way_in_by_password(browser: Client) -> None:
    citizen = models.Person.objects.create(
        id="019a0000-0000-7000-8000-000000000009", personal_id="056195004112", name="Trần Thị Hạnh"
    )
    with pytest.raises(ForOfficials):
        actions.make_password_link(citizen.pk, by="operator", at=clock.now())
    models.Holding.objects.update(ends_at=clock.now() - timedelta(seconds=1))
    client = Client()
    assert signed_in(client).status_code == 403
    assert who(client) == "" and client.get("/desk/").status_code == 302


def test_the_desk_stays_closed_until_a_second_factor_is_shown(browser: Client) -> None:
    assert browser.get("/desk/")["Location"] == "/account/security/"
    add_app(browser)
    assert browser.session[session.ASSURANCE]["has_second_factor"]
    assert browser.get("/desk/").status_code == 200


def test_the_key_of_the_session_changes_with_every_step(browser: Client) -> None:
    keys = [browser.session.session_key]
    add_app(browser)
    keys.append(browser.session.session_key)
    browser.post("/sign-out/")
    planted = browser.session
    planted["planted"] = True
    planted.save()
    keys.append(planted.session_key)
    browser.cookies["sessionid"] = str(planted.session_key)
    signed_in(browser)
    assert who(browser) == ""  # the second factor is still to come
    assert len(set(keys)) == 3


def test_a_password_alone_signs_nobody_in_who_has_a_second_factor(browser: Client) -> None:
    secret, _ = add_app(browser)
    other = Client()
    answer = signed_in(other)
    assert answer["Location"] == "/sign-in/second-factor/"
    assert who(other) == "" and other.get("/desk/")["Location"].startswith("/sign-in/")
    wrong = other.post("/sign-in/second-factor/", {"code": "000000"})
    assert "data-error-summary" in wrong.content.decode() and who(other) == ""
    before = other.session.session_key
    right = other.post("/sign-in/second-factor/", {"code": code_of(secret)})
    assert right["Location"] == "/desk/", words(right)  # type: ignore[arg-type]
    assert other.session.session_key != before
    assert other.session[session.ASSURANCE]["has_second_factor"]


def test_a_code_is_taken_once(browser: Client) -> None:
    secret, _ = add_app(browser)
    code, first, second = code_of(secret), Client(), Client()
    for each in (first, second):
        signed_in(each)
        each.post("/sign-in/second-factor/", {"code": code})
    assert (who(first), who(second)) == ("password", "")


def at_counter(monkeypatch: pytest.MonkeyPatch, counter: int) -> None:
    """Let it be the beginning of a half minute, for the codes and for what is kept shortly."""
    moment = counter * 30.0
    monkeypatch.setattr(
        "allauth.mfa.totp.internal.auth.yield_hotp_counters_from_time",
        yield_hotp_counters_from_time,
    )
    monkeypatch.setattr("time.time", lambda: moment)
    monkeypatch.setattr(
        "django.core.cache.backends.db.tz_now", lambda: datetime.fromtimestamp(moment, UTC)
    )


@pytest.mark.parametrize(("off", "is_let_in"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(
    browser: Client, monkeypatch: pytest.MonkeyPatch, off: int, is_let_in: bool
) -> None:
    secret, _ = add_app(browser)
    client = Client()
    at_counter(monkeypatch, COUNTER)
    signed_in(client)
    code = format_hotp_value(hotp_value(secret, COUNTER + off))
    client.post("/sign-in/second-factor/", {"code": code})
    assert bool(who(client)) is is_let_in


def test_a_code_that_was_used_is_refused_as_long_as_a_clock_would_take_it(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _ = add_app(browser)
    code = str(format_hotp_value(hotp_value(secret, COUNTER + 1)))
    let_in = []
    for now in (COUNTER, COUNTER + 1, COUNTER + 2):  # the code's own step, one before, one after
        at_counter(monkeypatch, now)
        client = Client()
        signed_in(client)
        client.post("/sign-in/second-factor/", {"code": f" {code[:3]} {code[3:]}"})
        let_in.append(who(client))
    assert let_in == ["password", "", ""]


def test_factors_of_a_lost_phone_are_taken_away_with_all_sessions(
    chair: models.Person, browser: Client
) -> None:
    add_app(browser)
    assert len(factors.factors(chair.pk)) == 2
    taken = access.remove_factors(chair.pk, reason="lost", by="operator", at=clock.now())
    assert sorted(taken) == ["recovery_codes", "totp"]
    assert not Authenticator.objects.exists() and not UserSession.objects.exists()
    assert browser.get("/account/security/")["Location"].startswith("/sign-in/")
    told = Entry.objects.filter(kind="identity.FactorRemoved").values_list("facts__reason", "by")
    assert list(told) == [("lost", "operator")] * 2
    again = Client()
    signed_in(again)
    assert who(again) == "password"
    assert again.get("/desk/")["Location"] == "/account/security/"
    assert access.remove_factors(chair.pk, reason="lost", by="operator", at=clock.now()) == ()


def test_a_recovery_code_lets_in_once(browser: Client) -> None:
    _, codes = add_app(browser)
    assert len(codes) == 10
    first, second = Client(), Client()
    for each in (first, second):
        signed_in(each)
        each.post("/sign-in/second-factor/", {"code": codes[0]})
    assert (who(first), who(second)) == ("password", "")
    assert codes[0] not in browser.get("/account/security/codes/").content.decode()


def test_the_secret_of_an_app_is_sealed_in_the_table(browser: Client) -> None:
    secret, _ = add_app(browser)
    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)


def test_a_session_from_before_the_factor_adds_no_other_without_showing_it(
    chair: models.Person, browser: Client
) -> None:
    stale = Client()
    signed_in(stale)
    add_app(browser)
    stale.post("/account/again/", {"password": WORD})
    assert stale.get("/account/security/passkey/")["Location"].startswith("/account/again/code/")
    assert stale.get("/desk/")["Location"] == "/account/security/"


def test_after_a_factor_is_removed_the_next_sign_in_is_without_the_desk(browser: Client) -> None:
    add_app(browser)
    browser.post("/account/security/app/remove/")
    browser.post("/sign-out/")
    assert signed_in(browser)["Location"] == "/account/security/"
    assert browser.get("/desk/")["Location"] == "/account/security/"


def test_sessions_elsewhere_are_listed_and_ended(browser: Client) -> None:
    other = Client(HTTP_USER_AGENT="Máy ở quầy số 3")
    signed_in(other)
    assert "Máy ở quầy số 3" in browser.get("/account/security/").content.decode()
    browser.post("/account/security/sessions/")
    assert other.get("/account/security/")["Location"].startswith("/sign-in/")
    assert browser.get("/account/security/").status_code == 200


def test_a_new_password_ends_every_session(chair: models.Person, browser: Client) -> None:
    with_password(Client(), models.Person.objects.get())
    assert browser.get("/account/security/")["Location"].startswith("/sign-in/")


def test_a_stranger_locks_only_themselves_out_and_not_for_long(
    chair: models.Person, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(5):
        assert signed_in(stranger, "sai").status_code == 200
    signed_in(stranger)  # even the right one now
    assert who(stranger) == ""
    at_home = Client()
    signed_in(at_home)
    assert who(at_home) == "password"
    later = time.time() + 301
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: later)
    signed_in(stranger)
    assert who(stranger) == "password"


def test_many_addresses_together_are_slowed_down_and_the_right_person_comes_in_later(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(50):
        signed_in(Client(REMOTE_ADDR=f"203.0.113.{number}"), "sai")
    at_home = Client()
    signed_in(at_home)
    assert who(at_home) == ""
    later = time.time() + 301
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: later)
    signed_in(at_home)
    assert who(at_home) == "password"


@pytest.mark.parametrize("number", ["", "x" * 5_000, "0" * 12, "\x00", "056080000001 "])
def test_hostile_words_in_the_form_get_a_page(browser: Client, number: str) -> None:
    for password in ("", "x" * 5_000, "\x00"):
        answer = signed_in(Client(REMOTE_ADDR="203.0.113.77"), password, number)
        assert answer.status_code == 200


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", '"x"', '{"id": 1}', "{" * 900])
def test_a_hostile_passkey_gets_a_page(browser: Client, credential: str) -> None:
    client = Client()
    client.get("/sign-in/passkey/", HTTP_ACCEPT="application/json")
    assert client.post("/sign-in/passkey/", {"credential": credential}).status_code == 403
    assert who(client) == ""


def test_the_log_tells_of_each_step_and_holds_nothing_personal(browser: Client) -> None:
    add_app(browser)
    browser.post("/account/security/app/remove/")
    browser.post("/sign-out/")
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert kinds >= {
        *("identity.PasswordLinkMade", "identity.PasswordSet", "identity.SignedIn"),
        *("identity.FactorAdded", "identity.FactorRemoved", "identity.SignedOut"),
    }
    told = str(list(Entry.objects.values_list("facts", "by")))
    assert CHAIR not in told and "Nguyễn" not in told and "127.0.0.1" not in told


def test_a_citizen_has_no_second_factors(browser: Client) -> None:
    citizen = Client()
    row = models.Person.objects.create(
        id="019a0000-0000-7000-8000-000000000009", personal_id="056195004112", name="Trần Thị Hạnh"
    )
    citizen.post("/sign-in/choose/", {"person": str(row.pk)})
    for path in ("app/", "passkey/", "codes/", "codes/new/"):
        assert citizen.get(f"/account/security/{path}").status_code == 403
    assert citizen.get("/account/security/").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["", "app/", "app/remove/", "passkey/", "passkey/1/remove/", "codes/", "codes/new/"],
)
def test_nobody_comes_to_these_pages_without_signing_in(path: str, db: None) -> None:
    answer = Client().get(f"/account/security/{path}")
    assert answer["Location"].startswith("/sign-in/?next=")
