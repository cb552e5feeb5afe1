"""The officer's desk on a generated year of a province: how long its three heaviest pages take.

Whole pages, from the request to the last byte, in this process: session, person, queries, templates.
The year lies in a folder of its own and is generated once; BENCH_CASES says how large it is, and
BENCH_DATA in which folder it lies.
"""

import os
import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks import apart
from benchmarks.rows import Row

ROOT = Path(__file__).resolve().parents[1]
CASES = int(os.environ.get("BENCH_CASES", "1000000"))
VAR = Path(os.environ.get("BENCH_DATA", ROOT / "var")) / f"bench-desk-{CASES}"
GOAL = 100.0  # milliseconds
OFFICIALS = 100  # with a case that each has worked on
WORKED = """
    SELECT c.code, t.person_id FROM cases_task t JOIN cases_case c ON c.id = t.case_id
    WHERE t.person_id IS NOT NULL AND t.id IN
        (SELECT id FROM cases_task TABLESAMPLE SYSTEM (0.1) LIMIT 5000)
"""
ROUNDS = 300  # measurements of each
SEARCHES = (
    "nguyen",
    "tran thi h",
    "le van",
    "056200",
    "nguyen thi ngoc",
    "th",
    "261101",
    "khanh pham",
)


def rows() -> Iterable[Row]:
    """Measure in a process of its own, since the database is another, and yield the rows."""
    for name, taken in apart.figures("benchmarks.desk", apart.generated(VAR, CASES)):
        if name.endswith("_p95_ms"):
            yield Row(f"desk.{name}", taken, "ms", goal=GOAL, met=taken <= GOAL)
        elif name.endswith("_median_ms"):
            yield Row(f"desk.{name}", taken, "ms")
        elif name == "load":  # others at work make pages slower: what the figures are worth
            yield Row(f"desk.{name}", taken, "processes, on average of a minute")
        else:
            yield Row(f"desk.{name}", taken, "ms of processor")


def measure() -> Iterator[tuple[str, float]]:
    """Yield each name with milliseconds: the 95th percentile of whole pages, and where it goes."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from motcua.config import database
    from motcua.kit import database as addresses

    database.start()
    database.bring_up()  # the year may have been generated under an older version

    from django.test import Client
    from django.urls import reverse

    from motcua.cases.queries import inbox

    settings.ALLOWED_HOSTS = ["testserver"]
    chance = random.Random(1)
    with connection.cursor() as cursor:
        cursor.execute(WORKED)
        found = cursor.fetchall()
    chance.shuffle(found)
    worked, desks = _at_work(found, lambda person: _signed_in(Client(), str(person)))
    asked = [f"?queue={queue}" for queue in inbox.QUEUES if queue != inbox.ALL]
    said = [f"?queue={inbox.ALL}&q={words.replace(' ', '+')}" for words in SEARCHES]

    # From here on as the web: behind the walls.
    connection.close()
    settings.DATABASES["default"]["USER"] = addresses.WEB
    connection.settings_dict["USER"] = addresses.WEB

    def inboxes() -> None:
        _get(chance.choice(list(desks.values())), reverse("desk:inbox") + chance.choice(asked))

    def search() -> None:
        _get(chance.choice(list(desks.values())), reverse("desk:inbox") + chance.choice(said))

    def case() -> None:
        code, person = chance.choice(worked)
        _get(desks[person], reverse("desk:case", args=[code]))

    for name, do in (("inbox", inboxes), ("search", search), ("case", case)):
        connection.ensure_connection()
        p95, median, own, database_s = _taken(do, connection.connection.info.backend_pid)
        yield f"{name}_p95_ms", p95
        yield f"{name}_median_ms", median
        yield f"{name}_python_ms", own
        yield f"{name}_postgres_ms", database_s
    yield "load", os.getloadavg()[0]


def _at_work(
    found: Iterable[tuple[str, UUID]], sign_in: Callable[[UUID], Any]
) -> tuple[list[tuple[str, UUID]], dict[UUID, Any]]:
    """Return cases with officials who worked on them, and a browser of each that has an inbox.

    What is long over is read for a reason: the officials state one, as they would.
    """
    from motcua.cases.actions import purposes
    from motcua.identity import queries as identity
    from motcua.kit import clock

    worked, desks = [], {}
    for code, person in found:
        if person in desks:
            continue
        browser = sign_in(person)
        if browser.get("/desk/").status_code != 200:
            continue  # who only administers, or left the post meanwhile
        at = clock.now()
        purposes.state(
            code, text="Đo thời gian trả lời của trang", by=identity.actor(person, at=at), at=at
        )
        desks[person] = browser
        worked.append((code, person))
        if len(worked) == OFFICIALS:
            break
    return worked, desks


def _signed_in(client: Any, person: str) -> Any:
    client.post("/sign-in/choose/", {"person": person})
    return client


def _get(client: Any, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")


def _taken(do: Callable[[], None], backend: int) -> tuple[float, float, float, float]:
    """Return the 95th percentile, the median, and what a page takes of the processors here and there.

    Here is this process, there is PostgreSQL's for it.
    """
    for _ in range(ROUNDS // 10):
        do()
    times, own, theirs = [], time.process_time(), _processor(backend)
    for _ in range(ROUNDS):
        began = time.perf_counter()
        do()
        times.append(time.perf_counter() - began)
    p95 = statistics.quantiles(times, n=100, method="inclusive")[94]
    own, theirs = time.process_time() - own, _processor(backend) - theirs
    median = statistics.median(times)
    return p95 * 1000, median * 1000, own / ROUNDS * 1000, theirs / ROUNDS * 1000


def _processor(process: int) -> float:
    """Return the seconds of processor that a process has used (proc(5), stat)."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    for name, value in measure():
        print(name, f"{value:.3f}")
