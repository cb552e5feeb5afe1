"""ISO 8601 durations of timers and tasks as moments."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from motcua.engines.calendar.model import Count
from motcua.engines.procedure import durations
from motcua.engines.procedure.errors import Unfit
from motcua.engines.procedure.tests.sample import OFFICE, at

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize("text", ["", "P", "PT", "2D", "P2", "P1.5D", "-P1D", "P1DT", "P1D "])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        durations.read(text)


@pytest.mark.parametrize("text", ["P1M", "P1Y", "PT30M", "PT10S"])
def test_working_time_has_weeks_days_and_hours_only(text: str) -> None:
    with pytest.raises(Unfit):
        durations.working_periods(text, count=Count.HOURS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT8H", at(26, 9)),
        ("P1D", at(26, 17)),
        ("P1DT2H", at(27, 9)),  # the end of the 26th, then two hours of the 27th
    ],
)
def test_working_time_is_counted_by_the_office(text: str, expected: datetime) -> None:
    found = durations.after_working(text, since=at(25, 9), calendar=OFFICE, count=Count.WHOLE_DAYS)
    assert found == expected


def test_a_week_of_working_time_is_five_working_days() -> None:
    week = durations.working_periods("P1W", count=Count.HOURS)
    assert week == durations.working_periods("P5D", count=Count.HOURS)


def test_calendar_time_keeps_to_the_wall_clock_and_the_length_of_months() -> None:
    last = datetime(2027, 1, 31, 9, tzinfo=ZONE)
    assert durations.after("P1M", since=last, zone=ZONE) == datetime(2027, 2, 28, 9, tzinfo=ZONE)
    assert durations.after("P1Y1DT1H", since=last, zone=ZONE) == datetime(
        2028, 2, 1, 10, tzinfo=ZONE
    )


def test_a_date_is_the_start_of_its_day_in_the_zone() -> None:
    found = durations.moment_of("2026-12-01", zone=ZONE)
    assert found == datetime(2026, 11, 30, 17, tzinfo=UTC)
    with pytest.raises(Unfit):
        durations.moment_of("tomorrow", zone=ZONE)


@pytest.mark.parametrize("text", ["P99999Y", "P99999M", "P9000Y"])
def test_a_duration_that_leaves_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        durations.after(text, since=at(25, 9), zone=ZONE)
