"""Reads: with what a person shows once more who they are."""

import uuid
from collections.abc import Sequence

from allauth.mfa.models import Authenticator

from motcua.identity.values import Factor


def factors(person_id: uuid.UUID) -> Sequence[Factor]:
    """Return the second factors of a person, oldest first; never their secrets."""
    rows = Authenticator.objects.filter(user_id=person_id).order_by("created_at", "pk")
    return [
        Factor(str(row.type), str(row.data.get("name", "")), row.created_at, row.last_used_at)
        for row in rows
    ]
