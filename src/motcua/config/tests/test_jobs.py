"""The worker's connections: what broke is not used again."""

import asyncio
import logging
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, connection, connections
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job
from procrastinate.worker import Worker

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


def patient(do: Callable[[], object]) -> object:
    """Do a job as the worker does it."""
    job = Job(id=1, queue="q", lock=None, queueing_lock=None, task_name="t")
    context = JobContext(app=app, job=job, abort_reason=lambda: None, start_timestamp=0.0)
    return jobs._with_patience(do, context, Worker(app))


def test_a_job_that_loses_the_database_goes_on_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "PAUSE", 0.01)
    tries: list[int] = []

    def work() -> str:
        tries.append(1)
        if len(tries) == 1:
            break_it()
        with connection.cursor() as cursor:  # broken the first time, new the second
            cursor.execute("SELECT 'done'")
            return str(cursor.fetchone()[0])

    assert patient(work) == "done" and len(tries) == 2


def test_what_stays_away_is_a_failed_try_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PAUSE", 0.01)
    monkeypatch.setattr(jobs, "PATIENCE", 0.1)
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        raise OperationalError("the server is away")

    with pytest.raises(OperationalError):
        patient(work)
    assert len(tries) > 1


def test_what_is_no_loss_of_the_database_is_not_waited_for() -> None:
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        raise ValueError("a fault of ours")

    with pytest.raises(ValueError, match="ours"):
        patient(work)
    assert len(tries) == 1
