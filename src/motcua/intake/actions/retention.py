"""Writes: erase what is not kept any more, drafts and what filings said."""

import uuid
from collections.abc import Iterable

from django.db import transaction

from motcua.intake import models
from motcua.intake.adapters import answers as stored
from motcua.intake.errors import NoSuchFiling
from motcua.privacy.actions import sealing


@transaction.atomic
def discard_all(person_id: uuid.UUID, *, authority_code: str) -> None:
    """Delete every draft of a person for an authority that was not sent."""
    rows = models.Draft.objects.select_for_update(of=("self",)).filter(
        person_id=person_id, authority__code=authority_code, is_open=True
    )
    delete(rows)


@transaction.atomic
def erase(filing_id: uuid.UUID) -> None:
    """Erase what a filing said and the files that came with it; that it was sent stays.

    The files go with the next sweep, unless something else names them. Raises NoSuchFiling.
    """
    rows = models.Filing.objects.select_for_update(of=("self",)).select_related("draft")
    row = rows.filter(pk=filing_id).first()
    if row is None:
        raise NoSuchFiling()
    models.Revision.objects.filter(filing=row).update(answers={}, sealed=b"")
    models.Attachment.objects.filter(draft_id=row.draft_id).delete()
    keys = (stored.erase(row), stored.erase(row.draft))
    sealing.destroy([key for key in keys if key])


def delete(drafts: Iterable[models.Draft]) -> None:
    """Delete drafts with their files and keys, within the caller's transaction."""
    keys = {row.pk: row.data_key_id for row in drafts}
    models.Attachment.objects.filter(draft__in=keys).delete()
    models.Draft.objects.filter(pk__in=keys).delete()
    sealing.destroy([key for key in keys.values() if key])
