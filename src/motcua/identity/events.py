"""What happened."""

from dataclasses import dataclass


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
