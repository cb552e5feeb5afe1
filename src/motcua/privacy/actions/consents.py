"""Give consent to a purpose, and take it back."""

from datetime import datetime

from django.db import IntegrityError, transaction

from motcua.identity import queries as identity
from motcua.identity.values import Actor, Thing
from motcua.kit import ids
from motcua.privacy import errors, models
from motcua.privacy.events import ConsentGiven, ConsentWithdrawn
from motcua.privacy.queries import law
from motcua.transparency import actions as transparency


@transaction.atomic
def give(purpose: str, *, version: int, channel: str, proof: str, by: Actor, at: datetime) -> None:
    """Agree to a purpose, as its text stands in a version; agreeing again to the same changes nothing.

    Silence is no consent: this is called for what the person pressed, for one purpose alone. Raises
    NoSuchPurpose, TextChanged when the person read another version.
    """
    wanted = law.purposes(at).get(purpose)
    if wanted is None or not wanted.needs_consent:
        raise errors.NoSuchPurpose()
    if version != wanted.version:
        raise errors.TextChanged()
    held = _held(purpose, by=by)
    if held is not None and held.version == version:
        return
    if held is not None:
        held.withdrawn_at = at
        held.save(update_fields=["withdrawn_at"])
    try:
        with transaction.atomic():
            row = models.Consent.objects.create(
                id=ids.at(at),
                person_id=by.id,
                purpose=purpose,
                version=version,
                text=law.words(wanted),
                channel=channel,
                proof=proof,
                given_at=at,
            )
    except IntegrityError:  # the button was pressed twice at once: the first one holds
        return
    event = ConsentGiven(str(row.pk), purpose, version)
    transparency.append(event, by=by.key, at=at, subject=str(row.pk))


@transaction.atomic
def withdraw(purpose: str, *, by: Actor, at: datetime) -> None:
    """Take consent back; what was done with it before stays lawful. Raises NoConsent."""
    held = _held(purpose, by=by)
    if held is None:
        raise errors.NoConsent()
    held.withdrawn_at = at
    held.save(update_fields=["withdrawn_at"])
    event = ConsentWithdrawn(str(held.pk), purpose)
    transparency.append(event, by=by.key, at=at, subject=str(held.pk))


def _held(purpose: str, *, by: Actor) -> models.Consent | None:
    identity.require(by, "keep", Thing("consent", owner_id=by.id))
    rows = models.Consent.objects.select_for_update()
    return rows.filter(person_id=by.id, purpose=purpose, withdrawn_at=None).first()
