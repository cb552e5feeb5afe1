"""The leader's signing folder: many at once with progress, one sent back, while away by a colleague."""

import re
from typing import Any

import pytest
from django.test import Client

from motcua.cases.actions import operations, tasks
from motcua.cases.queries import cases
from motcua.desk.tests import conftest
from motcua.desk.tests.conftest import AT, Desk, People
from motcua.identity.values import Actor

pytestmark = pytest.mark.django_db(transaction=False)
FOLDER = "/desk/signing/"


def work(code: str, outcome: str, by: Actor) -> None:
    """Complete the open task of a case by the action itself."""
    (task,) = [each for each in cases.case_of(code, reader=by).tasks if each.state == "open"]
    tasks.complete(task.id, outcome=outcome, by=by, at=AT)


def ready(people: People) -> tuple[str, str]:
    """Return a case that waits for the signature, and its task."""
    code = conftest.file_birth(people.mother)
    work(code, "accept", people.clerk)
    work(code, "approve", people.officer)
    work(code, "forward", people.reviewer)
    found = cases.case_of(code, reader=people.leader)
    return code, next(str(each.id) for each in found.tasks if each.state == "open")


def words_of(browser: Client, address: str) -> str:
    answer: Any = browser.get(address)
    assert answer.status_code == 200, answer.content.decode()
    return str(answer.content.decode())


def test_many_are_signed_with_progress_that_can_be_left_and_come_back_to(
    people: People, desk: Desk, keys: None
) -> None:
    made = [ready(people) for _ in range(3)]
    leader = desk.of(people.leader)
    posted = {"task": [task for _code, task in made]}
    answer: Any = leader.post("/desk/signing/many/", posted)
    assert answer.status_code == 302
    page = answer["Location"]
    assert "hx-get" in words_of(leader, page)
    operation = re.search(r"operations/([0-9a-f-]{36})/", page)
    assert operation
    while not operations.run(operation[1], at=AT):  # type: ignore[arg-type]
        pass
    words = words_of(leader, page)
    assert "100 %" in words
    assert "hx-get" not in words
    assert page in words_of(leader, "/desk/operations/")
    assert not any(code in words_of(leader, FOLDER) for code, _task in made)
    part = leader.get(page, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()


def test_an_operation_is_its_own_persons_and_can_be_stopped(
    people: People, desk: Desk, keys: None
) -> None:
    _code, task = ready(people)
    leader = desk.of(people.leader)
    page: Any = leader.post("/desk/signing/many/", {"task": task})["Location"]
    assert desk.of(people.clerk).get(page).status_code == 404
    assert leader.post(f"{page}cancel/").status_code == 302
    assert "hx-get" not in words_of(leader, page)


def test_nothing_ticked_is_told(people: People, desk: Desk) -> None:
    answer = desk.of(people.leader).post("/desk/signing/many/", {"task": ["", "x"]})
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()


def test_sending_back_needs_a_reason_and_keeps_the_place(people: People, desk: Desk) -> None:
    code, task = ready(people)
    leader = desk.of(people.leader)
    refused = leader.post(f"{FOLDER}{task}/sign/", {"outcome": "send_back", "reason": ""})
    assert refused.status_code == 422
    assert "govuk-error-summary" in refused.content.decode()
    posted = {"outcome": "send_back", "reason": "Sai tên cha"}
    assert leader.post(f"{FOLDER}{task}/sign/", posted).status_code == 302
    words = words_of(desk.of(people.reviewer), f"/desk/cases/{code}/")
    assert "Sai tên cha" in words


def test_what_was_signed_meanwhile_is_told(people: People, desk: Desk, keys: None) -> None:
    _code, task = ready(people)
    leader = desk.of(people.leader)
    assert leader.post(f"{FOLDER}{task}/sign/", {"outcome": "sign"}).status_code == 302
    again = leader.post(f"{FOLDER}{task}/sign/", {"outcome": "sign"})
    assert again.status_code == 409
    assert "govuk-error-summary" in again.content.decode()


def test_the_officer_signs_nothing(people: People, desk: Desk) -> None:
    _code, task = ready(people)
    answer = desk.of(people.officer).post(f"{FOLDER}{task}/sign/", {"outcome": "sign"})
    assert answer.status_code == 403
    words = answer.content.decode()
    assert "govuk-error-summary" in words
