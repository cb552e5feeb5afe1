"""Slips, the register of cases, and posts given to a colleague for a time."""

import io
from typing import Any

import openpyxl
import pytest

from motcua.cases.actions import tasks
from motcua.cases.queries import cases
from motcua.desk.tests import conftest
from motcua.desk.tests.conftest import AT, Desk, People
from motcua.identity import queries as identity
from motcua.kit import clock

pytestmark = pytest.mark.django_db


def accepted(people: People) -> str:
    code = conftest.file_birth(people.mother)
    (task,) = cases.case_of(code, reader=people.clerk).tasks
    tasks.complete(task.id, outcome="accept", by=people.clerk, at=AT)
    return code


@pytest.mark.parametrize("form", [1, 6, 8])
def test_slips_are_printed_from_what_happened(people: People, desk: Desk, form: int) -> None:
    code = accepted(people)
    slip: Any = desk.of(people.clerk).get(f"/desk/cases/{code}/slips/{form}.pdf")
    assert slip.status_code == 200
    assert slip.content.startswith(b"%PDF")
    assert slip["Content-Disposition"].startswith("inline")


def test_control_and_hand_over_are_spreadsheets_too(people: People, desk: Desk) -> None:
    code, clerk = accepted(people), desk.of(people.clerk)
    for form, said in ((6, people.clerk.name), (8, "Bộ phận Tư pháp - Hộ tịch")):
        sheet: Any = clerk.get(f"/desk/cases/{code}/slips/{form}.xlsx")
        assert sheet["Content-Disposition"].endswith(f'-mau-0{form}.xlsx"')
        book = openpyxl.load_workbook(io.BytesIO(sheet.content))
        rows = [each[:2] for each in book.worksheets[0].iter_rows(values_only=True)]
        assert ("Mã hồ sơ", code) in rows
        assert said in str(rows)
    for form in (0, 1, 4, 7, 10**9):
        assert clerk.get(f"/desk/cases/{code}/slips/{form}.xlsx").status_code == 404


@pytest.mark.parametrize("form", [0, 2, 7, 99, 10**9])
def test_a_slip_that_was_never_given_is_not_there(people: People, desk: Desk, form: int) -> None:
    answer = desk.of(people.clerk).get(f"/desk/cases/{accepted(people)}/slips/{form}.pdf")
    assert answer.status_code == 404


def test_the_register_shows_and_prints_some_days(people: People, desk: Desk) -> None:
    code, clerk = accepted(people), desk.of(people.clerk)
    asked = {"first": "01/11/2026", "last": "2026-11-03"}
    assert code in clerk.get("/desk/register/", asked).content.decode()
    printed = clerk.get("/desk/register/print.pdf", asked)
    assert printed["Content-Type"] == "application/pdf"
    other = clerk.get("/desk/register/", {"first": "01/10/2026", "last": "02/10/2026"})
    assert code not in other.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"first": "01/01/2020", "last": "01/01/2026"},
        {"after": "broken"},
        {"authority": "H99", "first": "x", "last": "31/02/2026"},
    ],
)
def test_a_register_that_cannot_be_shown_is_told_in_place(
    people: People, desk: Desk, asked: dict[str, str]
) -> None:
    answer = desk.of(people.clerk).get("/desk/register/", asked)
    assert answer.status_code in {200, 422}
    assert "mc-rail" in answer.content.decode()


def test_a_spreadsheet_is_long_work(people: People, desk: Desk) -> None:
    accepted(people)
    posted = {"first": "2026-11-01", "last": "2026-11-03"}
    answer: Any = desk.of(people.clerk).post("/desk/register/spreadsheet/", posted)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/desk/operations/")


def test_a_post_is_given_for_a_time_and_taken_back(
    people: People, desk: Desk, keys: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    leader = desk.of(people.leader)
    post = people.leader.posts[0]
    posted = {
        "post": post.id,
        "to": people.reviewer.key,
        "first": "02/11/2026",
        "last": "05/11/2026",
        "reason": "Nghỉ phép",
    }
    assert leader.post("/desk/delegation/", posted).status_code == 302
    words = desk.of(people.reviewer).get("/desk/delegation/").content.decode()
    assert "Nghỉ phép" in words
    assert "/desk/signing/" in words, "the signing folder is in the rail now"
    (given,) = identity.delegations(of=people.leader, at=AT)
    assert leader.post(f"/desk/delegation/{given.id}/end/").status_code == 302


def test_the_chair_is_told_before_the_leave_that_a_colleague_could_not_sign(
    people: People, desk: Desk, keys: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    post, to = people.leader.posts[0].id, people.officer
    posted = {"post": post, "to": to.key, "first": "02/11/2026", "last": "05/11/2026"}
    answer = desk.of(people.leader).post("/desk/delegation/", {**posted, "reason": "Nghỉ phép"})
    words = answer.content.decode()
    summary = words[words.index("govuk-error-summary") :].partition("<form")[0]
    assert answer.status_code == 422
    assert to.name in summary and to.key not in summary and "Nghỉ phép" in words
    assert identity.delegations(of=people.leader, at=AT) == []


@pytest.mark.parametrize(
    "change",
    [
        {"post": ""},
        {"post": "9" * 40},
        {"post": "²"},
        {"to": "nobody"},
        {"last": "31/02/2026"},
        {"last": "31/12/2199"},
        {"first": "05/11/2026", "last": "02/11/2026"},
    ],
)
def test_a_post_that_cannot_be_given_so_is_told_with_all_that_was_typed(
    people: People, desk: Desk, monkeypatch: pytest.MonkeyPatch, change: dict[str, str]
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    post = str(people.leader.posts[0].id)
    posted = {"post": post, "to": people.reviewer.key, "first": "02/11/2026", "last": "05/11/2026"}
    posted |= {"reason": "Nghỉ phép năm", **change}
    answer = desk.of(people.leader).post("/desk/delegation/", posted)
    assert answer.status_code in {403, 404, 422}
    assert "govuk-error-summary" in answer.content.decode()
    assert "Nghỉ phép năm" in answer.content.decode()


def test_the_office_pages_are_for_administrators(people: People, desk: Desk) -> None:
    for address in ("/desk/office/", "/desk/procedures/", "/desk/procedures/1.001193/"):
        assert desk.of(people.clerk).get(address).status_code == 403
