"""The public log: how many entries a second it takes, how far its checkpoint lags, how long a proof takes.

`entries_per_second` sequences and publishes entries that wait, fsync included. `checkpoint_lag_s` is the 95th
percentile, while entries are written at a steady pace by another process, of the time from a commit to a checkpoint
over it. `proof_ms` is the median for leaves at random in a tree of 10,000,000, from its files; each proof
opens its tiles anew and is checked before it is given.
"""

import hashlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks import apart
from benchmarks.rows import Row

ROOT = Path(__file__).resolve().parents[1]
ENTRIES = int(os.environ.get("BENCH_LOG_ENTRIES", "40000"))
LEAVES = int(os.environ.get("BENCH_LOG_LEAVES", "10000000"))
PROOFS = 300
PACE = 200  # entries a second while the lag is measured
SECONDS = 20  # for how long
GOALS = {"entries_per_second": 2_000.0, "checkpoint_lag_s": 2.0, "proof_ms": 5.0}
UNITS = {"entries_per_second": "1/s", "checkpoint_lag_s": "s", "proof_ms": "ms"}


def rows() -> Iterable[Row]:
    """Measure in a process of its own, with a database and a folder of its own, and yield the rows."""
    with tempfile.TemporaryDirectory(prefix="motcua-log-") as var:
        for name, taken in apart.figures("benchmarks.log", Path(var)):
            yield _row(name, taken)


def _row(name: str, taken: float) -> Row:
    goal = GOALS[name]
    is_met = taken >= goal if name == "entries_per_second" else taken <= goal
    return Row(f"log.{name}", taken, UNITS[name], goal=goal, met=is_met)


def measure() -> Iterator[tuple[str, float]]:
    """Yield each name with its figure."""
    import django

    django.setup()
    from django.core.management import call_command

    from motcua.config import database
    from motcua.transparency import actions

    database.start()
    call_command("migrate", verbosity=0)
    actions.make_key()
    yield "entries_per_second", _sequenced()
    yield "checkpoint_lag_s", _lag()
    yield "proof_ms", _proof()


def _write(count: int) -> None:
    """Write entries such as cases bring, as one statement."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO transparency_entry (kind, at, by, authority, subject, facts, commitment) "
            "SELECT 'cases.TaskCompleted', now(), gen_random_uuid()::text, 'H32.01', "
            "'H32.01-261122-' || n, jsonb_build_object('case', 'H32.01-261122-' || n, 'status', 4, "
            "'procedure', '1.001193', 'due_at', now()::text, 'opened', '[\"review\"]'::jsonb, "
            "'sent', '[]'::jsonb, 'task', 'appraise', 'outcome', 'approve', 'unit', 17, "
            "'on_behalf_of', ''), '' FROM generate_series(1, %s) n",
            [count],
        )


def _sequenced() -> float:
    from motcua.kit import clock
    from motcua.transparency import actions

    _write(ENTRIES)
    began = time.perf_counter()
    done = 0
    while done < ENTRIES:
        done += actions.sequence(at=clock.now())
    return ENTRIES / (time.perf_counter() - began)


def _lag() -> float:
    """Return the 95th percentile of the lag while the worker's own loop runs in a process of its own."""
    from motcua.transparency.queries import log

    worker = subprocess.Popen(
        [sys.executable, "-c", LOOP], env=os.environ, stdin=subprocess.PIPE, cwd=ROOT
    )
    try:
        before = log.published()
        total = (before.size if before else 0) + 1
        _write(1)
        while (before := log.published()) is None or before.size < total:
            time.sleep(0.1)  # until the other process has begun
        lags: list[float] = []
        waiting: list[tuple[int, float]] = []
        until = time.perf_counter() + SECONDS
        while time.perf_counter() < until or waiting:
            if time.perf_counter() < until:
                _write(PACE // 10)
                total += PACE // 10
                waiting.append((total, time.perf_counter()))
            time.sleep(0.1)
            found = log.published()
            size, now = found.size if found else 0, time.perf_counter()
            lags += [now - at for wanted, at in waiting if wanted <= size]
            waiting = [each for each in waiting if each[0] > size]
            if now > until + 60:
                raise TimeoutError("the sequencer does not keep up")
        return statistics.quantiles(lags, n=20)[-1]
    finally:
        worker.terminate()
        worker.wait()


LOOP = """
import django
django.setup()
import threading
from motcua.config import database, sequencer
database.start()
sequencer.run(threading.Event())
"""


def _proof() -> float:
    """Return the median time for a proof from a large tree, in milliseconds."""
    from django.conf import settings

    from motcua.engines.merkle import edge, notes
    from motcua.engines.merkle.checkpoints import Checkpoint
    from motcua.engines.merkle.tiles import ENTRIES as BUNDLES
    from motcua.engines.merkle.tiles import WIDTH, Tile, bundle, width
    from motcua.transparency.queries import log

    folder = Path(settings.MOTCUA_VAR) / "large"
    settings.MOTCUA_LOG = folder
    grown = edge.Edge()
    for at in range(0, LEAVES, WIDTH):
        hashes = _hashes(at // WIDTH, min(WIDTH, LEAVES - at))
        grown, written = edge.grow(grown, hashes)
        for tile, content in written:
            if tile.width == WIDTH or at + WIDTH >= LEAVES:
                _put(folder / tile.path, content)
    for level, row in enumerate(grown.rows):
        if row:
            index = width_before(grown.size, level)
            _put(folder / Tile(level, index, len(row)).path, b"".join(row))
    signer = log.signer(log.place())
    text = Checkpoint(signer.key.name, grown.head).text
    _put(folder / "checkpoint", notes.Note(text, (notes.sign(text, signer),)).encode())
    chance = random.Random(1)
    taken = []
    for _ in range(PROOFS):
        index = chance.randrange(LEAVES)
        first = index // WIDTH
        wide = width(BUNDLES, first, size=LEAVES)
        leaves = [_leaf(first, at) for at in range(wide)]
        _put(folder / Tile(BUNDLES, first, wide).path, bundle(leaves))
        began = time.perf_counter()
        log.proof_at(index)
        taken.append((time.perf_counter() - began) * 1_000)
    return statistics.median(taken)


def width_before(size: int, level: int) -> int:
    """Return the index of the tile that is not full yet on a level."""
    return (size >> (8 * level)) // 256


def _leaf(tile: int, at: int) -> bytes:
    """Return the data of a leaf, as long as a real one."""
    return hashlib.shake_128(f"{tile}/{at}".encode()).digest(600)


def _hashes(tile: int, count: int) -> Sequence[bytes]:
    from motcua.engines.merkle.model import leaf_hash

    return [leaf_hash(_leaf(tile, at)) for at in range(count)]


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    for name, value in measure():
        print(name, value, flush=True)
