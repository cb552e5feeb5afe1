"""ISO 8601 durations and dates of a flow's timers and tasks as moments."""

import datetime
import re
from calendar import monthrange
from dataclasses import dataclass

from motcua.engines.calendar import model as calendars
from motcua.engines.calendar import office
from motcua.engines.procedure.errors import Unfit

_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,5})D)?"
    r"(?:T(?=.)(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?)?",
    re.ASCII,
)
WORKING_DAYS_OF_A_WEEK = 5


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration as ISO 8601 writes it, years turned into months."""

    months: int
    weeks: int
    days: int
    hours: int
    minutes: int
    seconds: int


def read(text: str) -> Duration:
    """Return a duration such as P2D or PT8H; raises Unfit for any other text."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise Unfit(f"{text!r} is no ISO 8601 duration such as P2D or PT8H")
    years, months, weeks, days, hours, minutes, seconds = (
        int(each or 0) for each in found.groups()
    )
    return Duration(years * 12 + months, weeks, days, hours, minutes, seconds)


def working_periods(text: str, *, count: calendars.Count) -> tuple[calendars.Period, ...]:
    """Return working time as periods to be added one after another.

    A week is five working days. Raises Unfit for units that working time does not have.
    """
    duration = read(text)
    if duration.months or duration.minutes or duration.seconds:
        raise Unfit(f"{text!r}: working time is counted in weeks, days and hours")
    periods = []
    if days := duration.weeks * WORKING_DAYS_OF_A_WEEK + duration.days:
        periods.append(calendars.Period(days, calendars.Unit.WORKING_DAYS, count))
    if duration.hours:
        periods.append(calendars.Period(duration.hours, calendars.Unit.WORKING_HOURS))
    return tuple(periods)


def after_working(
    text: str, *, since: datetime.datetime, calendar: office.Calendar, count: calendars.Count
) -> datetime.datetime:
    """Return the moment at which that much working time has passed; raises Unfit."""
    moment = since
    for period in working_periods(text, count=count):
        moment = calendar.add(period, since=moment)
    return moment


def after(text: str, *, since: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """Return the moment after a duration of calendar time, on the wall clock of a zone.

    31 January and a month is the last day of February. Raises Unfit.
    """
    duration = read(text)
    local = since.astimezone(zone)
    years, month = divmod(local.year * 12 + local.month - 1 + duration.months, 12)
    days = duration.weeks * 7 + duration.days
    try:
        day = min(local.day, monthrange(years, month + 1)[1])
        shifted = local.replace(year=years, month=month + 1, day=day)
        return shifted + datetime.timedelta(
            days=days, hours=duration.hours, minutes=duration.minutes, seconds=duration.seconds
        )
    except (ValueError, OverflowError) as error:
        raise Unfit(f"{text!r} from {since.isoformat()} leaves the calendar") from error


def moment_of(text: str, *, zone: datetime.tzinfo) -> datetime.datetime:
    """Return the moment that an ISO 8601 date or moment names; a date is the start of its day.

    Raises Unfit."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise Unfit(f"{text!r} is no date or moment such as 2026-11-23T09:00:00+07:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
