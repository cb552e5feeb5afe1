"""Consents, requests and breaches: the law's time limits, each step once, nothing for strangers."""

import uuid
from datetime import datetime, timedelta

import pytest

from motcua.identity.values import Actor
from motcua.privacy import errors, rules
from motcua.privacy.actions import breaches as breaking
from motcua.privacy.actions import consents as agreeing
from motcua.privacy.actions import requests as asking
from motcua.privacy.queries import breaches, consents, law, requests
from motcua.privacy.tests.conftest import AT, WARD, People
from motcua.transparency import queries as transparency


def ask(people: People, kind: str = "correct", *, at: datetime = AT) -> uuid.UUID:
    return asking.file(kind, authority_code=WARD, text="Sai ngày sinh", by=people.mother, at=at)


def kinds(subject: uuid.UUID) -> list[str]:
    return [each.kind.split(".")[1] for each in transparency.history(str(subject))]


def test_both_time_limits_come_from_the_law_and_the_working_calendar(people: People) -> None:
    friday = datetime.fromisoformat("2026-11-06T10:00:00+07:00")
    found = requests.one(ask(people, "restrict", at=friday), reader=people.mother)
    assert found.respond_by.astimezone(friday.tzinfo).date().isoformat() == "2026-11-10"
    assert found.due_at - friday >= timedelta(days=14)
    limits = law.limits(friday)
    assert (limits.respond.amount, limits.carry_out["restrict"].amount) == (2, 15)


def test_before_the_law_came_into_force_there_is_no_limit() -> None:
    with pytest.raises(errors.NoLimits):
        law.limits(datetime.fromisoformat("2025-12-31T12:00:00+07:00"))


def test_a_request_is_taken_up_put_off_once_and_granted(people: People) -> None:
    key, by = ask(people), people.protector
    before = requests.one(key, reader=by).due_at
    asking.take_up(key, text="Sẽ đối chiếu giấy khai sinh", by=by, at=AT)
    asking.extend(key, reason="Chờ cơ quan khác", by=by, at=AT)
    assert requests.one(key, reader=by).due_at > before + timedelta(days=13)
    with pytest.raises(errors.AlreadyExtended):
        asking.extend(key, reason="Nữa", by=by, at=AT)
    asking.grant(key, text="Đã sửa", by=by, at=AT)
    found = requests.one(key, reader=people.mother)
    assert (found.state, found.answer, found.is_open) == ("granted", "Đã sửa", False)
    for again in (
        lambda: asking.grant(key, text="x", by=by, at=AT),
        lambda: asking.refuse(key, text="x", basis="y", by=by, at=AT),
        lambda: asking.take_up(key, text="x", by=by, at=AT),
        lambda: asking.extend(key, reason="x", by=by, at=AT),
        lambda: asking.withdraw(key, by=people.mother, at=AT),
    ):
        with pytest.raises(errors.NotNow):
            again()
    assert kinds(key) == ["RequestFiled", "RequestTakenUp", "RequestExtended", "RequestEnded"]


def test_a_refusal_needs_its_reason_and_its_provision(people: People) -> None:
    key = ask(people, "erase")
    for text, basis in (("", "Luật Lưu trữ"), ("Phải giữ", " ")):
        with pytest.raises(errors.NothingSaid):
            asking.refuse(key, text=text, basis=basis, by=people.protector, at=AT)
    assert requests.one(key, reader=people.mother).is_open
    asking.refuse(key, text="Phải giữ", basis="Luật Lưu trữ", by=people.protector, at=AT)
    found = requests.one(key, reader=people.mother)
    assert (found.state, found.basis) == ("refused", "Luật Lưu trữ")


def test_nobody_else_reads_or_answers_a_request(people: People) -> None:
    key = ask(people)
    for stranger in (people.stranger, people.clerk):
        with pytest.raises(errors.NoSuchRequest):
            requests.one(key, reader=stranger)
        with pytest.raises(errors.NoSuchRequest):
            asking.grant(key, text="x", by=stranger, at=AT)
        with pytest.raises(errors.NoSuchRequest):
            asking.withdraw(key, by=stranger, at=AT)
    own = asking.file("see", authority_code=WARD, text="", by=people.protector, at=AT)
    with pytest.raises(errors.NoSuchRequest):
        asking.grant(own, text="x", by=people.protector, at=AT)


