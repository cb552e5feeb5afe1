"""The page of a case: what it shows, notes, files, putting off the appointment."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.cases.actions import filing, tasks
from motcua.cases.queries import cases
from motcua.desk.tests import conftest
from motcua.desk.tests.conftest import Desk, People
from motcua.payments import queries as payments

pytestmark = pytest.mark.django_db
PAPER = re.compile(r'src="(/desk/papers/[0-9a-f-]{36}/)"')


def test_a_case_on_one_screen(people: People, desk: Desk) -> None:
    code = conftest.file_birth(people.mother)
    words = desk.of(people.clerk).get(f"/desk/cases/{code}/").content.decode()
    for said in (
        "Trần Minh Khôi",
        "giấy chứng sinh.png",
        "Kiểm tra, tiếp nhận hồ sơ",
        people.mother.personal_id,
    ):
        assert said in words


def test_a_paper_stands_in_the_page_and_cannot_run_anything(people: People, desk: Desk) -> None:
    code, clerk = conftest.file_birth(people.mother), desk.of(people.clerk)
    found = PAPER.search(clerk.get(f"/desk/cases/{code}/").content.decode())
    assert found
    paper = clerk.get(found[1])
    assert paper["Content-Type"] == "image/png"
    assert paper["X-Frame-Options"] == "SAMEORIGIN"
    assert paper["X-Content-Type-Options"] == "nosniff"
    assert paper["Content-Security-Policy"].startswith("default-src 'none'")
    assert desk.of(people.mother).get(found[1]).status_code == 403


def test_notes_are_for_colleagues(people: People, desk: Desk) -> None:
    code, clerk = conftest.file_birth(people.mother), desk.of(people.clerk)
    answer = clerk.post(f"/desk/cases/{code}/notes/", {"text": "Gọi lại <b>chiều</b> nay"})
    assert answer.status_code == 302
    conftest.state(people.officer, code)
    words = desk.of(people.officer).get(f"/desk/cases/{code}/").content.decode()
    assert "Gọi lại &lt;b&gt;chiều&lt;/b&gt; nay" in words
    assert "/notes/" in clerk.get(f"/desk/cases/{code}/").content.decode()


@pytest.mark.parametrize("text", ["", "   ", "x" * 15_000])
def test_a_note_that_cannot_be_kept_is_told_and_not_lost(
    people: People, desk: Desk, text: str
) -> None:
    code = conftest.file_birth(people.mother)
    answer = desk.of(people.clerk).post(f"/desk/cases/{code}/notes/", {"text": text})
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()
    assert text in answer.content.decode()


@pytest.mark.parametrize("days", ["", "0", "-3", "61", "9" * 400, "ba", "１"])  # noqa: RUF001
def test_an_extension_of_no_number_of_days_is_told_with_its_reason_kept(
    people: People, desk: Desk, days: str
) -> None:
    code = conftest.file_birth(people.mother)
    conftest.state(people.leader, code)
    posted = {"days": days, "reason": "Chờ xác minh"}
    answer = desk.of(people.leader).post(f"/desk/cases/{code}/extension/", posted)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()


def test_cash_is_taken_at_the_counter_once(people: People, desk: Desk) -> None:
    code = conftest.file_birth(people.mother, copies=2)
    (task,) = cases.case_of(code, reader=people.clerk).tasks
    tasks.complete(task.id, outcome="accept", by=people.clerk, at=conftest.AT)
    (due,) = payments.dues(code)
    clerk, address = desk.of(people.clerk), f"/desk/cases/{code}/cash/{due.id}/"
    assert address in clerk.get(f"/desk/cases/{code}/").content.decode()
    assert address not in desk.of(people.officer).get(f"/desk/cases/{code}/").content.decode()
    refused = clerk.post(address, {"receipt": "  "})
    assert refused.status_code == 422
    assert "govuk-error-summary" in refused.content.decode()
    assert desk.of(people.officer).post(address, {"receipt": "BL-1"}).status_code in {403, 404}
    assert clerk.post(address, {"receipt": "BL-0001"}).status_code == 302
    assert clerk.post(address, {"receipt": "BL-0002"}).status_code == 409
    assert "BL-0001" in clerk.get(f"/desk/cases/{code}/").content.decode()


def test_what_a_supplement_changed_stands_first(people: People, desk: Desk) -> None:
    code = conftest.file_birth(people.mother)
    (task,) = cases.case_of(code, reader=people.clerk).tasks
    tasks.complete(
        task.id,
        outcome="supplement",
        reason="Sai tên",
        items=("Tên của trẻ",),
        by=people.clerk,
        at=conftest.AT,
    )
    child = conftest.BIRTH_ANSWERS["child"]
    assert isinstance(child, dict)
    answers = {**conftest.BIRTH_ANSWERS, "child": {**child, "full_name": "Trần Minh Khoa"}}
    filing.supplement(code, answers=answers, attachment_ids=(), by=people.mother, at=conftest.AT)
    words = desk.of(people.clerk).get(f"/desk/cases/{code}/").content.decode()
    assert "<del>Trần Minh Khôi</del>" in words
    assert "<ins>Trần Minh Khoa</ins>" in words


def test_a_longer_history_asks_the_database_no_more(people: People, desk: Desk) -> None:
    code, clerk = conftest.file_birth(people.mother), desk.of(people.clerk)
    address = f"/desk/cases/{code}/"
    clerk.get(address)
    with CaptureQueriesContext(connection) as first:
        clerk.get(address)
    for number in range(9):
        clerk.post(f"{address}notes/", {"text": f"ghi chú {number}"})
        conftest.file_birth(people.mother)
    with CaptureQueriesContext(connection) as later:
        clerk.get(address)
    assert len(later) <= len(first)
    assert len(first) <= 12, "tests/desk/test_queries.py reads the page of the fullest case"


def test_a_refusal_keeps_the_queues_in_sight(people: People, desk: Desk) -> None:
    address = "/desk/cases/H15.50.01-261102-9999/"
    answer = desk.of(people.clerk).get(address)
    assert answer.status_code == 404
    words = answer.content.decode()
    assert "mc-rail" in words
    assert people.clerk.name in words
    assert "no-such-case" in words
    told = desk.of(people.clerk).get(address, headers={"accept": "application/json"})
    assert told.status_code == 404
    assert told["Content-Type"] == "application/problem+json", "a program gets problem details"
