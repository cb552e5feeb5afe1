"""The inbox: who sees what, in which order, found by what, in how many queries."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.cases import errors, values
from motcua.cases.actions import tasks
from motcua.cases.queries import finding, inbox
from motcua.identity.values import Actor
from motcua.kit import clock, ids

from .conftest import AT, Office

Citizen = Callable[..., Actor]
pytestmark = pytest.mark.usefixtures("procedures")


def codes(of: Actor, queue: str, **asked: Any) -> list[str]:
    at = asked.pop("at", AT)
    return [row.case_code for row in inbox.rows(of, queue=queue, at=at, **asked).rows]


def test_a_new_case_waits_for_the_counter_and_for_nobody_else(
    office: Office, citizen: Citizen
) -> None:
    code = office.file(citizen())
    (row,) = inbox.rows(office.actor("intake"), queue="unit_tasks", at=AT).rows
    assert (row.case_code, row.step, row.applicant_name) == (code, "Tiếp nhận", "Trần Thị Hạnh")
    assert row.applicant_id == "••••••••0001"
    assert row.procedure_name == "Xác nhận mẫu"
    assert row.person_id is None and not row.is_mine and not row.is_late
    assert codes(office.actor("officer"), "unit_tasks") == []


def test_officials_of_another_ward_see_nothing(
    office: Office, other_office: Office, citizen: Citizen
) -> None:
    code = office.file(citizen())
    stranger = other_office.actor("intake")
    for queue in inbox.QUEUES:
        assert codes(stranger, queue) == []
        assert codes(stranger, queue, search=code) == []
        assert codes(stranger, queue, search="hanh") == []


def test_taking_a_task_makes_it_mine(office: Office, citizen: Citizen) -> None:
    code = office.file(citizen())
    office.do(code, "intake", "accept")
    officer, second, head = (office.actor(each) for each in ("officer", "second", "head"))
    tasks.take(office.task(code), by=officer, at=AT)
    assert codes(officer, "my_tasks") == [code]
    assert codes(second, "my_tasks") == []
    assert codes(second, "unit_tasks") == [code]
    assert codes(second, "unit_tasks", filters=values.Filters(nobody=True)) == []
    assert codes(head, "unit_tasks", filters=values.Filters(person=officer.id)) == [code]


def test_what_is_due_first_stands_first_and_late_is_late(office: Office, citizen: Citizen) -> None:
    later = office.file(citizen(), at=AT + timedelta(hours=2))
    first = office.file(citizen(2), at=AT)
    clerk = office.actor("intake")
    assert codes(clerk, "unit_tasks") == [first, later]
    assert codes(clerk, "overdue") == []
    due_at = inbox.rows(clerk, queue="unit_tasks", at=AT).rows[1].due_at
    assert due_at is not None
    past = due_at + timedelta(hours=3)
    assert codes(clerk, "overdue", at=past) == [first, later]
    assert all(row.is_late for row in inbox.rows(clerk, queue="overdue", at=past).rows)
    assert codes(clerk, "due_today") == []  # eight working hours end on another day
    assert codes(clerk, "due_today", at=due_at - timedelta(minutes=1)) == [later]


def test_a_colleagues_task_is_overdue_for_the_head_and_not_for_me(
    office: Office, citizen: Citizen
) -> None:
    code = office.file(citizen())
    office.do(code, "intake", "accept")
    tasks.take(office.task(code), by=office.actor("officer"), at=AT)
    past = AT + timedelta(days=9)
    assert codes(office.actor("second"), "overdue", at=past) == []
    assert codes(office.actor("officer"), "overdue", at=past) == [code]
    assert codes(office.actor("head"), "overdue", at=past) == [code]


def test_who_appraised_has_nothing_to_sign(office: Office, citizen: Citizen) -> None:
    code = office.file(citizen())
    office.do(code, "intake", "accept")
    office.do(code, "officer", "approve")
    (row,) = inbox.rows(office.actor("leader"), queue="to_sign", at=AT).rows
    assert row.signs and row.case_code == code
    assert codes(office.actor("officer"), "to_sign") == []


def test_a_case_that_went_on_to_others_is_waited_for(office: Office, citizen: Citizen) -> None:
    code = office.file(citizen())
    clerk = office.actor("intake")
    assert codes(clerk, "waiting") == []
    office.do(code, "intake", "accept")
    (row,) = inbox.rows(clerk, queue="waiting", at=AT).rows
    assert (row.case_code, row.step) == (code, "Phòng justice: Thẩm tra")


def test_a_supplement_is_waited_for_from_the_applicant(office: Office, citizen: Citizen) -> None:
    code = office.file_birth(citizen())
    office.do(code, "intake", "supplement", reason="Thiếu trang")
    (row,) = inbox.rows(office.actor("intake"), queue="waiting", at=AT).rows
    assert (row.case_code, row.status, row.due_at) == (code, 5, None)
    assert row.step.startswith("Người nộp:")


@pytest.mark.parametrize(
    "search",
    [
        "Hạnh",
        "hanh tran",
        "TRAN THI han",
        "thi",
        "0561950",
        "056195000001",
        "H32.01-261123",
        "261123-0001",
    ],
)
def test_a_case_is_found_by_name_number_and_code(
    office: Office, citizen: Citizen, search: str
) -> None:
    code = office.file(citizen())
    office.file(citizen(2000, "Đỗ Văn Ứng"))
    found = codes(office.actor("officer"), "all", search=search)
    assert code in found
    assert (len(found) == 1) == (search not in ("0561950", "H32.01-261123"))


@pytest.mark.parametrize(
    "search", ["lan", "hanh lan", "h", "'", "\\", "a:*", "!(", "' | 'x", "%", "0" * 500]
)
def test_what_nobody_is_called_finds_nothing_and_breaks_nothing(
    office: Office, citizen: Citizen, search: str
) -> None:
    office.file(citizen())
    for queue in inbox.QUEUES:
        assert codes(office.actor("intake"), queue, search=search) == []


def test_filters_narrow_every_queue(office: Office, citizen: Citizen) -> None:
    code, birth = office.file(citizen()), office.file_birth(citizen(2))
    clerk = office.actor("intake")
    for queue in ("unit_tasks", "all"):
        for filters, wanted in (
            (values.Filters(procedure="1.001193"), {birth}),
            (values.Filters(field="ho-tich"), {code, birth}),
            (values.Filters(field="dat-dai"), set()),
            (values.Filters(status=1), {code, birth}),
            (values.Filters(status=5), set()),
            (values.Filters(nobody=True), {code, birth}),
            (values.Filters(person=uuid.uuid4()), set()),
            (values.Filters(person=clerk.id), set()),
            (values.Filters(procedure="1.001193", status=1), {birth}),
        ):
            assert set(codes(clerk, queue, filters=filters)) == wanted, (queue, filters)
    tasks.take(office.task(code), by=clerk, at=AT)
    for queue in ("unit_tasks", "all"):
        assert codes(clerk, queue, filters=values.Filters(person=clerk.id)) == [code]
        assert codes(clerk, queue, filters=values.Filters(nobody=True)) == [birth]
    today = date(2026, 11, 23)
    due = values.Filters(due_from=today, due_to=today + timedelta(days=3))
    assert code in codes(clerk, "unit_tasks", filters=due)
    assert (
        codes(clerk, "unit_tasks", filters=values.Filters(due_to=today - timedelta(days=1))) == []
    )
    assert codes(
        clerk, "unit_tasks", search="hanh", filters=values.Filters(procedure="1.001193")
    ) == [birth]


def test_pages_follow_each_other_without_gap_or_double(office: Office, citizen: Citizen) -> None:
    filed = [office.file(citizen(number), at=AT) for number in range(7)]
    clerk = office.actor("intake")
    for queue in ("unit_tasks", "all"):
        seen: list[str] = []
        after = ""
        while True:
            page = inbox.rows(clerk, queue=queue, at=AT, after=after, limit=3)
            seen += [row.case_code for row in page.rows]
            after = page.after
            if not after:
                break
        assert sorted(seen) == sorted(filed)
    newest = inbox.rows(clerk, queue="all", at=AT, search="hanh", limit=3)
    rest = inbox.rows(clerk, queue="all", at=AT, search="hanh", limit=9, after=newest.after)
    assert len(newest.rows) == 3 and len(rest.rows) == 4


def test_a_search_goes_back_as_far_as_it_has_to(office: Office, citizen: Citizen) -> None:
    midnight = AT - timedelta(hours=9)
    backs = (-1, 0, 1, 2, 7, 8, 30, 31, 60, 200, 366, 500)
    filed = [office.file(citizen(), at=midnight - timedelta(days=each)) for each in backs]
    office.file(citizen(2, "Đỗ Văn Ứng"))
    clerk = office.actor("intake")
    for limit in (1, 3, 5, 100):
        found: list[str] = []
        after = ""
        while not found or after:
            page = inbox.rows(clerk, queue="all", at=AT, search="hanh", after=after, limit=limit)
            found += [row.case_code for row in page.rows]
            after = page.after
        assert found == filed, limit


def test_each_day_is_in_one_stretch_of_a_search() -> None:
    for back in range(800):
        stretches = list(finding._stretches(AT))
        start = AT - timedelta(days=back, hours=9)  # midnight in Vietnam
        for moment in (start, start + timedelta(hours=24, milliseconds=-1)):
            key = ids.at(moment)
            first = next(number for number, (from_, _) in enumerate(stretches) if key >= from_)
            said = f"{clock.local(moment):%y%m%d}"
            days = stretches[first][1]
            assert not days or said.startswith(days), (back, said, days)
            assert days or back > 330


@pytest.mark.parametrize("after", ["0" * 32, "f" * 32, "0" * 11 + "1" * 21])
def test_a_search_after_a_key_that_nobody_gave_finds_what_is_older(
    office: Office, citizen: Citizen, after: str
) -> None:
    code = office.file(citizen())
    found = codes(office.actor("intake"), "all", search="hanh", after=after)
    assert found == ([code] if after[0] == "f" else [])


@pytest.mark.parametrize(
    "after", ["x", "|", "2026-11-22|x", "2026-11-22T00:00:00|" + "0" * 32, "🙂"]
)
def test_a_broken_key_is_refused(office: Office, after: str) -> None:
    for queue in inbox.QUEUES:
        with pytest.raises(errors.BadCursor):
            inbox.rows(office.actor("intake"), queue=queue, at=AT, after=after)


def test_an_unknown_queue_is_refused(office: Office) -> None:
    with pytest.raises(errors.NoSuchQueue):
        inbox.rows(office.actor("intake"), queue="other", at=AT)


def test_counting_ends_at_a_hundred(
    office: Office, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MOST", 3)
    for number in range(4):
        office.file(citizen(number))
    told = {
        each.queue: each
        for each in inbox.rail(office.actor("intake"), at=AT + timedelta(days=9))[0]
    }
    assert told["unit_tasks"].text == "2+"
    assert told["overdue"].is_urgent and told["overdue"].count == 3
    assert told["my_tasks"].text == "0"
    assert set(told) == set(inbox.QUEUES) - {"all"}


def test_the_number_of_queries_does_not_grow_with_the_rows(
    office: Office, citizen: Citizen, django_assert_num_queries: Any
) -> None:
    clerk = office.actor("intake")
    for rows in (1, 30):
        for number in range(rows if rows == 1 else rows - 1):
            office.file(citizen(rows * 100 + number))
        for queue in inbox.QUEUES:
            with django_assert_num_queries(2 if queue == "all" else 1):
                page = inbox.rows(clerk, queue=queue, at=AT, search="hanh")
            assert len(page.rows) in (rows, 0)
        with django_assert_num_queries(1):
            inbox.rail(clerk, at=AT)


@pytest.mark.parametrize("queue", inbox.QUEUES)
def test_the_planner_may_put_the_keys_of_a_page_first(
    queue: str, office: Office, citizen: Citizen
) -> None:
    office.file(citizen())
    clerk = office.actor("intake")
    with CaptureQueriesContext(connection) as seen:
        inbox.rows(clerk, queue=queue, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SHOW join_collapse_limit")
        most = int(cursor.fetchone()[0])
    page = seen.captured_queries[0]["sql"].split(" WHERE ")[0]
    tables, keys = page.count(" JOIN ") + 1, 1
    assert tables > 1 and tables + keys <= most, "past the limit it joins all tasks of all years"


def test_the_filters_offer_what_is_open(office: Office, citizen: Citizen) -> None:
    office.file(citizen())
    offered = inbox.choices(office.actor("intake"), at=AT)
    assert office.ids["intake"] in dict(offered.people)
    assert office.ids["leader"] not in dict(offered.people)
    assert offered.procedures == (("3.000099", "Xác nhận mẫu"),)
    assert offered.fields == (("ho-tich", "Hộ tịch"),)
    assert len(offered.statuses) == 10
