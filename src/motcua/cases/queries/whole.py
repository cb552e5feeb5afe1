"""A case with all that its page shows beside it, in one query: what lies in other tables comes as JSON."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from motcua.cases import models, values
from motcua.cases.queries import access, timeline, words
from motcua.documents import queries as documents
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.payments import queries as payments

MOST_RELATED = 10
MOST_NOTES = 200
SLIP = (
    "form", "issued_at", "issued_by_id", "issued_by__name", "reason", "items", "due_at",
    "former_due_at",
)  # fmt: skip


def read(code: str, *, reader: Actor, language: str) -> Any | None:
    """Return the row of a case, or None; `slips_of` and those below read what came with it."""
    case = models.Case.objects.select_related("authority", "applicant")
    slips = models.Slip.objects.filter(case=OuterRef("pk")).order_by("issued_at", "id")
    notes = models.Note.objects.filter(case=OuterRef("pk")).order_by("pk")[:MOST_NOTES]
    related = models.Case.objects.filter(
        access.seen(reader),
        Q(restricted_at=None) | Q(finished_at=None),
        applicant_id=OuterRef("applicant_id"),
    ).exclude(pk=OuterRef("pk"))
    name = f"version__procedure__name_{'en' if language.startswith('en') else 'vi'}"
    rows = case.annotate(
        calendar=identity.calendar_definition(OuterRef("authority_id")),
        slips=ArraySubquery(slips.values(one=_fields(*SLIP))),
        issued=ArraySubquery(documents.issued_within(OuterRef("code"))),
        dues=ArraySubquery(payments.dues_within(OuterRef("code"))),
        notes=ArraySubquery(notes.values(one=_fields("id", "at", "by_id", "by__name", "text"))),
        related=ArraySubquery(
            related.order_by("-pk").values(
                one=_fields("code", "status", "filed_at", "due_at", name=name)
            )[:MOST_RELATED]
        ),
    )
    return rows.filter(code=code).first()


def slips_of(row: Any) -> tuple[timeline.Given, ...]:
    """Return the slips of a case, oldest first, with who gave them."""
    return tuple(_slip(each) for each in row.slips)


def notes_of(row: Any, *, reader_id: uuid.UUID) -> tuple[values.Note, ...]:
    """Return what officials wrote for each other, oldest first."""
    return tuple(
        values.Note(
            id=uuid.UUID(each["id"]),
            at=datetime.fromisoformat(each["at"]),
            by_id=(by := uuid.UUID(each["by_id"])),
            by_name=each["by__name"],
            text=each["text"],
            is_mine=by == reader_id,
        )
        for each in row.notes
    )


def related_of(row: Any) -> tuple[values.RelatedCase, ...]:
    """Return the applicant's other cases that the reader finds in lists, newest first."""
    return tuple(
        values.RelatedCase(
            each["code"],
            each["name"],
            each["status"],
            words.status(each["status"]),
            datetime.fromisoformat(each["filed_at"]),
            _moment(each["due_at"]),
        )
        for each in row.related
    )


def _slip(given: Mapping[str, Any]) -> timeline.Given:
    by = given["issued_by_id"]
    return timeline.Given(
        form=given["form"],
        issued_at=datetime.fromisoformat(given["issued_at"]),
        issued_by=uuid.UUID(by) if by else None,
        issued_by_name=given["issued_by__name"] or "",
        reason=given["reason"],
        items=tuple(given["items"]),
        due_at=_moment(given["due_at"]),
        former_due_at=_moment(given["former_due_at"]),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _fields(*names: str, **others: str) -> JSONObject:
    return JSONObject(**{name: name for name in names}, **others)
