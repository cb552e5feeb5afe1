"""The worker of background jobs, on a connector of its own since Django's cannot wait for news."""

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Callable

import psycopg
from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connection, connections
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.worker import Worker

POLLING = 1.0  # seconds; only for jobs whose moment has come, new ones are announced
SWEEP = 10.0  # seconds between looks for jobs whose worker has died
PAUSE = 1.0  # seconds before looking again for a database that is away
PATIENCE = 30.0  # seconds that a job waits for the database which it lost, before that is a try

logger = logging.getLogger(__name__)


def run(*, concurrency: int = 2) -> None:
    """Work until told to stop; a database that is away is waited for."""
    while True:
        try:
            if asyncio.run(_until_told(concurrency=concurrency)):
                return
        except (ConnectorException, psycopg.OperationalError) as error:
            logger.warning("the worker waits for the database: %s", error)
        time.sleep(PAUSE)


def run_waiting() -> None:
    """Do the jobs that wait now, and return."""
    asyncio.run(_run(concurrency=1, wait=False))


def take_up_again() -> None:
    """Put back the jobs of workers that died, as a worker does every few seconds."""

    async def once() -> None:
        worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with worker_app.open_async():
            await _take_up_again(worker_app)

    asyncio.run(once())


async def _until_told(*, concurrency: int) -> bool:
    """Work, and return whether somebody told us to stop: procrastinate also stops by itself.

    It does so without an error when one of its side tasks loses the database.
    """
    work = asyncio.create_task(_run(concurrency=concurrency, wait=True))
    told = asyncio.Event()

    def stop() -> None:
        told.set()
        work.cancel()  # jobs that are under way are ended first

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await work
    except asyncio.CancelledError:
        if not told.is_set():
            raise
    return told.is_set()


async def _run(*, concurrency: int, wait: bool) -> None:
    # Jobs by the clock are put in line over a connection of Django's, in a thread of its own where nobody
    # else would close it once it broke: each new start would end at once.
    await sync_to_async(connections.close_all)()
    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker_app.open_async():
        # A worker that starts at once after one was killed still sees that one's last heartbeat: so it
        # keeps looking, or the job would wait for the start after the next.
        sweeper = asyncio.create_task(_sweep(worker_app)) if wait else None
        try:
            await worker_app.run_worker_async(
                concurrency=concurrency,
                wait=wait,
                fetch_job_polling_interval=POLLING,
                install_signal_handlers=False,
                listen_notify=wait,
                task_middleware=[*app.worker_defaults["task_middleware"], _with_patience],
            )
        finally:
            if sweeper is not None:
                sweeper.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await sweeper


def _with_patience(call_next: Callable[[], object], context: JobContext, worker: Worker) -> object:
    """Do a job; when it loses the database, do it again once that is back.

    So a restart of PostgreSQL is no failed try of a job, after which it would wait ever longer.
    """
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return call_next()
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() > end:
                raise
            logger.warning("job %s waits for the database: %s", context.job.id, error)
        connection.close()
        time.sleep(PAUSE)


async def _sweep(worker_app: App) -> None:
    while True:
        try:
            await _take_up_again(worker_app)
        except (ConnectorException, psycopg.OperationalError) as error:
            logger.warning("no look for jobs of dead workers: %s", error)
        await asyncio.sleep(SWEEP)


async def _take_up_again(worker_app: App) -> None:
    """Put back the jobs of workers that died on the way: each is safe to run twice."""
    for job in await worker_app.job_manager.get_stalled_jobs():
        logger.warning("job %s goes on: its worker has died", job.id)
        with contextlib.suppress(
            UniqueViolation
        ):  # the next of its kind waits already, and comes first
            await worker_app.job_manager.retry_job(job)
