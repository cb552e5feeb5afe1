"""Background work of cases: each job calls one action, and is tried again when something is away."""

import uuid
from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from motcua.cases.actions import deadlines, operations, restricting, retention
from motcua.kit import clock
from motcua.payments.events import PaymentSettled
from motcua.privacy.events import RequestEnded, RequestLifted
from motcua.transparency import queries as transparency

TURN = timedelta(seconds=20)  # of long work, before other jobs have their turn
AGAIN = RetryStrategy(max_attempts=200, linear_wait=5)  # 5 s, 10 s, 15 s ...: a day and more in all


@app.task(name="motcua.cases.fire_timer", retry=AGAIN)
def fire_timer(*, case_id: str, token: int) -> None:
    """Tell a case that its timer has run out."""
    deadlines.fire_timer(uuid.UUID(case_id), token=token, at=clock.now())


@app.task(name="motcua.cases.on_payment_settled", retry=AGAIN)
def on_payment_settled(*, entry_id: int) -> None:
    """Let the case go on whose payment an entry of the log tells of."""
    settled = transparency.event(entry_id, PaymentSettled)
    deadlines.on_payment_settled(settled.subject, due=settled.due, at=clock.now())


@app.task(name=operations.JOB, retry=AGAIN)
def run_operation(*, operation_id: str) -> None:
    """Do long work until it is over or a turn is used up; then leave the worker to others for a while."""
    key, until = uuid.UUID(operation_id), clock.now() + TURN
    if not operations.begin(key, at=clock.now()):
        return
    while not operations.run(key, at=clock.now()):
        if clock.now() > until:
            job = app.configure_task(operations.JOB, lock=f"operation-{operation_id}")
            job.defer(operation_id=operation_id)
            return


@app.task(name="motcua.cases.on_request_ended", retry=AGAIN)
def on_request_ended(*, entry_id: int) -> None:
    """Erase or restrict what the entry of the log says that a person was granted."""
    ended = transparency.event(entry_id, RequestEnded)
    entry, at = transparency.get(entry_id), clock.now()
    retention.on_request_ended(ended, authority_code=entry.authority, by=entry.by, at=at)
    restricting.on_request_ended(ended, authority_code=entry.authority, by=entry.by, at=at)


@app.task(name="motcua.cases.on_request_lifted", retry=AGAIN)
def on_request_lifted(*, entry_id: int) -> None:
    """Release what was restricted, as the entry of the log says."""
    lifted = transparency.event(entry_id, RequestLifted)
    entry, at = transparency.get(entry_id), clock.now()
    restricting.on_request_lifted(lifted, authority_code=entry.authority, by=entry.by, at=at)


@app.periodic(cron="30 2 * * *")
@app.task(name="motcua.cases.dispose_due", queueing_lock="motcua.cases.dispose_due")
def dispose_due(timestamp: int) -> None:
    """Erase what need not be kept any more, by night, a batch at a time."""
    until = clock.now() + TURN * 30
    while retention.dispose_due(at=clock.now()) and clock.now() < until:
        pass
