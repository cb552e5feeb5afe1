"""A log that came out of a dump into a new cluster: it is refused, and brought in order again."""

import os
import time
from datetime import timedelta

import click
import psycopg
import pytest
from click.testing import CliRunner
from django.db import connection, transaction

from motcua.config import order
from motcua.config.commands.database import database as group
from motcua.kit import clock
from motcua.kit import database as kit
from motcua.payments.events import PaymentCancelled
from motcua.transparency import actions, models

pytestmark = pytest.mark.django_db(transaction=True)
FAR = 20_000  # transaction numbers
PATIENCE = 60.0  # seconds


@pytest.fixture
def dumped(monkeypatch: pytest.MonkeyPatch) -> models.Entry:
    """An entry as it lies in a new cluster, whose numbers begin anew; a reader that had read it."""
    told = connection.get_connection_params()
    port = f"&port={told['port']}" if told.get("port") else ""
    address = f"postgresql://{told['user']}@/{told['dbname']}?host={told['host']}{port}"
    monkeypatch.setenv(kit.URL, address)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        (now,) = cursor.fetchone()
    at = clock.now() - timedelta(days=1)
    entry = models.Entry.objects.create(
        transaction=now + FAR, kind="payments.PaymentCancelled", at=at, by="test", facts={}
    )
    models.Reader.objects.update_or_create(
        pk="relay", defaults={"transaction": entry.transaction, "entry": entry.pk}
    )
    return entry


def append() -> int:
    with transaction.atomic():
        return actions.append(PaymentCancelled("1", "S", 1), by="test", at=clock.now())


def heard() -> list[int]:
    """Return the entries that a relay hears."""
    found: list[int] = []
    while actions.relay({"payments.PaymentCancelled": [lambda entry: found.append(entry.id)]}):
        pass
    return found


def test_a_log_ahead_of_its_cluster_is_refused_and_goes_on_once_advanced(
    dumped: models.Entry,
) -> None:
    append()
    assert heard() == [], "the fault that all this is for"
    with pytest.raises(click.ClickException, match="motcua database advance"):
        order.refuse_deaf()
    said = CliRunner().invoke(group, ["advance"])
    assert (said.exit_code, "used up" in said.output) == (0, True), said.output
    order.refuse_deaf()
    new = append()
    until = time.monotonic() + PATIENCE
    while not (found := heard()) and time.monotonic() < until:
        time.sleep(
            0.1
        )  # whatever still runs in the cluster began before it: tests of other databases
    assert found == [new]
    assert "nothing to do" in CliRunner().invoke(group, ["advance"]).output


def test_a_cluster_that_went_on_by_itself_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    told = connection.get_connection_params()
    monkeypatch.setenv(
        kit.URL, f"postgresql://{told['user']}@/{told['dbname']}?host={told['host']}"
    )
    append()
    order.refuse_deaf()
    with psycopg.connect(os.environ[kit.URL]) as speaking:
        assert order.behind(speaking) == 0
