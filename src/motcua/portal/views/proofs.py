"""Proofs from the public log: take one home, check one; the browser checks it by itself where it can."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from motcua.cases.queries import proofs as cases
from motcua.documents import queries as documents
from motcua.engines.merkle.proofs import LARGEST
from motcua.kit.errors import Refused
from motcua.portal.queries import proofs
from motcua.portal.views import base, files


@require_GET
@base.person_required
def listed(request: base.SignedIn, code: str) -> HttpResponse:
    """Show what of one's case can be proved."""
    found = cases.provable(code, reader=request.actor)
    base.looked(request, code, kinds={"history"}, place="portal.proofs")
    return base.page(request, "proofs", {"code": code, "rows": found})


@require_GET
@base.person_required
def file(request: base.SignedIn, code: str, entry_id: int) -> HttpResponse:
    """Give the proof of one entry of one's case."""
    content = cases.proof(code, entry_id, reader=request.actor)
    base.looked(request, code, kinds={"history"}, place="portal.proofs")
    return _file(content, f"{code}-{entry_id}")


@never_cache
@require_GET
def of_document(request: HttpRequest, token: str) -> HttpResponse:
    """Give the proof of a document's issue to whoever has its printed code."""
    content = documents.proof(token)
    return _file(content, hashlib.sha256(content).hexdigest()[:12])


@csrf_exempt
def verify(request: base.Request) -> HttpResponse:
    """Check a proof file; the body is bounded before it is read."""
    request.upload_handlers = [files.Bounded(request, limit=files.LARGEST_CHECKED)]
    return _verify(request)


@csrf_protect
@never_cache
@require_http_methods(["GET", "POST"])
def _verify(request: base.Request) -> HttpResponse:
    context: dict[str, object] = {"wrongs": (), "trusted": proofs.trusted()}
    status = 200
    if request.method == "POST":
        try:
            proof = files.sent(request)[0]
            document = request.FILES.get("document")
            digest = files.digest(document) if document else ""
            context["checked"] = proofs.checked(proof.read(LARGEST + 1), digest=digest)
        except Refused as refusal:
            context["wrongs"] = base.wrongs(refusal, target="field-file")
            status = refusal.status
    return base.page(request, "verify_proof", context, status=status)


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.tlog-proof"'
    answer["Cache-Control"] = "private, no-store"
    return answer
