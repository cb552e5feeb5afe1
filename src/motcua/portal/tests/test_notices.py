"""The applicant is told what happens: a list, a count in the header, and a choice of channels."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.cases.actions import deadlines
from motcua.engines.calendar.model import Period, Unit
from motcua.kit import clock
from motcua.notifications import queries as notices
from motcua.notifications import values
from motcua.portal import actions, rules
from motcua.portal.tests.conftest import Browser, People
from motcua.portal.tests.test_birth import do, file_birth
from motcua.transparency import queries as transparency


def tell(code: str) -> list[bool]:
    """Do what the relay and the worker do with the entries of a case; say which gave a new notice."""
    return [actions.tell(each.id, at=clock.now()) for each in transparency.history(code)]


def titles(people: People) -> list[str]:
    """Return the kinds of what the mother was told, oldest first."""
    return [each.kind for each in reversed(notices.notices(of=people.mother).items)]


def test_the_applicant_is_told_each_thing_once_and_by_the_page(
    mother: Browser, people: People
) -> None:
    code = file_birth(mother, copies="2")
    mother.open("/cases/")
    assert "Thông báo (" not in mother.text
    do(code, people, "accept")
    assert sum(tell(code)) == 2
    assert sum(tell(code)) == 0, "a job that runs twice tells nothing twice"
    assert sorted(titles(people)) == [values.ACCEPTED, values.FEE]
    mother.open("/notices/")
    assert "Thông báo (2)" in mother.text
    assert "Hồ sơ của bạn đã được tiếp nhận" in mother.text
    assert code in mother.text
    newest = notices.notices(of=people.mother).items[0]
    mother.open(f"/notices/{newest.id}/")
    assert mother.path == f"/cases/{code}/"
    assert "Thông báo (1)" in mother.text
    mother.send({}, path="/notices/read/")
    assert "Thông báo (" not in mother.text
    assert "Đánh dấu tất cả đã đọc" not in mother.text


def test_what_was_asked_refused_and_put_off_is_told(mother: Browser, people: People) -> None:
    asked, refused = file_birth(mother), file_birth(mother)
    do(asked, people, "supplement", reason="Ảnh mờ", items=("Giấy chứng sinh chụp rõ",))
    do(refused, people, "refuse", reason="Không thuộc thẩm quyền")
    late = file_birth(mother)
    do(late, people, "accept")
    period = Period(2, Unit.WORKING_DAYS)
    leader = people.officials["leadership"]
    deadlines.extend(late, period=period, reason="Mất điện", by=leader, at=clock.now())
    for code in (asked, refused, late):
        tell(code)
    told = {each.kind: each for each in notices.notices(of=people.mother).items}
    assert set(told) == {values.SUPPLEMENT, values.REFUSED, values.ACCEPTED, values.EXTENDED}
    assert clock.shown(None) not in told[values.EXTENDED].text
    mother.open("/notices/")
    for private in ("Không thuộc thẩm quyền", "Ảnh mờ", "Mất điện"):
        assert private not in mother.text  # reasons stand on the page of the case alone


@pytest.mark.parametrize("kind", sorted(rules.NOTICES))
def test_only_a_timer_that_stops_the_work_is_told(kind: str) -> None:
    is_timer = kind == "cases.TimerRanOut"
    assert (rules.notice_of(kind, {"status": 4}) is None) == is_timer
    assert rules.notice_of(kind, {"status": 8}) == rules.NOTICES[kind]


def test_what_is_internal_is_told_to_nobody() -> None:
    assert rules.notice_of("cases.NoteWritten", {}) is None
    moment = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert rules.due_at({"due_at": moment.isoformat()}) == moment
    assert rules.due_at({"due_at": None}) is None


def test_notices_of_others_are_not_there(mother: Browser, anyone: Browser, people: People) -> None:
    code = file_birth(mother)
    do(code, people, "accept")
    tell(code)
    (told,) = notices.notices(of=people.mother).items
    anyone.open("/notices/")
    assert anyone.path.startswith("/sign-in/")
    anyone.sign_in(people.stranger)
    assert code not in anyone.open("/notices/").text
    assert anyone.open(f"/notices/{told.id}/").status == 404
    assert anyone.open(f"/notices/{uuid.uuid4()}/").status == 404
    assert not notices.notice(told.id, of=people.mother).is_read


def test_a_longer_list_of_notices_asks_the_database_no_more(
    mother: Browser, people: People
) -> None:
    def asked() -> int:
        mother.open("/notices/")
        with CaptureQueriesContext(connection) as counted:
            mother.open("/notices/")
        return len(counted)

    none = asked()
    for _ in range(3):
        code = file_birth(mother)
        do(code, people, "accept")
        tell(code)
    assert asked() == none


def test_channels_are_chosen_and_a_wrong_address_stays_as_typed(
    mother: Browser, people: People
) -> None:
    mother.open("/account/")
    assert "/account/channels/" in mother.text
    mother.open("/account/channels/")
    assert "SMS" not in mother.text  # nobody sends it here
    mother.answer(by_email="true", email="hanh@example")
    assert mother.status == 422
    assert "hanh@example" in mother.errors[0]
    assert mother.fields()["email"] == "hanh@example"
    mother.answer(by_email="true", email="hanh@example.vn", language="en")
    assert mother.status == 200
    assert "hanh@example.vn" in mother.text
    chosen = notices.channels(people.mother.id)
    assert (chosen.waiting_email, chosen.language) == ("hanh@example.vn", "en")
    mother.open("/account/channels/")
    mother.answer(by_email=None, email="")
    assert not notices.channels(people.mother.id).by_email


def test_hostile_choices_are_refused_or_kept_harmless(mother: Browser, people: People) -> None:
    for fields, status in (
        ({"by_email": "true", "email": "x" * 5_000 + "@y.vn"}, 422),
        ({"by_email": "true", "email": "a@b.vn\r\nBcc: all@b.vn"}, 422),
        ({"by_sms": "true"}, 422),
        ({"language": "../../etc", "by_email": "maybe"}, 200),
        ({}, 200),
    ):
        mother.send(fields, path="/account/channels/")
        assert mother.status == status, fields
    assert notices.channels(people.mother.id).language == "vi"


def test_a_choice_that_is_made_after_the_session_ended_is_kept(
    mother: Browser, people: People
) -> None:
    mother.open("/account/channels/")
    mother.sign_out()
    mother.send({"by_email": "true", "email": "hanh@example.vn"}, path="/account/channels/")
    assert mother.path.startswith("/sign-in/")
    mother.sign_in(people.mother)
    mother.open("/account/channels/")
    assert mother.fields()["email"] == "hanh@example.vn"
