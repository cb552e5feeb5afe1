"""Several tasks at once, saved views, notes."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from motcua.cases import errors, values
from motcua.cases.actions import bulk, notes, saved
from motcua.cases.queries import inbox, page
from motcua.identity.values import Actor

from .conftest import AT, Office

Citizen = Callable[..., Actor]
pytestmark = pytest.mark.usefixtures("procedures")


def test_each_task_is_told_apart(office: Office, citizen: Citizen) -> None:
    mine, taken, elsewhere = (office.file(citizen(number)) for number in range(3))
    for code in (mine, taken):
        office.do(code, "intake", "accept")
    officer, second = office.actor("officer"), office.actor("second")
    wanted = [office.task(each) for each in (mine, taken, elsewhere)]
    assert bulk.take([wanted[1]], by=second, at=AT)[0].is_done
    unknown = uuid.uuid4()
    results = bulk.take([*wanted, unknown, wanted[0]], by=officer, at=AT)
    assert [each.code for each in results] == ["", "task-taken", "not-your-task", "no-such-task"]
    assert results[0].case_code == mine and results[0].step == "Thẩm tra"
    assert results[2].message and results[3].case_code == ""
    released = bulk.release([wanted[0], wanted[1]], by=officer, at=AT)
    assert [each.is_done for each in released] == [True, False]


def test_only_the_head_assigns(office: Office, citizen: Citizen) -> None:
    code = office.file(citizen())
    office.do(code, "intake", "accept")
    task, second = office.task(code), office.ids["second"]
    (refused,) = bulk.assign([task], to=second, by=office.actor("officer"), at=AT)
    assert refused.code == "not-your-task"
    (done,) = bulk.assign([task], to=second, by=office.actor("head"), at=AT)
    assert done.is_done
    (wrong,) = bulk.assign([task], to=office.ids["leader"], by=office.actor("head"), at=AT)
    assert wrong.code == "not-your-task"
    offered = page.colleagues(task, reader=office.actor("head"), at=AT)
    assert {each for each, _name in offered} == {
        office.ids[each] for each in ("officer", "second", "head")
    }
    assert page.colleagues(task, reader=office.actor("officer"), at=AT) == ()


def test_nothing_and_too_much_are_refused(office: Office) -> None:
    with pytest.raises(errors.NothingToDo):
        bulk.take([], by=office.actor("officer"), at=AT)
    with pytest.raises(errors.TooMany):
        bulk.take([uuid.uuid4() for _ in range(201)], by=office.actor("officer"), at=AT)


def test_a_view_comes_back_as_it_was_saved(office: Office) -> None:
    officer = office.actor("officer")
    filters = values.Filters(
        procedure="1.001193", due_from=date(2026, 11, 1), person=officer.id, nobody=True, status=4
    )
    saved.save_view(
        name=" Khai  sinh ", queue="overdue", filters=values.NO_FILTERS, by=officer, at=AT
    )
    key = saved.save_view(
        name="Khai sinh", queue="unit_tasks", filters=filters, search="hạnh", by=officer, at=AT
    )
    assert inbox.rail(officer, at=AT)[1] == (
        values.SavedView(key, "Khai sinh", "unit_tasks", filters, "hạnh"),
    )
    with pytest.raises(errors.NoSuchView):
        saved.remove_view(key, by=office.actor("second"))
    saved.remove_view(key, by=officer)
    assert inbox.rail(officer, at=AT)[1] == ()


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "\x00"])
def test_a_view_needs_a_name(office: Office, name: str) -> None:
    with pytest.raises(errors.ViewNameMissing):
        saved.save_view(
            name=name, queue="all", filters=values.NO_FILTERS, by=office.actor("officer"), at=AT
        )


def test_views_do_not_pile_up(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MOST", 2)
    officer = office.actor("officer")
    for name in ("one", "two", "two"):
        saved.save_view(name=name, queue="all", filters=values.NO_FILTERS, by=officer, at=AT)
    with pytest.raises(errors.TooManyViews):
        saved.save_view(name="three", queue="all", filters=values.NO_FILTERS, by=officer, at=AT)


def test_notes_are_for_colleagues_only(
    office: Office, other_office: Office, citizen: Citizen
) -> None:
    person = citizen()
    code = office.file(person)
    officer = office.reader("officer", code)
    key = notes.write(code, text="Đã gọi điện\x00 cho bà Hạnh. ", by=officer, at=AT)
    (note,) = page.case_page(code, reader=office.actor("intake"), at=AT).notes
    assert (note.text, note.by_name, note.is_mine) == (
        "Đã gọi điện cho bà Hạnh.",
        "Cán bộ officer",
        False,
    )
    assert page.case_page(code, reader=person, at=AT).notes == ()
    for stranger in (person, other_office.actor("officer")):
        with pytest.raises(errors.NoSuchCase):
            notes.write(code, text="x", by=stranger, at=AT)
    with pytest.raises(errors.NoSuchNote):
        notes.remove(key, by=office.actor("intake"), at=AT)
    with pytest.raises(errors.NoSuchNote):
        notes.remove(key, by=officer, at=AT + timedelta(hours=1))
    notes.remove(key, by=officer, at=AT + timedelta(minutes=59))
    assert page.case_page(code, reader=officer, at=AT).notes == ()


@pytest.mark.parametrize(
    "text, error", [("  \x00", errors.NoteEmpty), ("x" * 4001, errors.NoteTooLong)]
)
def test_a_note_says_something_and_not_a_book(
    office: Office, citizen: Citizen, text: str, error: type[Exception]
) -> None:
    code = office.file(citizen())
    with pytest.raises(error):
        notes.write(code, text=text, by=office.actor("officer"), at=AT)
