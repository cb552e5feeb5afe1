"""What a merger of authorities would move, in numbers: who merges sees no case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from motcua.identity.queries import mergers as identity
from motcua.identity.values import Actor
from motcua.identity.values.mergers import Counts, Order, Plan
from motcua.signing import queries as signing
from motcua.signing.values import Credential, Kind

# Behind the walls an administrator is shown no case of an office under theirs; this function, which
# belongs to the owner of the tables, tells how many there are and nothing else (migration 0007).
_COUNTS = "SELECT authority, cases, tasks, closed, drafts FROM cases_counts(%s)"


@dataclass(frozen=True, slots=True)
class MergerPlan:
    """A plan with the work that follows, by the id of the authority; numbers only."""

    plan: Plan
    counts: Mapping[int, Counts]
    has_seal: bool  # the successor has one to sign with


def plan(order: Order, *, by: Actor, at: datetime) -> MergerPlan:
    """Return what a merger would do, with how much work of each authority follows; changes nothing.

    Raises NotAllowed for who is not an administrator above all of the authorities.
    """
    found = identity.plan(order, by=by, at=at)
    return MergerPlan(
        plan=found,
        counts=_counts([office.id for office in found.ended]),
        has_seal=signing.has_credential(Credential(Kind.SEAL, order.into)),
    )


def counts(found: Plan) -> Counts:
    """Return how much work follows in all."""
    return sum(_counts([office.id for office in found.ended]).values(), Counts())


def _counts(authorities: list[int]) -> Mapping[int, Counts]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [authorities])
        rows = cursor.fetchall()
    return {key: Counts(*numbers) for key, *numbers in rows}
