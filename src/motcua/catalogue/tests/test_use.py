"""What is most used stands first, by the log of the last twelve months, and is counted once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from motcua.catalogue import actions, models, queries, rules

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    queries._codes_by_use.cache_clear()
    yield
    queries._codes_by_use.cache_clear()


@pytest.fixture
def listed(db: None) -> list[str]:
    """Four procedures that can be applied for, and one that cannot."""
    codes = [f"1.00000{number}" for number in range(1, 6)]
    for code in codes:
        row = models.Procedure.objects.create(
            code=code, name_vi=code, name_en=code, field_code="x", level="commune", search_text=""
        )
        if code == codes[-1]:
            continue
        row.current = models.Version.objects.create(
            procedure=row, number=1, files={}, digest="0" * 64, published_at=AT, published_by="t"
        )
        row.save()
    return codes


def file(code: str, *, times: int = 1, at: datetime = AT) -> None:
    for _ in range(times):
        actions.count_filing(code, at=at)


def most_used(*, limit: int = 3) -> list[str]:
    return [each.code for each in queries.most_used(limit=limit, at=AT)]


def test_what_is_applied_for_most_stands_first_and_the_rest_by_code(listed: list[str]) -> None:
    file(listed[3], times=3)
    file(listed[1])
    assert most_used() == [listed[3], listed[1], listed[0]]


def test_what_cannot_be_applied_for_is_not_listed(listed: list[str]) -> None:
    file(listed[4], times=5)
    file("9.999999", times=9)
    assert most_used(limit=6) == listed[:4]


def test_twelve_months_count_and_no_more(listed: list[str]) -> None:
    file(listed[2], times=5, at=datetime(2025, 11, 29, tzinfo=UTC))
    file(listed[1], at=datetime(2025, 12, 1, tzinfo=UTC))
    assert most_used()[:2] == [listed[1], listed[0]]


@pytest.mark.parametrize(
    ("at", "since"),
    [
        (datetime(2026, 11, 22, tzinfo=UTC), date(2025, 12, 1)),
        (datetime(2026, 12, 31, 16, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 12, 31, 18, tzinfo=UTC), date(2026, 2, 1)),  # next year in Viet Nam
    ],
)
def test_a_year_ends_with_the_present_month(at: datetime, since: date) -> None:
    assert rules.year_before(at) == since


def test_the_order_is_kept_for_a_while_and_the_names_are_read_anew(
    listed: list[str], django_assert_num_queries: Any
) -> None:
    file(listed[2], times=2)
    file(listed[1])
    assert most_used(limit=2) == [listed[2], listed[1]]
    file(listed[1], times=5)
    with django_assert_num_queries(1):
        assert most_used(limit=2) == [listed[2], listed[1]]
    later = queries.most_used(limit=2, at=AT + timedelta(seconds=queries.FRESH))
    assert [each.code for each in later] == [listed[1], listed[2]]
