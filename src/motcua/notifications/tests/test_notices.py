"""Notices: told once, sent once, tried again, stopped by anyone who holds the letter."""

import smtplib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client, override_settings
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.identity import actions as identity_actions
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.kit.errors import Unavailable
from motcua.notifications import actions, errors, models, queries, values
from motcua.notifications.adapters import chosen
from motcua.notifications.values import Choice, Message

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
EMAIL = "hanh@example.vn"
HERE = "motcua.notifications.tests.test_notices"


class Away(EmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("nobody listens")


class Refusing(EmailBackend):
    """A mail server that knows no such mailbox."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({EMAIL: (550, b"no such mailbox")})


class Busy(EmailBackend):
    """A mail server that asks to come back later."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({EMAIL: (451, b"later")})


class Texting:
    """A sender of SMS that keeps what it is given."""

    sent: ClassVar[list[tuple[str, str]]] = []

    def send(self, message: Message, *, to: str) -> None:
        self.sent.append((to, message.text))


@pytest.fixture(autouse=True)
def _site() -> Iterator[None]:
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    plain = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    with override_settings(STORAGES={"default": plain, "staticfiles": static}):
        yield


@pytest.fixture
def mother(db: None) -> Actor:
    person_id = identity_actions.ensure_person(
        personal_id="056195004112", name="Trần Thị Hạnh", at=AT, phone="0905000001"
    )
    return identity.actor(person_id, at=AT)


@pytest.fixture
def reached(mother: Actor) -> Actor:
    """The mother, after she gave an address and opened its letter."""
    choose(mother, email=EMAIL)
    actions.ask_to_confirm(mother.id)
    actions.confirm(token(mail.outbox[-1].body), at=AT)
    mail.outbox.clear()
    return mother


def choose(
    by: Actor,
    *,
    email: str = "",
    by_email: bool = True,
    by_sms: bool = False,
    language: str = "vi",
    at: datetime = AT,
) -> values.Channels:
    return actions.choose(Choice(email, by_email, by_sms, language), by=by, at=at)


def give(to: Actor, *, key: str = "entry-1", kind: str = values.ACCEPTED, **more: Any) -> bool:
    return actions.give(
        person_id=to.id,
        kind=kind,
        subject="H32.01-261122-0001",
        address="/cases/H32.01-261122-0001/",
        key=key,
        at=AT,
        **more,
    )


def token(text: object) -> str:
    """Return the token of the last link in a letter."""
    link = [word for word in str(text).split() if "/letters/" in word][-1]
    return link.rstrip("/").rsplit("/", 1)[-1]


def deliveries() -> list[uuid.UUID]:
    return list(models.Delivery.objects.values_list("pk", flat=True))


def test_a_thing_is_told_once_and_goes_out_once(reached: Actor) -> None:
    assert give(reached)
    assert not give(reached)
    (delivery,) = deliveries()
    jobs = ProcrastinateJob.objects.filter(task_name=actions.DELIVER)
    assert [job.args for job in jobs] == [{"delivery_id": str(delivery)}]
    assert not mail.outbox, "nothing leaves before the commit"
    for _ in range(2):  # a job that was taken up again
        actions.deliver(delivery, at=AT)
    assert [letter.to for letter in mail.outbox] == [[EMAIL]]
    assert len(queries.notices(of=reached).items) == 1


def test_a_letter_says_what_happened_and_where_and_not_who(reached: Actor) -> None:
    give(reached, due_at=datetime(2026, 11, 25, 9, 0, tzinfo=UTC))
    actions.deliver(deliveries()[0], at=AT)
    letter = mail.outbox[0]
    told = f"{letter.subject}\n{letter.body}"
    assert "H32.01-261122-0001" in letter.subject
    assert "25/11/2026 16:00" in told
    assert "http://127.0.0.1:8000/cases/H32.01-261122-0001/" in told
    for personal in (reached.name, reached.personal_id, "0905000001"):
        assert personal not in told
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("language, word", [("vi", "Mã hồ sơ"), ("en", "Case code")])
def test_a_letter_speaks_the_readers_language(reached: Actor, language: str, word: str) -> None:
    choose(reached, email=EMAIL, language=language)
    give(reached)
    actions.deliver(deliveries()[0], at=AT)
    assert word in mail.outbox[0].body


def test_every_kind_has_its_words_in_both_languages(mother: Actor) -> None:
    for number, kind in enumerate(values.KINDS):
        give(mother, key=f"entry-{number}", kind=kind)
    with translation.override("vi"):
        vietnamese = {each.title for each in queries.notices(of=mother).items}
    with translation.override("en"):
        english = {each.title for each in queries.notices(of=mother).items}
    assert len(vietnamese) == len(english) == len(values.KINDS)
    assert not vietnamese & english


@pytest.mark.parametrize("server", [Away, Busy])
def test_mail_that_is_away_is_tried_again_and_loses_nothing(
    reached: Actor, server: type[EmailBackend]
) -> None:
    give(reached)
    (delivery,) = deliveries()
    with override_settings(EMAIL_BACKEND=f"{HERE}.{server.__name__}"), pytest.raises(Unavailable):
        actions.deliver(delivery, at=AT)
    assert models.Delivery.objects.get().state == models.State.WAITING
    actions.deliver(delivery, at=AT + timedelta(minutes=3))
    assert len(mail.outbox) == 1
    assert models.Delivery.objects.get().state == models.State.SENT


def test_an_address_that_is_refused_for_good_is_not_tried_again(reached: Actor) -> None:
    give(reached)
    with override_settings(EMAIL_BACKEND=f"{HERE}.Refusing"):
        actions.deliver(deliveries()[0], at=AT)
    assert models.Delivery.objects.get().state == models.State.REFUSED


def test_old_news_is_not_sent(reached: Actor) -> None:
    give(reached)
    actions.deliver(deliveries()[0], at=AT + timedelta(days=3))
    assert not mail.outbox
    assert models.Delivery.objects.get().state == models.State.GIVEN_UP
    assert len(queries.notices(of=reached).items) == 1


def test_who_gave_no_address_is_told_in_the_portal_alone(mother: Actor) -> None:
    assert give(mother)
    assert not deliveries()
    assert queries.unread(of=mother).text == "1"


def test_letters_are_stopped_by_their_link_without_signing_in(reached: Actor) -> None:
    give(reached)
    give(reached, key="entry-2")
    first, second = deliveries()
    actions.deliver(first, at=AT)
    link = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    path = link.removeprefix("http://127.0.0.1:8000")
    mail_program = Client(enforce_csrf_checks=True)
    assert mail_program.get(path).status_code == 200
    assert queries.channels(reached.id).by_email, "a look changes nothing"
    pressed = mail_program.post(path, {"List-Unsubscribe": "One-Click"})
    assert pressed.status_code == 200
    assert not queries.channels(reached.id).by_email
    actions.deliver(second, at=AT)  # one that was on its way already
    assert len(mail.outbox) == 1
    assert mail_program.post(path).status_code == 200, "a second press is no error"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["stop", "confirm"])
