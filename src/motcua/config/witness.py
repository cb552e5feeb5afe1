"""A witness of public logs: it cosigns a checkpoint only when that extends what it saw before.

It speaks HTTP as C2SP tlog-witness says, and needs no database: a key of its own, the public keys of
the logs, and a file that remembers the latest checkpoint of each.
"""

import fcntl
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click
from django.conf import settings

from motcua.engines.merkle import checkpoints, notes, policy, witness
from motcua.engines.merkle.errors import Declined, MerkleError
from motcua.engines.merkle.model import Head
from motcua.kit import clock
from motcua.transparency.adapters import keys

LARGEST_REQUEST = 128 * 1024  # bytes
PATIENCE = 10.0  # seconds that a client may be silent
DEMO_NAME = "witness.motcua.example/demo"


class Memory:
    """The latest checkpoint of each log that was cosigned, in a file that only this process writes."""

    def __init__(self, path: Path) -> None:
        """Read the file; raises ClickException when it is damaged or another process holds it."""
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise click.ClickException(f"Another witness uses {path}: end it first.") from error
        try:
            self._notes = self._read()
        except click.ClickException:
            self.close()
            raise

    def seen(self, origin: str) -> Head | None:
        """Return the latest head that was cosigned."""
        text = self._notes.get(origin)
        return checkpoints.parse(notes.parse(text.encode()).text).head if text else None

    def store(self, accepted: witness.Accepted) -> None:
        """Remember a checkpoint for good, before it is cosigned."""
        self._notes[accepted.told.origin] = accepted.note.encode().decode()
        draft = self._path.with_name(self._path.name + ".new")
        with draft.open("w", encoding="utf-8") as stream:
            json.dump(self._notes, stream, ensure_ascii=False, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._lock)

    def _read(self) -> dict[str, str]:
        """Return what was stored; a damaged file is never taken for an empty one."""
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            for origin, text in stored.items():
                if checkpoints.parse(notes.parse(text.encode()).text).origin != origin:
                    raise ValueError(f"{origin} holds the checkpoint of another log")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError, MerkleError) as error:
            raise click.ClickException(
                f"{self._path} cannot be read ({error}). Restore it: without it this witness would"
                " sign a second history."
            ) from error
        return dict(stored)


class Server(ThreadingHTTPServer):
    """Answers add-checkpoint; one request at a time is considered, stored and cosigned."""

    daemon_threads = True

    def __init__(
        self,
        address: tuple[str, int],
        *,
        signer: notes.Signer,
        logs: Mapping[str, Sequence[notes.Key]],
        memory: Memory,
    ) -> None:
        """Listen at an address."""
        self._signer = signer
        self._logs = logs
        self._memory = memory
        self._turn = threading.Lock()
        super().__init__(address, _Handler)

    def cosign(self, request: bytes) -> bytes:
        """Return the signature line for a request; raises Declined."""
        with self._turn:
            accepted = witness.consider(request, logs=self._logs, seen=self._memory.seen)
            self._memory.store(accepted)
        time = int(clock.now().timestamp())
        return str(witness.cosign(accepted, self._signer, time=time)).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    server: Server

    def do_POST(self) -> None:
        """Answer add-checkpoint."""
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > LARGEST_REQUEST:
            self.close_connection = True
            self._answer(413 if length.isdigit() else 411, b"give a length within the limit\n")
            return
        body = self.rfile.read(int(length))
        if self.path != "/add-checkpoint":
            self._answer(404, b"POST add-checkpoint\n")
            return
        try:
            self._answer(200, self.server.cosign(body))
        except Declined as declined:
            if declined.size is None:
                self._answer(declined.status, f"{declined}\n".encode())
            else:
                self._answer(declined.status, f"{declined.size}\n".encode(), "text/x.tlog.size")

    def _answer(self, status: int, body: bytes, kind: str = "text/plain; charset=utf-8") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet; what was cosigned is in the file."""


# ---- the demo's own witness ---------------------------------------------------------------------


def ensure_demo(log: notes.Key) -> None:
    """Make a witness for the demo, and the policy that names it, where there is none."""
    path = Path(settings.MOTCUA_LOG_POLICY)
    if path.exists():
        return
    made = keys.ensure(
        _demo_key(),
        name=DEMO_NAME,
        passphrase=settings.MOTCUA_KEYS_PASSPHRASE,
        type=notes.COSIGNATURE,
    )
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    path.write_text(
        "# Whom the log asks for cosignatures, and whom people may believe (C2SP tlog-policy)\n"
        f"log {log}\nwitness demo {made.key} http://127.0.0.1:{port}\nquorum demo\n",
        encoding="utf-8",
    )


def spawn_demo() -> "list[subprocess.Popen[bytes]]":
    """Start the demo's witness as a process of its own, where the demo has made one."""
    if not settings.MOTCUA_DEMO or not _demo_key().exists():
        return []
    found = policy.parse(Path(settings.MOTCUA_LOG_POLICY).read_text(encoding="utf-8"))
    url = next((each.url for each in found.witnesses if each.name == "demo"), "")
    port = url.rpartition(":")[2]
    if not port.isdigit():
        return []
    state = Path(settings.MOTCUA_VAR) / "witness" / "state.json"
    command = [
        *(sys.executable, "-m", "motcua.config", "log", "witness"),
        *("--name", DEMO_NAME, "--key", str(_demo_key()), "--state", str(state)),
        *("--log", str(found.logs[0]), "--port", port),
    ]
    return [subprocess.Popen(command, env=os.environ)]  # noqa: S603  (our own words only)


def _demo_key() -> Path:
    return Path(settings.MOTCUA_KEYS) / "witness.key"
