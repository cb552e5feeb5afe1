"""ClamAV's daemon, spoken to over its socket by the command INSTREAM (man clamd, "COMMANDS").

zINSTREAM NUL, then chunks: their length in four bytes, the highest first, and their bytes; a chunk
of no length ends it. The answer ends with NUL: "stream: OK", "stream: <name> FOUND", "... ERROR".
"""

import contextlib
import logging
import socket
from typing import IO

from django.conf import settings

from motcua.documents import models, ports
from motcua.kit.errors import Unavailable

SYSTEM = "the virus scanner"
CHUNK = 64 * 1024  # bytes
SECONDS = 20.0  # for each step of the talk
LONGEST = 4 * 1024  # bytes of an answer
LATER = 60  # seconds

logger = logging.getLogger(__name__)


def scanner() -> ports.Scanner | None:
    """Return the scanner that is set, or None where none is."""
    return ClamAV(settings.MOTCUA_CLAMAV) if settings.MOTCUA_CLAMAV else None


def judged(stream: IO[bytes]) -> tuple[models.Scan, str]:
    """Return what is to be said of a file that somebody sent, and the name of what is in it."""
    chosen = scanner()
    if chosen is None:
        return models.Scan.UNSCANNED, ""
    try:
        found = chosen.scan(stream)
    except Unavailable:
        return models.Scan.WAITING, ""
    return (models.Scan.INFECTED if found else models.Scan.CLEAN), found


class ClamAV:
    """The daemon at an address: the path of its socket, or host:port."""

    def __init__(self, address: str, *, seconds: float = SECONDS) -> None:
        self._address, self._seconds = address, seconds

    def scan(self, stream: IO[bytes]) -> str:
        """Return the name of what is in a file, or "" for nothing; raises Unavailable.

        What the daemon will not judge (a file over its limit, a fault of its own) was not judged: that
        is Unavailable too, never clean.
        """
        try:
            with self._connected() as speaking:
                answer = self._ask(speaking, stream)
        except OSError as error:
            logger.warning("%s does not answer: %s", SYSTEM, error)
            raise Unavailable(SYSTEM, retry_after=LATER) from error
        if answer == "stream: OK":
            return ""
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")[:100]
        logger.warning("%s says: %s", SYSTEM, answer[:200] or "nothing")
        raise Unavailable(SYSTEM, retry_after=LATER)

    def _ask(self, speaking: socket.socket, stream: IO[bytes]) -> str:
        # One that has heard enough says so and closes: its answer is worth more than our pipe's.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            speaking.sendall(b"zINSTREAM\0")
            while chunk := stream.read(CHUNK):
                speaking.sendall(len(chunk).to_bytes(4, "big") + chunk)
            speaking.sendall(bytes(4))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST:
            heard = speaking.recv(LONGEST)
            if not heard:
                break
            answer += heard
        return answer.rstrip(b"\0").decode("utf-8", "replace").strip()

    def _connected(self) -> socket.socket:
        host, colon, port = self._address.rpartition(":")
        if colon and port.isdecimal() and "/" not in self._address:
            return socket.create_connection((host, int(port)), timeout=self._seconds)
        speaking = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        speaking.settimeout(self._seconds)
        try:
            speaking.connect(self._address)
        except OSError:
            speaking.close()
            raise
        return speaking
