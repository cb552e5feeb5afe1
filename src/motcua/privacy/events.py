"""What happened. Nobody's name or data stands in it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LooksSealed:
    """The log commits to a batch of looks: none can be changed, added or taken out unseen."""

    first: int
    last: int
    count: int
    digest: str  # hex of SHA-256 over their commitments in the order of their numbers


@dataclass(frozen=True, slots=True)
class ComplaintFiled:
    """A person said that a look seems wrong."""

    complaint: str
    look: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ComplaintAnswered:
    """The data protection officer answered."""

    complaint: str
    is_justified: bool


@dataclass(frozen=True, slots=True)
class KeyMade:
    """A new key-encryption key was made: data keys are wrapped with it from now on."""

    key: str


@dataclass(frozen=True, slots=True)
class KeysRewrapped:
    """Data keys were wrapped anew; what they sealed was not touched."""

    key: str
    count: int
