"""Erase what was said and sent in a case once it need not be kept; the proof stays."""

import uuid
from datetime import datetime

from django.db import transaction

from motcua.cases import events, models
from motcua.cases.queries import retention as queries
from motcua.documents import actions as documents
from motcua.identity.values import Actor
from motcua.intake import actions as intake
from motcua.transparency import actions as transparency

KEEPER = "retention"  # as the log names the job
TERM, REQUEST = "term", "request"
BATCH = 100  # cases in one run for one version


def dispose_due(*, at: datetime, limit: int = BATCH) -> int:
    """Erase cases whose time of keeping is over, each in a transaction of its own; return how many."""
    done = 0
    for rows in queries.due(at=at):
        for code in rows.values_list("code", flat=True)[:limit]:
            done += _dispose(code, reason=TERM, by=KEEPER, at=at)
    return done


def dispose_for(person_id: uuid.UUID, *, by: Actor, at: datetime) -> tuple[str, ...]:
    """Erase the cases of a person that need not be kept, because they asked; return their codes.

    Those that are under way or within their time of keeping stay: `queries.retention.kept` tells why.
    """
    found = [each for each in queries.kept(person_id) if each.may_be_erased(at)]
    return tuple(
        each.code for each in found if _dispose(each.code, reason=REQUEST, by=by.key, at=at)
    )


@transaction.atomic
def _dispose(code: str, *, reason: str, by: str, at: datetime) -> bool:
    """Erase a case; return whether it was there to be erased, and due."""
    rows = models.Case.objects.select_for_update(of=("self",)).select_related("authority")
    row = rows.filter(code=code, disposed_at=None).first()
    if row is None or not queries.kept_value(row).may_be_erased(at):
        return False
    intake.erase(row.filing_id)
    models.Task.objects.filter(case=row).update(reason="", items=[])
    models.Slip.objects.filter(case=row).update(reason="", items=[])
    models.Note.objects.filter(case=row).delete()
    models.SearchEntry.objects.filter(case=row).delete()
    documents.remove_of(code, at=at)
    for subject in (code, str(row.filing_id)):
        transparency.erase_personal_parts(subject)
    row.disposed_at = at
    row.save(update_fields=["disposed_at"])
    event = events.CaseDisposed(code, row.procedure_code, reason, queries.kept_value(row).basis)
    transparency.append(event, by=by, at=at, subject=code, authority=row.authority.code)
    return True
