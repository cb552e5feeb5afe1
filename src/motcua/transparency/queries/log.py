"""Reads of the public log: what is published, proofs from its tiles, whom it believes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from motcua.engines.merkle import check, checkpoints, edge, notes, policy, proofs, tiles, tree
from motcua.engines.merkle.checkpoints import Checkpoint
from motcua.engines.merkle.errors import Malformed, MerkleError
from motcua.engines.merkle.model import leaf_hash
from motcua.engines.merkle.tiles import ENTRIES, WIDTH, Tile
from motcua.transparency import models, rules
from motcua.transparency import queries as entries
from motcua.transparency.adapters import folder, keys
from motcua.transparency.errors import (
    LogDamaged,
    LogNotSetUp,
    LogPolicyUnreadable,
    NotYetInLog,
)
from motcua.transparency.values import Inclusion, Leaf, Published


@dataclass(frozen=True, slots=True)
class Place:
    """Where the log lies and what it is called."""

    folder: Path
    origin: str
    key: Path
    passphrase: str


def place() -> Place:
    """Return where the log of this installation lies; raises LogNotSetUp when it has no name."""
    if not settings.MOTCUA_LOG_ORIGIN:
        raise LogNotSetUp()
    return Place(
        Path(settings.MOTCUA_LOG),
        settings.MOTCUA_LOG_ORIGIN,
        Path(settings.MOTCUA_KEYS) / "log.key",
        settings.MOTCUA_KEYS_PASSPHRASE,
    )


def signer(where: Place) -> notes.Signer:
    """Return the key that signs checkpoints; raises LogKeyUnreadable."""
    return keys.signer(where.key, name=where.origin, passphrase=where.passphrase)


def key() -> notes.Key:
    """Return the public key of the log; raises LogKeyUnreadable, LogNotSetUp."""
    return keys.public(keys.public_path(place().key))


def believed() -> policy.Policy:
    """Return the witnesses that are asked and believed; raises LogPolicyUnreadable.

    Without a file there are none.
    """
    path = Path(settings.MOTCUA_LOG_POLICY)
    try:
        return _policy(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return policy.Policy()
    except (OSError, ValueError) as error:
        raise LogPolicyUnreadable(why=str(error)) from error


@lru_cache(maxsize=8)
def _policy(path: Path, changed: int) -> policy.Policy:
    return policy.parse(path.read_text(encoding="utf-8"))


def published(name: str = folder.CHECKPOINT) -> Published | None:
    """Return the newest checkpoint, or with "cosigned" the newest that witnesses signed.

    Raises LogDamaged when the file is not what we signed.
    """
    where = place()
    found = folder.note(where.folder, name)
    if found is None:
        return None
    told = opened(found)
    return Published(told.origin, told.head.size, told.head.root, found.encode())


def opened(note: notes.Note) -> Checkpoint:
    """Return what a checkpoint of ours says; raises LogDamaged when the log's key did not sign it."""
    try:
        return _opened(note, key())
    except MerkleError as error:
        raise LogDamaged(why=str(error)) from error


@lru_cache(maxsize=64)
def _opened(note: notes.Note, known: notes.Key) -> Checkpoint:
    """Verify a checkpoint once: the same bytes under the same key say the same."""
    return checkpoints.opened(note, [known])


def place_of(entry_id: int) -> int | None:
    """Return the index of an entry in the public log, or nothing while it has none."""
    return models.Leaf.objects.filter(entry_id=entry_id).values_list("index", flat=True).first()


def places_of(entry_ids: Collection[int]) -> Mapping[int, int]:
    """Return the indexes of several entries, without those that have none yet, in one query."""
    rows = models.Leaf.objects.filter(entry_id__in=entry_ids)
    return dict(rows.values_list("entry_id", "index"))


