"""When is it due: the cases that officials and citizens ask about."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from motcua.engines.calendar import errors
from motcua.engines.calendar.model import Clock, Count, Pause, Period, Rule, Unit, same_day
from motcua.engines.calendar.office import Calendar

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FULL = ["07:00-11:30", "13:30-17:00"]
WEEK = {name: FULL for name in ("monday", "tuesday", "wednesday", "thursday", "friday")}
OFFICE = Calendar.from_mapping({"hours": WEEK})
THREE_DAYS = Period(3, Unit.WORKING_DAYS)
THREE_WHOLE_DAYS = Period(3, Unit.WORKING_DAYS, Count.WHOLE_DAYS)


def at(text: str) -> datetime.datetime:
    """Return the local moment "2026-03-02 10:00"; 2 March 2026 is a Monday."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-02 10:00", "2026-03-05 10:00"),
        ("2026-03-02 07:00", "2026-03-04 17:00"),  # the end of a day, not the start of the next
        ("2026-03-02 12:00", "2026-03-05 11:30"),  # the lunch hour counts for nobody
        ("2026-03-02 18:00", "2026-03-05 17:00"),  # after closing: from the next opening
        ("2026-03-02 05:00", "2026-03-04 17:00"),
        ("2026-03-05 10:00", "2026-03-10 10:00"),  # over a weekend
        ("2026-03-07 10:00", "2026-03-11 17:00"),  # on a Saturday
        ("2026-02-13 10:00", "2026-02-25 10:00"),  # over Tết, off until Friday the 20th
        ("2026-12-31 10:00", "2027-01-06 10:00"),  # over New Year
    ],
)
def test_three_working_days_in_hours(received: str, due: str) -> None:
    assert OFFICE.add(THREE_DAYS, since=at(received)) == at(due)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-02 10:00", "2026-03-05 17:00"),
        ("2026-03-02 17:00", "2026-03-05 17:00"),
        ("2026-03-02 17:01", "2026-03-06 17:00"),
        ("2026-03-07 10:00", "2026-03-12 17:00"),
        ("2026-12-31 10:00", "2027-01-06 17:00"),
    ],
)
def test_three_working_days_counted_whole(received: str, due: str) -> None:
    assert OFFICE.add(THREE_WHOLE_DAYS, since=at(received)) == at(due)


@pytest.mark.parametrize(
    ("amount", "received", "due"),
    [
        (15, "2026-03-02 10:00", "2026-03-17 17:00"),
        (5, "2026-03-02 10:00", "2026-03-09 17:00"),  # a Saturday moves to Monday
        (1, "2026-03-06 18:00", "2026-03-10 17:00"),  # Friday evening counts as Monday
        (30, "2026-08-03 10:00", "2026-09-03 17:00"),  # 2 September moves on
    ],
)
def test_calendar_days(amount: int, received: str, due: str) -> None:
    assert OFFICE.add(Period(amount, Unit.DAYS), since=at(received)) == at(due)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-03-02 09:00", "2026-03-02 17:00"),
        ("2026-03-02 15:00", "2026-03-02 17:00"),  # received at 15:00 is not after 15:00
        ("2026-03-02 15:01", "2026-03-03 17:00"),
        ("2026-03-02 20:00", "2026-03-03 17:00"),
        ("2026-03-06 15:30", "2026-03-09 17:00"),
        ("2026-03-08 23:00", "2026-03-09 17:00"),
    ],
)
def test_the_same_day_and_the_15_00_rule(received: str, due: str) -> None:
    assert OFFICE.add(same_day(datetime.time(15)), since=at(received)) == at(due)


def test_eight_working_hours_to_ask_for_what_is_missing() -> None:
    period = Period(8, Unit.WORKING_HOURS)
    assert OFFICE.add(period, since=at("2026-03-06 16:00")) == at("2026-03-09 16:00")


def test_the_answer_is_in_the_zone_of_the_office_wherever_the_question_came_from() -> None:
    utc = at("2026-03-02 10:00").astimezone(datetime.UTC)
    due = OFFICE.add(THREE_DAYS, since=utc)
    assert due.isoformat() == "2026-03-05T10:00:00+07:00"


