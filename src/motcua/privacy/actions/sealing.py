"""Seal answers and files; make, wrap anew and destroy the keys that do it."""

import secrets
import uuid
from collections.abc import Collection
from datetime import UTC, datetime
from typing import IO

from django.conf import settings
from django.db import transaction

from motcua.kit import ids
from motcua.privacy import models
from motcua.privacy.adapters import aead, folder
from motcua.privacy.errors import KeyAway
from motcua.privacy.events import KeyMade, KeysRewrapped
from motcua.privacy.queries import sealed
from motcua.privacy.values import DataKey
from motcua.signing.errors import KeysUnreadable
from motcua.transparency import actions as transparency

KEY = 32  # bytes: AES-256
BATCH = 500  # data keys wrapped anew in one transaction


def new_key(*, at: datetime) -> DataKey:
    """Make a data key, wrapped with the present key; raises KeyAway when there is none.

    The demo makes its first key by itself; elsewhere `motcua privacy rotate-keys` does, so that a
    folder that was not mounted is never taken for an empty one.
    """
    key_id = sealed.present()
    if not key_id and settings.MOTCUA_DEMO:
        key_id = make_key(at=at)
    made = ids.at(at)
    wrapped = _wrap(secrets.token_bytes(KEY), made, key_id=key_id)
    row = models.DataKey.objects.create(id=made, key_id=key_id, wrapped=wrapped, made_at=at)
    return sealed.value(row)


def seal(content: bytes, *, key: DataKey, binding: str) -> bytes:
    """Return a text sealed; `binding` names the row and column where it belongs; raises KeyAway."""
    nonce = secrets.token_bytes(aead.NONCE)
    return aead.seal(content, key=sealed.opened(key), nonce=nonce, binding=binding)


def seal_file(source: IO[bytes], target: IO[bytes], *, key: DataKey, binding: str) -> None:
    """Write a file sealed. A key seals one file, once; raises KeyAway."""
    aead.seal_file(source, target, key=sealed.opened(key), binding=binding)


def destroy(keys: Collection[uuid.UUID]) -> None:
    """Destroy data keys: what they sealed cannot be opened again, not from a backup of it either."""
    models.DataKey.objects.filter(pk__in=keys).delete()


@transaction.atomic
def make_key(*, at: datetime) -> str:
    """Make a key-encryption key, with which data keys are wrapped from now on, and return its id.

    Raises KeysUnreadable without a passphrase.
    """
    passphrase = settings.MOTCUA_KEYS_PASSPHRASE
    if not passphrase:
        raise KeysUnreadable(folder=str(sealed.place()))
    last = sealed.present()
    number = int(last.split("-")[0]) + 1 if last else 1
    key_id = f"{number:06d}-{at.astimezone(UTC):%Y%m%d}-{secrets.token_hex(4)}"
    folder.make(
        sealed.place(),
        key_id,
        key=secrets.token_bytes(KEY),
        salt=secrets.token_bytes(16),
        nonce=secrets.token_bytes(aead.NONCE),
        passphrase=passphrase,
    )
    transparency.append(KeyMade(key_id), by="privacy", at=at, subject="keys")
    return key_id


@transaction.atomic
def rewrap(*, at: datetime, limit: int = BATCH) -> int:
    """Wrap some data keys with the present key, and return how many: call it until it returns 0.

    What they sealed is not touched, and stays readable all the while. Raises KeyAway.
    """
    key_id = sealed.present()
    waiting = models.DataKey.objects.select_for_update(skip_locked=True).exclude(key_id=key_id)
    rows = list(waiting.order_by("pk")[:limit])
    for row in rows:
        row.wrapped = _wrap(sealed.opened(sealed.value(row)), row.pk, key_id=key_id)
        row.key_id = key_id
    if rows:
        models.DataKey.objects.bulk_update(rows, ["key_id", "wrapped"])
        transparency.append(KeysRewrapped(key_id, len(rows)), by="privacy", at=at, subject="keys")
    return len(rows)


def _wrap(key: bytes, owner: uuid.UUID, *, key_id: str) -> bytes:
    wrapping = folder.read(sealed.place(), key_id, passphrase=settings.MOTCUA_KEYS_PASSPHRASE)
    if wrapping is None:
        raise KeyAway(key_id=key_id)
    nonce = secrets.token_bytes(aead.NONCE)
    return aead.seal(key, key=wrapping, nonce=nonce, binding=str(owner))
