"""Reads: cases and tasks, by key and never counted; what a decision says; the office's calendar."""

import statistics
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import IO

from django.db.models import Q, QuerySet

from motcua.cases import models, rules, values
from motcua.cases.errors import NoSuchCase, NoSuchTask
from motcua.cases.queries import access, heads
from motcua.catalogue import queries as catalogue
from motcua.documents import queries as documents
from motcua.documents.errors import NoSuchDocument
from motcua.documents.values import Document
from motcua.engines.procedure import encoding, step
from motcua.engines.procedure import situation as situations
from motcua.identity import queries as identity
from motcua.identity.queries import mandates
from motcua.identity.values import Actor
from motcua.intake.values import Filing
from motcua.transparency import queries as transparency
from motcua.transparency.values import Entry

MOST_STANDING = 10_000  # open tasks looked at for one procedure


def case_of(code: str, *, reader: Actor) -> values.Case:
    """Return a case that a person may see; raises NoSuchCase for any other.

    The applicant sees it, and so does an official of its authority or of a unit that has a task in it.
    """
    row = models.Case.objects.select_related("authority").filter(code=code).first()
    access.read(row, reader=reader)
    if row is None:
        raise NoSuchCase()
    return _case(row)


def as_operator(code: str) -> values.Case:
    """Return any case, for the person at the console of the server; raises NoSuchCase."""
    row = models.Case.objects.select_related("authority").filter(code=code).first()
    if row is None:
        raise NoSuchCase()
    return _case(row)


def acting_for(code: str, *, at: datetime) -> uuid.UUID | None:
    """Return who filed a case by a mandate that is in force, so that they are told as well."""
    row = models.Case.objects.filter(code=code, filing__mandate__isnull=False)
    found = row.values_list("filing__mandate_id", "filing__mandate__holder_id").first()
    return found[1] if found and mandates.still_acts(found[0], at=at) else None


def applicant_id(code: str) -> uuid.UUID:
    """Return whose case it is, for a job that has something to tell; raises NoSuchCase."""
    found = models.Case.objects.filter(code=code).values_list("applicant_id", flat=True).first()
    if found is None:
        raise NoSuchCase()
    return found


def _case(row: models.Case) -> values.Case:
    situation = encoding.decode(row.situation)
    slips = models.Slip.objects.filter(case=row).order_by("issued_at", "id")
    return values.Case(
        summary=summary(row),
        version_id=row.version_id,
        filing_id=row.filing_id,
        applicant_id=row.applicant_id,
        accepted_at=row.accepted_at,
        fee=situation.fee,
        supplements=situation.supplements,
        waits=tuple(sorted({wait.message for wait in situation.waits})),
        tasks=tuple(
            task_value(task) for task in _tasks().filter(case=row).order_by("opened_at", "token")
        ),
        slips=tuple(
            values.Slip(slip.form, slip.issued_at, slip.reason, tuple(slip.items), slip.due_at)
            for slip in slips
        ),
    )


def own_cases(
    of: Actor, *, before: uuid.UUID | None = None, limit: int = 50
) -> Sequence[values.Summary]:
    """Return a person's own cases, and those of whom they act for, newest first, past a key."""
    reach = identity.reach(of, "list", "case")
    if not reach.is_own:
        return ()
    wanted = Q(applicant_id=of.id)
    for whose, procedures in reach.mandates:
        of_these = Q(procedure_code__in=sorted(procedures)) if procedures else Q()
        wanted |= Q(applicant_id=whose) & of_these
    rows = models.Case.objects.select_related("authority").filter(wanted)
    return _page(rows, before=before, limit=limit)


def cases_of_office(
    of: Actor, *, status: int | None = None, before: uuid.UUID | None = None, limit: int = 50
) -> Sequence[values.Summary]:
    """Return the cases of the authorities where an official holds posts, newest first, past a key."""
    rows = models.Case.objects.select_related("authority").filter(
        authority_id__in=sorted(access.authorities(of))
    )
    return _page(rows.filter(status=status) if status else rows, before=before, limit=limit)


def open_tasks(
    of: Actor, *, mine: bool = False, after: uuid.UUID | None = None, limit: int = 50
) -> Sequence[values.Task]:
    """Return the open tasks an official may work, oldest first, past a key; `mine`: those taken."""
    rows = _tasks().filter(state=models.TaskState.OPEN)
    rows = rows.filter(person_id=of.id) if mine else rows.filter(access.worked(of))
    rows = rows.filter(access.not_barred(of))
    if after:
        rows = rows.filter(pk__gt=after)
    return [task_value(row) for row in rows.order_by("pk")[:limit]]


def task_of(task_id: uuid.UUID, *, reader: Actor) -> tuple[values.Task, tuple[values.Offer, ...]]:
    """Return a task with what it may be completed with now; raises NoSuchTask when not for the reader."""
    row = _tasks().filter(pk=task_id).first()
    own = (row,) if row and row.state == models.TaskState.OPEN else ()
    access.read(row.case if row else None, reader=reader, tasks=own, absent=NoSuchTask)
    if row is None:
        raise NoSuchTask()
    offers: tuple[values.Offer, ...] = ()
    if row.state == models.TaskState.OPEN:
        situation = encoding.decode(row.case.situation)
        offers = tuple(
            values.Offer(each.outcome, each.needs_reason, each.needs_items, each.needs_head)
            for each in step.offers(situation, row.token)
        )
    return task_value(row), offers


