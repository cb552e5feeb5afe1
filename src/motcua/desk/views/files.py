"""Files of a case, shown in the page or printed: what people sent, drafts, slips, documents, the flow."""

import uuid
from typing import IO, TypeVar

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from motcua.cases.actions import looks
from motcua.cases.queries import cases, page, slips
from motcua.catalogue import queries as catalogue
from motcua.desk.views import frame

Answer = TypeVar("Answer", bound=HttpResponseBase)
PDF = "application/pdf"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Bytes that people sent: nothing in them may run, load or be framed by others.
SAFE = "default-src 'none'; object-src 'self'; frame-ancestors 'self'"
SHOWN = frozenset({PDF, "image/jpeg", "image/png", "image/webp"})


@require_GET
@xframe_options_sameorigin
def paper(request: frame.Request, attachment_id: uuid.UUID) -> FileResponse:
    """Show a file that came with a case; what a browser cannot show safely is downloaded."""
    found, stream = page.file_of(attachment_id, reader=request.actor)
    looks.at_file(attachment_id, by=request.actor, at=request.moment, place="desk.paper")
    return sent(stream, name=found.name, media_type=found.media_type)


@require_GET
@xframe_options_sameorigin
def preview(request: frame.Request, task_id: uuid.UUID) -> HttpResponse:
    """Show the decision as it would be signed now; not numbered, not signed."""
    content = page.preview(
        task_id,
        reader=request.actor,
        at=request.moment,
        outcome=request.GET.get("outcome", "")[:40],
    )
    looks.at_task(
        task_id,
        by=request.actor,
        at=request.moment,
        kinds={"identity", "answers", "documents"},
        place="desk.preview",
    )
    return _pdf(content, name="du-thao.pdf")


@require_GET
@xframe_options_sameorigin
def slip(request: frame.Request, code: str, form: int) -> HttpResponse:
    """Show a numbered form of a case, ready to print."""
    content = slips.pdf(
        code,
        form,
        reader=request.actor,
        at=request.moment,
        lookup_url=f"{settings.MOTCUA_PUBLIC_URL}/",
    )
    kinds = {"identity", "contact", "papers", "documents"}
    looks.at_case(code, by=request.actor, at=request.moment, kinds=kinds, place="desk.slip")
    return _pdf(content, name=f"{code}-mau-{form:02d}.pdf")


@require_GET
def slip_sheet(request: frame.Request, code: str, form: int) -> HttpResponse:
    """Give a numbered form of a case as a spreadsheet."""
    content = slips.sheet(code, form, reader=request.actor, at=request.moment)
    kinds = {"identity", "papers", "documents"}
    looks.at_case(code, by=request.actor, at=request.moment, kinds=kinds, place="desk.slip")
    answer = HttpResponse(content, content_type=SHEET)
    answer["Content-Disposition"] = f'attachment; filename="{code}-mau-{form:02d}.xlsx"'
    return _safe(answer)


@require_GET
@xframe_options_sameorigin
def document(request: frame.Request, document_id: uuid.UUID) -> FileResponse:
    """Show a signed document of a case."""
    found, stream = cases.content_of(document_id, reader=request.actor)
    looks.at_case(
        found.subject,
        by=request.actor,
        at=request.moment,
        kinds={"identity", "documents"},
        place="desk.document",
    )
    return sent(stream, name=f"{found.subject}.pdf", media_type=PDF)


@require_GET
def flow(request: frame.Request, version_id: int) -> HttpResponse:
    """Return the flow of a version for the viewer that draws it."""
    answer = HttpResponse(catalogue.flow_source(version_id), content_type="application/xml")
    answer["Cache-Control"] = "private, max-age=86400"  # a version never changes
    return answer


def sent(stream: IO[bytes], *, name: str, media_type: str) -> FileResponse:
    """Return a file that people sent; one that no browser shows safely is downloaded."""
    is_shown = media_type in SHOWN
    answer = FileResponse(
        stream,
        filename=name,
        as_attachment=not is_shown,
        content_type=media_type if is_shown else "application/octet-stream",
    )
    return _safe(answer)


def _pdf(content: bytes, *, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=PDF)
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return _safe(answer)


def _safe(answer: Answer) -> Answer:
    answer["Content-Security-Policy"] = SAFE
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
