"""What happened."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TokenIssued:
    """A bearer token was issued to a person."""

    person: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class PostTaken:
    """A person took a post."""

    person: str
    post: int
    unit: int


@dataclass(frozen=True, slots=True)
class CalendarSet:
    """The working time of an authority was set."""

    authority: int


@dataclass(frozen=True, slots=True)
class PostLeft:
    """A person left a post."""

    person: str
    post: int
    unit: int


@dataclass(frozen=True, slots=True)
class PostDelegated:
    """A person gave a post to another for a time."""

    delegation: str
    giver: str
    delegate: str
    post: int
    roles: tuple[str, ...]  # empty: all of the post's
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DelegationEnded:
    """A delegation was ended before its time."""

    delegation: str
    giver: str
    delegate: str
    post: int
