"""A breach of personal data: record it, and record the notice to the authority in charge."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from motcua.identity import queries as identity
from motcua.identity.values import Actor, Thing
from motcua.kit import ids
from motcua.privacy import errors, models, rules
from motcua.privacy.events import BreachNotified, BreachRecorded
from motcua.privacy.queries import law
from motcua.transparency import actions as transparency

MAX_REFERENCE = 100
OLDEST = timedelta(days=366)


@transaction.atomic
def record(
    *,
    authority_code: str,
    found_at: datetime,
    what: str,
    kinds: str,
    people: int,
    measures: str,
    by: Actor | str,
    at: datetime,
) -> uuid.UUID:
    """Record a breach; the clock of the notice runs from when it was found.

    `by` is the data protection officer, or the name of the console. Raises NothingSaid, FoundLater,
    NoSuchAuthority, NotProtectionOfficer.
    """
    if not at - OLDEST <= found_at <= at:
        raise errors.FoundLater()
    authority = identity.authority(authority_code)
    key = _key(by, authority.id)
    row = models.Breach.objects.create(
        id=ids.at(at),
        authority_id=authority.id,
        found_at=found_at,
        notify_by=found_at + timedelta(hours=law.limits(found_at).breach_hours),
        what=rules.said(what),
        kinds=rules.said(kinds)[:300],
        people=max(0, people),
        measures=rules.said(measures),
        recorded_at=at,
    )
    event = BreachRecorded(str(row.pk), found_at, row.notify_by, row.people)
    transparency.append(event, by=key, at=at, subject=str(row.pk), authority=authority.code)
    return row.pk


@transaction.atomic
def notified(
    breach_id: uuid.UUID, *, reference: str, why_late: str = "", by: Actor | str, at: datetime
) -> None:
    """Record that the notice was sent, by its number; a late one needs its reason.

    Raises NoSuchBreach, NotProtectionOfficer, NothingSaid, AlreadyNotified, WhyLate.
    """
    rows = models.Breach.objects.select_for_update(of=("self",)).select_related("authority")
    row = rows.filter(pk=breach_id).first()
    if row is None:
        raise errors.NoSuchBreach()
    key = _key(by, row.authority_id)
    if row.notified_at is not None:
        raise errors.AlreadyNotified()
    is_late = at > row.notify_by
    if is_late and not why_late.strip():
        raise errors.WhyLate()
    row.reference, row.notified_at = rules.said(reference)[:MAX_REFERENCE], at
    row.why_late = rules.said(why_late) if is_late else ""
    row.save(update_fields=["reference", "notified_at", "why_late"])
    event = BreachNotified(str(row.pk), row.reference, is_late)
    transparency.append(event, by=key, at=at, subject=str(row.pk), authority=row.authority.code)


def _key(by: Actor | str, authority_id: int) -> str:
    """Return who acts, as the log writes it; raises NotProtectionOfficer."""
    if isinstance(by, str):
        return by
    thing = Thing("breach", authority_id=authority_id)
    if not identity.decide(by, "administer", thing).is_allowed:
        raise errors.NotProtectionOfficer()
    return by.key
