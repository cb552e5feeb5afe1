"""Saved views of the inbox."""

from datetime import datetime

from django.db import transaction

from motcua.cases import errors, models, rules, values
from motcua.cases.queries import inbox
from motcua.identity import queries as identity
from motcua.identity.values import Actor, Thing

MOST = 30  # views of one person
LONGEST_NAME = 60


@transaction.atomic
def save_view(
    *,
    name: str,
    queue: str,
    filters: values.Filters,
    by: Actor,
    at: datetime,
    search: str = "",
) -> int:
    """Keep a queue with its filters under a name; the same name again replaces it.

    Raises NotAllowed for who has no desk, ViewNameMissing, NoSuchQueue, TooManyViews. The log is not told: it is nobody's affair.
    """
    identity.require(by, "keep", Thing("view", owner_id=by.id))
    plain = " ".join(name.replace("\x00", "").split())
    if not plain or len(plain) > LONGEST_NAME:
        raise errors.ViewNameMissing()
    if queue not in inbox.QUEUES:
        raise errors.NoSuchQueue()
    others = models.SavedView.objects.filter(person_id=by.id).exclude(name=plain)
    if len(others[:MOST]) >= MOST:
        raise errors.TooManyViews(most=MOST)
    kept = {
        "queue": queue,
        "filters": rules.stored(filters),
        "search": search.replace("\x00", "")[:200],
    }
    row, _is_new = models.SavedView.objects.update_or_create(
        person_id=by.id, name=plain, defaults=kept
    )
    return row.pk


@transaction.atomic
def remove_view(view_id: int, *, by: Actor) -> None:
    """Forget a saved view of one's own; raises NoSuchView."""
    identity.require(by, "keep", Thing("view", owner_id=by.id))
    removed, _rows = models.SavedView.objects.filter(pk=view_id, person_id=by.id).delete()
    if not removed:
        raise errors.NoSuchView()
