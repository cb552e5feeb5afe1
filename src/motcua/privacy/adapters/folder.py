"""The key-encryption keys: files in a folder outside the database, each opened once in a process.

    MOTCUA_KEYS/data/<key id>.key      JSON: salt, nonce and the key sealed under the passphrase

A key id is a number, a day and some chance, so the last by name is the one to wrap with. Old ones stay
for as long as a data key is wrapped with them.
"""

import base64
import json
import os
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

PRIVATE = 0o600
SUFFIX = ".key"


def ids(folder: Path) -> list[str]:
    """Return the ids of the keys that are there, oldest first; none when there is no folder."""
    try:
        return sorted(each.stem for each in folder.iterdir() if each.suffix == SUFFIX)
    except FileNotFoundError:
        return []


def make(
    folder: Path, key_id: str, *, key: bytes, salt: bytes, nonce: bytes, passphrase: str
) -> None:
    """Write a new key wholly or not at all."""
    sealed = AESGCM(_derived(passphrase, salt)).encrypt(nonce, key, key_id.encode())
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    text = json.dumps({name: base64.b64encode(each).decode() for name, each in parts.items()})
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f"{key_id}.new"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(folder / f"{key_id}{SUFFIX}")


def read(folder: Path, key_id: str, *, passphrase: str) -> bytes | None:
    """Return a key, or None when it is not there, is damaged, or the passphrase is another."""
    path = folder / f"{key_id}{SUFFIX}"
    try:
        changed = path.stat().st_mtime_ns
        return _opened(path, changed, passphrase)
    except (OSError, ValueError, KeyError, InvalidTag):
        return None


@lru_cache(maxsize=64)
def _opened(path: Path, changed: int, passphrase: str) -> bytes:
    parts = json.loads(path.read_text("ascii"))
    salt, nonce, sealed = (base64.b64decode(parts[name]) for name in ("salt", "nonce", "sealed"))
    return AESGCM(_derived(passphrase, salt)).decrypt(nonce, sealed, path.stem.encode())


def _derived(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**14, r=8, p=1).derive(passphrase.encode())
