"""Entries of the log as others see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: a fact with ids and values, never personal data."""

    id: int
    transaction: int  # PostgreSQL's 64-bit transaction id; with `id` it is the order of the log
    kind: str  # "cases.CaseAccepted"
    at: datetime
    by: str  # the actor's id, or the name of a part of the system
    authority: str  # code of the authority, or empty
    subject: str  # case code, procedure code ...
    facts: Mapping[str, object]
    commitment: str  # hex of SHA-256(salt + personal part), or empty


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the log: everything up to and including it has been read."""

    transaction: int
    id: int


START = Cursor(0, 0)


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry in its place in the public log."""

    index: int
    entry: Entry
    salt: bytes
    sequenced_at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """The checkpoint that the log shows: its text with all signatures, and how large the tree is."""

    origin: str
    size: int
    root: bytes
    note: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """What an audit found wrong: with which entry or row, of what subject, and what differs."""

    code: str  # stable: entry-changed, entry-removed, entry-inserted ...
    said: str
    entry_id: int | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That an entry is in the public log, as its proof shows: where, of what size, seen by whom."""

    index: int
    origin: str
    size: int
    witnesses: tuple[str, ...]  # names of those whose cosignatures hold
    told: Mapping[str, object]  # what the leaf says


@dataclass(frozen=True, slots=True)
class Provable:
    """An entry that people may take home with its proof, in words."""

    entry_id: int
    at: datetime
    title: str
    leaf: int | None  # its place in the public log; none for some seconds after it was written
