"""Long work: its progress, which can be left and come back to; cancel it; fetch what it made."""

import uuid

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from motcua.cases.actions import looks
from motcua.cases.actions import operations as doing
from motcua.cases.queries import operations
from motcua.desk.views import frame, shown
from motcua.identity.values import Purpose


@require_GET
def index(request: frame.Request) -> HttpResponse:
    """List one's own long work, newest first."""
    table = shown.operations(operations.own(of=request.actor))
    context = {"table": table}
    return frame.page(request, "desk/operations.html", context, here="operations")


@require_GET
def show(request: frame.Request, operation_id: uuid.UUID) -> HttpResponse:
    """Show how far an operation has come; a part of the page asks again while it runs."""
    found = operations.operation(operation_id, reader=request.actor)
    looks.at_list(
        [each.subject for each in found.results if each.subject],
        by=request.actor,
        at=request.moment,
        kinds={"cases"},
        place="desk.operation",
        purpose=Purpose("task"),
    )
    context = {
        "operation": found,
        "refused": [each for each in found.results if not each.is_done],
        "carried_out": [each for each in found.results if each.is_done],
    }
    if request.headers.get("HX-Request"):
        return render(request, "desk/parts/operation.html", context)
    return frame.page(request, "desk/operation.html", context, here="operations")


@require_POST
def cancel(request: frame.Request, operation_id: uuid.UUID) -> HttpResponse:
    """Stop an operation; what is done stays done."""
    doing.cancel(operation_id, by=request.actor, at=request.moment)
    return redirect("desk:operation", operation_id)


@require_GET
def file(request: frame.Request, operation_id: uuid.UUID) -> FileResponse:
    """Fetch the file that an operation made."""
    name, media_type, stream = operations.file(operation_id, reader=request.actor)
    return FileResponse(stream, filename=name, as_attachment=True, content_type=media_type)
