"""Files that carry harm: judged by a real ClamAV with one signature of our own, and by none at all."""

import hashlib
import io
import os
import shutil
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pytest
from click.testing import CliRunner
from django.core.files.storage import default_storage
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from motcua.config.commands import files as commands
from motcua.documents import actions, models, queries
from motcua.documents.adapters.clamav import ClamAV
from motcua.documents.errors import FileInfected
from motcua.documents.tests.test_files import PDF
from motcua.documents.values import StoredFile
from motcua.kit.errors import Unavailable
from motcua.transparency import queries as transparency

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MARK = b"MOTCUA-TEST-OF-HARMFUL-SOFTWARE-" + b"X" * 16  # harmless; harmful to our signature alone
HARMFUL = PDF.replace(b"%%EOF", b"%" + MARK + b"\n%%EOF")
SIGNATURE = f"Motcua.Test.Signature:0:*:{MARK.hex()}\n"
STARTS = 60.0  # seconds


def answers(path: Path) -> bool:
    """Return whether somebody listens at a socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trying:
        return trying.connect_ex(str(path)) == 0


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a clamd that knows our one signature and asks no network."""
    if shutil.which("clamd") is None and not os.environ.get("CI"):
        pytest.skip("clamd of clamav-daemon is not installed; scripts/system installs it")
    folder = Path(f"/tmp/motcua-clamd-{uuid.uuid4().hex[:8]}")  # a socket's path must be short
    (folder / "db").mkdir(parents=True)
    (folder / "db" / "motcua.ndb").write_text(SIGNATURE)
    config = folder / "clamd.conf"
    config.write_text(
        f"DatabaseDirectory {folder}/db\nLocalSocket {folder}/clamd.ctl\nForeground yes\n"
        f"LogFile {folder}/log\nStreamMaxLength 1M\nMaxThreads 2\n"
        + ("User root\n" if os.geteuid() == 0 else "")
    )
    running = subprocess.Popen(["clamd", "--config-file", str(config)])
    try:
        until = time.monotonic() + STARTS
        while not answers(folder / "clamd.ctl"):
            assert running.poll() is None and time.monotonic() < until, (folder / "log").read_text()
            time.sleep(0.1)
        yield str(folder / "clamd.ctl")
    finally:
        running.terminate()
        running.wait(10)
        shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Settings) -> Path:
    folder = tmp_path / "files"
    backend = "django.core.files.storage.FileSystemStorage"
    own = {"BACKEND": backend, "OPTIONS": {"location": str(folder)}}
    settings.STORAGES = {**settings.STORAGES, "default": own}
    return folder


def send(content: bytes) -> StoredFile:
    return actions.store(
        [content], allowed={"pdf"}, limit=10_000_000, at=AT, name="a.pdf", is_from_outside=True
    )


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name=actions.SCAN).count()


# ---- a real scanner -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_harm_is_refused_locked_away_and_told(daemon: str, settings: Settings, files: Path) -> None:
    settings.MOTCUA_CLAMAV = daemon
    assert send(PDF).scan == "clean"
    with pytest.raises(FileInfected) as refused:
        send(HARMFUL)
    assert "Motcua.Test.Signature" in str(refused.value)
    digest = hashlib.sha256(HARMFUL).hexdigest()
    with pytest.raises(FileInfected):
        queries.open_file(digest)
    kept = Path(default_storage.path(queries.path_of(digest)))
    assert MARK not in kept.read_bytes()  # sealed: nothing finds it or runs it
    assert not list((files / "incoming").glob("*"))
    (entry,) = transparency.history(digest)
    assert entry.kind == "documents.FileQuarantined"


