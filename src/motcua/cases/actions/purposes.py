"""Why an official has to see a case that no work of theirs asks for."""

import uuid
from datetime import datetime

from django.db import transaction

from motcua.cases import errors, models
from motcua.cases.queries import access
from motcua.identity import actions as identity
from motcua.identity.values import Actor


@transaction.atomic
def state(code: str, *, text: str, by: Actor, at: datetime) -> uuid.UUID:
    """State why one has to see a case; it serves for some hours, and the history of the case tells of it.

    Raises NoSuchCase where not even a reason would open it, OwnCase, ReasonTooShort.
    """
    row = models.Case.objects.select_related("authority").filter(code=code).first()
    if row is None:
        raise errors.NoSuchCase()
    verdict = access.applied(row, "justify", by=by)
    if verdict.rule in access.REFUSALS and access.is_listed(row, by):
        raise access.REFUSALS[verdict.rule]()
    if not verdict.is_allowed:
        raise errors.NoSuchCase()
    return identity.state_purpose(code, text=text, authority=row.authority.code, by=by, at=at)
