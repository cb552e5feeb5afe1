"""Applying: one page of the form at a time, papers, all of it once more, sent once."""

import uuid
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.design.values import Wrong
from motcua.identity import queries as identity
from motcua.identity.values import Person
from motcua.intake import actions as intake
from motcua.kit.errors import Refused
from motcua.portal import actions, forms
from motcua.portal.queries import acting, attachments, filling
from motcua.portal.views import base, files
from motcua.privacy.queries import requests


@require_GET
@base.person_required
def resume(request: base.SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    """Go on where something is missing."""
    found = filling.load(draft_id, of=request.actor, at=request.moment)
    if not found.draft.is_open:
        return _sent(request, draft_id)
    return _to(draft_id, filling.first_trouble(found))


@require_http_methods(["GET", "POST"])
@base.person_required
def form_page(request: base.SignedIn, draft_id: uuid.UUID, page_id: str) -> HttpResponse:
    """Show a page of the form, or save what was typed on it."""
    if request.method == "POST":
        return _typed(request, draft_id, page_id)
    found = filling.load(draft_id, of=request.actor, at=request.moment)
    if not found.draft.is_open:
        return _sent(request, draft_id)
    if page_id not in found.found.pages:
        found.page(page_id)
        return _to(draft_id, filling.first_trouble(found))
    kept = base.kept(request)
    shown = filling.form_page(
        found,
        page_id,
        typed=found.with_typed(page_id, kept) if kept else None,
        shows_faults="check" in request.GET,
        person=_applicant(found),
    )
    return base.page(
        request,
        "apply_page",
        {
            "shown": shown,
            "is_kept": bool(kept),
            "has_more": "more" in request.GET,
            "acts_for": acting.acts_for(found.draft.person_id, request.actor.mandates),
        },
    )


def _typed(request: base.SignedIn, draft_id: uuid.UUID, page_id: str) -> HttpResponse:
    """Save a page and go on; what is wrong is shown on the same page."""
    fields = base.fields(request)
    try:
        saved = actions.save_page(draft_id, page_id, fields, by=request.actor, at=request.moment)
    except Refused as refusal:
        return _not_saved(request, draft_id, page_id, refusal)
    base.forget(request)
    if button := forms.row_button(fields):
        name, row = button
        actions.change_rows(draft_id, name, row, by=request.actor, at=request.moment)
        return redirect(f"{_address(draft_id, page_id)}#field-{name.replace('.', '-')}")
    if "later" in fields:
        return redirect("portal:cases")
    page = saved.page(page_id)
    if filling.page_faults(saved, page):
        is_new = filling.has_unasked(saved, page, fields)
        return redirect(_address(draft_id, page_id) + ("?more=1" if is_new else "?check=1"))
    if page_id not in saved.found.pages:
        return _to(draft_id, filling.first_trouble(saved))
    if "to_check" in fields:
        return redirect("portal:check", draft_id)
    _before, _stage, after = saved.around(page_id)
    return _to(draft_id, after)


def _not_saved(
    request: base.SignedIn, draft_id: uuid.UUID, page_id: str, refusal: Refused
) -> HttpResponse:
    """Show a page with what was typed when it could not be saved: too long, or no text at all."""
    found = filling.load(draft_id, of=request.actor, at=request.moment)
    if not found.draft.is_open:
        return _sent(request, draft_id)
    typed = found.with_typed(page_id, base.fields(request))
    shown = filling.form_page(found, page_id, typed=typed)
    context = {"shown": shown, "wrongs": base.wrongs(refusal)}
    return base.page(request, "apply_page", context, status=refusal.status)


@csrf_exempt
@base.asks_within
def papers(request: base.Request, draft_id: uuid.UUID) -> HttpResponseBase:
    """Show the papers asked for and take their files; the body is bounded before it is read."""
    request.upload_handlers = [files.Bounded(request, limit=settings.MOTCUA_UPLOAD_LIMIT)]
    return _papers(request, draft_id)


@csrf_protect
@require_http_methods(["GET", "POST"])
@base.person_required
def _papers(request: base.SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    if request.method == "POST":
        return _brought(request, draft_id)
    found = filling.load(draft_id, of=request.actor, at=request.moment)
    if not found.draft.is_open:
        return _sent(request, draft_id)
    wrongs = filling.missing_papers(found) if "check" in request.GET else ()
    return _papers_shown(request, found, wrongs)


def _brought(request: base.SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    try:
        if attachment := request.POST.get("remove_file"):
            intake.detach(forms.identifier(attachment), draft_id=draft_id, by=request.actor)
        elif "paper" in request.POST:
            actions.attach_all(
                draft_id,
                request.POST["paper"],
                files.sent(request),
                by=request.actor,
                at=request.moment,
            )
        else:
            return _past_papers(request, draft_id)
    except Refused as refusal:
        found = filling.load(draft_id, of=request.actor, at=request.moment)
        target = f"paper-{forms.word(request.POST.get('paper', ''))}"
        wrongs = base.wrongs(refusal, target=target)
        return _papers_shown(request, found, wrongs, status=refusal.status)
    return redirect("portal:papers", draft_id)


def _past_papers(request: base.SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    found = filling.load(draft_id, of=request.actor, at=request.moment)
    if filling.missing_papers(found):
        return redirect(f"{_address(draft_id, filling.PAPERS)}?check=1")
    return redirect("portal:check", draft_id)


def _papers_shown(
    request: base.SignedIn,
    found: filling.Filling,
    wrongs: Sequence[Wrong],
    *,
    status: int = 200,
) -> HttpResponse:
    shown = filling.papers_page(found, wrongs=wrongs)
    return base.page(
        request,
        "apply_papers",
        {"shown": shown, "limit": settings.MOTCUA_UPLOAD_LIMIT // files.MEGABYTE},
        status=status,
    )


@require_http_methods(["GET", "POST"])
@base.person_required
def check(request: base.SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    """Show all that will be sent, and send it once, however often the button is pressed."""
    wrongs, status = base.NOTHING_WRONG, 200
    if request.method == "POST":
        try:
            filed = actions.send(
                draft_id,
                is_declared=request.POST.get("declared") == "true",
                by=request.actor,
                at=request.moment,
            )
        except Refused as refusal:
            wrongs, status = base.wrongs(refusal, target="field-declared"), refusal.status
        else:
            base.forget(request)
            return redirect("portal:filed", filed.code)
    found = filling.load(draft_id, of=request.actor, at=request.moment)
    if not found.draft.is_open:
        return _sent(request, draft_id)
    context = {
        "shown": filling.check_page(found),
        "wrongs": wrongs,
        "acts_for": acting.acts_for(found.draft.person_id, request.actor.mandates),
        "is_declared": "declared" in base.kept(request),  # before more was asked for
    }
    return base.page(request, "apply_check", context, status=status)


@require_POST
@base.person_required
def renew(request: base.SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    """Move a draft to the present version of its procedure."""
    intake.renew(draft_id, by=request.actor, at=request.moment)
    return redirect("portal:resume", draft_id)


@require_http_methods(["GET", "POST"])
@base.person_required
def discard(request: base.SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    """Ask once more, then delete a draft."""
    if request.method == "POST":
        intake.discard(draft_id, by=request.actor)
        return redirect("portal:cases")
    found = filling.load(draft_id, of=request.actor, at=request.moment)
    if not found.draft.is_open:
        return _sent(request, draft_id)
    return base.page(request, "apply_delete", {"filling": found})


@require_GET
@base.person_required
def draft_file(request: base.SignedIn, draft_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponseBase:
    """Give a file of one's own draft back."""
    paper, stream = attachments.of_draft(draft_id, file_id, of=request.actor)
    return files.answer(stream, name=paper.name, media_type=paper.media_type)


def _sent(request: base.SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    """Lead to the case of a draft that was sent: the way back in the browser ends here."""
    return redirect("portal:case", actions.sent(draft_id, by=request.actor, at=request.moment).code)


def _applicant(found: filling.Filling) -> Person | None:
    """Return whose particulars fill in the form; those of an organisation are no person's.

    Who objected to it with that authority is asked everything anew.
    """
    draft = found.draft
    person = identity.person(draft.person_id)
    if person.is_organisation or requests.holds(
        "object", person_id=draft.person_id, authority_id=draft.authority_id
    ):
        return None
    return person


def _to(draft_id: uuid.UUID, stage: str) -> HttpResponse:
    return redirect(_address(draft_id, stage))


def _address(draft_id: uuid.UUID, stage: str) -> str:
    return filling.address(draft_id, stage)
