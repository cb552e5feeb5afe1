"""Calendars and periods from data: what is read, and how what is wrong is told."""

import datetime
from typing import Any

import pytest

from motcua.engines.calendar import errors, national
from motcua.engines.calendar.hours import Hours, Interval
from motcua.engines.calendar.model import Count, Period, Unit, same_day
from motcua.engines.calendar.office import Calendar

WEEK = {name: ["07:00-11:30", "13:30-17:00"] for name in ("monday", "tuesday", "friday")}


def problems(data: Any) -> dict[str, str]:
    with pytest.raises(errors.BadCalendar) as caught:
        Calendar.from_mapping(data)
    return {each.path: each.code for each in caught.value.problems}


@pytest.mark.parametrize("data", [None, {}, [], "monday", 7, {"hours": {}}, {"hours": []}])
def test_an_office_that_never_opens_is_refused(data: Any) -> None:
    assert problems(data)["hours"] in {"never-open", "not-a-mapping"}


def test_every_fault_is_told_at_once_with_its_place() -> None:
    found = problems(
        {
            "hours": {
                "monday": ["17:00-07:00", "noon", 7],
                "tuesday": ["07:00-11:30", "11:00-17:00"],
                "friday": "07:00-17:00",
                "someday": [],
            },
            "zone": "Asia/Saigon2",
            "hours_per_day": 0,
            "national": "yes",
            "holidays": {"2026-02-30": "Tết", "2026-09-02": ""},
            "days_off": ["2026-09-02"],
            "working_days": {"2026-08-22": "Thứ hai", "2026-08-29": "sunday"},
            "special_hours": {"tomorrow": []},
            "colour": "red",
        }
    )
    assert found == {
        "hours.monday[0]": "empty-interval",
        "hours.monday[1]": "bad-interval",
        "hours.monday[2]": "bad-interval",
        "hours.tuesday[1]": "overlap",
        "hours.friday": "not-a-list",
        "someday": "unknown-key",
        "zone": "bad-zone",
        "hours_per_day": "bad-number",
        "national": "not-a-truth",
        "holidays.2026-02-30": "bad-day",
        "holidays.2026-09-02": "no-name",
        "days_off": "not-a-mapping",
        "working_days.2026-08-22": "bad-weekday",
        "working_days.2026-08-29": "never-open",
        "special_hours.tomorrow": "bad-day",
        "colour": "unknown-key",
    }


def test_a_day_cannot_be_worked_and_off() -> None:
    found = problems(
        {
            "hours": WEEK,
            "working_days": {"2026-08-22": "monday"},
            "days_off": {datetime.date(2026, 8, 22): "Mất điện"},
        }
    )
    assert found == {"working_days.2026-08-22": "contradiction"}


@pytest.mark.parametrize("zone", ["", "../../etc/passwd", "/etc/localtime", 7, None, "A" * 5_000])
def test_a_zone_is_a_name_and_never_a_path(zone: Any) -> None:
    assert problems({"hours": WEEK, "zone": zone}) == {"zone": "bad-zone"}


@pytest.mark.parametrize(
    ("data", "places"),
    [
        ({}, {"unit": "unknown-unit"}),
        ({"unit": "weeks", "amount": 1}, {"unit": "unknown-unit"}),
        ({"unit": "days"}, {"amount": "bad-number"}),
        ({"unit": "days", "amount": 0}, {"amount": "bad-number"}),
        ({"unit": "days", "amount": -3}, {"amount": "bad-number"}),
        ({"unit": "days", "amount": True}, {"amount": "bad-number"}),
        ({"unit": "days", "amount": 10**400}, {"amount": "bad-number"}),
        ({"unit": "days", "amount": 1.5}, {"amount": "bad-number"}),
        ({"unit": "days", "amount": 3, "count": "hours"}, {"count": "no-count"}),
        ({"unit": "days", "amount": 3, "cutoff": "15:00"}, {"cutoff": "no-cutoff"}),
        ({"unit": "same_day", "amount": 1}, {"amount": "no-amount"}),
        ({"unit": "same_day", "cutoff": "25:00"}, {"cutoff": "bad-time"}),
        ({"unit": "same_day", "cutoff": 900}, {"cutoff": "bad-time"}),
        (
            {"unit": "working_days", "amount": 3, "count": "weeks", "units": 1},
            {"count": "unknown-count", "units": "unknown-key"},
        ),
    ],
)
def test_what_is_no_period_is_refused(data: Any, places: dict[str, str]) -> None:
    with pytest.raises(errors.BadCalendar) as caught:
        Period.from_mapping(data)
    found = {each.path: each.code for each in caught.value.problems}
    assert places.items() <= found.items()


@pytest.mark.parametrize(
    ("data", "period"),
    [
        ({"amount": 3, "unit": "working_days"}, Period(3, Unit.WORKING_DAYS, Count.HOURS)),
        (
            {"amount": 3, "unit": "working_days", "count": "whole_days"},
            Period(3, Unit.WORKING_DAYS, Count.WHOLE_DAYS),
        ),
        ({"amount": 15, "unit": "days"}, Period(15, Unit.DAYS)),
        ({"amount": 8, "unit": "working_hours"}, Period(8, Unit.WORKING_HOURS)),
        ({"unit": "same_day", "cutoff": "15:00"}, same_day(datetime.time(15))),
        ({"unit": "same_day"}, same_day()),
    ],
)
def test_a_period_is_read_and_written(data: dict[str, object], period: Period) -> None:
    assert Period.from_mapping(data) == period
    assert Period.from_mapping(period.to_mapping()) == period


def test_values_built_in_code_are_checked_too() -> None:
    with pytest.raises(errors.BadCalendar):
        Interval(datetime.time(9), datetime.time(9))
    with pytest.raises(errors.BadCalendar):
        Hours(((),) * 7)
    with pytest.raises(errors.BadCalendar):
        Period(0, Unit.DAYS)
    with pytest.raises(errors.BadCalendar):
        Period(1, Unit.DAYS, cutoff=datetime.time(15))


def test_national_days_and_swaps_of_a_year_are_known() -> None:
    year = national.year(2026)
    assert year.days_off[datetime.date(2026, 2, 17)] == "Tết Nguyên Đán"
    assert year.days_off[datetime.date(2026, 9, 2)] == "Quốc khánh"
    assert datetime.date(2026, 8, 22) in year.swapped_in
    assert all(day.year == 2026 for day in year.days_off)