@pytest.mark.parametrize(
    ("kind", "text", "refusal"),
    [
        ("destroy", "x", errors.BadRequestKind),
        ("correct", " ", errors.NothingSaid),
        ("correct", "x" * 4_001, errors.NothingSaid),
    ],
)
def test_bad_requests_are_refused(
    people: People, kind: str, text: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        asking.file(kind, authority_code=WARD, text=text, by=people.mother, at=AT)
    assert not requests.own(people.mother)


def test_the_same_is_asked_once_at_a_time(people: People) -> None:
    key = ask(people)
    with pytest.raises(errors.RequestOpen):
        ask(people)
    asking.withdraw(key, by=people.mother, at=AT)
    ask(people)


def test_states_and_steps_fit() -> None:
    assert {state for steps in rules.STEPS.values() for state in steps.values()} <= set(rules.STEPS)


def give(people: People, *, version: int = 1) -> None:
    agreeing.give(
        "survey", version=version, channel="online", proof="button", by=people.mother, at=AT
    )


def test_consent_is_given_held_taken_back_and_given_again(people: People) -> None:
    assert not consents.holds(people.mother.id, "survey", at=AT)
    give(people)
    give(people)
    assert consents.holds(people.mother.id, "survey", at=AT)
    assert not consents.holds(people.stranger.id, "survey", at=AT)
    agreeing.withdraw("survey", by=people.mother, at=AT)
    assert not consents.holds(people.mother.id, "survey", at=AT)
    with pytest.raises(errors.NoConsent):
        agreeing.withdraw("survey", by=people.mother, at=AT)
    give(people)
    assert consents.holds(people.mother.id, "survey", at=AT)


def test_consent_to_another_text_or_where_none_is_asked_is_refused(people: People) -> None:
    with pytest.raises(errors.TextChanged):
        give(people, version=2)
    for purpose in ("public_service", "nothing"):
        with pytest.raises(errors.NoSuchPurpose):
            agreeing.give(purpose, version=1, channel="online", proof="x", by=people.mother, at=AT)


def record(people: People, *, by: Actor | str, found_at: datetime = AT) -> uuid.UUID:
    return breaking.record(
        authority_code=WARD,
        found_at=found_at,
        what="Máy tính mất cắp",
        kinds="Họ tên, số định danh",
        people=12,
        measures="Đã khóa tài khoản",
        by=by,
        at=AT,
    )


def test_the_clock_of_a_breach_runs_from_when_it_was_found(people: People) -> None:
    found_at = AT - timedelta(hours=10)
    key = record(people, by=people.protector, found_at=found_at)
    (told,) = breaches.of_officer(people.protector)
    assert told.notify_by == found_at + timedelta(hours=72)
    assert [each.id for each in breaches.not_notified()] == [key]
    breaking.notified(key, reference="15/TB", by=people.protector, at=AT)
    assert breaches.not_notified() == []
    with pytest.raises(errors.AlreadyNotified):
        breaking.notified(key, reference="16/TB", by=people.protector, at=AT)
    assert kinds(key) == ["BreachRecorded", "BreachNotified"]


def test_a_late_notice_says_why(people: People) -> None:
    key, late = record(people, by="operator"), AT + timedelta(hours=73)
    with pytest.raises(errors.WhyLate):
        breaking.notified(key, reference="15/TB", by=people.protector, at=late)
    breaking.notified(key, reference="15/TB", why_late="Mất liên lạc", by=people.protector, at=late)
    assert breaches.one(key, reader=people.protector).why_late == "Mất liên lạc"


def test_a_breach_is_for_the_officer_and_not_of_the_future(people: People) -> None:
    with pytest.raises(errors.NotProtectionOfficer):
        record(people, by=people.clerk)
    for found_at in (AT + timedelta(hours=1), AT - timedelta(days=400)):
        with pytest.raises(errors.FoundLater):
            record(people, by=people.protector, found_at=found_at)
    key = record(people, by=people.protector)
    with pytest.raises(errors.NotProtectionOfficer):
        breaches.one(key, reader=people.clerk)
    with pytest.raises(errors.NotProtectionOfficer):
        breaking.notified(key, reference="1", by=people.clerk, at=AT)
