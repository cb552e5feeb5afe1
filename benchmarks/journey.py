"""Whole journeys over HTTP, beside the same rows written bare.

A journey files a birth (draft, answers, a paper, submission), accepts it, has it appraised, reviewed,
sent back and appraised and reviewed again, signs it and returns it: six tasks of officials, one signed
PDF. Eight clients, each a thread, speak to granian on this machine over loopback.

`journey.vs_bare_sql` leaves PDF and signature out: journeys up to the last review, against the
statements that such a journey wrote, sent by psycopg in as many transactions by as many clients.
"""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks import bare
from benchmarks.rows import Baseline, Row
from motcua.catalogue.adapters import folders
from motcua.config.demo import journeys, papers, province, site
from motcua.engines.procedure import parse
from motcua.kit import clock

ROOT = Path(__file__).resolve().parents[1]
VAR = ROOT / "var" / "bench"
FOLDER = ROOT / "procedures" / "1.001193"
WARD = f"{province.PROVINCE}.01"
CLIENTS = 8
SECONDS = 5.0  # of measuring, after a warm-up
GOAL = 0.35

WORK = (
    ("receive", "accept"),
    ("appraise", "approve"),
    ("review", "send_back"),
    ("appraise", "approve"),
    ("review", "forward"),
)
RESULT = (("sign", "sign"), ("return_result", "return_result"))


@dataclass(slots=True)
class Times:
    """How long each call took, in seconds, by its name; threads add to it."""

    calls: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    finished: int = 0

    def take(self, name: str, call: Callable[[], httpx.Response]) -> httpx.Response:
        """Make a call, note how long it took, and stop the benchmark when it was refused."""
        began = time.perf_counter()
        answer = call()
        self.calls[name].append(time.perf_counter() - began)
        if answer.status_code >= 400:
            raise RuntimeError(f"{name}: {answer.status_code} {answer.text[:500]}")
        return answer


@dataclass(slots=True)
class Client:
    """One client of the site: a citizen, and the officials it needs, by their bearer tokens."""

    address: str
    citizen: str
    officials: Mapping[str, str]  # role to token
    answers: Mapping[str, object]
    papers: tuple[str, ...]
    times: Times

    def journey(self, http: httpx.Client, number: str, steps: Iterable[tuple[str, str]]) -> str:
        """Play one journey and return the case's code."""
        code = self.file(http, number)
        for element, outcome in steps:
            self.complete(http, code, element, outcome)
        self.times.finished += 1
        return code

    def file(self, http: httpx.Client, number: str) -> str:
        """File a birth and return the case's code."""
        me = {"Authorization": f"Bearer {self.citizen}"}
        wanted = {"procedure_code": "1.001193", "authority_code": WARD}
        take = self.times.take
        draft = take("open draft", lambda: http.post("/drafts", json=wanted, headers=me)).json()
        path = f"/drafts/{draft['id']}"
        said = {"answers": self.answers}
        take("save draft", lambda: http.patch(path, json=said, headers=me))
        for paper in self.papers:
            self.attach(http, path, paper)
        key = me | {"Idempotency-Key": f"bench-{number}"}
        body = {"draft_id": draft["id"]}
        filed = take("submit", lambda: http.post("/filings", json=body, headers=key)).json()
        return str(filed["code"])

    def attach(self, http: httpx.Client, path: str, paper: str) -> None:
        """Upload a scanned paper."""
        scan = (f"{paper}.pdf", papers.scan(paper, "bench"), "application/pdf")
        me = {"Authorization": f"Bearer {self.citizen}"}
        self.times.take(
            "attach",
            lambda: http.post(
                f"{path}/attachments", headers=me, files={"file": scan}, data={"paper_id": paper}
            ),
        )

    def complete(self, http: httpx.Client, code: str, element: str, outcome: str) -> None:
        """Look at the case as an official does, and complete its open task."""
        role = ROLES[element]
        official = {"Authorization": f"Bearer {self.officials[role]}"}
        found = self.times.take("see case", lambda: http.get(f"/cases/{code}", headers=official))
        task = next(
            each
            for each in found.json()["tasks"]
            if each["state"] == "open" and each["element"] == element
        )
        body = {"outcome": outcome, "reason": "theo hồ sơ"}
        path = f"/tasks/{task['id']}/complete"
        name = {"receive": "accept", "sign": "sign", "return_result": "return"}.get(element, "task")
        self.times.take(name, lambda: http.post(path, json=body, headers=official))


