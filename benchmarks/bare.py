"""The same rows written bare: the statements of one journey, sent by psycopg in as many transactions.

One journey is played in this process while Django tells each statement that it runs; those that write
are kept, by transaction. Then as many clients as before send them over and over, with new ids, codes
and keys each time, over connections of their own.
"""

import json
import re
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection
from psycopg.types.json import Jsonb

from motcua.catalogue import queries as catalogue
from motcua.config import database
from motcua.config.demo import journeys, province
from motcua.identity import queries as identity
from motcua.kit import clock

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)|.*procrastinate_defer", re.IGNORECASE | re.DOTALL)
SEVEN = 7  # the version of the ids that a journey makes


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement that writes, as Django sent it."""

    sql: str
    parameters: tuple[Any, ...]


@dataclass(slots=True)
class Recorder:
    """Keeps the statements that write, by transaction."""

    transactions: list[list[Statement]] = field(default_factory=list)
    block: object = None

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Note a statement and run it."""
        if WRITES.match(sql):
            blocks = connection.atomic_blocks
            outermost = blocks[0] if blocks else object()
            if outermost is not self.block:
                self.transactions.append([])
                self.block = outermost
            values = params.values() if isinstance(params, Mapping) else params or ()
            text = re.sub(r"%\(\w+\)s", "%s", sql) if isinstance(params, Mapping) else sql
            self.transactions[-1].append(Statement(text, tuple(values)))
        return execute(sql, params, many, context)


@dataclass(slots=True)
class Renewed:
    """Gives each journey new ids, codes and keys, the same old one always the same new one."""

    code: str
    since: int  # milliseconds; ids made later belong to the journey
    mark: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    ids: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)

    def value(self, value: Any) -> Any:
        """Return a parameter for this journey."""
        if isinstance(value, uuid.UUID):
            return self._id(value)
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Jsonb):
            return Jsonb(json.loads(self._text(json.dumps(value.obj))))
        return value

    def _id(self, value: uuid.UUID) -> uuid.UUID:
        if value.version != SEVEN or value.int >> 80 < self.since:
            return value
        return self.ids.setdefault(value, uuid.uuid4())

    def _text(self, text: str) -> str:
        text = text.replace(self.code, f"{self.code}-{self.mark}")
        text = text.replace("journey-", f"journey-{self.mark}")
        for old, new in self.ids.items():
            if str(old) in text:
                text = text.replace(str(old), str(new))
        return text


def rate(environment: Mapping[str, str], *, clients: int, seconds: float) -> float:
    """Return journeys a second, measured by a process in a site's environment."""
    command = [sys.executable, "-m", "benchmarks.bare", str(clients), str(seconds)]
    done = subprocess.run(
        command, env=dict(environment), check=True, stdout=subprocess.PIPE, text=True
    )
    return float(done.stdout.split()[-1])


def recorded() -> tuple[list[list[Statement]], str, int]:
    """Play two journeys up to the last review and return what the second wrote, its code and start."""
    from benchmarks.journey import WARD, WORK

    applicant = identity.actor_of_personal_id(province.CITIZENS[0].personal_id, at=clock.now())
    procedure = catalogue.current("1.001193").procedure
    example = next(each for each in procedure.examples if each.file.endswith("online.yaml"))
    plays = {(play.task, play.outcome): play for play in example.steps}
    again = {"send_back": "forward"}
    for _ in range(2):
        player = journeys.Player(
            procedure, example, WARD, applicant, lambda said: clock.now(), lambda code: None
        )
        recorder, since = Recorder(), int(time.time() * 1000)
        with connection.execute_wrapper(recorder):
            code = player.file()
            for element, outcome in WORK:
                play = plays.get((element, outcome)) or plays[(element, again[outcome])]
                player.step(_with(play, outcome), code)
    return recorder.transactions, code, since


def _with(play: Any, outcome: str) -> Any:
    import dataclasses

    return dataclasses.replace(play, outcome=outcome)


def main() -> None:
    """Measure, and print the rate."""
    clients, seconds = int(sys.argv[1]), float(sys.argv[2])
    database.start()
    transactions, code, since = recorded()
    statements = sum(len(each) for each in transactions)
    sys.stderr.write(f"{len(transactions)} transactions, {statements} statements a journey\n")
    connection.close()
    parameters = connection.get_connection_params()
    wanted = {"dbname", "user", "password", "host", "port"}
    address = {name: value for name, value in parameters.items() if name in wanted}
    finished = [0] * clients
    until = time.monotonic() + seconds

    def work(number: int) -> None:
        with psycopg.connect(**address, autocommit=True) as link:
            while time.monotonic() < until:
                renew = Renewed(code, since)
                for group in transactions:
                    with link.transaction(), link.cursor() as cursor:
                        for each in group:
                            cursor.execute(
                                each.sql, [renew.value(value) for value in each.parameters]
                            )
                finished[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(f"{sum(finished) / (time.perf_counter() - began)}\n")


if __name__ == "__main__":
    main()
