"""Statements that are written once in a process and asked often.

To write a long query takes Django longer than PostgreSQL to answer it. What is kept here depends on
nothing but the arguments of the function that writes it, and on the moment it is asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

NOW = datetime(2000, 1, 1, tzinfo=UTC)  # stands for the moment at which it is asked


@dataclass(frozen=True, slots=True)
class Statement:
    """A query as PostgreSQL reads it, with its parameters."""

    sql: str
    params: tuple[Any, ...]

    def rows(self, moments: Mapping[datetime, datetime]) -> Iterable[tuple[Any, ...]]:
        """Return what it finds, each moment that it was written with exchanged for one of now.

        Raises KeyError of a moment that is not named: what is kept must not hold on to a time.
        """
        if not self.sql:
            return ()
        said = [moments[each] if isinstance(each, datetime) else each for each in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, said)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def written(query: QuerySet[Any, Any]) -> Statement:
    """Return the statement of a query that reads plain columns, written with NOW for the moment."""
    try:
        sql, params = query.query.sql_with_params()
    except EmptyResultSet:  # Django knows already that nothing can be found
        return Statement("", ())
    return Statement(sql, tuple(params))