ROLES = {
    "receive": "intake",
    "appraise": "officer",
    "review": "reviewer",
    "sign": "leader",
    "return_result": "intake",
}
UNITS = {"intake": "one_stop", "officer": "justice", "reviewer": "office", "leader": "leadership"}


def rows() -> Iterable[Row]:
    """Measure, and yield the rows."""
    with site.running(VAR) as running:
        make = _clients(running)
        whole, rate = _measure(make, (*WORK, *RESULT), "whole")
        work, work_rate = _measure(make, WORK, "work")
        bare_rate = bare.rate(running.environment, clients=CLIENTS, seconds=SECONDS)
    yield Row("journey.cases_per_second", rate, "1/s")
    for name, taken in whole.calls.items():
        yield Row(f"journey.{name.replace(' ', '_')}_p50_ms", _percentile(taken, 50), "ms")
        yield Row(f"journey.{name.replace(' ', '_')}_p95_ms", _percentile(taken, 95), "ms")
    yield from _where_it_goes(work)
    ratio = work_rate / bare_rate
    baseline = Baseline("psycopg, the same statements, cases/s", bare_rate)
    yield Row("journey.vs_bare_sql", work_rate, "1/s", baseline, ratio, GOAL, ratio >= GOAL)


def _clients(running: site.Site) -> Callable[[Times], list[Client]]:
    officials = {
        role: str(each["personal_id"])
        for each in running.officials(WARD)
        for role in _words(each["roles"])
        if UNITS.get(role) == each["unit"]
    }
    citizens = [citizen.personal_id for citizen in province.CITIZENS]
    tokens = running.tokens(*citizens, *officials.values())
    procedure = parse.read(folders.read(FOLDER))
    example = next(each for each in procedure.examples if each.file.endswith("online.yaml"))
    days = (clock.local(clock.now()).date() - example.filed_at.date()).days
    answers = journeys.moved(example.answers, days=days)

    def make(times: Times) -> list[Client]:
        return [
            Client(
                address=f"{running.address}/api/v1",
                citizen=tokens[citizens[number % len(citizens)]],
                officials={role: tokens[person] for role, person in officials.items()},
                answers=answers,
                papers=example.papers,
                times=times,
            )
            for number in range(CLIENTS)
        ]

    return make


def _measure(
    make: Callable[[Times], list[Client]], steps: tuple[tuple[str, str], ...], name: str
) -> tuple[Times, float]:
    """Run the clients for a while; return the times and the journeys a second."""
    _run(make(Times()), steps, f"{name}-warm", seconds=SECONDS / 5)
    times = Times()
    began = time.perf_counter()
    _run(make(times), steps, name, seconds=SECONDS)
    return times, times.finished / (time.perf_counter() - began)


def _run(
    clients: list[Client], steps: tuple[tuple[str, str], ...], name: str, *, seconds: float
) -> None:
    until = time.monotonic() + seconds

    def work(client: Client, number: int) -> None:
        with httpx.Client(base_url=client.address, timeout=30.0) as http:
            while time.monotonic() < until:
                client.journey(http, f"{name}-{time.time_ns()}-{number}", steps)

    with ThreadPoolExecutor(max_workers=len(clients)) as pool:
        running = [pool.submit(work, client, number) for number, client in enumerate(clients)]
        for each in running:
            each.result()


def _where_it_goes(times: Times) -> Iterable[Row]:
    """Yield each call's share of a journey without PDF and signature."""
    total = sum(sum(taken) for taken in times.calls.values())
    for name, taken in sorted(times.calls.items(), key=lambda item: -sum(item[1])):
        share = 100 * sum(taken) / total
        yield Row(f"journey.share.{name.replace(' ', '_')}", share, "% of the time")


def _percentile(values: list[float], percent: int) -> float:
    """Return a percentile in milliseconds."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1] * 1000


def _words(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
