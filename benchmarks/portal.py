"""How many times a second the citizens' home page and a procedure's page are answered, over loopback.

Nobody is signed in. The client runs on the same machine: what it takes itself is told beside.
"""

import http.client
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.rows import Row
from motcua.config.demo import site

VAR = Path(__file__).resolve().parents[1] / "var" / "bench"
PATHS = ("/", "/procedures/1.001193/")
CLIENTS = 8
SECONDS = 10.0
WARM_UP = 2.0  # seconds
GOAL = 500.0


def rows() -> Iterable[Row]:
    """Measure, and yield the row."""
    with site.running(VAR) as running:
        _rate(running.address, WARM_UP)
        own = time.process_time()
        rate = _rate(running.address, SECONDS)
        share = 100 * (time.process_time() - own) / SECONDS
    yield Row("portal.requests_per_second", rate, "1/s", goal=GOAL, met=rate >= GOAL)
    yield Row("portal.client_share", share, "% of one core, for asking")


def _rate(address: str, seconds: float) -> float:
    host = urlsplit(address).netloc
    until = time.monotonic() + seconds
    began = time.perf_counter()
    with ThreadPoolExecutor(max_workers=CLIENTS) as pool:
        done = sum(pool.map(lambda _: _ask(host, until), range(CLIENTS)))
    return done / (time.perf_counter() - began)


def _ask(host: str, until: float) -> int:
    """Ask for the pages in turn over one connection until a moment; return how many were answered."""
    connection, count = http.client.HTTPConnection(host), 0
    while time.monotonic() < until:
        connection.request("GET", PATHS[count % len(PATHS)])
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{PATHS[count % len(PATHS)]} answered {answer.status}")
        count += 1
    connection.close()
    return count
