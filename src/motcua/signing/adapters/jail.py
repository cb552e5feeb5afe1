"""A process of its own that reads hostile files: limited in memory, killed when it takes too long.

Parent and child speak in frames: four bytes of length (big-endian), then the bytes. A question is two
frames, the terms as JSON and the file; an answer is one frame, the verdict as JSON.
"""

import atexit
import base64
import contextlib
import dataclasses
import json
import logging
import os
import resource
import select
import struct
import subprocess
import sys
import threading
import time
from datetime import datetime
from typing import IO

from motcua.signing import rules
from motcua.signing.values import Kind, Reason, Signature, Trust, Verdict

MEMORY = 3 * 1024**3  # bytes of address space
START_TIME = 30.0  # seconds for the first answer of a new process, which must import first
OURS = "MOTCUA_"  # settings, secrets among them, that the child has no use for
LENGTH = struct.Struct(">I")


class Jail:
    """One child process, started at the first question and again after one was killed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()
        atexit.register(self._kill)

    def judge(self, pdf: bytes, trust: Trust, *, at: datetime, seconds: float) -> Verdict:
        """Return the child's verdict, or TOO_HARD when it died or took longer than allowed."""
        with self._lock:
            child, is_new = self._running()
            try:
                _write(child.stdin, _terms(trust, at), pdf)
                answer = _read(child.stdout, seconds + (START_TIME if is_new else 0))
            except (OSError, EOFError, TimeoutError):
                self._kill()
                return rules.refused(Reason.TOO_HARD)
        return _verdict(json.loads(answer))

    def _running(self) -> tuple[subprocess.Popen[bytes], bool]:
        if self._owner != os.getpid():  # we were forked: that child belongs to our parent
            self._owner, self._child = os.getpid(), None
        if self._child is not None and self._child.poll() is None:
            return self._child, False
        command = [sys.executable, "-m", "motcua.signing.adapters.jail"]
        self._child = subprocess.Popen(  # noqa: S603 -- our own module, no outside words
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if not name.startswith(OURS)},
        )
        return self._child, True

    def _kill(self) -> None:
        child, self._child = self._child, None
        if child is not None and self._owner == os.getpid():
            child.kill()
            child.wait()
            for stream in (child.stdin, child.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()


def serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answer questions until the parent closes its end."""
    while True:
        try:
            terms, pdf = json.loads(_frame(questions)), _frame(questions)
        except EOFError:
            return
        trust = Trust(*(tuple(map(base64.b64decode, part)) for part in terms["trust"]))
        verdict = rules.judge(pdf, trust, at=datetime.fromisoformat(terms["at"]))
        _write(answers, json.dumps(dataclasses.asdict(verdict), default=str).encode())


def _terms(trust: Trust, at: datetime) -> bytes:
    parts = (trust.roots, trust.certificates, trust.revocation_lists)
    encoded = [[base64.b64encode(one).decode() for one in part] for part in parts]
    return json.dumps({"at": at.isoformat(), "trust": encoded}).encode()


def _verdict(stored: dict[str, object]) -> Verdict:
    signatures = stored.pop("signatures")
    reasons = stored.pop("reasons")
    assert isinstance(signatures, list) and isinstance(reasons, list)  # noqa: S101
    return Verdict(
        **stored,  # type: ignore[arg-type]
        signatures=tuple(_signature(one) for one in signatures),
        reasons=tuple(map(Reason, reasons)),
    )


def _signature(stored: dict[str, object]) -> Signature:
    kind, signed_at = stored.pop("kind"), stored.pop("signed_at")
    reasons = stored.pop("reasons")
    assert isinstance(reasons, list)  # noqa: S101
    return Signature(
        **stored,  # type: ignore[arg-type]
        kind=Kind(str(kind)) if kind else None,
        signed_at=datetime.fromisoformat(str(signed_at)) if signed_at else None,
        reasons=tuple(map(Reason, reasons)),
    )


def _write(stream: IO[bytes] | None, *frames: bytes) -> None:
    if stream is None:
        raise EOFError
    for frame in frames:
        stream.write(LENGTH.pack(len(frame)))
        stream.write(frame)
    stream.flush()


def _read(stream: IO[bytes] | None, seconds: float) -> bytes:
    """Return one frame, waiting for its beginning no longer than allowed."""
    if stream is None:
        raise EOFError
    ends = time.monotonic() + seconds
    ready, _, _ = select.select([stream], [], [], max(0.0, ends - time.monotonic()))
    if not ready:
        raise TimeoutError
    return _frame(stream)


def _frame(stream: IO[bytes]) -> bytes:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (size,) = LENGTH.unpack(head)
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content


def main() -> None:
    """Give up what is not needed, then answer."""
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
