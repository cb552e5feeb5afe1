"""The laws of the calendar, tried on random offices, moments and periods."""

import datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engines.calendar.hours import Hours, Interval, Overrides
from motcua.engines.calendar.model import Clock, Count, Period, Rule, Unit, same_day
from motcua.engines.calendar.office import Calendar

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FULL_DAY = (
    Interval(datetime.time(7), datetime.time(11, 30)),
    Interval(datetime.time(13, 30), datetime.time(17)),
)
quick = settings(max_examples=50, deadline=None)
times = st.times(datetime.time(5), datetime.time(21)).map(
    lambda each: each.replace(second=0, microsecond=0)
)
moments = st.datetimes(
    datetime.datetime(2025, 6, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime.datetime(2027, 6, 30),  # noqa: DTZ001
    timezones=st.just(ZONE),
)
days = st.dates(datetime.date(2025, 6, 1), datetime.date(2028, 12, 31))


@st.composite
def openings(draw: st.DrawFn) -> tuple[Interval, ...]:
    """Draw no, one or two intervals of a day."""
    marks = sorted(draw(st.lists(times, max_size=4, unique=True)))
    return tuple(Interval(start, end) for start, end in zip(marks[::2], marks[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Draw an office with any week that has one full day, its own holidays and overrides."""
    week = [draw(openings()) for _ in range(7)]
    week[draw(st.integers(0, 6))] = FULL_DAY  # else a long period could end after 2100
    overrides = Overrides(
        days_off=draw(st.dictionaries(days, st.just("bão"), max_size=3)),
        working_days=draw(st.dictionaries(days, st.integers(0, 6), max_size=3)),
        special_hours=draw(st.dictionaries(days, openings(), max_size=3)),
    )
    holidays = draw(st.dictionaries(days, st.just("lễ"), max_size=5))
    return Calendar(Hours(tuple(week)), holidays, overrides)


hour_periods = st.builds(
    Period, st.integers(1, 60), st.sampled_from([Unit.WORKING_DAYS, Unit.WORKING_HOURS])
)
day_periods = st.one_of(
    st.builds(Period, st.integers(1, 60), st.just(Unit.WORKING_DAYS), st.just(Count.WHOLE_DAYS)),
    st.builds(Period, st.integers(1, 60), st.just(Unit.DAYS)),
    st.builds(same_day, st.one_of(st.none(), times)),
)
periods = st.one_of(hour_periods, day_periods)


@quick
@given(calendars(), periods, moments)
def test_a_period_ends_in_working_time_or_at_an_end_of_it(
    office: Calendar, period: Period, since: datetime.datetime
) -> None:
    due = office.add(period, since=since)
    assert due > since or (due == since and period.unit is Unit.SAME_DAY)
    intervals = office.intervals_on(due.date())
    assert any(each.start <= due.time() <= each.end for each in intervals)
    if period.unit in (Unit.DAYS, Unit.SAME_DAY) or period.count is Count.WHOLE_DAYS:
        assert due.time() == intervals[-1].end


@quick
@given(calendars(), periods, moments, moments)
def test_what_comes_later_is_never_due_earlier(
    office: Calendar, period: Period, one: datetime.datetime, other: datetime.datetime
) -> None:
    first, second = sorted((one, other))
    assert office.add(period, since=first) <= office.add(period, since=second)


@quick
@given(calendars(), moments, st.integers(1, 90), st.integers(1, 90), st.data())
def test_a_longer_period_is_never_due_earlier(
    office: Calendar, since: datetime.datetime, one: int, other: int, data: st.DataObject
) -> None:
    unit = data.draw(st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS, Unit.WORKING_HOURS]))
    count = data.draw(st.sampled_from(Count))
    short, long = sorted((one, other))
    shorter = office.add(Period(short, unit, count), since=since)
    assert shorter <= office.add(Period(long, unit, count), since=since)


@quick
@given(calendars(), hour_periods, moments)
def test_the_working_time_until_due_is_the_amount(
    office: Calendar, period: Period, since: datetime.datetime
) -> None:
    hours = period.amount * (8 if period.unit is Unit.WORKING_DAYS else 1)
    due = office.add(period, since=since)
    assert office.working_time_between(since, due) == datetime.timedelta(hours=hours)


@quick
@given(calendars(), st.integers(1, 60), moments)
def test_the_working_days_until_due_are_the_amount(
    office: Calendar, amount: int, since: datetime.datetime
) -> None:
    due = office.add(Period(amount, Unit.WORKING_DAYS, Count.WHOLE_DAYS), since=since)
    received = office.add(same_day(), since=since)  # the day to which the receipt counts
    assert office.working_days_between(received.date(), due.date()) == amount


@quick
@given(calendars(), hour_periods, st.lists(moments, min_size=3, max_size=3).map(sorted))
def test_a_pause_shifts_the_due_moment_by_the_working_time_it_took(
    office: Calendar, period: Period, order: list[datetime.datetime]
) -> None:
    received, paused, resumed = order
    clock = Clock(period, received)
    before = office.due(clock)
    after = office.due(clock.pause(at=paused, rule=Rule.PAUSE).resume(at=resumed))
    assert before is not None
    assert after is not None
    shift = office.working_time_between(before, after)
    assert shift == office.working_time_between(paused, resumed)


@quick
@given(calendars(), periods, st.lists(moments, min_size=5, max_size=5).map(sorted))
def test_a_restart_is_never_due_before_a_pause(
    office: Calendar, period: Period, order: list[datetime.datetime]
) -> None:
    received, *rest = order
    first = Clock(period, received).pause(at=rest[0], rule=Rule.PAUSE).resume(at=rest[1])
    dues = [
        office.due(first.pause(at=rest[2], rule=rule).resume(at=rest[3]))
        for rule in (Rule.PAUSE, Rule.RESTART)
    ]
    running = office.due(first)
    assert running is not None
    assert dues[0] is not None
    assert dues[1] is not None
    assert running <= dues[0] <= dues[1]


@quick
@given(calendars(), periods, moments, days)
def test_a_new_holiday_never_makes_a_due_moment_earlier(
    office: Calendar, period: Period, since: datetime.datetime, day: datetime.date
) -> None:
    closed = Calendar(office.hours, {**office.holidays, day: "lễ"}, office.overrides)
    assert office.add(period, since=since) <= closed.add(period, since=since)


@quick
@given(calendars(), hour_periods, st.lists(moments, min_size=4, max_size=4).map(sorted))
def test_what_is_used_and_what_is_left_make_the_whole(
    office: Calendar, period: Period, order: list[datetime.datetime]
) -> None:
    received, paused, resumed, now = order
    clock = Clock(period, received).pause(at=paused, rule=Rule.PAUSE).resume(at=resumed)
    used, left = office.elapsed(clock, at=now), office.remaining(clock, at=now)
    late = office.overdue(clock, at=now)
    assert min(used, left, late) >= datetime.timedelta()
    hours = period.amount * (8 if period.unit is Unit.WORKING_DAYS else 1)
    assert used + left - late == datetime.timedelta(hours=hours)


@quick
@given(calendars(), periods, moments)
def test_the_zone_of_the_question_does_not_matter(
    office: Calendar, period: Period, since: datetime.datetime
) -> None:
    elsewhere = since.astimezone(datetime.UTC)
    assert office.add(period, since=since) == office.add(period, since=elsewhere)


@quick
@given(calendars(), moments, moments)
def test_counting_by_search_agrees_with_counting_day_by_day(
    office: Calendar, one: datetime.datetime, other: datetime.datetime
) -> None:
    start, end = sorted((one, other))
    end = min(end, start + datetime.timedelta(days=40))
    total = datetime.timedelta()
    for offset in range((end.date() - start.date()).days + 1):
        day = start.date() + datetime.timedelta(days=offset)
        for each in office.intervals_on(day):
            opened = max(start, datetime.datetime.combine(day, each.start, ZONE))
            closed = min(end, datetime.datetime.combine(day, each.end, ZONE))
            total += max(closed - opened, datetime.timedelta())
    assert office.working_time_between(start, end) == total
