"""While somebody is away: who stands in for them can do the work, and sign where the post signs."""

import uuid
from datetime import datetime

from django.db import transaction

from motcua.cases import rules
from motcua.cases.errors import NoSuchScope
from motcua.catalogue import queries as catalogue
from motcua.identity import actions as identity
from motcua.identity import queries as people
from motcua.identity.values import WHOLE_POST, Actor, Scope
from motcua.signing import queries as signing
from motcua.signing.values import Credential, Kind


@transaction.atomic
def delegate(
    post_id: int,
    *,
    to: uuid.UUID,
    starts_at: datetime,
    ends_at: datetime,
    by: Actor,
    at: datetime,
    scope: Scope = WHOLE_POST,
    reason: str = "",
) -> uuid.UUID:
    """Give a post of one's own to a colleague for a time, when the colleague can do its work.

    Raises NoSuchScope, DelegateCannotSign, DeputyCannotPassOn, and what `identity.actions.delegate` raises.
    """
    if not catalogue.are_published(procedures=scope.procedures, fields=scope.fields):
        raise NoSuchScope()
    given = identity.delegate(
        post_id,
        to=to,
        starts_at=starts_at,
        ends_at=ends_at,
        by=by,
        at=at,
        scope=scope,
        reason=reason,
    )
    post = next(each for each in by.posts if each.id == post_id and not each.delegated_from)
    can_sign = signing.has_credential(Credential(Kind.PERSON, str(to)))
    rules.check_lent(post, scope.roles, to=people.person(to).name, can_sign=can_sign)
    return given
