"""What the applicant does: file, supplement, withdraw."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from motcua.cases import errors, events, models, rules
from motcua.cases.actions import work
from motcua.cases.queries import cases as queries
from motcua.cases.values import Filed
from motcua.catalogue import queries as catalogue
from motcua.engines.procedure import encoding, step
from motcua.engines.procedure import situation as situations
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.intake import actions as intake
from motcua.intake.values import Filing
from motcua.kit import ids


def file(draft_id: uuid.UUID, *, idempotency_key: str, by: Actor, at: datetime) -> Filed:
    """Submit a draft and open its case; the same key again returns the same case.

    Raises what intake raises: Incomplete with every field, Conflict when it was filed already.
    """
    ready = intake.prepare(draft_id, idempotency_key=idempotency_key, by=by, at=at)
    earlier = queries.filed_with(ready.filing_id) if ready.filing_id else None
    if earlier:
        return earlier
    code = work.take_code(ready.authority_code, at=at)
    with transaction.atomic():
        filing = intake.submit(ready, by=by, at=at)
        if not filing.is_new:
            return _of_filing(filing)
        return _open(filing, code=code, by=by, at=at)


@transaction.atomic
def supplement(
    code: str,
    *,
    answers: Mapping[str, object] | None,
    attachment_ids: Sequence[uuid.UUID],
    by: Actor,
    at: datetime,
) -> None:
    """Send what was asked for, all at once; the case goes on.

    The counter that serves the case takes it from the person who stands there, whichever way the case
    was filed. Raises NotApplicant, StepRefused when nothing was asked for, Incomplete.
    """
    held = work.lock(code)
    channel = work.brings(held, by)
    held.filing = intake.supplement(
        held.filing.id, answers=answers, attachment_ids=attachment_ids, by=by, at=at
    )
    advance = work.advance(held, situations.MessageReceived("supplemented"), at=at)
    told = work.carry_out(held, advance, by=by, at=at)
    mandate = work.acted_by(held, by) if channel == "online" else ""
    work.append(
        held,
        events.SupplementReceived,
        told,
        by=by.key,
        at=at,
        channel=channel,
        mandate=mandate,
    )


@transaction.atomic
def withdraw(code: str, *, reason: str, by: Actor, at: datetime) -> None:
    """Take one's own filing back while no result is signed; raises NotApplicant, StepRefused."""
    held = work.lock(code)
    work.own(held, by, action="withdraw")
    advance = work.advance(held, situations.MessageReceived("withdrawn"), at=at)
    said = work.Completion("withdrawn", reason[: rules.MAX_REASON])
    told = work.carry_out(held, advance, by=by, at=at, completion=said)
    mandate = work.acted_by(held, by)
    work.append(held, events.CaseWithdrawn, told, by=by.key, at=at, mandate=mandate)


def _open(filing: Filing, *, code: str, by: Actor, at: datetime) -> Filed:
    """Open the case of a filing that was just submitted."""
    procedure = catalogue.compiled(filing.version_id)
    calendar = identity.office_calendar(filing.authority_id)
    advance = step.begin(procedure, work.said(filing), calendar=calendar, at=at)
    row = models.Case(
        id=ids.at(at),
        code=code,
        authority_id=filing.authority_id,
        version_id=filing.version_id,
        filing_id=filing.id,
        applicant_id=filing.person_id,
        procedure_code=procedure.facts.code,
        field_code=procedure.facts.field.code,
        status=advance.situation.status,
        situation=encoding.encode(advance.situation),
        filed_at=at,
    )
    row.save(force_insert=True)
    work.make_findable(row, is_new=True)
    held = work.Work(row, procedure, filing, advance.situation)
    told = work.carry_out(held, advance, by=by, at=at)
    work.append(
        held,
        events.CaseFiled,
        told,
        by=by.key,
        at=at,
        filing=str(filing.id),
        version=filing.version_id,
        channel=filing.channel,
        applicant=str(filing.person_id) if filing.mandate_id else "",
        mandate=str(filing.mandate_id or ""),
    )
    return Filed(row.pk, row.code, is_new=True)


def _of_filing(filing: Filing) -> Filed:
    filed = queries.filed_with(filing.id)
    if filed is None:
        raise errors.NoSuchCase()
    return filed
