"""The clock of the server goes back an hour, and two workers do one job: what is told stays true."""

import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.cases.errors import StepRefused
from motcua.cases.queries import cases
from motcua.config import audits
from motcua.config.wiring import REACTIONS
from motcua.engines.procedure.status import Status
from motcua.identity import models as identity_models
from motcua.identity import queries as identity
from motcua.identity.actions import access
from motcua.identity.errors import NotSignedIn
from motcua.identity.values import Actor
from motcua.kit import clock, ids
from motcua.payments import actions as payments
from motcua.payments import models as dues
from motcua.payments.adapters.fake import FakeGateway
from motcua.transparency import actions as transparency
from motcua.transparency import models as log
from motcua.transparency import queries as entries
from motcua.transparency.queries import audit
from motcua.transparency.queries import log as public
from motcua.transparency.tests.conftest import public_log
from motcua.transparency.values import Finding
from tests.desk.conftest import AT, BIRTH, Office, citizen, files, office, procedures

__all__ = ["citizen", "files", "office", "procedures", "public_log"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("procedures")]
HOUR = timedelta(hours=1)
Citizen = Callable[..., Actor]


def findings() -> list[Finding]:
    """Return what a whole audit finds."""
    scope = audit.Scope(folder=public.place().folder, trusted=public.own())
    return list(audits.findings(scope, progress=lambda name, done, total: None))


def kinds(code: str) -> list[str]:
    return [each.kind for each in entries.history(code)]


def test_a_case_is_not_moved_before_its_last_step_and_the_log_keeps_its_own_order(
    office: Office, citizen: Citizen, public_log: Any
) -> None:
    first, another = citizen(), citizen(2)
    code = office.file_birth(first, at=AT)
    office.do(code, "intake", "accept", at=AT + 2 * HOUR)
    transparency.sequence(at=AT + 2 * HOUR)
    before, told = cases.as_operator(code), kinds(code)
    with pytest.raises(StepRefused) as refusal:  # the clock went back: the person is told why
        office.do(code, "officer", "approve", at=AT + HOUR)
    assert "Đồng hồ của máy chủ" in str(refusal.value)
    assert (cases.as_operator(code), kinds(code)) == (before, told)
    other = office.file_birth(another, at=AT + HOUR)  # what has no step yet goes on
    transparency.sequence(at=AT + HOUR)
    office.do(code, "officer", "approve", at=AT + 3 * HOUR)  # the clock was put right
    transparency.sequence(at=AT + 3 * HOUR)
    now = cases.as_operator(code).summary
    assert (now.status, now.due_at) == (Status.PROCESSING, before.summary.due_at)
    assert (cases.as_operator(other).summary.status, kinds(code)) == (
        Status.NEW,
        [*told, "cases.TaskCompleted"],
    )
    leaves = log.Leaf.objects.order_by("index").values_list("entry_id", flat=True)
    assert list(leaves) == [each.id for each in entries.after(limit=10_000)]
    assert not findings()


def test_the_relay_hears_what_is_written_after_the_clock_went_back(
    office: Office, citizen: Citizen
) -> None:
    transparency.relay({}, limit=10_000)
    _, (due,) = owing(office, citizen)
    transparency.relay({}, limit=10_000)
    paid(due, at=AT - HOUR)
    transparency.relay(REACTIONS)
    assert jobs(due).count() == 1


def test_a_token_is_neither_longer_nor_shorter_lived_than_was_said(office: Office) -> None:
    person, made = office.ids["leader"], ids.token()
    access.issue_token(person, token=made, by="test", at=AT, level=2, has_second_factor=True)
    ends = identity_models.Token.objects.get().expires_at
    assert identity.actor_of_token(made, at=AT - HOUR).id == person
    assert identity.actor_of_token(made, at=ends - HOUR).id == person
    with pytest.raises(NotSignedIn):
        identity.actor_of_token(made, at=ends)


# ---- two workers with one job -------------------------------------------------------------------


def owing(office: Office, citizen: Citizen, *, at: datetime = AT) -> tuple[str, list[dues.Due]]:
    """Return a case that waits for its fee, and what is due."""
    code = office.file_example(BIRTH, citizen(), at=at, copies=3)
    office.do(code, "intake", "accept", at=at)
    return code, list(dues.Due.objects.filter(subject=code))


def paid(due: dues.Due, *, at: datetime) -> None:
    gateway = FakeGateway(secret="demo")
    told = gateway.pay(reference=due.reference, amount=due.amount, receipt=f"R{uuid.uuid4().hex[:12]}")  # fmt: skip
    payments.settle(told, gateway=gateway, at=at)


def jobs(due: dues.Due) -> Any:
    settled = log.Entry.objects.get(kind="payments.PaymentSettled", facts__due=str(due.pk))
    return ProcrastinateJob.objects.filter(
        task_name="motcua.cases.on_payment_settled", args={"entry_id": settled.pk}
    )


def worker() -> "subprocess.Popen[bytes]":
    """Start a worker on the database of this test that does what waits and ends."""
    told = connection.get_connection_params()
    port = f"&port={told['port']}" if told.get("port") else ""
    address = f"postgresql://{told['user']}@/{told['dbname']}?host={told['host']}{port}"
    code = "import django; django.setup(); from motcua.config import jobs; jobs.run_waiting()"
    return subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | {"MOTCUA_DATABASE_URL": address}
    )


def test_two_workers_do_a_job_once_and_a_job_that_came_twice_changes_nothing(
    office: Office, citizen: Citizen
) -> None:
    now = clock.now()  # that of the workers
    code, (due,) = owing(office, citizen, at=now)
    paid(due, at=now)
    transparency.relay(REACTIONS)
    (job,) = jobs(due)
    for react in REACTIONS["payments.PaymentSettled"]:  # as if its worker had been taken for dead
        react(entries.get(job.args["entry_id"]))
    at_once = [worker(), worker()]
    assert [each.wait(timeout=120) for each in at_once] == [0, 0]
    assert set(jobs(due).values_list("status", flat=True)) == {"succeeded"}
    assert kinds(code).count("cases.PaymentReceived") == 1
    assert cases.as_operator(code).summary.status == Status.PROCESSING
