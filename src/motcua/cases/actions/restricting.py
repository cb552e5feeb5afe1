"""Keep the cases of a person from use, as they had asked, and release them again."""

import uuid
from datetime import datetime

from django.db import transaction

from motcua.cases import events, models
from motcua.cases.actions import work
from motcua.privacy.events import RequestEnded, RequestLifted
from motcua.privacy.queries import requests
from motcua.transparency import actions as transparency

RESTRICT, GRANTED = "restrict", "granted"


def on_request_ended(
    ended: RequestEnded, *, authority_code: str, by: str, at: datetime
) -> tuple[str, ...]:
    """Restrict the cases that a person has with an authority; return their codes.

    What is under way goes on, as the law asks: those who work on it read it until it ends. What the
    person files later is not meant. Done twice, it does nothing the second time.
    """
    if (ended.kind, ended.state) != (RESTRICT, GRANTED):
        return ()
    found = models.Case.objects.filter(
        applicant_id=uuid.UUID(ended.person),
        authority__code=authority_code,
        restricted_at=None,
        disposed_at=None,
    )
    codes = list(found.order_by("pk").values_list("code", flat=True))
    return tuple(each for each in codes if _restrict(each, request=ended.request, by=by, at=at))


def on_request_lifted(
    lifted: RequestLifted, *, authority_code: str, by: str, at: datetime
) -> tuple[str, ...]:
    """Release the cases of a person, unless another restriction holds; return their codes."""
    person = uuid.UUID(lifted.person)
    if lifted.kind != RESTRICT:
        return ()
    found = models.Case.objects.filter(
        applicant_id=person, authority__code=authority_code, restricted_at__isnull=False
    )
    rows = list(found.order_by("pk").values_list("code", "authority_id"))
    if rows and requests.holds(RESTRICT, person_id=person, authority_id=rows[0][1]):
        return ()
    codes = [code for code, _authority in rows]
    return tuple(each for each in codes if _release(each, request=lifted.request, by=by, at=at))


@transaction.atomic
def _restrict(code: str, *, request: str, by: str, at: datetime) -> bool:
    row = _locked(code)
    if row.restricted_at is not None:
        return False
    row.restricted_at = at
    row.save(update_fields=["restricted_at"])
    if row.finished_at is not None:  # a search would tell of it
        models.SearchEntry.objects.filter(case=row).delete()
    event = events.CaseRestricted(code, request)
    transparency.append(event, by=by, at=at, subject=code, authority=row.authority.code)
    return True


@transaction.atomic
def _release(code: str, *, request: str, by: str, at: datetime) -> bool:
    row = _locked(code)
    if row.restricted_at is None:
        return False
    row.restricted_at = None
    row.save(update_fields=["restricted_at"])
    if row.disposed_at is None:
        work.make_findable(row)
    event = events.CaseReleased(code, request)
    transparency.append(event, by=by, at=at, subject=code, authority=row.authority.code)
    return True


def _locked(code: str) -> models.Case:
    rows = models.Case.objects.select_for_update(of=("self",)).select_related("authority")
    return rows.get(code=code)
