"""Statements that are kept: asked at another moment each time, and never holding on to one."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session

from motcua.kit import statements

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.mark.django_db
def test_the_moment_is_that_of_the_question() -> None:
    Session.objects.create(session_key="one", expire_date=AT)
    alive = Session.objects.filter(expire_date__gt=statements.NOW)
    kept = statements.written(alive.values_list("session_key"))
    assert list(kept.rows({statements.NOW: AT - timedelta(seconds=1)})) == [("one",)]
    assert list(kept.rows({statements.NOW: AT})) == []


def test_a_moment_that_nobody_names_is_refused() -> None:
    kept = statements.Statement("SELECT %s", (AT,))
    with pytest.raises(KeyError):
        kept.rows({statements.NOW: AT})


def test_what_can_find_nothing_asks_nothing() -> None:
    kept = statements.written(Session.objects.none().values_list("session_key"))
    assert list(kept.rows({})) == []
