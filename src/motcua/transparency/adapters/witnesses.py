"""Asking a witness for its cosignature over HTTP (C2SP tlog-witness)."""

import urllib.error
import urllib.request
from dataclasses import dataclass

from motcua.engines.merkle import checkpoints
from motcua.engines.merkle.errors import Malformed

TIMEOUT = 5.0  # seconds
LARGEST_ANSWER = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answered: its signature lines, or the size that it last saw, or why not."""

    lines: bytes = b""
    size: int | None = None
    why: str = ""


def ask(url: str, body: bytes) -> Answer:
    """Send a checkpoint with its proof; whatever goes wrong is told in the answer."""
    if not url.startswith(("http://", "https://")):
        return Answer(why=f"no HTTP address: {url}")
    request = urllib.request.Request(  # noqa: S310  (its scheme was looked at)
        url.rstrip("/") + "/add-checkpoint", data=body, method="POST"
    )
    request.add_header("Content-Type", "text/plain; charset=utf-8")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            return Answer(lines=answer.read(LARGEST_ANSWER))
    except urllib.error.HTTPError as error:
        with error:
            return _declined(error.code, error.read(LARGEST_ANSWER))
    except (OSError, ValueError) as error:  # refused, timed out, no answer of HTTP
        return Answer(why=f"{type(error).__name__}: {error}")


def _declined(status: int, body: bytes) -> Answer:
    said = body.decode("utf-8", "replace").strip()[:200]
    if status == 409:
        try:
            return Answer(size=checkpoints.number(said), why=f"409: it saw {said} leaves")
        except Malformed:
            pass
    return Answer(why=f"{status}: {said}")
