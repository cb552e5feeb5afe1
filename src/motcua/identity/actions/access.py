"""Writes: what lets a person in. Tokens given and revoked, second factors taken away."""

import uuid
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from motcua.identity import models, rules
from motcua.identity.events import FactorRemoved, SessionEnded, TokenIssued, TokenRevoked
from motcua.transparency import actions as transparency

TOKEN_LIFE = timedelta(days=30)


@transaction.atomic
def issue_token(
    person_id: uuid.UUID,
    *,
    token: str,
    by: str,
    at: datetime,
    level: int = 2,
    has_second_factor: bool = True,
) -> None:
    """Make a token speak for a person for thirty days; the token itself is not kept.

    Whoever issues it vouches for the level of assurance and the second factor of the person.
    """
    row = models.Token.objects.create(
        digest=rules.digest(token),
        person_id=person_id,
        created_at=at,
        expires_at=at + TOKEN_LIFE,
        level=level,
        has_second_factor=has_second_factor,
    )
    ends = (at + TOKEN_LIFE).isoformat()
    event = TokenIssued(str(person_id), ends, level, has_second_factor, row.pk)
    transparency.append(event, by=by, at=at)


@transaction.atomic
def revoke_tokens(person_id: uuid.UUID, *, by: str, at: datetime, token: str = "") -> int:
    """Make the tokens of a person speak for nobody from now on, or only the one given; return how many."""
    rows = models.Token.objects.select_for_update(of=("self",)).filter(
        person_id=person_id, revoked_at=None, expires_at__gt=at
    )
    if token:
        rows = rows.filter(pk=rules.digest(token))
    held = list(rows.order_by("pk"))
    for row in held:
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
        transparency.append(TokenRevoked(str(person_id), row.pk), by=by, at=at)
    return len(held)


@transaction.atomic
def remove_factors(person_id: uuid.UUID, *, reason: str, by: str, at: datetime) -> tuple[str, ...]:
    """Take every second factor of a person away, end their sessions, and return the kinds taken.

    They sign in by password and add new factors before their posts let them do anything. `reason` is a
    word of `events.REASONS`: the log is public, so it holds nobody's own words.
    """
    rows = Authenticator.objects.select_for_update().filter(user_id=person_id)
    taken = tuple(rows.order_by("type", "pk").values_list("type", flat=True))
    Authenticator.objects.filter(user_id=person_id).delete()
    for factor in taken:
        transparency.append(FactorRemoved(str(person_id), factor, reason), by=by, at=at)
    sessions = list(UserSession.objects.filter(user_id=person_id))
    for each in sessions:
        each.end()
    if sessions:
        transparency.append(SessionEnded(str(person_id), len(sessions)), by=by, at=at)
    return taken
