"""The calendar of one office: which days and hours it works, and when a period ends.

How a period is counted (each convention is chosen by the period's data):

- working hours, and working days counted in hours: so much working time from the moment of receipt;
  a working day is eight working hours unless the office says otherwise;
- working days counted whole: the day of receipt is day nought; due at the close of the last day;
- calendar days: as above, over all days; a last day that is off moves to the next working day;
- the same day: due at the close of the day of receipt, or of the next after the cut-off.

What comes outside opening hours counts as come at the next opening. A pause is measured in the unit
of its period: working time, working days or calendar days that it took. Hence a clock that restarts
is never due before one that was paused.
"""

import bisect
import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self
from zoneinfo import ZoneInfo

from motcua.engines.calendar import national, parse, timeline
from motcua.engines.calendar.errors import MomentsReversed, OutOfRange
from motcua.engines.calendar.hours import Hours, Interval, Overrides
from motcua.engines.calendar.model import Clock, Count, Pause, Period, Rule, Unit, instant

HOUR = 3_600_000_000  # microseconds
VIET_NAM = "Asia/Ho_Chi_Minh"
_KEYS = frozenset(
    {
        "zone",
        "national",
        "hours",
        "hours_per_day",
        "holidays",
        "days_off",
        "working_days",
        "special_hours",
    }
)
_Day = tuple[int, int]  # a working day: its year, and its index among that year's working days


