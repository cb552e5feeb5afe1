"""My documents: fetch, share by a link that expires, take the link back; and what a link opens."""

import uuid

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.documents import actions as documents
from motcua.kit.errors import Refused
from motcua.portal import actions, forms
from motcua.portal.queries import vault
from motcua.portal.views import base, files

TERMS = (1, 7, 30)  # days


@require_GET
@base.person_required
def held(request: base.SignedIn) -> HttpResponse:
    """Show one's signed documents."""
    found = vault.held(request.actor, at=request.moment)
    return base.page(request, "documents", {"held": found})


@require_GET
@base.person_required
def document(request: base.SignedIn, document_id: uuid.UUID) -> HttpResponseBase:
    """Give a signed document."""
    found, stream = vault.content(document_id, of=request.actor)
    answer = files.answer(
        stream,
        name=f"{found.subject}-{found.number_and_symbol.replace('/', '-')}.pdf",
        media_type="application/pdf",
    )
    return answer


@require_http_methods(["GET", "POST"])
@base.person_required
def share(request: base.SignedIn, document_id: uuid.UUID) -> HttpResponse:
    """Make a link to a document; it is shown once, on the answer to the post that made it."""
    made, wrongs, status = "", base.NOTHING_WRONG, 200
    if request.method == "POST":
        try:
            new = actions.share(
                document_id,
                days=forms.whole(request.POST.get("days", "")),
                by=request.actor,
                at=request.moment,
            )
            made = actions.share_address(new)
        except Refused as refusal:
            wrongs, status = base.wrongs(refusal, target="field-days"), refusal.status
    context = {
        "held": vault.one(document_id, of=request.actor, at=request.moment),
        "terms": TERMS,
        "made": made,
        "wrongs": wrongs,
    }
    return base.page(request, "share", context, status=status)


@require_POST
@base.person_required
def end_share(request: base.SignedIn, document_id: uuid.UUID, share_id: uuid.UUID) -> HttpResponse:
    """Take a link back."""
    documents.end_share(share_id, by=request.actor, at=request.moment)
    return redirect("portal:share", document_id)


@never_cache
@require_GET
def shared(request: base.Request, secret: str) -> HttpResponseBase:
    """Show what a link opens, or with `file` give it."""
    found, stream = vault.shared(secret, at=request.moment)
    if "file" not in request.GET:
        stream.close()
        return base.page(request, "shared", {"document": found, "secret": secret})
    return files.answer(
        stream,
        name=f"{found.number_and_symbol.replace('/', '-')}.pdf",
        media_type="application/pdf",
    )
