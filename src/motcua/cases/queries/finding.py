"""How a search finds cases: by the index of words, the newest first, and never all that a common word meets.

A third of a province is called Nguyễn, so the index of words alone would fetch a third of an authority's
cases to show thirty. Each case is also found by the day in its code, and its key begins with the moment
it was filed: so a search looks through the last days first, and further back only until it has enough.
"""

import uuid
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from motcua.cases import rules
from motcua.kit import clock, ids

FOUND = "SELECT case_id FROM cases_searchentry WHERE words @@ %s::tsquery OFFSET 0"
# One stretch of time after the other, as they are written, until there are enough. Behind OFFSET 0, so
# that the index of words is read and not that of keys, which holds the cases of everybody.
NEWEST = """
    SELECT found.case_id FROM (VALUES {stretches}) AS stretch (words, first, before), LATERAL (
        SELECT case_id FROM (
            SELECT case_id FROM cases_searchentry WHERE words @@ stretch.words OFFSET 0
        ) met
        WHERE case_id >= stretch.first AND case_id < stretch.before
        ORDER BY case_id DESC LIMIT %s
    ) AS found LIMIT %s
"""
STRETCH = "(%s::tsquery, %s::uuid, %s::uuid)"
FIRST, LAST = uuid.UUID(int=0), uuid.UUID(int=(1 << 128) - 1)  # sort before and behind every key


def among(column: str, said: str, *, authorities: Collection[int]) -> RawSQL:
    """Return the condition that a case is among all that a search finds."""
    return _is_in(column, FOUND, [rules.search(said, authorities=authorities)])


def among_newest(
    column: str,
    said: str,
    *,
    authorities: Collection[int],
    before: uuid.UUID | None,
    at: datetime,
    limit: int,
) -> RawSQL:
    """Return the condition that a case is among the newest that a search finds, filed before a key."""
    tomorrow = at + timedelta(days=1)  # a clock may run ahead, but not by more
    last, newest = (before, min(ids.moment(before), tomorrow)) if before else (LAST, tomorrow)
    params: list[object] = []
    stretches = list(_stretches(newest))
    for first, days in stretches:
        words = rules.search(said, authorities=authorities, days=days)
        params += [words, str(first), str(last)]
        last = first
    sql = NEWEST.format(stretches=", ".join([STRETCH] * len(stretches)))
    return _is_in(column, sql, [*params, limit, limit])


def _stretches(newest: datetime) -> Iterator[tuple[uuid.UUID, tuple[str, ...]]]:
    """Yield how far back to look, with the days to look for; of what is older than a year, none."""
    today = clock.local(newest).date()
    week = [today - timedelta(days=back) for back in range(8)]
    yield _first_of(week[-1]), tuple(f"{day:%y%m%d}" for day in week)
    months = [week[-1].replace(day=1)]
    while len(months) < 12:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    for some in (months[:2], months[2:]):
        yield _first_of(some[-1]), tuple(f"{month:%y%m}" for month in some)
    yield FIRST, ()


def _first_of(day: date) -> uuid.UUID:
    return ids.first(datetime.combine(day, time.min, tzinfo=clock.VIETNAM))


def _is_in(column: str, sql: str, params: Sequence[object]) -> RawSQL:
    """Return the condition that a case is among those that a statement finds.

    As an array, since the planner cannot know how many a word finds: it must read the index of words
    first and fetch by key then, never walk all cases looking for a match.
    """
    condition = f"{column} = ANY(ARRAY({sql}))"
    return RawSQL(condition, params, output_field=BooleanField())  # noqa: S611  (our own words)