@dataclass(frozen=True, slots=True)
class Calendar:
    """One office's working time.

    hours: the weekly opening. holidays: further days off with their names, beside the national ones
    (left out with is_national=False). overrides win over both. hours_per_day: the working hours of a
    working day where days are counted in hours. zone: an IANA name.
    """

    hours: Hours
    holidays: Mapping[datetime.date, str] = field(default_factory=dict)
    overrides: Overrides = field(default_factory=Overrides)
    zone: str = VIET_NAM
    hours_per_day: int = 8
    is_national: bool = True
    _tables: dict[int, timeline.YearTable] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )  # years laid out on first use; a memo, never a part of the value
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Keep a copy of the holidays that nobody can change; refuse an unknown zone."""
        reader = parse.Reader()
        zone = reader.zone(self.zone, "zone")
        reader.whole(self.hours_per_day, "hours_per_day", most=24)
        reader.finish()
        object.__setattr__(self, "_zone", zone)
        object.__setattr__(self, "holidays", MappingProxyType(dict(self.holidays)))

    @classmethod
    def from_mapping(cls, data: Mapping[str, object]) -> Self:
        """Return the calendar that plain data describes (docs/reference/calendar.md).

        Raises BadCalendar with every fault, each with its place.
        """
        reader = parse.Reader()
        table = reader.mapping(data, "calendar")
        reader.known(table, _KEYS)
        week = _read_week(reader, table.get("hours"))
        overrides = _read_overrides(reader, table, week)
        holidays = reader.names(table.get("holidays"), "holidays")
        zone = reader.zone(table.get("zone", VIET_NAM), "zone")
        per_day = reader.whole(table.get("hours_per_day", 8), "hours_per_day", most=24)
        is_national = table.get("national", True)
        if not isinstance(is_national, bool):
            reader.fault("national", "not-a-truth", "say true or false")
        reader.finish()
        return cls(Hours(week), holidays, overrides, zone.key, per_day, bool(is_national))

    # ---- days

    def intervals_on(self, day: datetime.date) -> tuple[Interval, ...]:
        """Return the intervals in which the office is open on a day; none on a day off."""
        overrides = self.overrides
        if day in overrides.special_hours:
            return overrides.special_hours[day]
        if day in overrides.working_days:
            return self.hours.week[overrides.working_days[day]]
        if day in overrides.days_off or day in self.holidays:
            return ()
        if self.is_national and national.FIRST_YEAR <= day.year <= national.LAST_YEAR:
            year = national.year(day.year)
            if day in year.days_off:
                return ()
            if day in year.swapped_in:
                return self.hours.week[self.hours.fullest()]
        return self.hours.week[day.weekday()]

    def is_working_day(self, day: datetime.date) -> bool:
        """Tell whether the office is open at any time of a day."""
        return bool(self.intervals_on(day))

    def name_of_day_off(self, day: datetime.date) -> str:
        """Return the name of the holiday, or the reason given, for a day off; else an empty text."""
        if self.is_working_day(day):
            return ""
        name = self.overrides.days_off.get(day) or self.holidays.get(day)
        if not name and self.is_national and national.FIRST_YEAR <= day.year <= national.LAST_YEAR:
            name = national.year(day.year).days_off.get(day)
        return name or ""

    def next_working_day(self, day: datetime.date) -> datetime.date:
        """Return the first working day after a day.

        Raises OutOfRange when the years that can be known hold none.
        """
        return datetime.date.fromordinal(self._first_working_day(day.toordinal() + 1)[0])

    def working_days_between(self, start: datetime.date, end: datetime.date) -> int:
        """Return how many working days lie after a day, up to and with another.

        The count is negative when the end is the earlier day, as differences of dates are.
        """
        if end < start:
            return -self.working_days_between(end, start)
        first, last = self._days_until(start), self._days_until(end)
        whole_years = (len(self._table(year).days) for year in range(start.year, end.year))
        return sum(whole_years) + last - first

    # ---- moments

    def working_time_between(
        self, start: datetime.datetime, end: datetime.datetime
    ) -> datetime.timedelta:
        """Return the working time from one moment to another.

        Raises MomentsReversed when the end is earlier, NaiveMoment, OutOfRange.
        """
        if instant(end) < instant(start):
            raise MomentsReversed(f"{end.isoformat()} is earlier than {start.isoformat()}")
        return datetime.timedelta(microseconds=self._between(start, end))

    def add(self, period: Period, *, since: datetime.datetime) -> datetime.datetime:
        """Return the moment at which a period that began at another is due, in the office's zone.

        Raises NaiveMoment and OutOfRange.
        """
        return self._due(period, since, ())

    def due(self, clock: Clock) -> datetime.datetime | None:
        """Return the moment at which a clock is due, or None while it stands still."""
        if clock.is_paused:
            return None
        return self._due(clock.period, clock.received_at, clock.pauses)

    def remaining(self, clock: Clock, *, at: datetime.datetime) -> datetime.timedelta:
        """Return the working time left at a moment; nought when overdue, all of it before receipt.

        While the clock stands still it is what would be left if it ran on from that moment.
        """
        due, now = self._due_as_of(clock, at)
        return self.working_time_between(now, due) if instant(now) < due else datetime.timedelta()

    def overdue(self, clock: Clock, *, at: datetime.datetime) -> datetime.timedelta:
        """Return the working time by which a clock is late at a moment; nought when it is not."""
        due, now = self._due_as_of(clock, at)
        return self.working_time_between(due, now) if due < instant(now) else datetime.timedelta()

    def elapsed(self, clock: Clock, *, at: datetime.datetime) -> datetime.timedelta:
        """Return the working time used at a moment, pauses left out; nought before receipt.

        A restart sets it to nought again, once the clock runs on.
        """
        begun, used = clock.received_at, 0
        for pause in clock.as_of(at).pauses:
            used += self._between(begun, pause.paused_at)
            if pause.resumed_at is None:
                return datetime.timedelta(microseconds=used)
            begun, used = pause.resumed_at, used if pause.rule is Rule.PAUSE else 0
        if instant(begun) < instant(at):
            used += self._between(begun, at)
        return datetime.timedelta(microseconds=used)

    # ---- counting

    def _due_as_of(
        self, clock: Clock, at: datetime.datetime
    ) -> tuple[datetime.datetime, datetime.datetime]:
        now = at if instant(clock.received_at) < instant(at) else clock.received_at
        then = clock.as_of(now)
        if then.is_paused:
            then = then.resume(at=now)
        return self._due(then.period, then.received_at, then.pauses), now

    def _due(
        self, period: Period, received_at: datetime.datetime, pauses: Iterable[Pause]
    ) -> datetime.datetime:
        since, stops = _since_restart(received_at, pauses)
        counted_in_hours = period.unit is Unit.WORKING_HOURS or (
            period.unit is Unit.WORKING_DAYS and period.count is Count.HOURS
        )
        if counted_in_hours:
            hours = period.amount * (self.hours_per_day if period.unit is Unit.WORKING_DAYS else 1)
            stopped = sum(self._between(start, end) for start, end in stops)
            value = self._advance(since, hours * HOUR + stopped)
        elif period.unit is Unit.DAYS:
            last = self._ordinal(self._day_of(since)) + period.amount
            for start, end in stops:
                last += self._ordinal(self._day_of(end)) - self._ordinal(self._day_of(start))
            value = self._first_working_day(last)[1]
        else:  # whole working days; the same day is none of them
            count = period.amount
            for start, end in stops:
                count += self._distance(
                    self._day_of(start, period.cutoff), self._day_of(end, period.cutoff)
                )
            value = self._close(self._later_day(self._day_of(since, period.cutoff), count))
        return timeline.moment(value, self._zone)

    def _table(self, year: int) -> timeline.YearTable:
        table = self._tables.get(year)
        if table is None:
            if not national.FIRST_YEAR <= year <= national.LAST_YEAR:
                raise OutOfRange(
                    f"{year} is outside {national.FIRST_YEAR}-{national.LAST_YEAR}, the years whose "
                    "holidays are known: check the moment and the amount"
                )
            table = timeline.build(
                ((day, self.intervals_on(day)) for day in _days_of(year)), self._zone
            )
            self._tables[year] = table
        return table

    def _place(self, moment: datetime.datetime) -> tuple[int, int]:
        """Return a moment's local year and its microseconds."""
        utc = instant(moment)
        if not national.FIRST_YEAR <= utc.year <= national.LAST_YEAR:
            self._table(utc.year)  # raises OutOfRange before a zone overflows
        return utc.astimezone(self._zone).year, timeline.micros(utc)

    def _between(self, start: datetime.datetime, end: datetime.datetime) -> int:
        (first, begun), (last, ended) = self._place(start), self._place(end)
        whole_years = (self._table(year).total for year in range(first, last))
        return sum(whole_years) + self._table(last).passed(ended) - self._table(first).passed(begun)

    def _advance(self, since: datetime.datetime, amount: int) -> int:
        year, at = self._place(since)
        table = self._table(year)
        amount += table.passed(at)
        while amount > table.total:
            amount -= table.total
            year += 1
            table = self._table(year)
        return table.reached(amount)

    def _day_of(self, moment: datetime.datetime, cutoff: datetime.time | None = None) -> _Day:
        """Return the working day to which a moment counts: this one, or the next after closing."""
        year, at = self._place(moment)
        index = self._table(year).day_open_at(at)
        day = self._later_day((year, index), 0)
        if cutoff is not None:
            date = datetime.date.fromordinal(self._ordinal(day))
            if timeline.micros(datetime.datetime.combine(date, cutoff, self._zone)) < at:
                day = self._later_day(day, 1)
        return day

    def _later_day(self, day: _Day, count: int) -> _Day:
        year, index = day
        index += count
        while index >= (length := len(self._table(year).days)):
            index -= length
            year += 1
        return year, index

    def _distance(self, start: _Day, end: _Day) -> int:
        whole_years = (len(self._table(year).days) for year in range(start[0], end[0]))
        return sum(whole_years) + end[1] - start[1]

    def _ordinal(self, day: _Day) -> int:
        return self._table(day[0]).days[day[1]]

    def _close(self, day: _Day) -> int:
        return self._table(day[0]).closes[day[1]]

    def _days_until(self, day: datetime.date) -> int:
        """Return how many working days a day's year has up to and with it."""
        return bisect.bisect_right(self._table(day.year).days, day.toordinal())

    def _first_working_day(self, ordinal: int) -> tuple[int, int]:
        """Return the ordinal and the close of the first working day on or after a day."""
        try:
            year = datetime.date.fromordinal(ordinal).year
        except (ValueError, OverflowError):
            raise OutOfRange("the day lies beyond the last that can be written") from None
        index = bisect.bisect_left(self._table(year).days, ordinal)
        day = self._later_day((year, index), 0)
        return self._ordinal(day), self._close(day)