def test_links_that_were_made_up_are_refused_with_what_to_do(kind: str) -> None:
    for method in ("get", "post"):
        answer = getattr(Client(), method)(f"/letters/{kind}/IjEi:1abc:forged/")
        assert answer.status_code == 404
        assert b"<h1" in answer.content


def test_an_address_is_used_once_its_letter_was_opened(mother: Actor) -> None:
    now = choose(mother, email=EMAIL)
    assert (now.email, now.waiting_email) == ("", EMAIL)
    give(mother)
    assert not deliveries()
    actions.ask_to_confirm(mother.id)
    path = f"/letters/confirm/{token(mail.outbox[0].body)}/"
    assert Client().get(path).status_code == 200
    assert queries.channels(mother.id).email == ""
    for _ in range(2):
        assert Client().post(path).status_code == 200
    assert queries.channels(mother.id).email == EMAIL
    give(mother, key="entry-2")
    assert len(deliveries()) == 1


def test_the_link_of_a_former_address_confirms_nothing(mother: Actor) -> None:
    choose(mother, email=EMAIL)
    actions.ask_to_confirm(mother.id)
    former = token(mail.outbox[0].body)
    choose(mother, email="khac@example.vn", at=AT + timedelta(minutes=2))
    with pytest.raises(errors.AddressChanged):
        actions.confirm(former, at=AT)
    assert queries.channels(mother.id).email == ""


