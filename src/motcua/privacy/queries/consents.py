"""What a person agreed to."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from motcua.privacy import models
from motcua.privacy.queries import law
from motcua.privacy.values import Consent


def of(person_id: uuid.UUID, *, at: datetime) -> Sequence[Consent]:
    """Return each purpose that asks for consent, and whether the person gave it; one query."""
    rows = models.Consent.objects.filter(person_id=person_id, withdrawn_at=None)
    held = {row.purpose: row for row in rows}
    return [
        Consent(
            purpose=each,
            text=law.words(each),
            given_at=held[code].given_at if code in held else None,
            version=held[code].version if code in held else None,
            channel=held[code].channel if code in held else "",
        )
        for code, each in law.purposes(at).items()
        if each.needs_consent
    ]


def holds(person_id: uuid.UUID, purpose: str, *, at: datetime) -> bool:
    """Return whether data of a person may be used for a purpose that rests on consent."""
    return any(each.purpose.code == purpose and each.is_held for each in of(person_id, at=at))
