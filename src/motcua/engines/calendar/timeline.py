"""One year of an office's working time laid out in arrays, so that counting is a binary search.

Moments are microseconds since 1970 in UTC: differences are then real time whatever a zone does to
its clocks. A table covers the local days of one year; no interval crosses midnight.
"""

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from motcua.engines.calendar.hours import Interval

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MICROSECOND = datetime.timedelta(microseconds=1)


def micros(moment: datetime.datetime) -> int:
    """Return an aware moment as microseconds since the epoch."""
    return (moment - EPOCH) // MICROSECOND


def moment(value: int, zone: ZoneInfo) -> datetime.datetime:
    """Return microseconds since the epoch as a moment in a zone."""
    return (EPOCH + datetime.timedelta(microseconds=value)).astimezone(zone)


@dataclass(frozen=True, slots=True)
class YearTable:
    """A year's intervals (starts, ends, working time before each) and its working days.

    Lists rather than tuples only for speed of building; nothing changes them.
    """

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int
    days: list[int]  # proleptic ordinals of the working days
    closes: list[int]  # the closing moment of each

    def passed(self, at: int) -> int:
        """Return the working time of this year that has passed at a moment."""
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return 0
        return self.before[index] + min(at, self.ends[index]) - self.starts[index]

    def reached(self, amount: int) -> int:
        """Return the earliest moment at which 0 < amount <= total of working time has passed."""
        index = bisect_left(self.before, amount) - 1
        return self.starts[index] + amount - self.before[index]

    def day_open_at(self, at: int) -> int:
        """Return the index of the first working day that has not closed before a moment.

        The answer is the number of working days when all have closed.
        """
        return bisect_left(self.closes, at)


def build(days: Iterable[tuple[datetime.date, tuple[Interval, ...]]], zone: ZoneInfo) -> YearTable:
    """Return the table of the days given in order, each with its intervals (none: a day off)."""
    starts: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    ordinals: list[int] = []
    closes: list[int] = []
    total = 0
    for day, intervals in days:
        for interval in intervals:
            start = micros(datetime.datetime.combine(day, interval.start, zone))
            end = micros(datetime.datetime.combine(day, interval.end, zone))
            if ends:  # where clocks are turned, an interval may shrink to nothing
                start = max(start, ends[-1])
            if start >= end:
                continue
            starts.append(start)
            ends.append(end)
            before.append(total)
            total += end - start
            if ordinals and ordinals[-1] == day.toordinal():
                closes[-1] = end
            else:
                ordinals.append(day.toordinal())
                closes.append(end)
    return YearTable(starts, ends, before, total, ordinals, closes)
