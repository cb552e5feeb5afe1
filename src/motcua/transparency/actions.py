"""Writes to the log: append, erase a personal part, relay; sequence and publish, collect cosignatures."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import connection, transaction

from motcua.engines.merkle import checkpoints, edge, notes, tiles
from motcua.engines.merkle.checkpoints import Checkpoint
from motcua.engines.merkle.errors import MerkleError
from motcua.engines.merkle.model import leaf_hash
from motcua.engines.merkle.policy import Witness
from motcua.engines.merkle.tiles import ENTRIES, WIDTH, Tile
from motcua.transparency import models, queries, rules
from motcua.transparency.adapters import folder, keys, witnesses
from motcua.transparency.errors import EntryChanged, LogDamaged, LogDiverged
from motcua.transparency.queries import log
from motcua.transparency.values import Cursor, Entry, Leaf

SALT_BYTES = 32
LEAF_SALT_BYTES = 16  # enough that nobody can guess what a hash was made of
SEQUENCER = "sequencer"
BATCH = 4096  # leaves: sixteen bundles at a time

# One statement of arrays, since thousands of rows as parameters take longer than all the hashing.
_PLACES = """
    INSERT INTO transparency_leaf (sequenced_at, index, entry_id, salt, hash)
    SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[])
"""

Ask = Callable[[str, bytes], witnesses.Answer]
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
def erase_personal_parts(subject: str) -> None:
    """Erase the personal parts of all entries on a subject; entries and commitments stay."""
    models.PersonalPart.objects.filter(entry__subject=subject).delete()


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


# ---- the public log -----------------------------------------------------------------------------


def make_key() -> notes.Key:
    """Make the key of the public log if there is none and return its public side."""
    where = log.place()
    made = keys.ensure(where.key, name=where.origin, passphrase=where.passphrase)
    return made.key


def sequence(*, at: datetime, limit: int = BATCH) -> int:
    """Give entries their places in the public log and publish them; return how many were published.

    Places are stored first and never change; tiles follow from them; the checkpoint comes last. So a
    stop at any point is made good by doing it again. Raises LogDiverged, EntryChanged, LogDamaged,
    LogKeyUnreadable, LogNotSetUp, and then publishes nothing.
    """
    where = log.place()
    signer = log.signer(where)
    with folder.only_writer(where.folder):
        fresh = _assign(at=at, limit=limit)
        return _publish(where, signer, fresh, limit=limit)


@transaction.atomic
def _assign(*, at: datetime, limit: int) -> Mapping[int, bytes]:
    """Give the entries past the sequencer's cursor the next places, in the order of the log.

    Returns the data of the new leaves by their index, in that order.
    """
    models.Reader.objects.get_or_create(pk=SEQUENCER)
    place = models.Reader.objects.select_for_update().get(pk=SEQUENCER)
    entries = queries.after(Cursor(place.transaction, place.entry), limit=limit)
    if not entries:
        return {}
    salts = [secrets.token_bytes(LEAF_SALT_BYTES) for _ in entries]
    first = _next_index()
    leaves = [
        rules.leaf(Leaf(first + number, entry, salt, at))
        for number, (entry, salt) in enumerate(zip(entries, salts, strict=True))
    ]
    with connection.cursor() as cursor:
        indexes, ids = range(first, first + len(entries)), [entry.id for entry in entries]
        cursor.execute(_PLACES, [at, list(indexes), ids, salts, list(map(leaf_hash, leaves))])
    place.transaction, place.entry = entries[-1].transaction, entries[-1].id
    place.save(update_fields=["transaction", "entry"])
    return dict(zip(indexes, leaves, strict=True))


def _next_index() -> int:
    last = models.Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def _publish(
    where: log.Place, signer: notes.Signer, fresh: Mapping[int, bytes], *, limit: int
) -> int:
    """Write the tiles of leaves that have places but are not published, then the checkpoint."""
    before = _published(where, signer.key)
    if next(iter(fresh), None) == before.size:
        leaves = list(fresh.values())
    else:  # some were left over from a stop
        rows = models.Leaf.objects.select_related("entry").filter(index__gte=before.size)
        leaves = [_checked(row) for row in rows.order_by("index")[:limit]]
    if not leaves:
        return 0
    after, written = edge.grow(before, [leaf_hash(data) for data in leaves])
    files = dict(written) | dict(_bundles(where, before.size, leaves))
    folder.write(where.folder, files)
    text = Checkpoint(where.origin, after.head).text
    note = notes.Note(text, (notes.sign(text, signer),))
    folder.publish(where.folder, folder.CHECKPOINT, note.encode())
    folder.tidy(where.folder, (tile for tile in files if tile.width == WIDTH))
    return len(leaves)


def _published(where: log.Place, key: notes.Key) -> edge.Edge:
    """Return the edge of the published tree, once it is seen to be the beginning of our table."""
    note = folder.note(where.folder, folder.CHECKPOINT)
    if note is None:
        return edge.Edge()
    try:
        told = checkpoints.opened(note, [key])
    except MerkleError as error:
        raise LogDiverged(why=str(error)) from error
    size = told.head.size
    now = log.edge_of(where, size)
    if now.head != told.head:
        raise LogDamaged(why=f"the tiles of {size} leaves do not lead to the signed root")
    if size:
        last = models.Leaf.objects.filter(index=size - 1).values_list("hash", flat=True).first()
        if last is None:
            raise LogDiverged(why=f"{size} leaves were published, the database has fewer")
        if bytes(last) != tiles.Reader(
            lambda tile: folder.read(where.folder, tile), size=size
        ).node(0, size - 1):
            raise LogDiverged(why=f"leaf {size - 1} was published with another hash")
    return now


def _checked(row: models.Leaf) -> bytes:
    data = log.data(row)
    if leaf_hash(data) != bytes(row.hash):
        raise EntryChanged(entry=row.entry_id)
    return data


def _bundles(where: log.Place, size: int, leaves: Sequence[bytes]) -> Iterator[tuple[Tile, bytes]]:
    """Yield the bundles that more leaves bring or change; the last one goes on where it ended."""
    first, begun = divmod(size, WIDTH)
    before = Tile(ENTRIES, first, begun)
    held = tiles.unbundle(folder.read(where.folder, before), tile=before) if begun else ()
    whole = [*held, *leaves]
    for at in range(0, len(whole), WIDTH):
        part = whole[at : at + WIDTH]
        yield Tile(ENTRIES, first + at // WIDTH, len(part)), tiles.bundle(part)


def collect(
    *, seen: Mapping[str, int], ask: Ask = witnesses.ask
) -> tuple[Mapping[str, int], Mapping[str, str]]:
    """Ask the witnesses for their cosignatures on the newest checkpoint and publish those that hold.

    `seen` says which size each witness last cosigned, by its name. Returns that anew, and why a
    witness gave none. All are asked at once, so that one that is away holds up none; the log goes on
    meanwhile. Raises LogPolicyUnreadable, LogDamaged.
    """
    policy, where = log.believed(), log.place()
    note = folder.note(where.folder, folder.CHECKPOINT)
    asked = [each for each in policy.witnesses if each.url]
    if note is None or not asked:
        return seen, {}
    size = log.opened(note).head.size
    due = [each for each in asked if seen.get(each.name) != size]
    if not due:
        return seen, {}
    with ThreadPoolExecutor(len(due)) as pool:
        answers = list(
            pool.map(lambda each: _cosignature(each, note, seen.get(each.name, 0), ask), due)
        )
    lines = [each for each in answers if isinstance(each, notes.Signature)]
    if lines:
        _publish_cosigned(where, note, lines)
    good = {each.name: size for each, got in zip(due, answers, strict=True) if got in lines}
    bad = {each.name: str(got) for each, got in zip(due, answers, strict=True) if got not in lines}
    return {**seen, **good}, bad


def _cosignature(witness: Witness, note: notes.Note, old: int, ask: Ask) -> notes.Signature | str:
    """Return a witness's cosignature, or why there is none; a size that it corrects is tried once."""
    size = log.opened(note).head.size
    answer = ask(witness.url, log.growth(old=min(old, size), note=note).encode())
    if answer.size is not None and answer.size <= size and answer.size != old:
        answer = ask(witness.url, log.growth(old=answer.size, note=note).encode())
    if answer.why:
        return answer.why
    try:
        lines = notes.parse_signatures(answer.lines)
        return notes.verify(notes.Note(note.text, lines), [witness.key])[0].signature
    except MerkleError as error:
        return str(error)


def _publish_cosigned(where: log.Place, note: notes.Note, lines: Sequence[notes.Signature]) -> None:
    """Add cosignatures to the checkpoint they are on, while it is the newest, and keep it apart."""
    with folder.only_writer(where.folder):
        newest = folder.note(where.folder, folder.CHECKPOINT)
        if newest and newest.text == note.text:
            folder.publish(where.folder, folder.CHECKPOINT, notes.merge(newest, lines).encode())
        last = folder.note(where.folder, folder.COSIGNED)
        if last and log.opened(last).head.size > log.opened(note).head.size:
            return
        whole = notes.merge(last if last and last.text == note.text else note, lines)
        folder.publish(where.folder, folder.COSIGNED, whole.encode())
