"""The data protection officer at work: requests of people, breaches, the dossier of the impact assessment."""

import dataclasses
import uuid
from datetime import datetime, time

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.cases.queries import retention
from motcua.design import values as design
from motcua.desk import forms, queries
from motcua.desk.views import frame, shown
from motcua.identity import queries as identity
from motcua.kit import clock
from motcua.kit.errors import Refused
from motcua.privacy import values
from motcua.privacy.actions import breaches as breaking
from motcua.privacy.actions import looks
from motcua.privacy.actions import requests as answering
from motcua.privacy.queries import breaches, requests

HERE = "privacy"
NOTHING: tuple[design.Wrong, ...] = ()
CORRECTED = ("phone", "email", "address")


@require_http_methods(["GET", "HEAD", "POST"])
def request_(request: frame.Request, request_id: uuid.UUID) -> HttpResponse:
    """Show what a person asks; on POST take it up, put it off, grant or refuse it."""
    wrongs, status = NOTHING, 200
    text, basis = forms.text(request.POST, "text"), forms.text(request.POST, "basis")
    if request.method == "POST":
        try:
            _answer(request, request_id, text=text, basis=basis)
            return redirect(f"{reverse('desk:privacy')}?done=saved")
        except Refused as error:
            wrongs, status = shown.wrongs(error), error.status
    found = requests.one(request_id, reader=request.actor)
    looks.handled([found.person_id], by=request.actor, at=request.moment, place="desk.privacy")
    context = {
        "asked": found,
        "kind": shown.request_kind(found.kind),
        "text": text or _proposal(found, at=request.moment),
        "basis": basis,
        "particulars": _particulars(request, found),
        "may_lift": found.may_be_lifted,
        "wrongs": wrongs,
    }
    return frame.page(request, "desk/request.html", context, here=HERE, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def breach_new(request: frame.Request) -> HttpResponse:
    """Record a breach."""
    wrongs, status = NOTHING, 200
    if request.method == "POST":
        try:
            made = breaking.record(
                authority_code=forms.text(request.POST, "authority")[:35],
                found_at=_found_at(request),
                what=forms.text(request.POST, "what"),
                kinds=forms.text(request.POST, "kinds"),
                people=_whole(forms.text(request.POST, "people")),
                measures=forms.text(request.POST, "measures"),
                by=request.actor,
                at=request.moment,
            )
            return redirect("desk:breach", made)
        except Refused as error:
            wrongs, status = shown.wrongs(error), error.status
    breaches.of_officer(request.actor)  # only for the officer
    context = {"inputs": _inputs(request), "wrongs": wrongs}
    return frame.page(request, "desk/breach_new.html", context, here=HERE, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def breach(request: frame.Request, breach_id: uuid.UUID) -> HttpResponse:
    """Show a breach with the clock of its notice; on POST record that the notice was sent."""
    wrongs, status = NOTHING, 200
    reference = forms.text(request.POST, "reference")
    why_late = forms.text(request.POST, "why_late")
    if request.method == "POST":
        try:
            breaking.notified(
                breach_id,
                reference=reference,
                why_late=why_late,
                by=request.actor,
                at=request.moment,
            )
            return redirect("desk:breach", breach_id)
        except Refused as error:
            wrongs, status = shown.wrongs(error), error.status
    found = breaches.one(breach_id, reader=request.actor)
    context = {
        "breach": found,
        "is_late": found.notified_at is None and request.moment > found.notify_by,
        "reference": reference,
        "why_late": why_late,
        "wrongs": wrongs,
    }
    return frame.page(request, "desk/breach.html", context, here=HERE, status=status)


@require_GET
def dossier(request: frame.Request) -> HttpResponse:
    """Show the dossier of the impact assessment, drawn from what stands in the system now."""
    found = queries.dossiers(request.actor, at=request.moment)
    return frame.page(request, "desk/dossier.html", {"dossiers": found}, here=HERE)


@require_GET
def dossier_file(request: frame.Request) -> HttpResponse:
    """Give the dossier as JSON."""
    found = queries.dossiers(request.actor, at=request.moment)
    answer = JsonResponse(
        {"dossiers": [dataclasses.asdict(each) for each in found]},
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    answer["Content-Disposition"] = 'attachment; filename="ho-so-danh-gia-tac-dong.json"'
    return answer


@require_GET
def dossier_pdf(request: frame.Request) -> HttpResponse:
    """Give the dossier as PDF, to be completed and sent."""
    content = queries.dossier_pdf(request.actor, at=request.moment)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="ho-so-danh-gia-tac-dong.pdf"'
    return answer


def _answer(request: frame.Request, request_id: uuid.UUID, *, text: str, basis: str) -> None:
    by, at = request.actor, request.moment
    step = request.POST.get("do", "")
    if step == "take_up":
        answering.take_up(request_id, text=text, by=by, at=at)
    elif step == "extend":
        answering.extend(request_id, reason=text, by=by, at=at)
    elif step == "refuse":
        answering.refuse(request_id, text=text, basis=basis, by=by, at=at)
    elif step == "lift":
        answering.lift(request_id, by=by, at=at)
    else:
        said = {name: forms.text(request.POST, name) for name in CORRECTED if name in request.POST}
        if "is_known" not in request.POST:  # nothing of what is known is to be corrected
            said = {}
        answering.grant(request_id, text=text, corrected=said, by=by, at=at)


def _particulars(request: frame.Request, found: values.Request) -> tuple[design.Input, ...]:
    """Return what of a person can be corrected, as it stands or as it was typed."""
    if found.kind != "correct" or not found.is_open:
        return ()
    person = identity.person(found.person_id)
    labels = {"phone": _("Telephone"), "email": _("E-mail"), "address": _("Address")}
    return tuple(
        design.Input(
            name,
            label,
            widget="text",
            value=forms.text(request.POST, name)[:300] or getattr(person, name),
            is_inner=True,
        )
        for name, label in labels.items()
    )


def _proposal(found: values.Request, *, at: datetime) -> str:
    """Return a first wording of the answer: to erase, what can go and what has to be kept; to correct,
    where a case goes on by its own way.
    """
    if found.kind == "correct" and found.is_open:
        return _in_cases(found)
    if found.kind != "erase" or not found.is_open:
        return ""
    cases = retention.kept(found.person_id, authority_code=found.authority_code)
    going = [each.code for each in cases if each.may_be_erased(at)]
    staying = [_staying(each) for each in cases if not each.may_be_erased(at)]
    lines = [_("Erased: %(codes)s.") % {"codes": ", ".join(going) or _("nothing")}]
    if staying:
        kept = "; ".join(staying)
        lines.append(_("Kept, because the law asks for it: %(codes)s.") % {"codes": kept})
    return "\n".join(lines)


def _in_cases(found: values.Request) -> str:
    """Return what becomes of answers: asked anew while the case is open; a signed result stands."""
    cases = retention.kept(found.person_id, authority_code=found.authority_code)
    going = [each.code for each in cases if each.is_open]
    over = [each.code for each in cases if not each.is_open]
    lines = []
    if going:
        said = _("In cases under way the officer asks you for a supplement: %(codes)s.")
        lines.append(said % {"codes": ", ".join(going)})
    if over:
        said = _("A signed result is not rewritten; file the procedure to correct it: %(codes)s.")
        lines.append(said % {"codes": ", ".join(over)})
    return "\n".join(lines)


def _staying(case: values.Kept) -> str:
    said = {"code": case.code, "basis": case.basis}
    if case.is_open:
        return _("%(code)s (being handled)") % said
    if case.until is None:
        return _("%(code)s (for ever, %(basis)s)") % said
    day = f"{clock.local(case.until):%d/%m/%Y}"
    return _("%(code)s (until %(day)s, %(basis)s)") % {**said, "day": day}


def _found_at(request: frame.Request) -> datetime:
    """Return when the breach was found, as typed; what is no moment is one that is refused."""
    day = forms.day(request.POST.get("found_day", ""))
    try:
        hour = time.fromisoformat(request.POST.get("found_hour", "").strip() or "00:00")
    except ValueError:
        day, hour = None, time()
    if day is None:
        return datetime.max.replace(tzinfo=clock.VIETNAM, year=9000)
    return datetime.combine(day, hour.replace(tzinfo=None), tzinfo=clock.VIETNAM)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _inputs(request: frame.Request) -> tuple[design.Input, ...]:
    def text(name: str, label: str, *, widget: str = "text", help: str = "") -> design.Input:
        value = forms.text(request.POST, name)[:4_000]
        return design.Input(name, label, widget=widget, help=help, value=value, is_inner=True)

    codes = frame.authorities(request.actor)
    offered = tuple(design.Choice(each, each, is_chosen=len(codes) == 1) for each in codes)
    return (
        design.Input("authority", _("Authority"), widget="select", choices=offered, is_inner=True),
        text("found_day", _("Day when it was found, for example 22/11/2026")),
        text("found_hour", _("Hour, for example 09:30")),
        text("what", _("What happened"), widget="textarea"),
        text("kinds", _("Which data")),
        text("people", _("How many people, as far as is known")),
        text("measures", _("What was done at once"), widget="textarea"),
    )
