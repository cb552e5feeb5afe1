"""What can go wrong in the calendar on purpose; every message says what to do.

CalendarError
  +-- NaiveMoment      a datetime without a zone
  +-- MomentsReversed  an end before its start, as when a machine's clock jumped back
  +-- OutOfRange       outside the years that the calendar can know
  +-- BadCalendar      data that describes no calendar or period; carries every problem at once
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in the data of a calendar or a period: where (dotted path), a stable code, words."""

    path: str
    code: str
    message: str


class CalendarError(ValueError):
    """The calendar cannot answer."""


class NaiveMoment(CalendarError):
    """A moment has no time zone: give an aware datetime."""


class MomentsReversed(CalendarError):
    """An end lies before its start: check the clock of the machine that recorded it."""


class OutOfRange(CalendarError):
    """The answer lies outside the years for which holidays can be known."""


class BadCalendar(CalendarError):
    """The data describes no calendar; `problems` holds every fault found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{each.path}: {each.message}" for each in problems))
        self.problems = problems
