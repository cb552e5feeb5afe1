"""Who may do which step of a case, and with what. Pure."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from motcua.cases import errors
from motcua.engines.procedure import situation as situations
from motcua.identity.values import Actor, Post

MAX_REASON = 4_000  # characters
MAX_ITEMS = 50
SIGN = "sign"
REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Duty:
    """What the rules need to know of a task: whose it is, and what went before in its case."""

    role: str
    unit_id: int
    unit_name: str
    signs: bool
    taken_by: uuid.UUID | None
    applicant_id: uuid.UUID
    appraisers: frozenset[uuid.UUID]


def code(authority_code: str, day: date, number: int) -> str:
    """Return a case code: agency, date as yymmdd, sequence of four digits or more."""
    return f"{authority_code}-{day:%y%m%d}-{number:04d}"


def admit(duty: Duty, *, by: Actor) -> Post:
    """Return the post on which a person may work a task.

    Raises NotYourTask, TaskTaken, OwnCase, AppraiserCannotSign.
    """
    post = by.post_in(duty.unit_id, duty.role)
    if post is None:
        raise errors.NotYourTask(role=duty.role, unit=duty.unit_name)
    if duty.taken_by not in (None, by.id):
        raise errors.TaskTaken()
    if by.id == duty.applicant_id:
        raise errors.OwnCase()
    if duty.signs and by.id in duty.appraisers:
        raise errors.AppraiserCannotSign()
    return post


def demand(
    offers: Sequence[situations.Offer],
    outcome: str,
    *,
    post: Post,
    reason: str,
    items: Collection[str],
) -> None:
    """Check that an outcome comes with all that the law demands.

    Raises ReasonMissing, ItemsMissing, HeadMissing; an outcome that is not offered is the engine's to refuse.
    """
    for offer in offers:
        if offer.outcome != outcome:
            continue
        if offer.needs_reason and not reason.strip():
            raise errors.ReasonMissing()
        if offer.needs_items and not any(item.strip() for item in items):
            raise errors.ItemsMissing()
        if offer.needs_head and not post.is_head:
            raise errors.HeadMissing()


def is_refusal(outcomes: Mapping[str, str | tuple[str, ...]]) -> bool:
    """Return whether what stands before the signer is a refusal."""
    return REJECT in outcomes.values()


def moment(value: datetime | None) -> str:
    """Return a moment as templates read it: ISO text, or empty."""
    return value.isoformat() if value else ""
