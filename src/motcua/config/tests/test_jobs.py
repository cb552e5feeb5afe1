"""The worker's connections: what broke is not used again."""

import asyncio
import logging
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections

from motcua.config import jobs

pytestmark = pytest.mark.django_db(transaction=True)


def break_it() -> None:
    """Let the server end the connection of this thread, which Django does not hear of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert cursor.fetchone() == (True,)
    other.close()


def by_the_clock(do: Callable[[], None]) -> None:
    """Do something in the thread in which jobs by the clock are put in line."""

    async def there() -> None:
        await sync_to_async(do)()

    asyncio.run(there())


def test_jobs_by_the_clock_survive_a_broken_connection(caplog: pytest.LogCaptureFixture) -> None:
    by_the_clock(break_it)
    with caplog.at_level(logging.ERROR):
        jobs.run_waiting()
    by_the_clock(connections.close_all)
    assert not caplog.records, caplog.text
