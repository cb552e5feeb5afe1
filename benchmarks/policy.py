"""What the policy adds to a page of the desk: its own time within the inbox and the page of a case.

Every question to the policy is timed while a signed-in officer opens the two pages through the whole
stack, on a small generated year of a province. What it costs the database is in `desk`: it asks no query
of its own.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import apart
from benchmarks.rows import Row

ROOT = Path(__file__).resolve().parents[1]
CASES = 2_000
VAR = ROOT / "var" / f"bench-policy-{CASES}"
GOAL = 1.0  # milliseconds
ROUNDS = 200


def rows() -> Iterable[Row]:
    """Measure in a process of its own, since the database is another, and yield the row."""
    taken = apart.figures("benchmarks.policy", apart.generated(VAR, CASES))
    slowest = max(value for _name, value in taken)
    yield Row("policy.page_ms", slowest, "ms", goal=GOAL, met=slowest <= GOAL)


def measure() -> Iterator[tuple[str, float]]:
    """Yield each page with the 95th percentile of the policy's own time on it, in milliseconds."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client, override_settings

    from motcua.config import database
    from motcua.identity import rules

    database.start()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.code, t.person_id FROM cases_task t JOIN cases_case c ON c.id = t.case_id "
            "WHERE t.person_id IS NOT NULL AND c.finished_at IS NULL ORDER BY t.id LIMIT 200"
        )
        worked = cursor.fetchall()
    spent = Clock()
    for name in ("decide", "reach", "opens"):
        setattr(rules, name, spent.around(getattr(rules, name)))
    chance = random.Random(1)
    code, person = chance.choice(worked)
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    with override_settings(
        ALLOWED_HOSTS=["*"],
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": plain},
        },
    ):
        client = Client()
        client.post("/sign-in/choose/", {"person": str(person)})
        for name, address in (("inbox", "/desk/"), ("case", f"/desk/cases/{code}/")):
            times = []
            for _ in range(ROUNDS):
                spent.seconds, spent.asked = 0.0, 0
                answer = client.get(address)
                assert answer.status_code == 200, (address, answer.status_code)
                assert spent.asked, "the page asked nothing"
                times.append(spent.seconds)
            yield name, statistics.quantiles(times, n=100, method="inclusive")[94] * 1000


class Clock:
    """Adds up the time spent in some functions, and how often they were asked."""

    def __init__(self) -> None:
        self.seconds, self.asked, self.depth = 0.0, 0, 0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that is timed, once however deep it asks itself."""

        def timed(*given: object, **named: object) -> Any:
            began = time.thread_time()
            self.depth += 1
            try:
                return function(*given, **named)
            finally:
                self.depth -= 1
                self.asked += 1
                if not self.depth:
                    self.seconds += time.thread_time() - began

        return timed


if __name__ == "__main__":
    for page, value in measure():
        print(page, f"{value:.4f}")
