"""The HTTP API of drafts and the files that go with them."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import AwareDatetime, ConfigDict, Field, JsonValue

from motcua.identity.values import Actor, Purpose
from motcua.intake import actions, forms, queries, values
from motcua.kit.api import PROBLEMS, Problem
from motcua.privacy.actions import looks as privacy
from motcua.privacy.values import Subject

router = Router(tags=["drafts"])

Channel = Literal["counter", "online", "post"]
ApplicantKind = Literal["citizen", "enterprise", "agency", "other"]
Answers = Annotated[dict[str, JsonValue], Field(max_length=500)]

UPLOAD: Mapping[str, object] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["paper_id", "file"],
                    "additionalProperties": False,
                    "properties": {
                        "paper_id": {
                            "type": "string",
                            "pattern": "^[0-9A-Za-z_-]{1,40}$",
                            "description": "Which paper of the procedure the file stands for.",
                        },
                        "size": {
                            "type": "integer",
                            "minimum": 0,
                            "maximum": 10**12 - 1,
                            "description": "Bytes of the file, so that one cut off is noticed.",
                        },
                        "file": {"type": "string", "format": "binary"},
                    },
                }
            }
        },
    }
}


class Request(HttpRequest):
    """A request whose sender is known and whose moment was taken."""

    auth: Actor
    moment: datetime


class DraftIn(Schema):
    """What is filed, with whom, how and by whom."""

    model_config = ConfigDict(extra="forbid")  # a name misspelt is told, not passed over

    procedure_code: str = Field(min_length=1, max_length=40, pattern=r"^[0-9A-Z.]+$")
    authority_code: str = Field(min_length=1, max_length=35, pattern=r"^[0-9A-Z.]+$")
    channel: Channel = "online"
    applicant_kind: ApplicantKind = "citizen"
    applicant_personal_id: str = Field(
        "",
        max_length=12,
        pattern=r"^([0-9]{12})?$",
        description="At the counter and by post: whose filing it is.",
    )


class AnswersIn(Schema):
    """Whatever was typed so far: all of it, since it replaces what was saved before."""

    model_config = ConfigDict(extra="forbid")  # a name misspelt is told, not passed over

    answers: Answers
    expected_updated_at: AwareDatetime | None = Field(
        None, description="`updated_at` of the draft that was edited; refused if it has moved on."
    )


class PaperOut(Schema):
    """A file that stands for one paper."""

    attachment_id: uuid.UUID
    paper_id: str
    name: str
    digest: str = Field(description="SHA-256 of the bytes, in hex.")
    media_type: str
    size: int = Field(description="Bytes.")
    added_at: datetime


class DraftOut(Schema):
    """A filing not sent yet."""

    id: uuid.UUID
    procedure_code: str
    version_id: int
    authority_code: str
    channel: Channel
    applicant_kind: ApplicantKind
    answers: dict[str, JsonValue]
    papers: tuple[PaperOut, ...]
    created_at: datetime
    updated_at: datetime
    is_open: bool


class TroubleOut(Schema):
    """One thing that stands in the way of sending."""

    path: str
    code: str
    message: str


class SavedOut(Schema):
    """A draft as it was saved, and what still stands in the way of sending it."""

    draft: DraftOut
    troubles: tuple[TroubleOut, ...]


@router.get("/drafts", response={200: list[DraftOut], PROBLEMS: Problem}, summary="My drafts")
def drafts(
    request: Request,
    after: uuid.UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=queries.MOST)] = 20,
) -> Sequence[values.Draft]:
    """Return the open drafts that the reader may work on, newest first.

    For the next page give the id of the last one as `after`.
    """
    found = queries.drafts(of=request.auth, after=after, limit=limit)
    _looked(request, found, place="api.drafts")
    return found


@router.post("/drafts", response={201: DraftOut, PROBLEMS: Problem}, summary="Begin a draft")
def open_draft(request: Request, wanted: DraftIn) -> Status[values.Draft]:
    """Begin a draft under the present version of a procedure."""
    person = queries.applicant(wanted.applicant_personal_id, of=request.auth, at=request.moment)
    draft = actions.open_draft(
        procedure_code=wanted.procedure_code,
        authority_code=wanted.authority_code,
        channel=wanted.channel,
        applicant_kind=wanted.applicant_kind,
        by=request.auth,
        at=request.moment,
        for_person=person,
    )
    return Status(201, draft)


@router.get("/drafts/{draft_id}", response={200: DraftOut, PROBLEMS: Problem}, summary="A draft")
def draft(request: Request, draft_id: uuid.UUID) -> values.Draft:
    """Return a draft of the reader's."""
    found = queries.own_draft(draft_id, of=request.auth)
    _looked(request, [found], place="api.draft")
    return found