def proof(entry_id: int) -> bytes:
    """Return the proof that an entry is in the public log, as a C2SP tlog-proof file.

    It leads to the newest checkpoint that witnesses signed when that is large enough, and carries the
    leaf itself, so that it can be verified with nothing but the log's public key. Raises NotYetInLog,
    LogDamaged.
    """
    index = place_of(entry_id)
    if index is None:
        raise NotYetInLog()
    return proof_at(index)


def proof_at(index: int) -> bytes:
    """Return the proof of a leaf by its index; raises NotYetInLog, LogDamaged."""
    where = place()
    for name in (folder.COSIGNED, folder.CHECKPOINT):
        note = folder.note(where.folder, name)
        told = opened(note) if note else None
        if note and told and told.head.size > index:
            break
    else:
        raise NotYetInLog()
    reader = tiles.Reader(lambda tile: folder.read(where.folder, tile), size=told.head.size)
    data = leaf_data(where, index, size=told.head.size)
    try:
        hashes = tree.inclusion(reader.node, index=index, size=told.head.size)
        check.inclusion(leaf_hash(data), index=index, head=told.head, proof=hashes)
    except MerkleError as error:  # better none than one that does not hold
        raise LogDamaged(why=str(error)) from error
    return proofs.Proof(index, hashes, note, data).encode()


def own() -> policy.Policy:
    """Return what this installation says of itself: its key and its witnesses, no quorum demanded."""
    return policy.Policy(logs=(key(),), witnesses=believed().witnesses)


def included(entry_id: int) -> Inclusion | None:
    """Return how an entry is in the public log, or None while it is not; raises LogDamaged."""
    try:
        return inclusion(proof(entry_id), own())
    except NotYetInLog:
        return None
    except MerkleError as error:
        raise LogDamaged(why=str(error)) from error


def inclusion(content: bytes, trusted: policy.Policy) -> Inclusion:
    """Return what a proof file proves to those who trust a policy; asks no database.

    Raises Malformed, Untrusted, NotProved.
    """
    proof = proofs.parse(content)
    believed = policy.believe(proof.checkpoint, trusted)
    proofs.verify(proof, proof.extra, trusted.logs)
    try:
        told = rules.leaf_fields(proof.extra)
    except ValueError as error:
        raise Malformed("the proof carries no leaf that we can read") from error
    return Inclusion(
        proof.index,
        believed.told.origin,
        believed.told.head.size,
        tuple(each.key.name for each in believed.cosigned),
        told,
    )


def leaf_data(where: Place, index: int, *, size: int) -> bytes:
    """Return the data of a leaf from its bundle; raises LogDamaged."""
    bundle = index // WIDTH
    tile = Tile(ENTRIES, bundle, tiles.width(ENTRIES, bundle, size=size))
    try:
        return tiles.unbundle(folder.read(where.folder, tile), tile=tile)[index % WIDTH]
    except MerkleError as error:
        raise LogDamaged(why=str(error)) from error


def growth(*, old: int, note: notes.Note) -> proofs.Extension:
    """Return the proof that a checkpoint extends the tree of `old` leaves; raises LogDamaged."""
    where = place()
    size = opened(note).head.size
    reader = tiles.Reader(lambda tile: folder.read(where.folder, tile), size=size)
    try:
        hashes = tree.consistency(reader.node, old=old, size=size)
    except MerkleError as error:
        raise LogDamaged(why=str(error)) from error
    return proofs.Extension(old, hashes, note)


def edge_of(where: Place, size: int) -> edge.Edge:
    """Return what the tree of this size needs to grow; raises LogDamaged."""
    try:
        return edge.load(lambda tile: folder.read(where.folder, tile), size=size)
    except MerkleError as error:
        raise LogDamaged(why=str(error)) from error


def leaf(row: models.Leaf) -> Leaf:
    """Return a row, read with its entry, as a value."""
    return Leaf(row.index, entries.entry(row.entry), bytes(row.salt), row.sequenced_at)


def data(row: models.Leaf) -> bytes:
    """Return the data of a leaf as its row and its entry say it now."""
    return rules.leaf(leaf(row))
