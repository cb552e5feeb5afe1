"""How dates, money and deadlines are written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.design import rules
from motcua.design.values import Deadline, Point
from motcua.kit.clock import VIETNAM

BEGINNING = datetime(2020, 1, 1, tzinfo=VIETNAM)
MOMENTS = st.integers(0, 10 * 365 * 24 * 3600).map(
    lambda seconds: BEGINNING + timedelta(seconds=seconds)
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


def test_a_day_is_written_the_vietnamese_way() -> None:
    assert rules.day(date(2026, 1, 2)) == "02/01/2026"


def test_a_moment_late_in_the_evening_of_utc_is_the_next_day_in_vietnam() -> None:
    moment = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
    assert (rules.day(moment), rules.hour(moment)) == ("22/11/2026", "01:30")


@pytest.mark.parametrize(
    "dong, written",
    [(0, "0 ₫"), (100_000, "100.000 ₫"), (1_234_567, "1.234.567 ₫"), (-5_000, "-5.000 ₫")],
)
def test_money_is_grouped_by_dots_and_never_broken(dong: int, written: str) -> None:
    assert rules.money(dong) == written.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    "octets, written",
    [(0, "0 B"), (999, "999 B"), (340_000, "340 KB"), (999_600, "1,0 MB"), (2_400_000, "2,4 MB")],
)
def test_sizes(octets: int, written: str) -> None:
    assert rules.size(octets) == written.replace(" ", "\u00a0")


def test_a_personal_id_shows_its_first_four_and_last_two_digits() -> None:
    assert rules.masked("056195004112") == "0561••••••12"


@given(st.text(max_size=30))
def test_masking_keeps_the_length_and_never_shows_more_than_six_characters(text: str) -> None:
    masked = rules.masked(text)
    assert len(masked) == len(text)
    assert sum(one == other for one, other in zip(text, masked, strict=True) if one != "•") <= 6


@pytest.mark.parametrize(
    "due, kind, count",
    [
        (at(24, 17), "days", 2),
        (at(23, 0, 1), "days", 1),
        (at(22, 17), "today", 0),
        (at(22, 9, 30), "today", 0),
        (at(22, 9, 29), "late_minutes", 1),
        (at(22, 5, 12), "late_hours", 4),
        (at(20, 9), "late_days", 2),
    ],
)
def test_how_far_a_deadline_is(due: datetime, kind: str, count: int) -> None:
    left = rules.left(due, at=at(22, 9, 30))
    assert (left.kind, left.count) == (kind, count)


@given(MOMENTS, MOMENTS)
def test_a_deadline_is_late_exactly_when_it_has_passed(due: datetime, now: datetime) -> None:
    left = rules.left(due, at=now)
    assert left.is_late == (due < now)
    assert left.count >= (0 if left.kind == "today" else 1)


@given(MOMENTS, st.integers(1, 300))
def test_a_deadline_comes_one_day_nearer_each_day(due: datetime, days: int) -> None:
    assert rules.left(due, at=due - timedelta(days=days)).count == days


@pytest.mark.parametrize(
    "left, share", [(15, 0), (12, 20), (0, 100), (-3, 100), (None, 0), (20, 0)]
)
def test_the_share_of_time_used_stays_within_the_bar(left: int | None, share: int) -> None:
    assert rules.used(Deadline(15, left)) == share


@given(st.lists(st.floats(-1e6, 1e6), max_size=20))
def test_bars_stay_within_their_box(values: list[float]) -> None:
    points = [Point(str(number), value, "") for number, value in enumerate(values)]
    bars = rules.bars(points)
    assert len(bars) == len(points)
    assert all(0 <= bar.length <= 100 for bar in bars)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_a_line_stays_within_its_box_and_goes_right(values: list[float]) -> None:
    curve = rules.curve([Point(str(number), value, "") for number, value in enumerate(values)])
    across = [x for x, _y in curve.dots]
    assert across == sorted(across)
    assert all(0 <= x <= curve.width and 0 <= y <= curve.height for x, y in curve.dots)


def test_a_line_without_points_is_refused() -> None:
    with pytest.raises(ValueError, match="needs points"):
        rules.curve([])
