"""My data: who looked at it, and saying that a look seems wrong."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kit.errors import Refused
from motcua.portal import forms
from motcua.portal.queries import personal
from motcua.portal.views import base
from motcua.privacy.actions import complaints


@require_GET
@base.person_required
def overview(request: base.SignedIn) -> HttpResponse:
    """Show what the person may do about their data, and who looked at it last."""
    found = personal.who_looked(request.actor, limit=5)
    return base.page(request, "my_data", {"looks": found})


@require_GET
@base.person_required
def looks(request: base.SignedIn) -> HttpResponse:
    """Show who looked at the person's data."""
    before = forms.number(request.GET.get("before", ""))
    found = personal.who_looked(request.actor, before=before)
    context = {
        "looks": found,
        "following": f"?before={found.before}" if found.before else "",
        "first": "?" if before else "",
    }
    return base.page(request, "looks", context)


@require_http_methods(["GET", "HEAD", "POST"])
@base.person_required
def complain(request: base.SignedIn, look_id: int) -> HttpResponse:
    """Ask what seems wrong with a look; on POST send it to the data protection officer."""
    wrongs, status = base.NOTHING_WRONG, 200
    text = forms.last(base.typed(request), "text")[: forms.MAX_TEXT]
    if request.method == "POST":
        try:
            complaints.complain(look_id, text=text, by=request.actor, at=request.moment)
        except Refused as refusal:
            wrongs, status = base.wrongs(refusal, target="field-text"), refusal.status
        else:
            base.forget(request)
            return redirect("portal:look", look_id)
    found = personal.look(look_id, of=request.actor)
    context = {"row": found, "text": text, "wrongs": wrongs}
    return base.page(request, "look", context, status=status)
