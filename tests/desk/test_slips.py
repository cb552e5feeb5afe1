"""Slips and registers: drawn from what was written down, for those who may have them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from motcua.cases import errors
from motcua.cases.actions import deadlines, filing
from motcua.cases.queries import registers, slips
from motcua.documents import queries as documents
from motcua.engines.calendar.model import Period
from motcua.identity.values import Actor

from .conftest import AT, OTHER_WARD, WARD, Office

Citizen = Callable[..., Actor]
pytestmark = pytest.mark.usefixtures("procedures")
TODAY = date(2026, 11, 23)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was given to the typesetter; the drawing itself is tried once below."""
    seen: list[dict[str, Any]] = []

    def draw(form: int, data: dict[str, Any], **_moments: object) -> bytes:
        seen.append({"form": form, **data})
        return b"%PDF-"

    monkeypatch.setattr(documents, "slip", draw)
    return seen


def test_the_receipt_says_what_came_and_until_when(
    office: Office, citizen: Citizen, drawn: list[dict[str, Any]]
) -> None:
    person = citizen()
    code = office.file(person)
    with pytest.raises(errors.NoSuchSlip):
        slips.pdf(code, 1, reader=person, at=AT)
    office.do(code, "intake", "accept", reason="ghi chú nội bộ")
    assert slips.given(code, reader=person) == (1,)
    slips.pdf(code, 1, reader=person, at=AT, lookup_url="https://example.vn/track")
    (told,) = drawn
    assert told["person"]["name"] == "Trần Thị Hạnh" and told["case"]["code"] == code
    assert told["papers"] == [{"name": "Tờ khai", "quantity": 1, "kind": "form"}]
    assert told["slip"]["officer"]["name"] == "Cán bộ intake" and told["slip"]["reason"] == ""
    assert told["case"]["due_at"].startswith("2026-11-") and told["slip"]["period"]


def test_an_apology_names_both_appointments(
    office: Office, citizen: Citizen, drawn: list[dict[str, Any]]
) -> None:
    code = office.file(citizen())
    office.do(code, "intake", "accept")
    period = Period.from_mapping({"amount": 2, "unit": "working_days"})
    deadlines.extend(code, period=period, reason="Mất điện", by=office.actor("leader"), at=AT)
    slips.pdf(code, 4, reader=office.actor("intake"), at=AT)
    said = drawn[0]["slip"]
    assert said["reason"] == "Mất điện" and said["former_due_at"] < drawn[0]["case"]["due_at"]


def test_the_control_slip_follows_the_case_from_hand_to_hand(
    office: Office, citizen: Citizen, drawn: list[dict[str, Any]]
) -> None:
    code = office.file(citizen())
    office.do(code, "intake", "accept", at=AT + timedelta(minutes=5))
    office.do(code, "officer", "approve", at=AT + timedelta(days=20))
    slips.pdf(code, 6, reader=office.actor("intake"), at=AT + timedelta(days=20))
    steps = drawn[0]["slip"]["steps"]
    assert [(each["giver"], each["receiver"].split(" (")[0], each["mark"]) for each in steps] == [
        ("Trần Thị Hạnh", "Phòng one_stop", "early"),
        ("Phòng one_stop", "Phòng justice", "late"),
        ("Phòng justice", "Phòng leadership", ""),
    ]


def test_the_hand_over_names_who_has_the_papers_now(
    office: Office, citizen: Citizen, drawn: list[dict[str, Any]]
) -> None:
    person = citizen()
    code = office.file(person)
    office.do(code, "intake", "accept")
    slips.pdf(code, 8, reader=office.actor("intake"), at=AT)
    assert drawn[0]["slip"]["giver"] == "Phòng one_stop"
    assert drawn[0]["slip"]["receivers"] == ["Phòng justice"]
    filing.withdraw(code, reason="đổi ý", by=person, at=AT)
    with pytest.raises(errors.NoSuchSlip):
        slips.pdf(code, 8, reader=office.actor("intake"), at=AT)


def test_internal_slips_are_not_for_applicants_nor_any_for_strangers(
    office: Office, other_office: Office, citizen: Citizen
) -> None:
    person = citizen()
    code = office.file(person)
    for form in (6, 8, 0, 7, 99, -1):
        with pytest.raises(errors.NoSuchSlip):
            slips.pdf(code, form, reader=person, at=AT)
    for stranger in (citizen(2), other_office.actor("intake")):
        with pytest.raises(errors.NoSuchCase):
            slips.pdf(code, 1, reader=stranger, at=AT)


def test_every_form_can_be_drawn(office: Office, citizen: Citizen) -> None:
    code = office.file(citizen(1, "Trần #Thị [Hạnh] $x$"))
    office.do(code, "intake", "accept")
    clerk = office.actor("intake")
    for form in (1, 6, 8):
        assert slips.pdf(code, form, reader=clerk, at=AT).startswith(b"%PDF-")
    assert registers.pdf(WARD, first=TODAY, last=TODAY, reader=clerk, at=AT).startswith(b"%PDF-")


def test_the_register_holds_what_was_accepted_in_its_days(office: Office, citizen: Citizen) -> None:
    first, second = office.file(citizen()), office.file(citizen(2, "Đỗ Văn Ứng"))
    office.file(citizen(3))  # not accepted: it is in no register
    office.do(second, "intake", "accept", at=AT)
    office.do(first, "intake", "accept", at=AT + timedelta(minutes=1))
    clerk = office.actor("intake")
    page = registers.register(WARD, first=TODAY, last=TODAY, reader=clerk, limit=1)
    rest = registers.register(WARD, first=TODAY, last=TODAY, reader=clerk, after=page.after)
    assert [row.case_code for row in (*page.rows, *rest.rows)] == [second, first]
    assert rest.after == "" and page.rows[0].applicant_phone == "0905000001"
    tomorrow = TODAY + timedelta(days=1)
    assert registers.register(WARD, first=tomorrow, last=tomorrow, reader=clerk).rows == ()


def test_the_register_reads_a_page_in_as_many_queries_as_a_row(
    office: Office, citizen: Citizen, django_assert_num_queries: Any
) -> None:
    clerk = office.actor("intake")
    for number in range(30):
        office.do(office.file(citizen(number)), "intake", "accept")
        if number in (0, 29):
            with django_assert_num_queries(3):
                page = registers.register(WARD, first=TODAY, last=TODAY, reader=clerk)
            assert len(page.rows) == number + 1


@pytest.mark.parametrize("first, last", [(1, 0), (0, 366), (0, 9999)])
def test_days_must_make_sense(office: Office, first: int, last: int) -> None:
    with pytest.raises(errors.BadDays):
        registers.register(
            WARD,
            first=TODAY + timedelta(days=first),
            last=TODAY + timedelta(days=last),
            reader=office.actor("intake"),
        )


def test_registers_are_for_those_of_the_office(office: Office, other_office: Office) -> None:
    for code in (OTHER_WARD, "H99"):
        with pytest.raises(errors.NotYourOffice):
            registers.register(code, first=TODAY, last=TODAY, reader=office.actor("intake"))
