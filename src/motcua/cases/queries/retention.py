"""How long finished cases are kept, and which are due to be erased."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from motcua.cases import models, rules
from motcua.catalogue import queries as catalogue
from motcua.engines.procedure.status import Status
from motcua.privacy.values import Kept

GRANTED = (int(Status.PROCESSED), int(Status.RETURNED))


def kept(person_id: uuid.UUID, *, authority_code: str) -> Sequence[Kept]:
    """Return a person's cases with an authority that hold data still, each with its time of keeping."""
    own = models.Case.objects.filter(applicant_id=person_id, authority__code=authority_code)
    rows = own.filter(disposed_at=None)
    return [kept_value(row) for row in rows.order_by("pk")]


def due(*, at: datetime) -> Iterator[QuerySet[models.Case]]:
    """Yield, for each version of a procedure, the cases whose time of keeping is over."""
    finished = models.Case.objects.filter(disposed_at=None, finished_at__isnull=False)
    for version in finished.order_by("version").values_list("version", flat=True).distinct():
        terms = catalogue.compiled(version).facts.result.retention
        wanted = Q(pk__in=[])
        for years, of_kind in (
            (terms.granted, Q(status__in=GRANTED)),
            (terms.otherwise, ~Q(status__in=GRANTED)),
        ):
            if years is not None:
                wanted |= of_kind & Q(finished_at__lte=rules.years_before(at, years))
        yield finished.filter(wanted, version=version).order_by("finished_at", "pk")


def kept_value(row: models.Case) -> Kept:
    """Return until when a case has to be kept, and why."""
    terms = catalogue.compiled(row.version_id).facts.result.retention
    years = terms.granted if row.status in GRANTED else terms.otherwise
    until = None
    if row.finished_at is not None and years is not None:
        until = rules.years_after(row.finished_at, years)
    return Kept(
        code=row.code,
        procedure_code=row.procedure_code,
        is_open=row.finished_at is None,
        until=until,
        basis=terms.basis,
    )
