"""A birth from the filing to the hand-over, through the pages, by those who work on it."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from motcua.desk.tests import conftest
from motcua.desk.tests.conftest import Desk, People

pytestmark = pytest.mark.django_db

TASK = re.compile(r'name="task" value="([0-9a-f-]{36})"')


def page_of(browser: Client, code: str) -> str:
    answer = browser.get(f"/desk/cases/{code}/")
    assert answer.status_code == 200
    return answer.content.decode()


def complete(browser: Client, code: str, outcome: str, **said: str) -> Any:
    """Press a button of the task that the page of the case offers."""
    found = TASK.search(page_of(browser, code))
    assert found, "the page offers no task"
    posted = {"task": found[1], "outcome": outcome, **said}
    return browser.post(f"/desk/cases/{code}/complete/", posted)


def done(answer: Any) -> None:
    assert answer.status_code == 302, answer.content.decode()


def test_a_birth_from_the_filing_to_the_hand_over(people: People, desk: Desk, keys: None) -> None:
    code = conftest.file_birth(people.mother)
    done(complete(desk.of(people.clerk), code, "accept"))
    done(complete(desk.of(people.officer), code, "approve"))
    done(complete(desk.of(people.reviewer), code, "forward"))
    leader = desk.of(people.leader)
    folder = leader.get("/desk/signing/").content.decode()
    assert code in folder
    link = re.search(r'href="(/desk/signing/[0-9a-f-]{36}/)"', folder)
    assert link
    assert "tasks/" in leader.get(link[1]).content.decode()
    preview = leader.get(link[1].replace("signing", "tasks") + "preview.pdf")
    assert preview["Content-Type"] == "application/pdf"
    assert preview.content.startswith(b"%PDF")
    done(leader.post(f"{link[1]}sign/", {"outcome": "sign"}))
    assert code not in leader.get("/desk/signing/").content.decode()
    clerk = desk.of(people.clerk)
    done(complete(clerk, code, "return_result"))
    words = page_of(clerk, code)
    signed = re.search(r'href="(/desk/documents/[0-9a-f-]{36}\.pdf)"', words)
    assert signed
    document = clerk.get(signed[1])
    assert b"".join(document).startswith(b"%PDF")
    assert not TASK.search(words)


def test_a_supplement_names_everything_and_nothing_typed_is_lost(
    people: People, desk: Desk
) -> None:
    code, clerk = conftest.file_birth(people.mother), desk.of(people.clerk)
    answer = complete(clerk, code, "supplement", reason="Thiếu giấy tờ theo Điều 16", items=" ")
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "Thiếu giấy tờ theo Điều 16" in words
    assert "govuk-error-summary" in words
    done(complete(clerk, code, "supplement", reason="Thiếu", items="Giấy chứng sinh\nTờ khai"))


def test_two_officers_on_one_task_one_does_it_and_the_other_is_told(
    people: People, desk: Desk
) -> None:
    code = conftest.file_birth(people.mother)
    first, second = desk.of(people.clerk), desk.of(people.second_clerk)
    found = TASK.search(page_of(second, code))
    assert found
    done(complete(first, code, "accept"))
    posted = {"task": found[1], "outcome": "refuse", "reason": "không đủ điều kiện, Điều 15"}
    answer = second.post(f"/desk/cases/{code}/complete/", posted)
    assert answer.status_code == 409
    assert "govuk-error-summary" in answer.content.decode()
    again = first.post(f"/desk/cases/{code}/complete/", {"task": found[1], "outcome": "accept"})
    assert again.status_code == 409, "the same post again, as by the back button"


def test_the_officer_who_appraised_is_not_offered_the_signature(people: People, desk: Desk) -> None:
    code = conftest.file_birth(people.mother)
    done(complete(desk.of(people.clerk), code, "accept"))
    conftest.state(people.leader, code)
    assert not TASK.search(page_of(desk.of(people.leader), code))


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"task": "not-an-id", "outcome": "accept"},
        {"task": str(uuid.uuid4()), "outcome": "accept"},
        {"task": str(uuid.uuid4()), "outcome": "x" * 100_000, "reason": "\x00" * 1_000},
    ],
)
def test_a_post_that_makes_no_sense_is_refused_in_place(
    people: People, desk: Desk, posted: dict[str, str]
) -> None:
    code = conftest.file_birth(people.mother)
    answer = desk.of(people.clerk).post(f"/desk/cases/{code}/complete/", posted)
    assert answer.status_code in {404, 409, 422}
    assert "govuk-error-summary" in answer.content.decode()


def test_a_huge_reason_is_refused_or_kept_whole(people: People, desk: Desk) -> None:
    code, clerk = conftest.file_birth(people.mother), desk.of(people.clerk)
    answer = complete(clerk, code, "refuse", reason="ạ" * 300_000)
    assert answer.status_code in {302, 413, 422}


def test_a_guessed_code_shows_nothing(people: People, desk: Desk) -> None:
    conftest.file_birth(people.mother)
    answer = desk.of(people.clerk).get("/desk/cases/H15.50.01-261102-9999/")
    assert answer.status_code == 404


def test_the_desk_is_for_officials(people: People, desk: Desk) -> None:
    code = conftest.file_birth(people.mother)
    assert desk.of(people.mother).get(f"/desk/cases/{code}/").status_code == 403
    stranger = Client().get(f"/desk/cases/{code}/")
    assert stranger.status_code == 302
    assert stranger["Location"].startswith("/sign-in/?next=")
