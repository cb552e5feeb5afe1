"""The HTTP API of cases: file, follow, work, decide, and fetch what was decided."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Header, Path, Query, Router, Schema
from pydantic import Field

from motcua.cases import values
from motcua.cases.actions import deadlines, filing, looks, purposes, tasks
from motcua.cases.queries import cases as queries
from motcua.cases.queries import proofs
from motcua.engines.calendar.model import Period
from motcua.engines.procedure.status import Status
from motcua.identity import queries as identity
from motcua.identity.values import Actor, Purpose
from motcua.kit.api import PROBLEMS, Problem, Said

router = Router(tags=["cases"])
MAX_PAGE = 200
Code = Annotated[str, Field(max_length=60)]
EntryId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Reason = Annotated[str, Field(max_length=4_000)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]


class FilingIn(Said):
    """A draft to submit."""

    draft_id: uuid.UUID


class FiledOut(Schema):
    """The case that a filing opened."""

    id: uuid.UUID
    code: str
    is_new: bool


class SummaryOut(Schema):
    """A case in a list."""

    id: uuid.UUID
    code: str
    procedure_code: str
    authority_code: str
    status: int
    status_name: str
    filed_at: datetime
    due_at: datetime | None
    finished_at: datetime | None


class ProvableOut(Schema):
    """An entry that can be proved from the public log."""

    entry_id: int
    at: datetime
    title: str
    leaf: int | None = Field(description="Its place in the public log; none for some seconds.")


class TaskOut(Schema):
    """A task in a list."""

    id: uuid.UUID
    case_code: str
    procedure_code: str
    element: str
    name: str
    role: str
    unit_name: str
    item: str
    person_id: uuid.UUID | None
    opened_at: datetime
    due_at: datetime | None
    case_due_at: datetime | None
    state: str
    outcome: str


class OfferOut(Schema):
    """What an open task may be completed with, and what has to be given with it."""

    outcome: str
    needs_reason: bool
    needs_items: bool
    needs_head: bool


class TaskWithOffersOut(TaskOut):
    """A task, with what may be done now."""

    offers: list[OfferOut]


class SlipOut(Schema):
    """A numbered form given to the applicant."""

    form: int
    issued_at: datetime
    reason: str
    items: list[str]
    due_at: datetime | None


class DocumentOut(Schema):
    """A document that was issued in the case."""

    id: uuid.UUID
    number_and_symbol: str
    title: str
    issued_at: datetime | None
    digest: str


class CaseOut(SummaryOut):
    """A case with what is open in it."""

    filing_id: uuid.UUID
    accepted_at: datetime | None
    fee: int
    supplements: int
    waits: list[str]
    tasks: list[TaskOut]
    slips: list[SlipOut]
    documents: list[DocumentOut]


class EntryOut(Schema):
    """One thing that happened, from the log."""

    id: int
    kind: str
    at: datetime
    facts: dict[str, Any]


class CompletionIn(Said):
    """What an official says on completing a task."""

    outcome: Annotated[str, Field(max_length=40)] = ""
    reason: Reason = ""
    items: Annotated[tuple[Annotated[str, Field(max_length=500)], ...], Field(max_length=50)] = ()


class SupplementIn(Said):
    """What the applicant sends when asked."""

    answers: dict[str, Any] | None = None
    attachment_ids: Annotated[tuple[uuid.UUID, ...], Field(max_length=100)] = ()


class ReasonIn(Said):
    """A reason in plain words."""

    reason: Reason = ""


class ExtensionIn(ReasonIn):
    """How much longer it takes, and why."""

    amount: Annotated[int, Field(ge=1, le=60)]
    unit: Literal["working_days", "days"] = "working_days"


class GiveIn(Said):
    """Who is to have a task; nobody named: oneself."""

    person_id: uuid.UUID | None = None


@router.post("/filings", response={201: FiledOut, 200: FiledOut, PROBLEMS: Problem})
def submit(
    request: HttpRequest,
    body: FilingIn,
    idempotency_key: Annotated[
        str, Header(alias="Idempotency-Key", pattern=r"^[0-9A-Za-z._:-]{8,100}$")
    ],
) -> tuple[int, values.Filed]:
    """File a draft: the case gets its code. The same key again answers with the same case."""
    filed = filing.file(
        body.draft_id, idempotency_key=idempotency_key, by=_actor(request), at=_at(request)
    )
    return (201 if filed.is_new else 200), filed


@router.get("/cases", response={200: list[SummaryOut], PROBLEMS: Problem})
def cases(
    request: HttpRequest,
    before: uuid.UUID | None = None,
    limit: Limit = 50,
    scope: Literal["own", "office"] = "own",
    status: Annotated[int | None, Query(ge=1, le=10)] = None,
) -> list[dict[str, Any]]:
    """List cases, newest first; give the last id as `before` for the next page."""
    actor = _actor(request)
    if scope == "own":
        rows = queries.own_cases(actor, before=before, limit=limit)
    else:
        rows = queries.cases_of_office(actor, status=status, before=before, limit=limit)
    _listed(request, [row.code for row in rows], place="api.cases")
    return [_summary(row) for row in rows]


@router.get("/cases/{code}", response={200: CaseOut, PROBLEMS: Problem})
def case(request: HttpRequest, code: Code) -> dict[str, Any]:
    """Show where a case stands."""
    found = queries.case_of(code, reader=_actor(request))
    _looked(request, code, {"cases", "history", "documents"}, place="api.case")
    return {
        **_summary(found.summary),
        "filing_id": found.filing_id,
        "accepted_at": found.accepted_at,
        "fee": found.fee,
        "supplements": found.supplements,
        "waits": list(found.waits),
        "tasks": list(found.tasks),
        "slips": list(found.slips),
        "documents": list(queries.documents_of(code)),
    }


@router.post("/cases/{code}/purpose", response={204: None, PROBLEMS: Problem})
def justify(request: HttpRequest, code: Code, body: ReasonIn) -> tuple[int, None]:
    """State why one has to see a case that no task of one's unit asks for; it serves for some hours."""
    purposes.state(code, text=body.reason, by=_actor(request), at=_at(request))
    return 204, None


