"""When an office is open: intervals of a day, a week of them, and an authority's own overrides."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

from motcua.engines.calendar import parse
from motcua.engines.calendar.errors import BadCalendar, Problem


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Opening hours within one day, in local time, the end not included."""

    start: datetime.time
    end: datetime.time

    def __post_init__(self) -> None:
        """Refuse an empty interval, and times that carry a zone of their own."""
        if self.start.tzinfo or self.end.tzinfo or self.start >= self.end:
            problem = Problem("interval", "empty-interval", "the end must be later than the start")
            raise BadCalendar((problem,))


@dataclass(frozen=True, slots=True)
class Hours:
    """An office's weekly opening: for each weekday, 0 for Monday, its intervals in order."""

    week: tuple[tuple[Interval, ...], ...]

    def __post_init__(self) -> None:
        """Refuse a week that is not seven days, overlaps, or an office that never opens."""
        if len(self.week) != 7 or not any(self.week):
            problem = Problem("hours", "never-open", "open on at least one of seven weekdays")
            raise BadCalendar((problem,))
        for index, day in enumerate(self.week):
            refuse_overlaps(day, f"hours.{parse.WEEKDAYS[index]}")

    def fullest(self) -> int:
        """Return the first weekday that is open longest: the hours of a day swapped in."""
        lengths = [sum(_minutes(each) for each in day) for day in self.week]
        return lengths.index(max(lengths))


def _minutes(interval: Interval) -> int:
    return (interval.end.hour - interval.start.hour) * 60 + (
        interval.end.minute - interval.start.minute
    )


def refuse_overlaps(day: tuple[Interval, ...], path: str) -> None:
    """Raise BadCalendar unless a day's intervals are in order and apart."""
    for earlier, later in pairwise(day):
        if later.start < earlier.end:
            raise BadCalendar((Problem(path, "overlap", "put the intervals in order and apart"),))


@dataclass(frozen=True, slots=True)
class Overrides:
    """An authority's own decisions, stronger than holidays and weekly hours.

    days_off: day -> reason. working_days: a day worked in exchange (hoán đổi) -> the weekday (0 for
    Monday) whose hours it keeps. special_hours: day -> its intervals, which may be none.
    """

    days_off: Mapping[datetime.date, str] = field(default_factory=dict)
    working_days: Mapping[datetime.date, int] = field(default_factory=dict)
    special_hours: Mapping[datetime.date, tuple[Interval, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep copies that nobody can change; refuse bad weekdays and overlapping hours."""
        for day, weekday in self.working_days.items():
            if weekday not in range(7):
                problem = Problem(f"working_days.{day}", "bad-weekday", "give 0 to 6")
                raise BadCalendar((problem,))
        for day, intervals in self.special_hours.items():
            refuse_overlaps(intervals, f"special_hours.{day}")
        for name in ("days_off", "working_days", "special_hours"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
