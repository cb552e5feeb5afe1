"""Uploads in parts, for the script of the page of papers: begin, ask how much has come, add a part.

A draft takes the file once it is whole. Without the script the page's own form sends it in one piece.
"""

import uuid

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST

from motcua.portal import actions
from motcua.portal.errors import UploadBroken
from motcua.portal.views import base


@require_POST
@base.person_required
def begin(request: base.SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    """Begin an upload and give its token."""
    size = request.POST.get("size", "")
    token = actions.begin_upload(
        draft_id,
        request.POST.get("paper", "")[:40],
        name=request.POST.get("name", "")[:300],
        size=int(size) if size.isascii() and size.isdecimal() and len(size) < 15 else 0,
        by=request.actor,
        at=request.moment,
    )
    return JsonResponse({"token": token, "offset": 0}, status=201)


@require_http_methods(["GET", "PATCH"])
@base.person_required
def part(request: base.SignedIn, draft_id: uuid.UUID, token: str) -> HttpResponse:
    """Say how much has come, or add a part where the last one ended."""
    if request.method == "PATCH":
        at = request.headers.get("Upload-Offset", "")
        if not at.isascii() or not at.isdecimal() or len(at) > 15:
            raise UploadBroken()
        told = actions.add_part(
            draft_id,
            token,
            offset=int(at),
            content=request.body,
            by=request.actor,
            at=request.moment,
        )
    else:
        told = actions.upload_state(draft_id, token, by=request.actor)
    return JsonResponse({"offset": told.offset, "is_whole": told.is_whole})
