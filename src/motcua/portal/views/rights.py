"""What a person may ask about their data: requests, consents, and a copy of all of it."""

import uuid

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.design.values import Choice, Input
from motcua.kit.errors import Refused
from motcua.portal import forms
from motcua.portal.queries import rights
from motcua.portal.views import base
from motcua.privacy.actions import consents as agreeing
from motcua.privacy.actions import requests as asking
from motcua.privacy.queries import consents, requests


@require_http_methods(["GET", "HEAD", "POST"])
@base.person_required
def asked(request: base.SignedIn) -> HttpResponse:
    """Show what the person asked, and ask anew; on POST send it."""
    wrongs, status = base.NOTHING_WRONG, 200
    typed = base.typed(request)
    if request.method == "POST":
        try:
            made = asking.file(
                forms.last(typed, "kind")[:20],
                authority_code=forms.last(typed, "authority")[:35],
                text=forms.last(typed, "text")[: forms.MAX_TEXT],
                by=request.actor,
                at=request.moment,
            )
        except Refused as refusal:
            wrongs, status = base.wrongs(refusal, target="field-kind-1"), refusal.status
        else:
            base.forget(request)
            return redirect("portal:request", made)
    context = {
        "rows": [
            (each, rights.KINDS[each.kind][0], rights.status(each.state))
            for each in requests.own(request.actor)
        ],
        "kind": _kinds(forms.last(typed, "kind")),
        "authority": _authorities(request, forms.last(typed, "authority")),
        "text": forms.last(typed, "text")[: forms.MAX_TEXT],
        "wrongs": wrongs,
    }
    return base.page(request, "requests", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@base.person_required
def one(request: base.SignedIn, request_id: uuid.UUID) -> HttpResponse:
    """Show what came of a request; on POST take it back, or lift what was granted."""
    wrongs, status = base.NOTHING_WRONG, 200
    if request.method == "POST":
        try:
            step = asking.lift if request.POST.get("do") == "lift" else asking.withdraw
            step(request_id, by=request.actor, at=request.moment)
            return redirect("portal:request", request_id)
        except Refused as refusal:
            wrongs, status = base.wrongs(refusal), refusal.status
    found = requests.one(request_id, reader=request.actor)
    context = {
        "asked": found,
        "name": rights.KINDS[found.kind][0],
        "state": rights.status(found.state),
        "may_lift": found.may_be_lifted,
        "wrongs": wrongs,
    }
    return base.page(request, "request", context, status=status)


@require_GET
@base.person_required
def agreed(request: base.SignedIn) -> HttpResponse:
    """Show what data may be used for with the person's consent alone."""
    return _agreed(request)


@require_POST
@base.person_required
def agree(request: base.SignedIn, purpose: str) -> HttpResponse:
    """Give consent to one purpose, or take it back."""
    try:
        if request.POST.get("do") == "withdraw":
            agreeing.withdraw(purpose, by=request.actor, at=request.moment)
        else:
            agreeing.give(
                purpose,
                version=forms.whole(request.POST.get("version", "")),
                channel="online",
                proof=f"button pressed in session of {request.actor.key}",
                by=request.actor,
                at=request.moment,
            )
    except Refused as refusal:
        return _agreed(request, refusal)
    return redirect("portal:consents")


@require_GET
@base.person_required
def copy(request: base.SignedIn) -> HttpResponse:
    """Show what is held of the person, with a file of all of it."""
    return base.page(request, "export", {"held": rights.export(request.actor, at=request.moment)})


@require_GET
@base.person_required
def copy_file(request: base.SignedIn) -> HttpResponse:
    """Give all that is held of the person as JSON."""
    answer = JsonResponse(
        rights.export(request.actor, at=request.moment),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    answer["Content-Disposition"] = 'attachment; filename="du-lieu-cua-toi.json"'
    return answer


def _agreed(request: base.SignedIn, refusal: Refused | None = None) -> HttpResponse:
    context = {
        "consents": consents.of(request.actor.id, at=request.moment),
        "wrongs": base.wrongs(refusal) if refusal else base.NOTHING_WRONG,
    }
    return base.page(request, "consents", context, status=refusal.status if refusal else 200)


def _kinds(chosen: str) -> Input:
    choices = tuple(
        Choice(kind, str(name), help=str(words), is_chosen=kind == chosen)
        for kind, (name, words) in rights.KINDS.items()
    )
    return Input("kind", _("What do you ask for?"), widget="radio", choices=choices, is_inner=True)


def _authorities(request: base.SignedIn, chosen: str) -> Input:
    offered = rights.authorities(request.actor)
    only = offered[0][0] if len(offered) == 1 else chosen
    choices = tuple(Choice(code, name, is_chosen=code == only) for code, name in offered)
    return Input("authority", _("Which office?"), widget="select", choices=choices, is_inner=True)