@pytest.mark.django_db(transaction=True)
def test_what_came_before_the_scanner_is_scanned_later_and_goes_on_where_it_was_cut_off(
    daemon: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [PDF.replace(b"%%EOF", f"%{number}\n%%EOF".encode()) for number in range(4)]
    for each in (*many, HARMFUL):
        assert send(each).scan == "unscanned"
    run = CliRunner().invoke
    assert "MOTCUA_CLAMAV" in run(commands.scan).output
    settings.MOTCUA_CLAMAV = daemon
    real, seen = ClamAV.scan, list[IO[bytes]]()

    def cut_off(self: ClamAV, stream: IO[bytes]) -> str:
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(stream)
        return real(self, stream)

    with monkeypatch.context() as patched:
        patched.setattr(ClamAV, "scan", cut_off)
        assert run(commands.scan).exit_code != 0
    assert queries.count_unscanned() == 3
    told = run(commands.scan)
    assert told.exit_code == 1 and queries.count_unscanned() == 0
    assert sorted(models.StoredFile.objects.values_list("scan", flat=True)) == [
        *("clean",) * 4,
        "infected",
    ]
    assert hashlib.sha256(HARMFUL).hexdigest() in told.output
    assert transparency.history(hashlib.sha256(HARMFUL).hexdigest())
    assert run(commands.scan).output.strip() == "no file waits to be scanned"


@pytest.mark.django_db
def test_a_scanner_that_is_away_ends_the_scanning_and_loses_nothing(settings: Settings) -> None:
    send(PDF)
    settings.MOTCUA_CLAMAV = "/nowhere/clamd.ctl"
    assert isinstance(CliRunner().invoke(commands.scan).exception, Unavailable)
    assert queries.count_unscanned() == 1


@pytest.mark.django_db
def test_what_the_scanner_will_not_judge_is_not_called_clean(
    daemon: str, settings: Settings
) -> None:
    settings.MOTCUA_CLAMAV = daemon
    large = PDF.replace(b"%%EOF", b"%" + b"0" * 2_000_000 + b"\n%%EOF")
    assert send(large).scan == "waiting"
    assert jobs() == 1


@pytest.mark.django_db
def test_a_file_that_waited_is_judged_later(daemon: str, settings: Settings, files: Path) -> None:
    settings.MOTCUA_CLAMAV = "/nowhere/clamd.ctl"
    harmful, good = send(HARMFUL), send(PDF)
    assert (harmful.scan, good.scan) == ("waiting", "waiting")
    assert jobs() == 2
    with queries.open_file(good.digest) as stream:
        assert stream.read() == PDF  # what waits can be read, and says that it waits
    with pytest.raises(Unavailable):
        actions.scan_again(good.digest, at=AT)
    assert queries.file(good.digest).scan == "waiting"
    settings.MOTCUA_CLAMAV = daemon
    for digest in (harmful.digest, good.digest, good.digest):
        actions.scan_again(digest, at=AT)
    assert queries.file(good.digest).scan == "clean"
    assert queries.file(harmful.digest).scan == "infected"
    with pytest.raises(FileInfected):
        queries.open_file(harmful.digest)
    (entry,) = transparency.history(harmful.digest)
    assert entry.facts["found"] == "Motcua.Test.Signature.UNOFFICIAL"


# ---- none, and false ones -----------------------------------------------------------------------


@pytest.mark.django_db
def test_without_a_scanner_files_are_marked_unscanned() -> None:
    assert send(HARMFUL).scan == "unscanned"
    assert jobs() == 0


@pytest.mark.django_db
def test_what_was_clean_stays_clean_while_the_scanner_is_away(settings: Settings) -> None:
    send(PDF)
    models.StoredFile.objects.update(scan="clean", scanned_at=AT)
    settings.MOTCUA_CLAMAV = "/nowhere/clamd.ctl"
    assert send(PDF).scan == "clean"


@pytest.fixture
def liar() -> Iterator[Callable[[bytes], str]]:
    """A daemon that answers what a test wants, whatever it hears."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]

    def answering(answer: bytes) -> str:
        def once() -> None:
            speaking, _from = listening.accept()
            with speaking:
                speaking.settimeout(5)
                heard = b""
                while not heard.endswith(bytes(4)):
                    heard += speaking.recv(65536)
                speaking.sendall(answer)

        threading.Thread(target=once, daemon=True).start()
        return f"127.0.0.1:{port}"

    yield answering
    listening.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0",
        b"OK\0",
        b"stream: OK and more\0",
        b"stream: ERROR\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"\xff\xfe\0",
        b"x" * 9_000,
    ],
)
def test_an_answer_that_is_none_is_not_called_clean(
    answer: bytes, liar: Callable[[bytes], str]
) -> None:
    scanner = ClamAV(liar(answer), seconds=5)
    with pytest.raises(Unavailable):
        scanner.scan(io.BytesIO(b"abc"))


def test_a_scanner_that_says_nothing_is_not_waited_for_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        scanner = ClamAV(f"127.0.0.1:{listening.getsockname()[1]}", seconds=0.3)
        began = time.monotonic()
        with pytest.raises(Unavailable):
            scanner.scan(io.BytesIO(b"abc"))
        assert time.monotonic() - began < 5
