"""Reading calendars and periods from plain data (YAML or JSON already loaded), every fault at once."""

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from motcua.engines.calendar.errors import BadCalendar, Problem

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Span = tuple[datetime.time, datetime.time]
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MAX_ENTRIES = 5_000  # days in one table: a century of holidays, not a way to fill the memory


@dataclass(slots=True)
class Reader:
    """A walk over untrusted data that notes faults instead of stopping at the first."""

    problems: list[Problem] = field(default_factory=list)

    def fault(self, path: str, code: str, message: str) -> None:
        """Note a fault."""
        self.problems.append(Problem(path, code, message))

    def finish(self) -> None:
        """Raise BadCalendar when any fault was noted."""
        if self.problems:
            raise BadCalendar(tuple(self.problems))

    def mapping(self, data: object, path: str) -> Mapping[object, object]:
        """Return data as a mapping; note a fault and return an empty one otherwise."""
        if data is None:
            return {}
        if not isinstance(data, Mapping):
            self.fault(path, "not-a-mapping", "give names with values here")
            return {}
        if len(data) > MAX_ENTRIES:
            self.fault(path, "too-many", f"give at most {MAX_ENTRIES} entries")
            return {}
        return data

    def known(self, data: Mapping[object, object], names: frozenset[str]) -> None:
        """Note each key that is none of the names."""
        for key in data:
            if not isinstance(key, str) or key not in names:
                self.fault(str(key)[:80], "unknown-key", f"use only {', '.join(sorted(names))}")

    def time(self, data: object, path: str) -> datetime.time | None:
        """Return a time of day from "HH:MM"."""
        found = _TIME.fullmatch(data) if isinstance(data, str) else None
        if found is None:
            self.fault(path, "bad-time", 'write a time as "15:00", in quotes')
            return None
        return datetime.time(int(found[1]), int(found[2]))

    def spans(self, data: object, path: str) -> tuple[Span, ...]:
        """Return intervals of one day from texts such as "07:00-11:30", ordered and apart."""
        if not isinstance(data, list | tuple) or len(data) > 24:
            self.fault(path, "not-a-list", 'give a list such as ["07:00-11:30", "13:30-17:00"]')
            return ()
        spans: list[Span] = []
        for index, item in enumerate(data):
            place = f"{path}[{index}]"
            start_text, dash, end_text = item.partition("-") if isinstance(item, str) else ("",) * 3
            if not dash:
                self.fault(place, "bad-interval", 'write an interval as "07:00-11:30"')
                continue
            start, end = self.time(start_text, place), self.time(end_text, place)
            if start is None or end is None:
                continue
            if start >= end:
                self.fault(place, "empty-interval", "the end must be later than the start")
            elif spans and start < spans[-1][1]:
                self.fault(place, "overlap", "begin after the interval before it ends")
            else:
                spans.append((start, end))
        return tuple(spans)

    def day(self, data: object, path: str) -> datetime.date | None:
        """Return a day from a date or from "YYYY-MM-DD"."""
        if isinstance(data, datetime.date) and not isinstance(data, datetime.datetime):
            return data
        if isinstance(data, str) and _DAY.fullmatch(data):
            try:
                return datetime.date.fromisoformat(data)
            except ValueError:
                pass  # falls to the fault below: 2026-02-30 has the form of a day but is none
        self.fault(path, "bad-day", "write a day of the calendar as 2026-09-02")
        return None

    def days(self, data: object, path: str) -> Iterator[tuple[datetime.date, object, str]]:
        """Yield each readable day of a table with its value and place."""
        for key, value in self.mapping(data, path).items():
            place = f"{path}.{str(key)[:80]}"
            day = self.day(key, place)
            if day is not None:
                yield day, value, place

    def names(self, data: object, path: str) -> dict[datetime.date, str]:
        """Return a table of days with the reasons they are off."""
        table: dict[datetime.date, str] = {}
        for day, value, place in self.days(data, path):
            if isinstance(value, str) and value.strip():
                table[day] = value.strip()
            else:
                self.fault(place, "no-name", "say why this day is off")
        return table

    def weekday(self, data: object, path: str) -> int | None:
        """Return 0 (Monday) to 6 (Sunday) from an English name."""
        if isinstance(data, str) and data in WEEKDAYS:
            return WEEKDAYS.index(data)
        self.fault(path, "bad-weekday", f"use one of {', '.join(WEEKDAYS)}")
        return None

    def whole(self, data: object, path: str, *, most: int) -> int:
        """Return a whole number from 1 to `most`."""
        if isinstance(data, int) and not isinstance(data, bool) and 1 <= data <= most:
            return data
        self.fault(path, "bad-number", f"give a whole number from 1 to {most}")
        return 1

    def zone(self, data: object, path: str) -> ZoneInfo:
        """Return a time zone from its IANA name."""
        try:
            if isinstance(data, str):
                return ZoneInfo(data)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass  # falls to the fault below
        self.fault(path, "bad-zone", "give an IANA zone such as Asia/Ho_Chi_Minh")
        return ZoneInfo("UTC")
