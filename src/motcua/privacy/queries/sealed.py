"""Open what is sealed: answers and files, by the data key that lies beside them, wrapped."""

from functools import lru_cache
from pathlib import Path
from typing import IO

from django.conf import settings

from motcua.privacy import models
from motcua.privacy.adapters import aead, folder
from motcua.privacy.errors import KeyAway, SealBroken
from motcua.privacy.values import DataKey

Broken = aead.Broken


def unseal(sealed: bytes, *, key: DataKey, binding: str) -> bytes:
    """Return what was sealed; raises KeyAway, and SealBroken when it was changed or moved."""
    try:
        return aead.unseal(sealed, key=opened(key), binding=binding)
    except aead.Broken as error:
        raise SealBroken() from error


def open_file(sealed: IO[bytes], *, key: DataKey, binding: str, size: int) -> IO[bytes]:
    """Return a sealed file, open for reading from anywhere; raises KeyAway.

    Reading raises Broken where the file was changed.
    """
    return aead.open_file(sealed, key=opened(key), binding=binding, size=size)


def opened(key: DataKey) -> bytes:
    """Return a data key; raises KeyAway when what wraps it is not there, SealBroken when it was changed."""
    wrapping = folder.read(place(), key.key_id, passphrase=settings.MOTCUA_KEYS_PASSPHRASE)
    if wrapping is None:
        raise KeyAway(key_id=key.key_id)
    try:
        return _unwrapped(key, wrapping)
    except aead.Broken as error:
        raise SealBroken() from error


def present() -> str:
    """Return the id of the key to wrap with, or nothing where none was made yet."""
    found = folder.ids(place())
    return found[-1] if found else ""


def unused() -> list[str]:
    """Return the ids of the keys with which nothing is wrapped any more."""
    known = folder.ids(place())
    used = set(models.DataKey.objects.filter(key_id__in=known).values_list("key_id", flat=True))
    return [each for each in known[:-1] if each not in used]


def place() -> Path:
    """Return the folder of the keys."""
    return Path(settings.MOTCUA_KEYS) / "data"


def value(row: models.DataKey) -> DataKey:
    """Return a row as a value."""
    return DataKey(row.pk, row.key_id, bytes(row.wrapped))


@lru_cache(maxsize=10_000)
def _unwrapped(key: DataKey, wrapping: bytes) -> bytes:
    return aead.unseal(key.wrapped, key=wrapping, binding=str(key.id))
