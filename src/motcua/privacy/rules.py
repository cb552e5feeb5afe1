"""Pure rules of privacy: what a look commits to, which limits hold, who may answer."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from motcua.identity.values import Actor, Post
from motcua.privacy import errors
from motcua.privacy.values import Limits, ProcessingPurpose, Subject

MAX_TEXT = 4_000  # characters of what a person writes
SALT = 16  # bytes
KINDS = frozenset(
    {"identity", "contact", "answers", "papers", "documents", "history", "cases", "payments"}
)


def own_left_out(subjects: Iterable[Subject], *, by: Actor) -> tuple[Subject, ...]:
    """Return each of the people whose data was read once for each case, without the reader."""
    return tuple(dict.fromkeys(each for each in subjects if each.person_id != by.id))


def check_kinds(kinds: Iterable[str]) -> tuple[str, ...]:
    """Return kinds in one order; raises ValueError for one that nobody could explain to a person."""
    found = sorted(set(kinds))
    unknown = [each for each in found if each not in KINDS]
    if unknown or not found:
        raise ValueError(f"a look names kinds of data among {sorted(KINDS)}, not {unknown}")
    return tuple(found)


def post_of(by: Actor, authority_code: str) -> Post | None:
    """Return the post in which a person reads: one in the authority whose data it is, else the first."""
    for post in by.posts:
        if post.authority_code == authority_code:
            return post
    return by.posts[0] if by.posts else None


def commitment(told: Mapping[str, object], *, salt: bytes) -> bytes:
    """Return SHA-256(salt + canonical JSON) of what a look says."""
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(salt + text.encode()).digest()


def seal(commitments: Iterable[bytes]) -> str:
    """Return the hex of SHA-256 over the commitments of a batch, in their order."""
    hashed = hashlib.sha256()
    for each in commitments:
        hashed.update(each)
    return hashed.hexdigest()


def limits_on(known: Sequence[Limits], day: date) -> Limits:
    """Return the time limits in force on a day; raises NoLimits."""
    held = [each for each in known if each.in_force_since <= day]
    if not held:
        raise errors.NoLimits(day=day.isoformat())
    return max(held, key=lambda each: each.in_force_since)


def purposes_on(known: Sequence[ProcessingPurpose], day: date) -> Mapping[str, ProcessingPurpose]:
    """Return the version of each purpose that holds on a day, by code."""
    held: dict[str, ProcessingPurpose] = {}
    for each in sorted(known, key=lambda one: one.version):
        if each.since <= day:
            held[each.code] = each
    return held


def said(text: str) -> str:
    """Return what a person wrote, cleaned; raises NothingSaid when it is empty or too long."""
    cleaned = text.replace("\x00", "").strip()
    if not cleaned or len(cleaned) > MAX_TEXT:
        raise errors.NothingSaid(most=MAX_TEXT)
    return cleaned


def hours_left(until: datetime, *, at: datetime) -> int:
    """Return the whole hours until a moment, below nought once it has passed."""
    return int((until - at).total_seconds() // 3600)


REQUESTS = ("see", "correct", "erase", "restrict", "object")
# What may be done in each state of a request, and where it leads.
STEPS: Mapping[str, Mapping[str, str]] = {
    "filed": {
        "take_up": "taken_up",
        "extend": "filed",
        "grant": "granted",
        "refuse": "refused",
        "withdraw": "withdrawn",
    },
    "taken_up": {
        "extend": "taken_up",
        "grant": "granted",
        "refuse": "refused",
        "withdraw": "withdrawn",
    },
    "granted": {"lift": "lifted"},
    "lifted": {},
    "refused": {},
    "withdrawn": {},
}


def after(state: str, step: str) -> str:
    """Return the state of a request after a step; raises NotNow."""
    following = STEPS[state].get(step)
    if following is None:
        raise errors.NotNow()
    return following
