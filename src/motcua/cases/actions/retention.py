"""Erase what was said and sent in a case once it need not be kept; the proof stays."""

import uuid
from datetime import datetime

from django.db import transaction

from motcua.cases import events, models
from motcua.cases.queries import retention as queries
from motcua.documents import actions as documents
from motcua.intake.actions import retention as filings
from motcua.privacy.events import RequestEnded
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


def on_request_ended(
    ended: RequestEnded, *, authority_code: str, by: str, at: datetime
) -> tuple[str, ...]:
    """Erase what a person asked an authority to erase and no law asks to keep; return the cases' codes.

    Drafts go too. Cases under way or within their time of keeping stay: `queries.retention.kept` tells
    why. Done twice, it does nothing the second time.
    """
    if (ended.kind, ended.state) != ("erase", "granted"):
        return ()
    person = uuid.UUID(ended.person)
    filings.discard_all(person, authority_code=authority_code)
    found = queries.kept(person, authority_code=authority_code)
    wanted = [each.code for each in found if each.may_be_erased(at)]
    return tuple(code for code in wanted if _dispose(code, reason=REQUEST, by=by, at=at))


@transaction.atomic
def _dispose(code: str, *, reason: str, by: str, at: datetime) -> bool:
    """Erase a case; return whether it was there to be erased, and due."""
    rows = models.Case.objects.select_for_update(of=("self",)).select_related("authority")
    row = rows.filter(code=code, disposed_at=None).first()
    if row is None or not queries.kept_value(row).may_be_erased(at):
        return False
    filings.erase(row.filing_id)
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
