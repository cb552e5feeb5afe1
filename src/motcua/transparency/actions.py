"""Writes to the log: append an entry, erase a personal part, relay entries to those who react."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from motcua.transparency import models, queries, rules
from motcua.transparency.values import Cursor, Entry

SALT_BYTES = 32

React = Callable[[Entry], None]


def append(
    event: object,
    *,
    by: str,
    at: datetime,
    subject: str = "",
    authority: str = "",
    personal: Mapping[str, object] | None = None,
) -> int:
    """Append an entry in the transaction of the change it tells of and return its id.

    Raises RuntimeError outside a transaction: an entry without its change, or a change without its
    entry, must not be possible.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("append an entry inside the transaction of the change it tells of")
    salt = secrets.token_bytes(SALT_BYTES) if personal else b""
    row = models.Entry.objects.create(
        kind=rules.kind(type(event)),
        at=at,
        by=by,
        authority=authority,
        subject=subject,
        facts=rules.facts(event),
        commitment=rules.commitment(personal, salt=salt) if personal else b"",
    )
    if personal:
        models.PersonalPart.objects.create(entry=row, salt=salt, content=dict(personal))
    return row.pk


@transaction.atomic
def erase_personal_part(entry_id: int) -> None:
    """Erase the personal part of an entry; the entry and its commitment stay."""
    models.PersonalPart.objects.filter(pk=entry_id).delete()


@transaction.atomic
def relay(
    reactions: Mapping[str, Sequence[React]], *, reader: str = "relay", limit: int = 500
) -> int:
    """Hand the entries past the reader's cursor to those who react, and move the cursor.

    Reactions defer jobs, in this same transaction: either the jobs are there and the cursor has
    moved, or neither. Two relays take turns on the cursor's lock. Returns how many were read.
    """
    models.Reader.objects.get_or_create(pk=reader)
    place = models.Reader.objects.select_for_update().get(pk=reader)
    entries = queries.after(Cursor(place.transaction, place.entry), limit=limit)
    for entry in entries:
        for react in reactions.get(entry.kind, ()):
            react(entry)
    if entries:
        place.transaction, place.entry = entries[-1].transaction, entries[-1].id
        place.save(update_fields=["transaction", "entry"])
    return len(entries)
