"""How dates, money and deadlines are written, and where the points of a chart stand. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from motcua.design.values import Deadline, Left, Point
from motcua.kit import clock

NO_BREAK = "\u00a0"
DOT = "\u2022"
HOUR, MINUTE = 3600, 60  # seconds


def day(moment: date | datetime) -> str:
    """Return a day as 22/11/2026; of a moment, the day it is in Vietnam."""
    shown = clock.local(moment) if isinstance(moment, datetime) else moment
    return f"{shown.day:02d}/{shown.month:02d}/{shown.year:04d}"


def hour(moment: datetime) -> str:
    """Return the time of a moment in Vietnam as 09:12."""
    return f"{clock.local(moment):%H:%M}"


def is_same_day(one: datetime, other: datetime) -> bool:
    """Return whether two moments fall on one day in Vietnam."""
    return clock.local(one).date() == clock.local(other).date()


def money(dong: int) -> str:
    """Return an amount in đồng as 100.000 ₫, on one line."""
    return f"{grouped(dong)}{NO_BREAK}₫"


def grouped(number: int) -> str:
    """Return a whole number as 1.234.567."""
    return f"{number:,}".replace(",", ".")


def size(octets: int) -> str:
    """Return the size of a file as 340 KB or 2,4 MB (1 KB = 1,000 bytes, as shops and phones count)."""
    if octets < 1_000:
        return f"{octets}{NO_BREAK}B"
    if octets < 999_500:
        return f"{octets / 1_000:.0f}{NO_BREAK}KB"
    return f"{octets / 1_000_000:.1f}{NO_BREAK}MB".replace(".", ",")


def masked(personal_id: str) -> str:
    """Return a personal identification number with its middle hidden: 0560••••••12."""
    if len(personal_id) < 8:
        return DOT * len(personal_id)
    return personal_id[:4] + DOT * (len(personal_id) - 6) + personal_id[-2:]


def left(due_at: datetime, *, at: datetime) -> Left:
    """Return how far a deadline is: days of the calendar ahead, today, or how long it has passed."""
    if due_at < at:
        seconds = int((at - due_at).total_seconds())
        if seconds < HOUR:
            return Left("late_minutes", max(1, seconds // MINUTE), due_at)
        if seconds < 24 * HOUR:
            return Left("late_hours", seconds // HOUR, due_at)
        return Left("late_days", seconds // (24 * HOUR), due_at)
    days = (clock.local(due_at).date() - clock.local(at).date()).days
    return Left("days", days, due_at) if days else Left("today", 0, due_at)


def used(deadline: Deadline) -> int:
    """Return how much of the time allowed is used, in whole per cent from 0 to 100."""
    if deadline.left is None or deadline.total <= 0:
        return 0
    return max(0, min(100, round(100 * (deadline.total - deadline.left) / deadline.total)))


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: its point and its length in per cent of the longest."""

    point: Point
    length: float


def bars(points: Sequence[Point]) -> tuple[Bar, ...]:
    """Return the bars of a chart; a value below nought has no length, its figure says it."""
    longest = max((point.value for point in points), default=0)
    scale = 100 / longest if longest > 0 else 0
    return tuple(Bar(point, round(max(0.0, point.value) * scale, 2)) for point in points)


@dataclass(frozen=True, slots=True)
class Curve:
    """A line chart in a box of `width` by `height`: the line, and its dots as x and y."""

    width: int
    height: int
    line: str
    dots: tuple[tuple[float, float], ...]
    highest: Point
    lowest: Point


def curve(points: Sequence[Point], *, width: int = 600, height: int = 160) -> Curve:
    """Return the line through the points, from nought to the highest value; raises ValueError without points."""
    if not points:
        raise ValueError("a line needs points")
    margin = 8
    highest = max(points, key=lambda point: point.value)
    lowest = min(points, key=lambda point: point.value)
    base = min(0.0, lowest.value)
    span = (highest.value - base) or 1.0
    stride = (width - 2 * margin) / max(1, len(points) - 1)
    dots = tuple(
        (
            round(margin + number * stride, 1),
            round(height - margin - (point.value - base) / span * (height - 2 * margin), 1),
        )
        for number, point in enumerate(points)
    )
    line = " ".join(f"{x},{y}" for x, y in dots)
    return Curve(width, height, line, dots, highest, lowest)
