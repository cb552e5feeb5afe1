"""Our own functions on dates, beside those of CEL.

    date(text) -> date                          a day from ISO 8601 text, as "2026-01-31"
    age(birth, on) -> int                       whole years completed on a day
    days_between(from, to) -> int               calendar days, negative when `to` is earlier
    working_days_between(from, to) -> int       as the office's calendar counts them

CEL knows moments and not days, so a day travels as midnight UTC; no zone is ever applied to it.
"""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, date, datetime

from cel_expr_python import cel

# The library takes midnight of 0001-01-01 for "before all time", so that one day cannot be used.
FIRST_DAY = date(1, 1, 2)

CALLED_AS = {
    "date": 'date("2026-01-31")',
    "age": "age(birth, on), two dates",
    "days_between": "days_between(from, to), two dates",
    "working_days_between": "working_days_between(from, to), two dates",
}

WorkingDays = Callable[[date, date], int]


def day_of(moment: datetime) -> date:
    """Return the calendar day that a moment inside an expression stands for."""
    return moment.date()


def moment_of(day: date) -> datetime:
    """Return the moment that stands for a calendar day inside an expression."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def day_from_text(text: str) -> date:
    """Return the day an ISO 8601 calendar date names.

    Raises ValueError for any other text, also for the short forms of ISO 8601.
    """
    if len(text) != len("2026-01-31") or text[4] != "-" or text[7] != "-":
        raise ValueError("a date must be written as year-month-day, as 2026-01-31")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("no such day in the calendar; a date is written as 2026-01-31") from None
    if day < FIRST_DAY:
        raise ValueError("no such day can be used: the first one is 0001-01-02")
    return day


def whole_years(birth: date, on: date) -> int:
    """Return the full years from a birth to a day; negative when the day comes before the birth.

    A year is full on the corresponding day of its last month; when that month has no such day, on the last day of the
    month. Someone born on 29 February is therefore a year older on 28 February of a common year. Source: Civil Code
    91/2015/QH13, article 148, on the end of terms in months and years, applied by analogy.
    """
    if on < birth:
        return -whole_years(on, birth)
    reached = (on.month, on.day) >= (birth.month, birth.day)
    if (
        (birth.month, birth.day) == (2, 29)
        and (on.month, on.day) == (2, 28)
        and not _is_leap(on.year)
    ):
        reached = True
    return on.year - birth.year - (0 if reached else 1)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def declarations(working_days: ContextVar[WorkingDays]) -> list[cel.FunctionDecl]:
    """Return our functions as CEL declares them, with their types.

    `working_days` holds the office's count during one evaluation; CEL binds functions when a scope is built, and the
    office is known only when a case is worked.
    """

    def count(start: datetime, end: datetime) -> int:
        return working_days.get()(day_of(start), day_of(end))

    day, whole, text = cel.Type.TIMESTAMP, cel.Type.INT, cel.Type.STRING

    def declare(
        name: str, parameters: list[cel.Type], result: cel.Type, work: Callable[..., object]
    ) -> cel.FunctionDecl:
        overload = cel.Overload(
            f"motcua_{name}", return_type=result, parameters=parameters, impl=work
        )
        return cel.FunctionDecl(name, [overload])

    return [
        declare("date", [text], day, lambda written: moment_of(day_from_text(written))),
        declare("age", [day, day], whole, lambda birth, on: whole_years(day_of(birth), day_of(on))),
        declare(
            "days_between", [day, day], whole, lambda start, end: (day_of(end) - day_of(start)).days
        ),
        declare("working_days_between", [day, day], whole, count),
    ]
