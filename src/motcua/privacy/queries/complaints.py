"""What people said of looks, for them and for the data protection officer."""

import uuid
from collections.abc import Sequence

from django.db.models import QuerySet

from motcua.identity import queries as identity
from motcua.identity.values import Actor, Thing
from motcua.privacy import models
from motcua.privacy.errors import NoSuchComplaint, NotProtectionOfficer
from motcua.privacy.queries import looks
from motcua.privacy.values import Complaint

MOST = 100


def own(of: Actor) -> Sequence[Complaint]:
    """Return what a person complained of, newest first."""
    identity.require(of, "complain", Thing("complaint", owner_id=of.id))
    return _values(rows().filter(person_id=of.id).order_by("-pk")[:MOST])


def open_ones(of: Actor) -> Sequence[Complaint]:
    """Return what waits for a data protection officer, the most urgent first.

    Raises NotProtectionOfficer for anybody else.
    """
    waiting = rows().filter(authority__in=answered_by(of), answered_at=None)
    return _values(waiting.order_by("due_at", "pk")[:MOST])


def one(complaint_id: uuid.UUID, *, reader: Actor) -> Complaint:
    """Return a complaint for the officer of its authority.

    Raises NotProtectionOfficer, and NoSuchComplaint for that of another authority.
    """
    own_ones = rows().filter(authority__in=answered_by(reader))
    row = own_ones.filter(pk=complaint_id).first()
    if row is None:
        raise NoSuchComplaint()
    return _values([row])[0]


def answered_by(officer: Actor) -> frozenset[int]:
    """Return the authorities whose complaints a person answers; raises NotProtectionOfficer for none."""
    found = identity.reach(officer, "answer", "complaint").authorities
    if not found:
        raise NotProtectionOfficer()
    return found


def rows() -> QuerySet[models.Complaint]:
    """Return complaints with what a value needs of other tables."""
    return models.Complaint.objects.select_related("look__by", "person")


def _values(found: Sequence[models.Complaint] | QuerySet[models.Complaint]) -> list[Complaint]:
    return [
        Complaint(
            id=row.pk,
            look=looks.values_of([row.look], of=row.person_id)[0],
            person_id=row.person_id,
            person_name=row.person.name,
            authority_id=row.authority_id,
            text=row.text,
            filed_at=row.filed_at,
            due_at=row.due_at,
            answer=row.answer,
            is_justified=row.is_justified,
            answered_at=row.answered_at,
        )
        for row in found
    ]
