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
