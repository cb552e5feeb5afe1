"""Breaches of personal data, for the data protection officer and for the console."""

import uuid
from collections.abc import Sequence

from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.privacy import models
from motcua.privacy.errors import NoSuchBreach, NotProtectionOfficer
from motcua.privacy.values import Breach

MOST = 100


def of_officer(by: Actor) -> Sequence[Breach]:
    """Return the breaches of an officer's authorities, newest first; raises NotProtectionOfficer."""
    rows = models.Breach.objects.select_related("authority")
    own = rows.filter(authority__in=kept_by(by))
    return [value(row) for row in own.order_by("-pk")[:MOST]]


def one(breach_id: uuid.UUID, *, reader: Actor) -> Breach:
    """Return a breach; raises NotProtectionOfficer, NoSuchBreach."""
    rows = models.Breach.objects.select_related("authority")
    row = rows.filter(pk=breach_id, authority__in=kept_by(reader)).first()
    if row is None:
        raise NoSuchBreach()
    return value(row)


def authorities(of: Actor) -> frozenset[str]:
    """Return the codes of the authorities of an officer; raises NotProtectionOfficer."""
    own = kept_by(of)
    return frozenset(each.authority_code for each in of.posts if each.authority_id in own)


def kept_by(officer: Actor) -> frozenset[int]:
    """Return the authorities whose breaches a person looks after; raises NotProtectionOfficer for none."""
    found = identity.reach(officer, "administer", "breach").authorities
    if not found:
        raise NotProtectionOfficer()
    return found


def not_notified() -> Sequence[Breach]:
    """Return the breaches of which no notice was sent, the most urgent first, for the console."""
    rows = models.Breach.objects.select_related("authority").filter(notified_at=None)
    return [value(row) for row in rows.order_by("notify_by", "pk")]


def value(row: models.Breach) -> Breach:
    """Return a row as a value."""
    return Breach(
        id=row.pk,
        authority_code=row.authority.code,
        authority_name=row.authority.name,
        found_at=row.found_at,
        notify_by=row.notify_by,
        what=row.what,
        kinds=row.kinds,
        people=row.people,
        measures=row.measures,
        notified_at=row.notified_at,
        reference=row.reference,
        why_late=row.why_late,
    )
