"""The officer's desk on a generated year of a province: how long its three heaviest reads take.

The year lies in a folder of its own and is generated once; BENCH_CASES says how large it is.
"""

import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from benchmarks.rows import Row
from motcua.kit.database import URL

ROOT = Path(__file__).resolve().parents[1]
CASES = int(os.environ.get("BENCH_CASES", "1000000"))
VAR = ROOT / "var" / f"bench-desk-{CASES}"
GOAL = 100.0  # milliseconds
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
    environment = {key: value for key, value in os.environ.items() if key != URL}
    environment |= {
        "MOTCUA_VAR": str(VAR),
        "MOTCUA_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
    }
    done = VAR / f"generated-{CASES}"
    if not done.exists():
        command = [sys.executable, "-m", "motcua.config", "generate", "--cases", str(CASES)]
        subprocess.run(command, env=environment, check=True)
        done.touch()
    measured = subprocess.run(
        [sys.executable, "-m", "benchmarks.desk"],
        env=environment, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    for line in measured.stdout.splitlines():
        name, _space, value = line.partition(" ")
        taken = float(value)
        yield Row(f"desk.{name}", taken, "ms", goal=GOAL, met=taken <= GOAL)


def measure() -> Iterator[tuple[str, float]]:
    """Yield each name with the 95th percentile of its times in milliseconds."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from motcua.config import database, walls
    from motcua.kit import database as addresses
    from motcua.kit.walls import enter

    database.start()
    walls.raise_all()

    from motcua.cases.queries import inbox, page
    from motcua.identity import queries as identity
    from motcua.identity.values import Actor
    from motcua.kit import clock

    chance, at = random.Random(1), clock.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM identity_holding ORDER BY id")
        officials = [each for (each,) in cursor.fetchall()]
        cursor.execute(
            "SELECT c.code, t.person_id FROM cases_task t JOIN cases_case c ON c.id = t.case_id "
            "WHERE t.person_id IS NOT NULL AND t.id IN "
            "(SELECT id FROM cases_task TABLESAMPLE BERNOULLI (0.1) LIMIT 5000)"
        )
        worked = cursor.fetchall()
    readers = [identity.actor(each, at=at) for each in chance.sample(officials, 100)]
    queues = [queue for queue in inbox.QUEUES if queue != inbox.ALL]

    # From here on as the web: behind the walls, and telling each time who asks.
    connection.close()
    settings.DATABASES["default"]["USER"] = addresses.WEB
    connection.settings_dict["USER"] = addresses.WEB

    def as_web(reader: Actor) -> Actor:
        enter(reader.id, authorities=reader.authorities, units=reader.units)
        return reader

    def look() -> None:
        reader = as_web(chance.choice(readers))
        inbox.rows(reader, queue=chance.choice(queues), at=at)
        inbox.counts(reader, at=at)

    def search() -> None:
        said = chance.choice(SEARCHES)
        inbox.rows(as_web(chance.choice(readers)), queue=inbox.ALL, at=at, search=said)

    def case() -> None:
        code, person = chance.choice(worked)
        page.case_page(code, reader=as_web(identity.actor(person, at=at)), at=at)

    yield "inbox_p95_ms", _p95(look)
    yield "search_p95_ms", _p95(search)
    yield "case_p95_ms", _p95(case)


def _p95(do: Callable[[], None]) -> float:
    for _ in range(ROUNDS // 10):
        do()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        do()
        times.append(time.perf_counter() - began)
    return statistics.quantiles(times, n=100, method="inclusive")[94] * 1000


if __name__ == "__main__":
    for name, value in measure():
        print(name, f"{value:.3f}")
