"""For anyone, without an account: follow a case by code and phone number, verify a document."""

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from motcua.documents import queries as documents
from motcua.kit.errors import Refused
from motcua.portal.queries import cases, tracking
from motcua.portal.views import base, files
from motcua.signing import queries as signing


@never_cache
@require_http_methods(["GET", "POST"])
def track(request: base.Request) -> HttpResponse:
    """Show where a case stands to whoever knows its code and the applicant's phone number."""
    context: dict[str, object] = {"code": request.GET.get("code", "")[:60], "wrongs": ()}
    status = 200
    if request.method == "POST":
        context["code"] = request.POST.get("code", "")[:60]
        context["phone"] = request.POST.get("phone", "")[:40]
        try:
            found = tracking.tracked(
                request.POST.get("code", "")[:60],
                request.POST.get("phone", "")[:40],
                sender=request.META.get("REMOTE_ADDR", ""),
            )
            context |= {"found": found, "status": cases.status(found.status)}
        except Refused as refusal:
            context["wrongs"] = base.wrongs(refusal, target="field-code")
            status = refusal.status
    return base.page(request, "track", context, status=status)


@csrf_exempt
def verify(request: base.Request) -> HttpResponse:
    """Verify a signed PDF; the body is bounded before it is read."""
    request.upload_handlers = [files.Bounded(request, limit=signing.LIMIT)]
    return _verify(request)


@csrf_protect
@never_cache
@require_http_methods(["GET", "POST"])
def _verify(request: base.Request) -> HttpResponse:
    context: dict[str, object] = {"wrongs": ()}
    status = 200
    if request.method == "POST":
        try:
            content = files.sent(request)[0].read()
            context["found"] = documents.verify_file(content, at=request.moment)
        except Refused as refusal:
            context["wrongs"] = base.wrongs(refusal, target="field-file")
            status = refusal.status
    return base.page(request, "verify", context, status=status)


@never_cache
@require_GET
def verify_token(request: base.Request, token: str) -> HttpResponse:
    """Show what stands behind the code printed on a document."""
    found = documents.verify_token(token, at=request.moment)
    return base.page(request, "verify", {"found": found, "is_printed": True, "wrongs": ()})
