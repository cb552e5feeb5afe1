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


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """A person agreed to a version of a purpose."""

    consent: str
    purpose: str
    version: int


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """A person took consent back."""

    consent: str
    purpose: str


@dataclass(frozen=True, slots=True)
class RequestFiled:
    """A person asked something about their own data."""

    request: str
    kind: str
    respond_by: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class RequestTakenUp:
    """The officer told the person what will be done."""

    request: str


@dataclass(frozen=True, slots=True)
class RequestExtended:
    """The officer put the time limit off, once."""

    request: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class RequestEnded:
    """A request was granted, refused, or taken back."""

    request: str
    person: str  # whose data it is about
    kind: str
    state: str
    basis: str


@dataclass(frozen=True, slots=True)
class RequestLifted:
    """What was granted until further notice, a restriction or an objection, holds no more."""

    request: str
    person: str
    kind: str


@dataclass(frozen=True, slots=True)
class BreachRecorded:
    """Personal data came where it should not; the clock of the notice runs."""

    breach: str
    found_at: datetime
    notify_by: datetime
    people: int


@dataclass(frozen=True, slots=True)
class BreachNotified:
    """The authority in charge was told of a breach."""

    breach: str
    reference: str
    is_late: bool
