"""Files of which only a part has come, in a folder under `MOTCUA_VAR`: so an upload that broke off goes on.

A file is named by its owner and a digest of its token, so nobody reaches another's. What is older than
a day is swept away whenever a new one begins.
"""

import fcntl
import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path

KEPT = 24 * 3600  # seconds
MOST = 20  # begun at once by one person
CHUNK = 256 * 1024  # bytes read at a time


def begin(folder: Path, owner: uuid.UUID, token: str, *, now: float) -> bool:
    """Make an empty file; False when the owner has too many that are not finished. now: seconds."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in folder.iterdir():
        if now - path.stat().st_mtime > KEPT:
            path.unlink(missing_ok=True)
    if sum(1 for _ in folder.glob(f"{owner.hex}-*")) >= MOST:
        return False
    path_of(folder, owner, token).touch(mode=0o600)
    return True


def offset(folder: Path, owner: uuid.UUID, token: str) -> int | None:
    """Return how many bytes have come, or None when nothing was begun."""
    path = path_of(folder, owner, token)
    return path.stat().st_size if path.is_file() else None


def append(folder: Path, owner: uuid.UUID, token: str, *, at: int, content: bytes) -> bool:
    """Add bytes at an offset; False, and nothing added, when the file does not end there."""
    path = path_of(folder, owner, token)
    if not path.is_file():
        return False
    with path.open("r+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)  # the same part sent twice at once is added once
        if stream.seek(0, 2) != at:
            return False
        stream.write(content)
    return True


def chunks(folder: Path, owner: uuid.UUID, token: str) -> Iterator[bytes]:
    """Yield the bytes that have come."""
    with path_of(folder, owner, token).open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def remove(folder: Path, owner: uuid.UUID, token: str) -> None:
    """Forget a file."""
    path_of(folder, owner, token).unlink(missing_ok=True)


def path_of(folder: Path, owner: uuid.UUID, token: str) -> Path:
    """Return where the parts of a file lie."""
    return folder / f"{owner.hex}-{hashlib.sha256(token.encode()).hexdigest()}"