def test_a_saturday_swapped_in_is_worked_and_the_monday_for_it_is_off() -> None:
    assert OFFICE.is_working_day(datetime.date(2026, 8, 22))
    assert not OFFICE.is_working_day(datetime.date(2026, 8, 31))
    assert OFFICE.next_working_day(datetime.date(2026, 8, 21)) == datetime.date(2026, 8, 22)
    assert "22/08/2026" in OFFICE.name_of_day_off(datetime.date(2026, 8, 31))
    assert OFFICE.name_of_day_off(datetime.date(2026, 8, 22)) == ""


def test_an_authority_overrides_what_is_national() -> None:
    office = Calendar.from_mapping(
        {
            "hours": {**WEEK, "saturday": ["07:30-11:00"]},
            "holidays": {"2026-03-03": "Ngày truyền thống của tỉnh"},
            "days_off": {"2026-08-22": "Mất điện", "2026-03-04": "Bão"},
            "working_days": {"2026-08-31": "monday"},
            "special_hours": {"2026-03-05": ["07:00-11:30"], "2026-03-06": []},
        }
    )
    off = {datetime.date(2026, 3, 3), datetime.date(2026, 3, 4), datetime.date(2026, 3, 6)}
    off.add(datetime.date(2026, 8, 22))
    assert not any(map(office.is_working_day, off))
    assert office.is_working_day(datetime.date(2026, 8, 31))
    assert office.name_of_day_off(datetime.date(2026, 3, 4)) == "Bão"
    assert office.name_of_day_off(datetime.date(2026, 3, 3)) == "Ngày truyền thống của tỉnh"
    day = Period(1, Unit.WORKING_DAYS)
    # Monday noon: the afternoon (3.5 h), then Thursday's half day (4.5 h)
    assert office.add(day, since=at("2026-03-02 13:30")) == at("2026-03-05 11:30")
    # Saturday is a half day too, of 3.5 hours, and Sunday is off
    assert office.add(day, since=at("2026-03-14 07:30")) == at("2026-03-16 11:30")


def test_working_days_between_dates() -> None:
    monday, friday = datetime.date(2026, 3, 2), datetime.date(2026, 3, 6)
    assert OFFICE.working_days_between(monday, friday) == 4
    assert OFFICE.working_days_between(friday, monday) == -4
    assert OFFICE.working_days_between(monday, monday) == 0
    assert OFFICE.working_days_between(datetime.date(2026, 12, 31), datetime.date(2027, 1, 4)) == 1


# ---- pauses


def test_a_clock_that_pauses_and_one_that_restarts() -> None:
    clock = Clock(THREE_DAYS, at("2026-03-02 10:00"))
    assert OFFICE.due(clock) == at("2026-03-05 10:00")
    for rule, due in ((Rule.PAUSE, "2026-03-12 10:00"), (Rule.RESTART, "2026-03-13 10:00")):
        stopped = clock.pause(at=at("2026-03-03 10:00"), rule=rule)
        assert stopped.is_paused
        assert OFFICE.due(stopped) is None
        running = stopped.resume(at=at("2026-03-10 10:00"))
        assert OFFICE.due(running) == at(due)


def test_what_is_elapsed_and_what_remains() -> None:
    clock = Clock(THREE_DAYS, at("2026-03-02 10:00"))
    clock = clock.pause(at=at("2026-03-03 10:00"), rule=Rule.PAUSE)
    hours = datetime.timedelta(hours=1)
    assert OFFICE.elapsed(clock, at=at("2026-03-06 10:00")) == 8 * hours
    assert OFFICE.remaining(clock, at=at("2026-03-06 10:00")) == 16 * hours
    clock = clock.resume(at=at("2026-03-10 10:00"))
    assert OFFICE.elapsed(clock, at=at("2026-03-11 10:00")) == 16 * hours
    assert OFFICE.remaining(clock, at=at("2026-03-11 10:00")) == 8 * hours
    assert OFFICE.remaining(clock, at=at("2026-03-03 10:00")) == 16 * hours  # as it stood then
    assert OFFICE.overdue(clock, at=at("2026-03-12 10:00")) == 0 * hours
    assert OFFICE.overdue(clock, at=at("2026-03-13 10:00")) == 8 * hours
    assert OFFICE.remaining(clock, at=at("2026-03-13 10:00")) == 0 * hours


