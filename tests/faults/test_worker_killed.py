"""A worker is killed in the middle of long work: it goes on from there, or says plainly that it cannot."""

import os
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.cases import models
from motcua.cases.actions import operations
from motcua.cases.queries import operations as asked
from motcua.config import jobs
from motcua.identity.values import Actor
from tests.desk.conftest import AT, WARD, Office, citizen, office, procedures
from tests.desk.test_operations import rows_of

Work = Callable[..., None]
__all__ = ["citizen", "office", "procedures"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("procedures"),
]
DAY = date(2026, 11, 23)
KILLED = -9
# A worker as it runs in life, but for one function that is struck dead by the kernel when it is reached.
WORKER = """
    import os, signal
    import django
    django.setup()
    from django.conf import settings
    from motcua.cases.actions import moving, tasks
    from motcua.cases.adapters import spreadsheet
    from motcua.config import jobs

    def dies(*args, **kwargs):
        for _ in zip(kwargs.get("rows", ()), range(2)):
            pass
        os.kill(os.getpid(), signal.SIGKILL)

    {struck}
    jobs.run_waiting()
"""


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> Iterator[None]:
    """A place for files that is this test's and its workers' alone."""
    backend = "django.core.files.storage.FileSystemStorage"
    storage = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "files")}}
    with override_settings(STORAGES={**settings.STORAGES, "default": storage}):
        yield


@pytest.fixture
def work(tmp_path: Path) -> Work:
    """Run a worker on the database of this test; with a function named, until that strikes it dead."""

    def run(struck: str = "") -> None:
        told = connection.get_connection_params()
        port = f"&port={told['port']}" if told.get("port") else ""
        address = f"postgresql://{told['user']}@/{told['dbname']}?host={told['host']}{port}"
        named = {"MOTCUA_DATABASE_URL": address, "MOTCUA_VAR": str(tmp_path)}
        named["MOTCUA_KEYS"] = str(settings.MOTCUA_KEYS)  # what seals files
        code = textwrap.dedent(WORKER).format(struck=f"{struck} = dies" if struck else "")
        command = [sys.executable, "-c", code]
        ran = subprocess.run(command, env=os.environ | named, check=False, timeout=120)
        assert ran.returncode == (KILLED if struck else 0)

    return run


def half_a_minute_later() -> None:
    """Let the heartbeats of dead workers grow old, and have a living worker look for their jobs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '40 s'"
        )
    jobs.take_up_again()


def begun(office: Office, citizen: Any, *, cases: int = 3) -> tuple[uuid.UUID, Actor]:
    """Return an export of the register that a clerk has asked for."""
    for number in range(cases):
        office.do(office.file(citizen(number)), "intake", "accept")
    clerk = office.actor("intake")
    days: dict[str, Any] = {"authority_code": WARD, "first": DAY, "last": DAY}
    return operations.export_register(**days, by=clerk, at=AT), clerk


def status(key: uuid.UUID) -> str:
    return str(ProcrastinateJob.objects.get(args={"operation_id": str(key)}).status)


def test_an_export_goes_on_after_its_worker_was_killed(
    office: Office, citizen: Any, work: Work
) -> None:
    key, clerk = begun(office, citizen)
    work("spreadsheet.write")
    assert status(key) == "doing", "the job of the dead"
    work()
    jobs.take_up_again()
    assert status(key) == "doing", "as long as the heartbeat is fresh it may live"
    half_a_minute_later()
    assert status(key) == "todo"
    work()
    over = asked.operation(key, reader=clerk)
    assert (over.state, over.done, over.has_file) == ("finished", 3, True)
    with asked.file(key, reader=clerk)[2] as stream:
        assert len(rows_of(stream.read())) == 1 + 3
    assert status(key) == "succeeded"


def test_an_export_that_kills_every_worker_fails_and_says_so(
    office: Office, citizen: Any, work: Work
) -> None:
    key, clerk = begun(office, citizen, cases=1)
    for _ in range(operations.MOST_TRIES):
        assert not asked.operation(key, reader=clerk).is_over
        work("spreadsheet.write")
        half_a_minute_later()
    work()
    over = asked.operation(key, reader=clerk)
    assert (over.state, over.has_file) == ("failed", False)
    assert [each.code for each in over.results] == ["broke-off"]
    assert "5" in over.results[0].message
    assert status(key) == "succeeded"


def test_signing_many_goes_on_where_it_was_killed(office: Office, citizen: Any, work: Work) -> None:
    leader = office.actor("leader")
    key = operations.sign_many([uuid.uuid4() for _ in range(3)], by=leader, at=AT)
    assert not operations.run(key, at=AT)  # the first is told of as refused: there is no such task
    work("tasks.complete")
    half_a_minute_later()
    work()
    over = asked.operation(key, reader=leader)
    assert (over.state, over.failed) == ("finished", 3)
    assert models.Operation.objects.get(pk=key).place == "3"