def history(code: str, *, reader: Actor) -> Sequence[Entry]:
    """Return what happened to a case, from the log; raises NoSuchCase when not for the reader."""
    access.purpose(code, reader=reader)
    return transparency.history(code)


def documents_of(code: str) -> Sequence[Document]:
    """Return the documents that were issued in a case."""
    return documents.issued(code)


def document_of(document_id: uuid.UUID, *, reader: Actor) -> Document:
    """Return an issued document of a case that a person may see; raises NoSuchCase for any other."""
    try:
        found = documents.document(document_id)
    except NoSuchDocument:  # as if it were somebody else's: none of them may be told apart
        raise NoSuchCase() from None
    access.purpose(found.subject, reader=reader)
    return found


def content_of(document_id: uuid.UUID, *, reader: Actor) -> tuple[Document, IO[bytes]]:
    """Return an issued document with its bytes, open for reading; raises what `document_of` does."""
    found = document_of(document_id, reader=reader)
    return found, documents.open_file(found.digest)


def filed_with(filing_id: uuid.UUID) -> values.Filed | None:
    """Return the case of a filing, if it has one."""
    row = models.Case.objects.filter(filing_id=filing_id).only("id", "code").first()
    return values.Filed(row.pk, row.code, is_new=False) if row else None


def standing(procedure_code: str, *, reader: Actor, at: datetime) -> tuple[values.Standing, ...]:
    """Return at which steps the open cases of a procedure stand in the reader's authorities.

    At most 10,000 open tasks are looked at; the time is the median since the task was opened.
    """
    found = models.Task.objects.filter(
        state=models.TaskState.OPEN,
        case__finished_at=None,
        case__procedure_code=procedure_code,
        case__authority__in=sorted(identity.reach(reader, "oversee", "case").authorities),
    ).values_list("element", "name", "opened_at")[:MOST_STANDING]
    ages: dict[tuple[str, str], list[float]] = {}
    for element, name, opened_at in found:
        ages.setdefault((element, name), []).append((at - opened_at).total_seconds() / 3600)
    return tuple(
        values.Standing(element, name, len(hours), round(statistics.median(hours), 1))
        for (element, name), hours in sorted(ages.items())
    )


def timers(code: str) -> Sequence[situations.Timer]:
    """Return the armed timers of a case; raises NoSuchCase."""
    row = models.Case.objects.filter(code=code).only("situation").first()
    if row is None:
        raise NoSuchCase()
    return encoding.decode(row.situation).timers


def result_data(
    row: models.Case,
    situation: situations.Situation,
    filing: Filing,
    *,
    signer: Mapping[str, str],
) -> Mapping[str, object]:
    """Return what the template of a result may say (docs/reference/typst-template.md).

    `signer` is what `rules.signature` gives.
    """
    is_refusal = rules.is_refusal(situation.outcomes)
    facts = catalogue.compiled(row.version_id).facts
    return {
        "kind": "refusal" if is_refusal else "result",
        "refused": rules.refused(facts.result),
        "reason": _reason_of_refusal(row) if is_refusal else "",
        "answers": filing.answers,
        **heads.of(row, filing),
        "signer": signer,
        "decision": situation.decisions,
        "outcome": situation.outcomes,
    }


def task_value(row: models.Task) -> values.Task:
    """Return a row as a value."""
    return values.Task(
        id=row.pk,
        case_code=row.case.code,
        procedure_code=row.case.procedure_code,
        element=row.element,
        name=row.name,
        role=row.role,
        unit_id=row.unit_id,
        unit_name=row.unit.name,
        item=row.item,
        person_id=row.person_id,
        opened_at=row.opened_at,
        due_at=row.due_at,
        case_due_at=row.case.due_at,
        state=row.state,
        outcome=row.outcome,
    )


def _reason_of_refusal(row: models.Case) -> str:
    done = models.Task.objects.filter(case=row, outcome=rules.REJECT).order_by("-ended_at").first()
    return done.reason if done else ""


def _tasks() -> QuerySet[models.Task]:
    return models.Task.objects.select_related("case", "unit")


def _page(
    rows: QuerySet[models.Case], *, before: uuid.UUID | None, limit: int
) -> Sequence[values.Summary]:
    past = rows.filter(pk__lt=before) if before else rows
    return [summary(row) for row in past.order_by("-pk")[:limit]]


def summary(row: models.Case) -> values.Summary:
    """Return a row as a value."""
    return values.Summary(
        id=row.pk,
        code=row.code,
        procedure_code=row.procedure_code,
        authority_code=row.authority.code,
        applicant_id=row.applicant_id,
        status=row.status,
        filed_at=row.filed_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
    )
