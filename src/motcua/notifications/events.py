"""What happened. Addresses and words stay out of the log."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoticeGiven:
    """A person was told something in the portal, and it goes out on the channels they chose."""

    notice: str
    kind: str
    person: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeDelivered:
    """A delivery came to its end: it was handed over, refused, or given up."""

    notice: str
    channel: str
    state: str  # sent | refused | given_up


@dataclass(frozen=True, slots=True)
class ChannelsChosen:
    """A person chose on which channels to be told."""

    person: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmailConfirmed:
    """A person opened the letter that was sent to an address, so it is theirs."""

    person: str