@router.get("/cases/{code}/history", response={200: list[EntryOut], PROBLEMS: Problem})
def history(request: HttpRequest, code: Code) -> list[Any]:
    """Tell what happened to a case, from the log."""
    found = list(queries.history(code, reader=_actor(request)))
    _looked(request, code, {"history"}, place="api.history")
    return found


@router.get("/cases/{code}/proofs", response={200: list[ProvableOut], PROBLEMS: Problem})
def provable(request: HttpRequest, code: Code) -> list[Any]:
    """List the entries of a case that can be proved from the public log."""
    found = list(proofs.provable(code, reader=_actor(request)))
    _looked(request, code, {"history"}, place="api.proofs")
    return found


@router.get(
    "/cases/{code}/proofs/{entry_id}",
    response={200: bytes, PROBLEMS: Problem},
    openapi_extra={"responses": {"200": {"content": {"text/plain": {}}}}},
)
def proof(request: HttpRequest, code: Code, entry_id: EntryId) -> HttpResponse:
    """Fetch the proof of an entry, as a C2SP tlog-proof file."""
    content = proofs.proof(code, entry_id, reader=_actor(request))
    _looked(request, code, {"history"}, place="api.proof")
    return HttpResponse(content, content_type="text/plain; charset=utf-8")


@router.post("/cases/{code}/supplement", response={200: SummaryOut, PROBLEMS: Problem})
def supplement(request: HttpRequest, code: Code, body: SupplementIn) -> dict[str, Any]:
    """Send what was asked for, all at once."""
    filing.supplement(
        code,
        answers=body.answers,
        attachment_ids=body.attachment_ids,
        by=_actor(request),
        at=_at(request),
    )
    return _shown(request, code)


@router.post("/cases/{code}/withdraw", response={200: SummaryOut, PROBLEMS: Problem})
def withdraw(request: HttpRequest, code: Code, body: ReasonIn) -> dict[str, Any]:
    """Take one's own filing back."""
    filing.withdraw(code, reason=body.reason, by=_actor(request), at=_at(request))
    return _shown(request, code)


@router.post("/cases/{code}/extension", response={200: SummaryOut, PROBLEMS: Problem})
def extend(request: HttpRequest, code: Code, body: ExtensionIn) -> dict[str, Any]:
    """Apologise and set a new appointment, once."""
    period = Period.from_mapping({"amount": body.amount, "unit": body.unit})
    deadlines.extend(code, period=period, reason=body.reason, by=_actor(request), at=_at(request))
    return _shown(request, code)


