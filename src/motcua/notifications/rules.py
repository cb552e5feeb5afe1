"""Decides on channels, choices and time. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from motcua.notifications.errors import EmailMissing, NotOffered, PhoneMissing
from motcua.notifications.values import EMAIL, SMS, Channels, Choice

STALE = timedelta(days=2)  # news this old is not sent any more; it stands in the portal
BETWEEN = timedelta(minutes=1)  # two letters that ask to confirm an address
MOST_SHOWN = 9  # unread notices that the header counts


def channels(chosen: Channels) -> Sequence[str]:
    """Return the channels that a notice goes out on: chosen, offered, and with somewhere to go."""
    by: Mapping[str, bool] = {
        EMAIL: chosen.by_email and chosen.offers_email and bool(chosen.email),
        SMS: chosen.by_sms and chosen.offers_sms and bool(chosen.phone),
    }
    return [channel for channel, is_used in by.items() if is_used]


def check(choice: Choice, *, now: Channels) -> None:
    """Raise NotOffered, EmailMissing or PhoneMissing where a choice could not be kept."""
    if (choice.by_email and not now.offers_email) or (choice.by_sms and not now.offers_sms):
        raise NotOffered()
    if choice.by_email and not choice.email:
        raise EmailMissing()
    if choice.by_sms and not now.phone:
        raise PhoneMissing()


def is_stale(created_at: datetime, *, at: datetime) -> bool:
    """Return whether a notice has waited so long for its channel that it is not sent any more."""
    return at - created_at > STALE


def is_too_soon(asked_at: datetime | None, *, at: datetime) -> bool:
    """Return whether a letter that asks to confirm an address went out just now."""
    return asked_at is not None and at - asked_at < BETWEEN


def counted(number: int) -> str:
    """Return a number of unread notices as the header shows it."""
    if not number:
        return ""
    return f"{MOST_SHOWN}+" if number > MOST_SHOWN else str(number)
