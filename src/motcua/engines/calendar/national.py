"""The public holidays of Viet Nam, year by year, with the working Saturdays swapped in for them.

Labour Code 2019 art. 112 names the holidays; the days by the lunar calendar and the yearly swaps
(hoán đổi) come from the tables of the `holidays` package. Swaps are announced late in the year
before, so later years lack them: an office's own table overrides what is said here.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import holidays

FIRST_YEAR = 1996  # the earliest year whose observed days follow one rule throughout
LAST_YEAR = 2100  # the last year of the lunar tables


@dataclass(frozen=True, slots=True)
class Year:
    """One year's national days off (day -> Vietnamese name) and days worked in exchange."""

    days_off: Mapping[datetime.date, str]
    swapped_in: frozenset[datetime.date]


@lru_cache(maxsize=LAST_YEAR - FIRST_YEAR + 1)
def year(number: int) -> Year:
    """Return the national days of a year between FIRST_YEAR and LAST_YEAR."""
    # A holiday early in January may be paid for by a Saturday in December, hence the neighbours.
    table = holidays.country_holidays(
        "VN", years=range(number - 1, min(number + 1, LAST_YEAR) + 1), language="vi", expand=False
    )
    swapped: set[datetime.date] = getattr(table, "weekend_workdays", set())
    return Year(
        days_off=MappingProxyType(
            {day: str(name) for day, name in sorted(table.items()) if day.year == number}
        ),
        swapped_in=frozenset(day for day in swapped if day.year == number),
    )