@router.patch("/drafts/{draft_id}", response={200: SavedOut, PROBLEMS: Problem}, summary="Save")
def save(request: Request, draft_id: uuid.UUID, typed: AnswersIn) -> values.Saved:
    """Save whatever was typed, right or wrong, and say what still stands in the way of sending."""
    return actions.save(
        draft_id,
        answers=typed.answers,
        by=request.auth,
        at=request.moment,
        expected_updated_at=typed.expected_updated_at,
    )


@router.delete("/drafts/{draft_id}", response={204: None, PROBLEMS: Problem}, summary="Delete")
def discard(request: Request, draft_id: uuid.UUID) -> Status[None]:
    """Delete a draft that was not sent."""
    actions.discard(draft_id, by=request.auth)
    return Status(204, None)


@router.get(
    "/drafts/{draft_id}/troubles",
    response={200: list[TroubleOut], PROBLEMS: Problem},
    summary="What is missing",
)
def troubles(request: Request, draft_id: uuid.UUID) -> Sequence[values.Trouble]:
    """Return everything that stands in the way of sending a draft now."""
    return queries.troubles(draft_id, of=request.auth, at=request.moment)


@router.post(
    "/drafts/{draft_id}/renewal",
    response={200: SavedOut, PROBLEMS: Problem},
    summary="Move to the present version",
)
def renew(request: Request, draft_id: uuid.UUID) -> values.Saved:
    """Move a draft to the present version of its procedure; answers and files stay."""
    return actions.renew(draft_id, by=request.auth, at=request.moment)


@router.post(
    "/drafts/{draft_id}/attachments",
    response={201: PaperOut, PROBLEMS: Problem},
    summary="Add a file",
    openapi_extra=dict(UPLOAD),
)
def attach(request: Request, draft_id: uuid.UUID) -> Status[values.Paper]:
    """Add one file for one paper; the same file again is the one that is there."""
    with forms.upload(request, limit=settings.MOTCUA_UPLOAD_LIMIT) as sent:
        paper = actions.attach(
            draft_id,
            paper_id=sent.paper_id,
            name=sent.name,
            chunks=sent.file.chunks(),
            declared_size=sent.size,
            by=request.auth,
            at=request.moment,
        )
    return Status(201, paper)


@router.delete(
    "/drafts/{draft_id}/attachments/{attachment_id}",
    response={204: None, PROBLEMS: Problem},
    summary="Take a file back",
)
def detach(request: Request, draft_id: uuid.UUID, attachment_id: uuid.UUID) -> Status[None]:
    """Take back a file that is not part of a filing yet."""
    actions.detach(attachment_id, draft_id=draft_id, by=request.auth)
    return Status(204, None)


@router.post(
    "/filings/{filing_id}/attachments",
    response={201: PaperOut, PROBLEMS: Problem},
    summary="Bring a file for a supplement",
    openapi_extra=dict(UPLOAD),
)
def attach_to_filing(request: Request, filing_id: uuid.UUID) -> Status[values.Paper]:
    """Bring one file for a filing; it becomes part of it by the supplement that names it."""
    with forms.upload(request, limit=settings.MOTCUA_UPLOAD_LIMIT) as sent:
        paper = actions.attach_to_filing(
            filing_id,
            paper_id=sent.paper_id,
            name=sent.name,
            chunks=sent.file.chunks(),
            declared_size=sent.size,
            by=request.auth,
            at=request.moment,
        )
    return Status(201, paper)


def _looked(request: Request, drafts: Sequence[values.Draft], *, place: str) -> None:
    """Write down whose drafts are shown to somebody at the counter; one's own leave no row."""
    privacy.look(
        by=request.auth,
        at=request.moment,
        purpose=Purpose("task"),
        subjects=[Subject(each.person_id, each.procedure_code) for each in drafts],
        kinds={"identity", "contact", "answers", "papers"},
        place=place,
        named=queries.people_in(drafts),
    )
