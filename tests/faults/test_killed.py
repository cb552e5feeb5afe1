"""A hundred times `kill -9`: nothing that was acknowledged is lost, nothing happens twice.

The output tells the seed: `MOTCUA_SEED` plays the same strikes again, `MOTCUA_KILLS` more or fewer.
"""

import itertools
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from motcua.engines.merkle import check, checkpoints, notes, tiles, tree
from motcua.kit import database
from motcua.transparency.adapters import folder
from tests.faults import killing

KILLS = int(os.environ.get("MOTCUA_KILLS", "100"))
SEED = int(os.environ.get("MOTCUA_SEED", "0")) or secrets.randbits(32)
SETTLING = 120.0  # seconds: the jobs of the last workers that were struck wait for half a minute
ONCE = """
    SELECT kind, {of}, count(*) FROM transparency_entry WHERE kind = ANY(%s)
    GROUP BY kind, {of} HAVING count(*) > 1
"""
ASIDE = """
    SELECT (SELECT count(*) FROM transparency_entry) = (SELECT count(*) FROM transparency_leaf)
       AND NOT EXISTS (SELECT FROM procrastinate_jobs
                       WHERE status = 'doing' OR (status = 'todo' AND
                             (scheduled_at IS NULL OR scheduled_at < now() + interval '1 day')))
       AND NOT EXISTS (SELECT FROM cases_case c JOIN payments_due d ON d.subject = c.code
                       WHERE d.status = 'paid' AND c.code = ANY(%s) AND NOT EXISTS
                         (SELECT FROM transparency_entry WHERE subject = c.code
                          AND kind = 'cases.PaymentReceived'))
"""


@pytest.fixture(scope="module")
def struck(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[killing.Stage, killing.Ledger, killing.Watcher]]:
    """A site after all that, with everything that waited done."""
    with killing.stage(tmp_path_factory.mktemp("killed") / "var") as stage:
        began = time.monotonic()
        ledger, watcher = killing.perform(stage, seed=SEED, kills=KILLS)
        over = time.monotonic()
        print(  # noqa: T201  (the seed is what a failure is played again with)
            f"seed {SEED}: struck {dict(stage.strikes)} in {over - began:.0f} s:"
            f" {len(ledger.filings)} filings, {len(ledger.payments)} payments,"
            f" {len(ledger.signatures)} signatures, {ledger.retries} retries,"
            f" {len(watcher.seen)} checkpoints"
        )
        assert not ledger.faults, f"seed {SEED}: {ledger.faults}"
        _settle(stage, ledger)
        print(f"settled in {time.monotonic() - over:.0f} s")  # noqa: T201  (what a run costs)
        yield stage, ledger, watcher


def _settle(stage: killing.Stage, ledger: killing.Ledger) -> None:
    """Wait until all is published and every job is done."""
    end = time.monotonic() + SETTLING
    while not _rows(stage, ASIDE, list(ledger.payments.values()))[0][0]:
        assert time.monotonic() < end, f"seed {SEED}: jobs or entries still wait"
        time.sleep(0.5)


def _rows(stage: killing.Stage, statement: str, *values: object) -> list[tuple[object, ...]]:
    url = stage.postgres.get_uri(database=database.NAME)
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode(), values).fetchall()


def test_a_hundred_kills_lose_nothing_and_nothing_happens_twice(
    struck: tuple[killing.Stage, killing.Ledger, killing.Watcher],
) -> None:
    stage, ledger, _ = struck
    assert stage.strikes.total() >= KILLS
    assert ledger.filings and ledger.payments and ledger.signatures, "nobody worked meanwhile"
    filed = _rows(
        stage,
        "SELECT f.idempotency_key, c.code FROM intake_filing f JOIN cases_case c ON c.filing_id = f.id",
    )
    assert ledger.filings.items() <= {str(key): str(code) for key, code in filed}.items()
    told = "SELECT {} FROM transparency_entry WHERE kind = %s"
    paid = _rows(stage, told.format("facts->>'due'"), "payments.PaymentSettled")
    assert ledger.payments.keys() <= {str(due) for (due,) in paid}
    signed = _rows(stage, told.format("subject"), "cases.DecisionSigned")
    assert set(ledger.signatures) <= {str(code) for (code,) in signed}
    once = ["cases.CaseFiled", "payments.PaymentSettled", "cases.PaymentReceived"]
    assert not _rows(stage, ONCE.format(of="subject"), [*once, "cases.DecisionSigned"])
    done = ["cases.CaseAccepted", "cases.TaskCompleted", "cases.DecisionSigned"]
    assert not _rows(
        stage, ONCE.format(of="subject, facts->>'task'"), [*done, "cases.ResultReturned"]
    )
    assert len(filed) == len({code for _, code in filed})
    assert not _rows(stage, "SELECT id FROM procrastinate_jobs WHERE status = 'failed'")
    # What a struck process was doing is personal data, and the log of the server does not tell it.
    told = (Path(stage.site.environment["MOTCUA_VAR"]) / "postgres" / "log").read_text()
    assert "terminated by signal 9" in told and "process was running" not in told


def test_what_the_rows_name_lies_in_the_folder(
    struck: tuple[killing.Stage, killing.Ledger, killing.Watcher],
) -> None:
    stage, _, _ = struck
    var = Path(stage.site.environment["MOTCUA_VAR"])
    found = _rows(stage, "SELECT digest FROM documents_storedfile WHERE removed_at IS NULL")
    assert found
    for (digest,) in found:
        assert (var / "files" / str(digest)[:2] / str(digest)).stat().st_size > 0


def test_the_log_is_whole_and_only_grew(
    struck: tuple[killing.Stage, killing.Ledger, killing.Watcher], tmp_path: Path
) -> None:
    stage, _, watcher = struck
    place = Path(stage.site.environment["MOTCUA_VAR"]) / "log"
    last = place / "checkpoint"
    heads = [
        checkpoints.parse(notes.parse(each).text).head
        for each in (*watcher.seen, last.read_bytes())
    ]
    assert len({head.size for head in heads}) > 1
    size = heads[-1].size
    for old, new in itertools.pairwise(heads):
        reader = tiles.Reader(lambda tile: folder.read(place, tile), size=new.size)
        proof = tree.consistency(reader.node, old=old.size, size=new.size)
        check.consistency(old=old, new=new, proof=proof)
    assert (size,) == _rows(stage, "SELECT count(*) FROM transparency_entry")[0]
    kept = tmp_path / "kept"
    kept.write_bytes(watcher.seen[len(watcher.seen) // 2])
    assert "Nothing found" in stage.site.run("log", "audit", "--checkpoint", str(kept))