def test_a_mailbox_is_not_flooded_with_letters_to_confirm(mother: Actor) -> None:
    choose(mother, email=EMAIL)
    with pytest.raises(errors.AskedTooSoon):
        choose(mother, email="nguoi.khac@example.vn", at=AT + timedelta(seconds=30))
    assert ProcrastinateJob.objects.filter(task_name=actions.ASK).count() == 1
    assert queries.channels(mother.id).waiting_email == EMAIL


@pytest.mark.parametrize("given", ["hanh", "a@b", "a@b.vn\nBcc: x@y.vn", "x" * 300 + "@y.vn"])
def test_what_is_no_address_is_refused_and_nothing_is_kept(mother: Actor, given: str) -> None:
    with pytest.raises(errors.BadEmail):
        choose(mother, email=given)
    assert not models.Preference.objects.exists()


def test_a_choice_that_cannot_be_kept_is_refused(mother: Actor) -> None:
    with pytest.raises(errors.EmailMissing):
        choose(mother)
    with pytest.raises(errors.NotOffered):
        choose(mother, by_email=False, by_sms=True)
    assert not models.Preference.objects.exists()


def test_sms_is_offered_once_somebody_sends_it(mother: Actor) -> None:
    assert not queries.channels(mother.id).offers_sms
    Texting.sent.clear()
    with override_settings(MOTCUA_SMS_ADAPTER=f"{HERE}.Texting"):
        assert queries.channels(mother.id).offers_sms
        choose(mother, by_email=False, by_sms=True)
        give(mother)
        actions.deliver(deliveries()[0], at=AT)
    ((to, text),) = Texting.sent
    assert to == "0905000001"
    assert "H32.01-261122-0001" in text
    assert mother.name not in text


def test_where_no_mail_is_set_up_none_is_offered(mother: Actor) -> None:
    with override_settings(EMAIL_BACKEND=chosen.NONE):
        assert not queries.channels(mother.id).offers_email
        with pytest.raises(errors.NotOffered):
            choose(mother, email=EMAIL)


def test_notices_are_ones_own_and_read_by_oneself(mother: Actor) -> None:
    stranger = identity.actor(
        identity_actions.ensure_person(personal_id="056088001287", name="Nguyễn Văn Ứng", at=AT),
        at=AT,
    )
    give(mother)
    (told,) = queries.notices(of=mother).items
    assert not queries.notices(of=stranger).items
    for look in (queries.notice, None):
        with pytest.raises(errors.NoSuchNotice):
            look(told.id, of=stranger) if look else actions.read(told.id, by=stranger, at=AT)
    assert actions.read_all(by=stranger, at=AT) == 0
    assert actions.read(told.id, by=mother, at=AT).is_read
    assert queries.unread(of=mother).text == ""


def test_counting_ends_where_the_header_does(mother: Actor, django_assert_num_queries: Any) -> None:
    for number in range(12):
        give(mother, key=f"entry-{number}")
    with django_assert_num_queries(1) as asked:
        assert queries.unread(of=mother) == values.Unread(10, "9+")
    assert "LIMIT 10" in asked.captured_queries[0]["sql"]


def test_pages_of_notices_follow_each_other_without_gap_or_double(
    mother: Actor, django_assert_num_queries: Any
) -> None:
    for number in range(queries.MOST + 5):
        give(mother, key=f"entry-{number}")
    with django_assert_num_queries(1):
        first = queries.notices(of=mother)
    rest = queries.notices(of=mother, before=uuid.UUID(first.before))
    assert len({each.id for each in (*first.items, *rest.items)}) == queries.MOST + 5
    assert rest.before == ""
