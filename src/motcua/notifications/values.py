"""Notices and choices as other modules see them."""

import uuid
from dataclasses import dataclass
from datetime import datetime

ACCEPTED, SUPPLEMENT, FEE, EXTENDED = "accepted", "supplement", "fee", "extended"
REFUSED, STOPPED, READY, RETURNED = "refused", "stopped", "ready", "returned"
KINDS = (ACCEPTED, SUPPLEMENT, FEE, EXTENDED, REFUSED, STOPPED, READY, RETURNED)
EMAIL, SMS = "email", "sms"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that a person is told, in the reader's language."""

    id: uuid.UUID
    kind: str
    title: str
    text: str
    subject: str  # case code
    address: str  # path of the page that says more
    at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class Notices:
    """One page of notices, newest first; `before` asks for the next one, "" when there is none."""

    items: tuple[Notice, ...]
    before: str


@dataclass(frozen=True, slots=True)
class Unread:
    """How many notices wait to be read, counted to a bound."""

    count: int
    text: str  # "9+" past the bound; "" for none


@dataclass(frozen=True, slots=True)
class Channels:
    """What a person chose, and what there is to choose."""

    email: str  # where letters go, or empty
    waiting_email: str  # an address whose letter was not opened yet, or empty
    phone: str
    by_email: bool
    by_sms: bool
    language: str  # of letters and SMS: vi | en
    offers_email: bool
    offers_sms: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chooses."""

    email: str
    by_email: bool
    by_sms: bool
    language: str


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out on a channel."""

    title: str
    text: str
    reference: str  # the same at each try, so that a receiver can tell a repeated one
    stop: str = ""  # the address that ends the letters, for the mail program's own button