def test_a_restart_counts_the_time_anew() -> None:
    clock = Clock(THREE_DAYS, at("2026-03-02 10:00"))
    clock = clock.pause(at=at("2026-03-03 10:00"), rule=Rule.RESTART)
    assert OFFICE.remaining(clock, at=at("2026-03-04 10:00")) == datetime.timedelta(hours=24)
    clock = clock.resume(at=at("2026-03-10 10:00"))
    assert OFFICE.elapsed(clock, at=at("2026-03-10 11:00")) == datetime.timedelta(hours=1)


# ---- a clock that jumps, and other bad input


def test_a_moment_before_receipt_gives_nought_and_never_a_negative_figure() -> None:
    clock = Clock(THREE_DAYS, at("2026-03-02 10:00"))
    early = at("2026-02-27 10:00")
    assert OFFICE.elapsed(clock, at=early) == datetime.timedelta()
    assert OFFICE.remaining(clock, at=early) == datetime.timedelta(hours=24)
    assert OFFICE.overdue(clock, at=early) == datetime.timedelta()


def test_moments_out_of_order_are_refused() -> None:
    received, earlier = at("2026-03-02 10:00"), at("2026-03-02 09:59")
    clock = Clock(THREE_DAYS, received)
    with pytest.raises(errors.MomentsReversed):
        OFFICE.working_time_between(received, earlier)
    with pytest.raises(errors.MomentsReversed):
        clock.pause(at=earlier, rule=Rule.PAUSE)
    paused = clock.pause(at=at("2026-03-02 11:00"), rule=Rule.PAUSE)
    with pytest.raises(errors.MomentsReversed):
        paused.resume(at=received)
    with pytest.raises(errors.MomentsReversed):
        paused.pause(at=at("2026-03-02 12:00"), rule=Rule.PAUSE)
    with pytest.raises(errors.MomentsReversed):
        clock.resume(at=at("2026-03-02 12:00"))
    with pytest.raises(errors.MomentsReversed):
        pauses = (Pause(at("2026-03-03 10:00"), at("2026-03-04 10:00"), Rule.PAUSE),) * 2
        Clock(THREE_DAYS, received, pauses)


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime.datetime(2026, 3, 2, 10)  # noqa: DTZ001 - the fault under test
    with pytest.raises(errors.NaiveMoment, match="no time zone"):
        OFFICE.add(THREE_DAYS, since=naive)
    with pytest.raises(errors.NaiveMoment):
        OFFICE.working_time_between(naive, at("2026-03-02 10:00"))
    with pytest.raises(errors.NaiveMoment):
        Clock(THREE_DAYS, naive)
    with pytest.raises(errors.NaiveMoment):
        OFFICE.remaining(Clock(THREE_DAYS, at("2026-03-02 10:00")), at=naive)


@pytest.mark.parametrize("since", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_what_no_calendar_knows_is_refused(since: str) -> None:
    with pytest.raises(errors.OutOfRange):
        OFFICE.add(THREE_DAYS, since=datetime.datetime.fromisoformat(since))
    for unit in (Unit.DAYS, Unit.WORKING_DAYS):
        with pytest.raises(errors.OutOfRange):
            OFFICE.add(Period(20_000, unit), since=at("2090-01-01 00:00"))
    with pytest.raises(errors.OutOfRange):
        OFFICE.next_working_day(datetime.date.max)


# ---- zones that turn their clocks


def test_a_period_over_a_change_of_the_clocks_counts_real_time() -> None:
    berlin = Calendar.from_mapping(
        {
            "zone": "Europe/Berlin",
            "national": False,
            "hours": {name: ["01:00-04:00"] for name in ("saturday", "sunday")},
        }
    )
    zone = ZoneInfo("Europe/Berlin")
    midnight = datetime.datetime(2026, 3, 29, 0, tzinfo=zone)
    evening = datetime.datetime(2026, 3, 29, 20, tzinfo=zone)
    assert berlin.working_time_between(midnight, evening) == datetime.timedelta(hours=2)
    midnight, evening = midnight.replace(month=10, day=25), evening.replace(month=10, day=25)
    assert berlin.working_time_between(midnight, evening) == datetime.timedelta(hours=4)