def _days_of(year: int) -> Iterator[datetime.date]:
    first = datetime.date(year, 1, 1).toordinal()
    last = datetime.date(year, 12, 31).toordinal()
    return map(datetime.date.fromordinal, range(first, last + 1))


def _since_restart(
    received_at: datetime.datetime, pauses: Iterable[Pause]
) -> tuple[datetime.datetime, list[tuple[datetime.datetime, datetime.datetime]]]:
    """Return the moment from which the period counts, and the stops since then."""
    since = received_at
    stops: list[tuple[datetime.datetime, datetime.datetime]] = []
    for pause in pauses:
        if pause.resumed_at is None:
            continue
        if pause.rule is Rule.RESTART:
            since, stops = pause.resumed_at, []
        else:
            stops.append((pause.paused_at, pause.resumed_at))
    return since, stops


def _read_week(reader: parse.Reader, data: object) -> tuple[tuple[Interval, ...], ...]:
    table = reader.mapping(data, "hours")
    reader.known(table, frozenset(parse.WEEKDAYS))
    week = tuple(
        _intervals(reader.spans(table.get(name, ()), f"hours.{name}")) for name in parse.WEEKDAYS
    )
    if not any(week):
        reader.fault("hours", "never-open", "open on at least one weekday")
    return week


def _read_overrides(
    reader: parse.Reader,
    table: Mapping[object, object],
    week: tuple[tuple[Interval, ...], ...],
) -> Overrides:
    days_off = reader.names(table.get("days_off"), "days_off")
    working: dict[datetime.date, int] = {}
    for day, value, place in reader.days(table.get("working_days"), "working_days"):
        weekday = reader.weekday(value, place)
        if weekday is None:
            continue
        working[day] = weekday
        if any(week) and not week[weekday]:
            reader.fault(place, "never-open", "name a weekday on which the office is open")
    special = {
        day: _intervals(reader.spans(value, place))
        for day, value, place in reader.days(table.get("special_hours"), "special_hours")
    }
    for day in sorted(set(working) & set(days_off)):
        reader.fault(f"working_days.{day}", "contradiction", "the day is among days_off as well")
    return Overrides(days_off, working, special)


def _intervals(spans: tuple[parse.Span, ...]) -> tuple[Interval, ...]:
    return tuple(Interval(start, end) for start, end in spans)
