"""The page of a case: what an official sees, what the applicant sees, in at most twelve queries."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from motcua.cases import errors
from motcua.cases.actions import deadlines, filing, notes, tasks
from motcua.cases.queries import cases, page
from motcua.config.demo import papers
from motcua.engines.calendar.model import Period
from motcua.identity.values import Actor
from motcua.intake import actions as intake
from motcua.intake import queries as intake_queries
from motcua.payments import actions as payments

from .conftest import AT, SHOP, Office

Citizen = Callable[..., Actor]
pytestmark = pytest.mark.usefixtures("procedures")
MOST_QUERIES = 5  # of the case itself; test_queries.py counts whole pages


def attach(
    filing_id: uuid.UUID, person: Actor, *, at: datetime, paper: str = "birth_notification"
) -> uuid.UUID:
    """Attach another scan to what was filed."""
    content = papers.scan(paper, f"bản rõ {at}")
    return intake.attach_to_filing(
        filing_id, paper_id=paper, name="ban-ro.pdf", chunks=[content],
        declared_size=len(content), by=person, at=at,
    ).attachment_id  # fmt: skip


def supplement(code: str, person: Actor, *, name: str, at: datetime) -> None:
    """Send another name for the child and another scan, as asked."""
    found = cases.case_of(code, reader=person)
    answers: dict[str, Any] = dict(intake_queries.filing(found.filing_id).answers)
    answers["child"] = {**answers["child"], "full_name": name}
    added = attach(found.filing_id, person, at=at)
    filing.supplement(code, answers=answers, attachment_ids=[added], by=person, at=at)


def test_an_official_sees_answers_with_their_labels(office: Office, citizen: Citizen) -> None:
    code = office.file(citizen(), age=31)
    shown = page.case_page(code, reader=office.actor("intake"), at=AT)
    assert shown.is_official and shown.procedure_name == "Xác nhận mẫu"
    (section,) = shown.sections
    assert [(each.label, each.text) for each in section.answers] == [
        ("Họ tên", "Lê Thị Mơ"), ("Tuổi", "31"), ("Lý do", "Khác"), ("Lý do khác", "Đi học"),
    ]  # fmt: skip
    (paper,) = shown.papers
    assert (paper.name, paper.files[0].name, paper.files[0].is_new) == (
        "Tờ khai",
        "declaration.pdf",
        False,
    )
    assert shown.applicant.personal_id == "056195000001"
    (task,) = shown.tasks
    assert [each.outcome for each in task.offers] == ["accept", "refuse"]
    assert task.may_work and [each.needs_reason for each in task.offers] == [False, True]


def test_the_words_are_the_readers(office: Office, citizen: Citizen) -> None:
    code = office.file(citizen())
    with translation.override("en"):
        shown = page.case_page(code, reader=office.actor("intake"), at=AT)
    assert shown.procedure_name == "A sample confirmation"
    assert shown.sections[0].answers[2].text == "Another"
    assert shown.status_name == "Newly filed" and shown.timeline[0].title == "Filed"
    assert shown.deadline.text == "No deadline runs yet."


def test_who_may_not_work_a_task_reads_why(office: Office, citizen: Citizen) -> None:
    code = office.file(citizen())
    office.do(code, "intake", "accept")
    tasks.take(office.task(code), by=office.actor("officer"), at=AT)
    for name, is_told in (("officer", False), ("second", True), ("leader", True)):
        (task,) = page.case_page(code, reader=office.reader(name, code), at=AT).tasks
        assert bool(task.why_not) == is_told and bool(task.offers) != is_told
    (task,) = page.case_page(code, reader=office.actor("head"), at=AT).tasks
    assert task.may_assign and not task.may_work


def test_the_applicant_sees_no_names_of_officials_and_nothing_internal(
    office: Office, citizen: Citizen
) -> None:
    person = citizen()
    code, other = office.file(person), office.file(person)
    office.do(code, "intake", "accept", reason="nội bộ")
    tasks.take(office.task(code), by=office.actor("officer"), at=AT)
    notes.write(code, text="chỉ trong cơ quan", by=office.actor("officer"), at=AT)
    official = page.case_page(code, reader=office.actor("officer"), at=AT)
    assert [each.code for each in official.related] == [other]
    shown = page.case_page(code, reader=person, at=AT)
    assert not shown.is_official and shown.related == () and shown.notes == ()
    said = [*shown.tasks, *shown.timeline, *shown.steps]
    assert (
        "Cán bộ" not in str(said) and "nội bộ" not in str(shown) and "chỉ trong" not in str(shown)
    )
    assert [each.kind for each in shown.timeline] == ["filed", "accepted"]
    assert shown.may_withdraw and not shown.may_supplement
    (task,) = shown.tasks
    assert not task.may_work and task.person_name == ""


def test_strangers_see_no_case(office: Office, other_office: Office, citizen: Citizen) -> None:
    code = office.file(citizen())
    for reader in (citizen(2), other_office.actor("intake")):
        for asked in (code, "H32.01-261123-9999", "'; --", "x" * 5000):
            with pytest.raises(errors.NoSuchCase):
                page.case_page(asked, reader=reader, at=AT)


def test_a_supplement_shows_what_changed(office: Office, citizen: Citizen) -> None:
    person = citizen()
    code = office.file_birth(person)
    office.do(code, "intake", "supplement", reason="Tên không khớp giấy chứng sinh")
    asked = page.case_page(code, reader=person, at=AT)
    assert asked.asked == ("Giấy chứng sinh bản rõ",)
    assert asked.asked_reason == "Tên không khớp giấy chứng sinh"
    assert asked.asked_until is not None and asked.may_supplement
    supplement(code, person, name="Trần Minh Khoa", at=AT + timedelta(hours=2))
    shown = page.case_page(code, reader=office.actor("intake"), at=AT + timedelta(hours=3))
    (change,) = shown.changes
    (answer,) = change.answers
    assert answer.after == "Trần Minh Khoa" and answer.before not in ("", answer.after)
    assert change.papers == ("ban-ro.pdf",)
    changed = [each for section in shown.sections for each in section.answers if each.is_changed]
    assert [(each.text, each.former) for each in changed] == [(answer.after, answer.before)]
    new = [file.name for group in shown.papers for file in group.files if file.is_new]
    assert new == ["ban-ro.pdf"]
    assert shown.asked == () and not shown.may_supplement


def test_the_deadline_explains_its_pauses(office: Office, citizen: Citizen) -> None:
    person = citizen()
    code = office.file_example(SHOP, person)
    office.do(code, "intake", "accept")
    unpaid = page.case_page(code, reader=person, at=AT)
    assert unpaid.deadline.is_paused and len(unpaid.dues) == 1
    due = unpaid.dues[0].id
    payments.pay_at_counter(due, receipt_number="BL-1", by=office.actor("intake"), at=AT)
    deadlines.on_payment_settled(code, due=str(due), at=AT)
    running = page.case_page(code, reader=person, at=AT).deadline
    assert running.days_left is not None and running.days_left > 0 and running.period
    office.do(code, "economist", "supplement", reason="Thiếu")
    paused = page.case_page(code, reader=person, at=AT).deadline
    assert paused.is_paused and paused.due_at is None and paused.days_left is None
    _payment, pause = paused.pauses
    assert (pause.to_at is None and "bổ sung" in pause.text) or "supplements" in pause.text
    later = AT + timedelta(hours=1)
    found = cases.case_of(code, reader=person)
    filing.supplement(
        code,
        answers=None,
        attachment_ids=[attach(found.filing_id, person, at=later, paper="application")],
        by=person,
        at=later,
    )
    ended = page.case_page(code, reader=person, at=AT + timedelta(days=30)).deadline
    assert ended.is_late and ended.days_left is not None and ended.days_left < 0
    assert ended.pauses[-1].to_at == later


def test_a_new_appointment_is_told_with_the_former(office: Office, citizen: Citizen) -> None:
    code = office.file(citizen())
    office.do(code, "intake", "accept")
    leader = office.reader("leader", code)
    before = page.case_page(code, reader=leader, at=AT)
    assert before.may_extend
    period = Period.from_mapping({"amount": 2, "unit": "working_days"})
    deadlines.extend(code, period=period, reason="Mất điện", by=leader, at=AT)
    after = page.case_page(code, reader=leader, at=AT)
    assert after.deadline.extended_from == before.deadline.due_at and not after.may_extend
    assert after.timeline[-1].reason == "Mất điện"


def test_the_steps_say_where_the_case_stands(office: Office, citizen: Citizen) -> None:
    code = office.file(citizen())
    office.do(code, "intake", "accept")
    shown = page.case_page(code, reader=office.actor("officer"), at=AT)
    assert [(each.element, each.state) for each in shown.steps] == [
        ("receive", "done"), ("appraise", "open"), ("sign", "ahead"), ("return_result", "ahead"),
    ]  # fmt: skip
    assert (shown.done_elements, shown.open_elements) == (("receive",), ("appraise",))
    assert shown.steps[0].people == ("Cán bộ intake",)


def test_at_most_twelve_queries_however_much_happened(office: Office, citizen: Citizen) -> None:
    person = citizen()
    for name in ("", "head"):
        code = office.file_birth(person)
        reader = office.reader(name, code) if name else person
        leader, counted = office.reader("leader", code), []
        for turn in range(6):
            page.case_page(code, reader=reader, at=AT)  # the procedure is compiled by now
            with CaptureQueriesContext(connection) as seen:
                page.case_page(code, reader=reader, at=AT)
            counted.append(len(seen))
            if turn == 0:
                office.do(code, "intake", "supplement", reason="x")
            if turn == 1:
                supplement(code, person, name="Trần Minh Khoa", at=AT)
            if turn == 2:
                office.do(code, "intake", "accept")
            if turn == 3:
                for number in range(30):
                    notes.write(code, text=str(number), by=leader, at=AT)
        assert max(counted) <= MOST_QUERIES, counted


def test_files_are_for_those_who_see_the_case(
    office: Office, other_office: Office, citizen: Citizen
) -> None:
    person = citizen()
    code = office.file(person)
    shown = page.case_page(code, reader=person, at=AT)
    attachment = shown.papers[0].files[0].attachment_id
    for reader in (person, office.reader("officer", code)):
        found, stream = page.file_of(attachment, reader=reader)
        with stream:
            assert stream.read(5) == b"%PDF-" and found.media_type == "application/pdf"
    for stranger in (citizen(2), other_office.actor("officer")):
        with pytest.raises(errors.NoSuchCase):
            page.file_of(attachment, reader=stranger)


def test_a_decision_is_seen_before_it_is_signed(office: Office, citizen: Citizen) -> None:
    person = citizen()
    code = office.file_birth(person)
    office.do(code, "intake", "accept")
    task = office.task(code)
    for reader in ("officer", "leader"):
        drawn = page.preview(task, reader=office.reader(reader, code), at=AT)
        refusal = page.preview(task, reader=office.actor(reader), at=AT, outcome="reject")
        assert drawn[:5] == b"%PDF-" and drawn != refusal
    with pytest.raises(errors.NoSuchTask):
        page.preview(task, reader=person, at=AT)


def test_the_flow_is_drawn_and_counted(
    office: Office, other_office: Office, citizen: Citizen
) -> None:
    code = office.file_birth(citizen())
    office.file_birth(citizen(2))
    officer = office.reader("officer", code)
    shown = page.case_page(code, reader=officer, at=AT)
    assert b"<svg" in page.flow_picture(shown.version_id)
    assert "bpmn" in page.flow_source(code, reader=officer)
    (stand,) = cases.standing("1.001193", reader=officer, at=AT + timedelta(hours=4))
    assert (stand.element, stand.count, stand.median_hours) == ("receive", 2, 4.0)
    assert cases.standing("1.001193", reader=other_office.actor("officer"), at=AT) == ()