@router.get("/tasks", response={200: list[TaskOut], PROBLEMS: Problem})
def open_tasks(
    request: HttpRequest,
    after: uuid.UUID | None = None,
    limit: Limit = 50,
    scope: Literal["mine", "unit"] = "unit",
) -> list[values.Task]:
    """List the open tasks that one may work, oldest first; the last id is the next page's `after`."""
    found = queries.open_tasks(_actor(request), mine=scope == "mine", after=after, limit=limit)
    codes = [each.case_code for each in found]
    _listed(request, codes, place="api.tasks", purpose=Purpose("task"))
    return list(found)


@router.get("/tasks/{task_id}", response={200: TaskWithOffersOut, PROBLEMS: Problem})
def task(request: HttpRequest, task_id: uuid.UUID) -> dict[str, Any]:
    """Show a task and what it may be completed with now."""
    found, offers = queries.task_of(task_id, reader=_actor(request))
    _looked(request, found.case_code, {"cases"}, place="api.task")
    return {**TaskOut.from_orm(found).dict(), "offers": list(offers)}


@router.post("/tasks/{task_id}/take", response={204: None, PROBLEMS: Problem})
def take(request: HttpRequest, task_id: uuid.UUID, body: GiveIn) -> tuple[int, None]:
    """Take a task, or give it to a colleague as head of the unit."""
    colleague = None
    if body.person_id:
        colleague = identity.actor(body.person_id, at=_at(request))
    tasks.take(task_id, by=_actor(request), at=_at(request), give_to=colleague)
    return 204, None


@router.post("/tasks/{task_id}/release", response={204: None, PROBLEMS: Problem})
def release(request: HttpRequest, task_id: uuid.UUID) -> tuple[int, None]:
    """Put a task back to the unit."""
    tasks.release(task_id, by=_actor(request), at=_at(request))
    return 204, None


@router.post("/tasks/{task_id}/complete", response={204: None, PROBLEMS: Problem})
def complete(request: HttpRequest, task_id: uuid.UUID, body: CompletionIn) -> tuple[int, None]:
    """Complete a task with one of its outcomes; `sign` makes the signed document."""
    tasks.complete(
        task_id,
        outcome=body.outcome,
        reason=body.reason,
        items=body.items,
        by=_actor(request),
        at=_at(request),
    )
    return 204, None


@router.get("/documents/{document_id}", response={200: DocumentOut, PROBLEMS: Problem})
def document(request: HttpRequest, document_id: uuid.UUID) -> Any:
    """Show a document of a case that one may see."""
    found = queries.document_of(document_id, reader=_actor(request))
    _looked(request, found.subject, {"documents"}, place="api.document")
    return found


@router.get(
    "/documents/{document_id}/content",
    response={200: bytes, PROBLEMS: Problem},
    openapi_extra={"responses": {"200": {"content": {"application/pdf": {}}}}},
)
def content(request: HttpRequest, document_id: uuid.UUID) -> Any:
    """Fetch the signed PDF."""
    found, stream = queries.content_of(document_id, reader=_actor(request))
    _looked(request, found.subject, {"identity", "documents"}, place="api.content")
    return FileResponse(
        stream, content_type="application/pdf", filename=f"{found.subject}.pdf", as_attachment=True
    )


def _looked(request: HttpRequest, code: str, kinds: set[str], *, place: str) -> None:
    """Write down that something of a case is about to leave."""
    looks.at_case(code, by=_actor(request), at=_at(request), kinds=kinds, place=place)


def _listed(
    request: HttpRequest, codes: list[str], *, place: str, purpose: Purpose = looks.NOT_STATED
) -> None:
    """Write down that a list of cases is about to leave: one row for all of them."""
    by, at = _actor(request), _at(request)
    looks.at_list(codes, by=by, at=at, kinds={"cases"}, place=place, purpose=purpose)


def _shown(request: HttpRequest, code: str) -> dict[str, Any]:
    _looked(request, code, {"cases"}, place="api.case")
    return _summary(queries.case_of(code, reader=_actor(request)).summary)


def _summary(row: values.Summary) -> dict[str, Any]:
    return {
        "id": row.id,
        "code": row.code,
        "procedure_code": row.procedure_code,
        "authority_code": row.authority_code,
        "status": row.status,
        "status_name": Status(row.status).word,
        "filed_at": row.filed_at,
        "due_at": row.due_at,
        "finished_at": row.finished_at,
    }


def _actor(request: HttpRequest) -> Actor:
    """Return who the bearer token speaks for (identity.api)."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


def _at(request: HttpRequest) -> datetime:
    """Return the moment the request came (kit.web)."""
    moment: datetime = request.moment  # type: ignore[attr-defined]
    return moment
