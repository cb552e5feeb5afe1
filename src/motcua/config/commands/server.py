"""`motcua serve`, `motcua work`, `motcua migrate`: the processes that run the product."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import FrameType

import click

from motcua.config import jobs, order, relay, sequencer, witness
from motcua.config.database import bring_up, needs_database
from motcua.kit import database

GRACE = 10  # seconds that a child may take to end


@click.command()
@needs_database
def migrate() -> None:
    """Bring the tables to the present version."""
    bring_up()


@click.command()
@click.option("--concurrency", default=2, show_default=True, help="Jobs at a time.")
@needs_database
def work(concurrency: int) -> None:
    """Run the background jobs, the relay from the event log, and what publishes the log."""
    order.refuse_deaf()
    stop = threading.Event()
    loops = (relay.run, sequencer.run, sequencer.cosign)
    threads = [
        threading.Thread(target=loop, args=(stop,), name=f"{loop.__module__}.{loop.__name__}")
        for loop in loops
    ]
    for thread in threads:
        thread.start()
    try:
        jobs.run(concurrency=concurrency)
    finally:
        stop.set()
        for thread in threads:
            thread.join(GRACE)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes that answer requests.")
@click.option("--threads", default=4, show_default=True, help="Threads of each of them.")
@needs_database
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Answer HTTP requests and run the background jobs, until stopped."""
    order.refuse_deaf()
    run(host=host, port=port, workers=workers, threads=threads)


def run(*, host: str, port: int, workers: int = 2, threads: int = 4) -> None:
    """Run granian and the worker as children until we are told to stop.

    When one of them ends by itself, the other is ended too, and SystemExit says so.
    """
    children = [spawn_server(host, port, workers, threads), spawn_worker()]
    witnesses = witness.spawn_demo()  # the site goes on without it

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        while all(child.poll() is None for child in children):
            with contextlib.suppress(subprocess.TimeoutExpired):
                children[0].wait(timeout=1)
    except KeyboardInterrupt:
        return
    finally:
        end([*children, *witnesses])
    raise SystemExit("The server or the worker ended by itself; the other was ended too.")


def spawn_server(
    host: str, port: int, workers: int = 2, threads: int = 4
) -> "subprocess.Popen[bytes]":
    """Start granian on the application, as a child process."""
    command = server_command(host, port, workers, threads)
    return subprocess.Popen(command, env=_as(database.WEB_URL))  # noqa: S603  (our own words only)


def server_command(host: str, port: int, workers: int, threads: int) -> list[str]:
    """Return the words that start granian on the application."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(threads)),
        *("--no-ws", "--log-level", "warning"),
        "motcua.config.wsgi:application",
    ]


def spawn_worker() -> "subprocess.Popen[bytes]":
    """Start the background worker, as a child process."""
    command = [sys.executable, "-m", "motcua.config", "work"]
    return subprocess.Popen(command, env=_as(database.WORKER_URL))  # noqa: S603  (our own words)


def _as(variable: str) -> dict[str, str]:
    """Return the environment of a process that knows the database by its own role and no other."""
    known = (database.URL, database.WEB_URL, database.WORKER_URL)
    rest = {key: value for key, value in os.environ.items() if key not in known}
    return rest | {database.URL: database.of_role(variable)}


def end(children: "Sequence[subprocess.Popen[bytes] | subprocess.Popen[str]]") -> None:
    """Ask the children to end, and make them after a while."""
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=GRACE)
        except subprocess.TimeoutExpired:
            child.kill()
