"""The inbox as officials see it: queues, search, filters, views of one's own, several tasks at once."""

from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.cases.queries import cases, inbox
from motcua.desk.tests import conftest
from motcua.desk.tests.conftest import Desk, People

pytestmark = pytest.mark.django_db
SEARCHES = ("", "&q=hanh", "&q=056195", "&q=261102")


def task_of(code: str, people: People) -> str:
    return str(cases.case_of(code, reader=people.clerk).tasks[0].id)


def test_the_clerk_begins_with_what_waits_for_the_unit(people: People, desk: Desk) -> None:
    code = conftest.file_birth(people.mother)
    words = desk.of(people.clerk).get("/desk/").content.decode()
    assert code in words
    assert "Đăng ký khai sinh" in words
    assert people.mother.personal_id not in words, "a list shows the number masked"


def test_search_tolerates_missing_diacritics(people: People, desk: Desk) -> None:
    code, clerk = conftest.file_birth(people.mother), desk.of(people.clerk)
    for typed in ("tran thi hanh", "HẠNH", people.mother.personal_id, code):
        answer = clerk.get("/desk/", {"queue": "all", "q": typed})
        assert code in answer.content.decode(), typed
    assert code not in clerk.get("/desk/", {"queue": "all", "q": "nobody here"}).content.decode()


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"queue": "no-such-queue"}, 404),
        ({"queue": "all", "after": "broken"}, 422),
        ({"queue": "unit_tasks", "q": "x" * 50_000}, 200),
        ({"queue": "unit_tasks", "q": "\x00'\"<script>"}, 200),
        ({"queue": "unit_tasks", "due_from": "99999999-99-99", "status": "9" * 50}, 200),
        ({"queue": "unit_tasks", "person": "not-an-id", "view": "abc"}, 200),
    ],
)
def test_a_broken_address_is_told_in_place(
    people: People, desk: Desk, asked: dict[str, str], status: int
) -> None:
    answer = desk.of(people.clerk).get("/desk/", asked)
    assert answer.status_code == status
    assert "mc-rail" in answer.content.decode(), "the desk still stands around it"
    assert "<script>" not in answer.content.decode().replace('<script type="module"', "")


def test_several_tasks_are_taken_at_once_and_each_is_told_apart(people: People, desk: Desk) -> None:
    first, second = (conftest.file_birth(people.mother) for _ in range(2))
    tasks = [task_of(code, people) for code in (first, second)]
    desk.of(people.second_clerk).post("/desk/tasks/", {"do": "take", "task": tasks[0]})
    answer = desk.of(people.clerk).post("/desk/tasks/", {"do": "take", "task": tasks})
    words = answer.content.decode()
    assert answer.status_code == 200
    assert words.index(second) < words.index(first), "done first, then what was refused"
    mine = desk.of(people.clerk).get("/desk/?queue=my_tasks").content.decode()
    assert second in mine
    assert first not in mine


def test_one_task_is_taken_and_put_back_from_its_page(people: People, desk: Desk) -> None:
    code, clerk = conftest.file_birth(people.mother), desk.of(people.clerk)
    page = f"/desk/cases/{code}/"
    task = task_of(code, people)
    for do, said in (("take", "taken"), ("release", "released")):
        answer = clerk.post("/desk/tasks/", {"do": do, "task": task, "next": page})
        assert answer.status_code == 302
        assert answer["Location"] == f"{page}?done={said}"


def test_the_head_gives_a_task_to_a_colleague(people: People, desk: Desk) -> None:
    code, head = conftest.file_birth(people.mother), desk.of(people.second_clerk)
    asked = head.post("/desk/tasks/", {"do": "assign", "task": task_of(code, people)})
    assert people.clerk.name in asked.content.decode()
    posted = {"do": "assign", "task": task_of(code, people), "to": people.clerk.key}
    assert head.post("/desk/tasks/", posted).status_code == 302
    assert code in desk.of(people.clerk).get("/desk/?queue=my_tasks").content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(people: People, desk: Desk, back: str) -> None:
    code = conftest.file_birth(people.mother)
    posted = {"do": "take", "task": task_of(code, people), "next": back}
    answer = desk.of(people.clerk).post("/desk/tasks/", posted)
    assert answer["Location"].startswith("/desk/")


@pytest.mark.parametrize(
    "posted", [{}, {"do": "take"}, {"do": "x", "task": "y"}, {"task": "1" * 40}]
)
def test_a_press_without_a_task_is_told(people: People, desk: Desk, posted: dict[str, str]) -> None:
    answer = desk.of(people.clerk).post("/desk/tasks/", posted)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()


def test_the_form_of_filters_offers_the_people_of_ones_units(people: People, desk: Desk) -> None:
    mine, other = (conftest.file_birth(people.mother) for _ in range(2))
    clerk = desk.of(people.clerk)
    clerk.post("/desk/tasks/", {"do": "take", "task": task_of(mine, people)})
    shown = clerk.get("/desk/", {"queue": "unit_tasks"}).content.decode()
    assert f'<option value="{people.clerk.id}">{people.clerk.name}</option>' in shown
    assert str(people.mother.id) not in shown.split('name="person"')[1].split("</select>")[0]
    narrowed = clerk.get("/desk/", {"queue": "unit_tasks", "person": people.clerk.key})
    words = narrowed.content.decode()
    assert mine in words and other not in words
    assert f'<option value="{people.clerk.id}" selected>' in words


def test_a_view_is_kept_found_in_the_rail_and_forgotten(people: People, desk: Desk) -> None:
    clerk = desk.of(people.clerk)
    kept = "queue=unit_tasks&q=hanh&due_to=2026-12-31&nobody=1"
    answer = clerk.post("/desk/views/", {"kept": kept, "name": "Sắp hạn"})
    assert answer.status_code == 302
    assert "due_to=2026-12-31" in unquote(answer["Location"])
    assert "Sắp hạn" in clerk.get(answer["Location"]).content.decode()
    _counts, (view,) = inbox.rail(people.clerk, at=conftest.AT)
    clerk.post(f"/desk/views/{view.id}/remove/")
    assert inbox.rail(people.clerk, at=conftest.AT)[1] == ()


def test_a_view_without_a_name_is_refused_in_place(people: People, desk: Desk) -> None:
    answer = desk.of(people.clerk).post("/desk/views/", {"kept": "queue=unit_tasks", "name": ""})
    assert answer.status_code in {400, 422}
    assert "govuk-error-summary" in answer.content.decode()


def test_a_longer_list_asks_the_database_no_more(people: People, desk: Desk) -> None:
    clerk = desk.of(people.clerk)
    conftest.file_birth(people.mother)
    clerk.get("/desk/?queue=unit_tasks")
    addresses = [f"/desk/?queue={queue}{search}" for queue in inbox.QUEUES for search in SEARCHES]
    counted: list[list[int]] = []
    for _ in range(2):
        counted.append([])
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                assert clerk.get(address).status_code == 200
            counted[-1].append(len(asked))
        for _each in range(8):
            conftest.file_birth(people.other)
    assert counted[0] == counted[1]
    assert max(counted[0]) <= 12, "session, person, walls, frame, rows, a look, filters, walls"
