"""Reads: where a case stands, for whoever knows its code and the applicant's phone number.

It tells the status and the dates and no more. Wrong tries are counted by code and by sender, for all
processes together: so guessing ends long before a phone number is found.
"""

import re

from django.core.cache import cache

from motcua.cases.errors import NoSuchCase
from motcua.cases.queries import cases
from motcua.engines.procedure.status import Status
from motcua.identity import queries as identity
from motcua.kit import walls
from motcua.portal.errors import NothingTracked, TooManyTries
from motcua.portal.values import Tracked

MINUTES = 15  # that wrong tries are remembered
MOST_OF_CODE, MOST_OF_SENDER = 5, 20
_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{5,59}")
WAITING = frozenset({Status.SUPPLEMENT, Status.PAYMENT})


def tracked(code: str, phone: str, *, sender: str) -> Tracked:
    """Return where a case stands; raises TooManyTries, and NothingTracked whatever is wrong."""
    wanted = "".join(code.split()).upper()
    is_code = bool(_CODE.fullmatch(wanted))
    keys = {f"portal.track.sender.{sender[:60]}": MOST_OF_SENDER}
    if is_code:
        keys[f"portal.track.code.{wanted}"] = MOST_OF_CODE
    if any(cache.get(key, 0) >= most for key, most in keys.items()):
        raise TooManyTries(minutes=MINUTES)
    try:
        if not is_code:
            raise NoSuchCase()
        with walls.presented(wanted):
            found = cases.as_operator(wanted)
        if _digits(identity.person(found.applicant_id).phone) != _digits(phone) or not phone:
            raise NoSuchCase()
    except NoSuchCase:
        for key in keys:
            cache.set(key, cache.get(key, 0) + 1, MINUTES * 60)
        raise NothingTracked() from None
    summary = found.summary
    return Tracked(
        code=summary.code,
        status=summary.status,
        filed_at=summary.filed_at,
        due_at=summary.due_at,
        finished_at=summary.finished_at,
        needs_applicant=summary.status in WAITING,
    )


def _digits(phone: str) -> str:
    """Return the digits of a phone number as it is dialled here: +84 905 000 001 is 0905000001."""
    digits = "".join(sign for sign in phone[:40] if sign.isascii() and sign.isdecimal())
    return f"0{digits[2:]}" if digits.startswith("84") and len(digits) > 10 else digits
