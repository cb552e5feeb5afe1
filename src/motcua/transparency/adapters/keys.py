"""Ed25519 keys of logs and witnesses: a private file, and beside it the public key as a line of text."""

import os
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from motcua.engines.merkle import notes
from motcua.engines.merkle.errors import Malformed
from motcua.transparency.errors import LogKeyUnreadable

PEM = serialization.Encoding.PEM


def public_path(path: Path) -> Path:
    """Return where the public key of a private one lies."""
    return path.with_suffix(".vkey")


def ensure(path: Path, *, name: str, passphrase: str, type: int = notes.ED25519) -> notes.Signer:
    """Return the key of a file, made now if there is none; raises LogKeyUnreadable."""
    if not path.exists():
        _make(path, passphrase=passphrase)
    made = signer(path, name=name, passphrase=passphrase, type=type)
    public = public_path(path)
    if not public.exists():
        public.write_text(f"{made.key}\n", encoding="utf-8")
    return made


def signer(path: Path, *, name: str, passphrase: str, type: int = notes.ED25519) -> notes.Signer:
    """Return the key of a file; raises LogKeyUnreadable. It is opened again only when it changed."""
    try:
        return _opened(path, name, passphrase, type, path.stat().st_mtime_ns)
    except (OSError, ValueError, TypeError) as error:
        raise LogKeyUnreadable(path=str(path)) from error


def public(path: Path) -> notes.Key:
    """Return the public key of a file with one line of text; raises LogKeyUnreadable."""
    try:
        return _public(path, path.stat().st_mtime_ns)
    except (OSError, UnicodeDecodeError, Malformed) as error:
        raise LogKeyUnreadable(path=str(path)) from error


@lru_cache(maxsize=8)
def _public(path: Path, changed: int) -> notes.Key:
    return notes.parse_key(path.read_text(encoding="utf-8").strip())


@lru_cache(maxsize=8)
def _opened(path: Path, name: str, passphrase: str, type: int, changed: int) -> notes.Signer:
    key = serialization.load_pem_private_key(path.read_bytes(), passphrase.encode())
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("a log signs with Ed25519")
    return notes.signer(name, key, type=type)


def _make(path: Path, *, passphrase: str) -> None:
    if not passphrase:
        raise LogKeyUnreadable(path=str(path))
    sealed = serialization.BestAvailableEncryption(passphrase.encode())
    content = Ed25519PrivateKey.generate().private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, sealed
    )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, path)  # of two that make it at once, the first one's stays
    except FileExistsError:
        pass
    finally:
        draft.unlink()
