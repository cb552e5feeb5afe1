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
