"""My cases: the list, a case, answering a request for supplements, paying, withdrawing."""

import uuid

import segno
from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from motcua.cases.actions import filing, looks
from motcua.cases.queries import slips
from motcua.kit.errors import Refused
from motcua.payments import actions as payments
from motcua.portal import actions, forms, rules
from motcua.portal.queries import cases, filling, procedures
from motcua.portal.views import base, files

# Sample: a bank and an account that do not exist; a real one comes with a real gateway.
SAMPLE_BANK, SAMPLE_ACCOUNT = "970499", "0000000000"
PLACE = "portal.case"  # as a look names the page of a case


@require_GET
@base.person_required
def listed(request: base.SignedIn) -> HttpResponse:
    """Show one's drafts and cases."""
    before = forms.key(request.GET.get("before", ""))
    rows, following = cases.listed(request.actor, before=before)
    context = {
        "drafts": procedures.drafts(of=request.actor) if before is None else (),
        "rows": rows,
        "following": f"?before={following}" if following else "",
        "first": reverse("portal:cases") if before else "",
    }
    return base.page(request, "cases", context)


@require_GET
@base.person_required
def case(request: base.SignedIn, code: str) -> HttpResponse:
    """Show one's case: what to do, where it is, when it is due, what happened."""
    shown = cases.shown(code, reader=request.actor, at=request.moment)
    looks.at_page(shown.page, by=request.actor, at=request.moment, place=PLACE)
    return base.page(request, "case", {"shown": shown, "paid": "paid" in request.GET})


@require_GET
@base.person_required
def filed(request: base.SignedIn, code: str) -> HttpResponse:
    """Show that a request was sent, with the code to keep."""
    shown = cases.shown(code, reader=request.actor, at=request.moment)
    looks.at_page(shown.page, by=request.actor, at=request.moment, place=PLACE)
    code_picture = segno.make(cases.tracking_address(code), error="m")
    context = {"shown": shown, "qr": code_picture.svg_inline(border=2, omitsize=True)}
    return base.page(request, "filed", context)


@require_GET
@base.person_required
def flow(request: base.SignedIn, code: str) -> HttpResponse:
    """Give the flow that a case runs on as BPMN."""
    source = cases.flow_source(code, reader=request.actor)
    return HttpResponse(source, content_type="application/xml; charset=utf-8")


@require_GET
@base.person_required
def slip(request: base.SignedIn, code: str, form: int) -> HttpResponse:
    """Give a slip of one's case as PDF."""
    content = slips.pdf(code, form, reader=request.actor, at=request.moment)
    kinds = {"identity", "contact", "papers", "documents"}
    base.looked(request, code, kinds=kinds, place="portal.slip")
    return files.pdf(content, name=f"{code}-mau-{form:02d}.pdf")


@require_GET
@base.person_required
def case_file(request: base.SignedIn, code: str, file_id: uuid.UUID) -> HttpResponseBase:
    """Give a file of one's case."""
    paper, stream = cases.file_of(file_id, reader=request.actor)
    base.looked(request, code, kinds={"papers"}, place="portal.paper")
    return files.answer(stream, name=paper.name, media_type=paper.media_type)


@csrf_exempt
@base.asks_within
def supplement(request: base.Request, code: str) -> HttpResponseBase:
    """Answer a request for supplements; the body is bounded before it is read."""
    request.upload_handlers = [files.Bounded(request, limit=settings.MOTCUA_UPLOAD_LIMIT)]
    return _supplement(request, code)


@csrf_protect
@require_http_methods(["GET", "POST"])
@base.person_required
def _supplement(request: base.SignedIn, code: str) -> HttpResponse:
    status, wrongs = 200, base.NOTHING_WRONG
    if request.method == "POST":
        try:
            if "send" in request.POST:
                changed = request.session.get(_changes(code))
                actions.send_supplement(code, answers=changed, by=request.actor, at=request.moment)
                request.session.pop(_changes(code), None)
                return redirect("portal:case", code)
            if "remove_file" in request.POST:
                file_id = forms.identifier(request.POST["remove_file"])
                actions.take_back(code, file_id, by=request.actor, at=request.moment)
            else:
                actions.bring(
                    code,
                    request.POST.get("paper", ""),
                    files.sent(request),
                    by=request.actor,
                    at=request.moment,
                )
        except Refused as refusal:
            status, wrongs = refusal.status, base.wrongs(refusal)
        else:
            return redirect("portal:supplement", code)
    shown = cases.supplement_page(
        code,
        reader=request.actor,
        at=request.moment,
        changed=request.session.get(_changes(code)),
    )
    looks.at_page(shown.page, by=request.actor, at=request.moment, place=PLACE)
    if not shown.page.may_supplement:  # also when the button is pressed again
        return redirect("portal:case", code)
    context = {
        "shown": shown,
        "wrongs": wrongs,
        "limit": settings.MOTCUA_UPLOAD_LIMIT // files.MEGABYTE,
    }
    return base.page(request, "supplement", context, status=status)


@require_http_methods(["GET", "POST"])
@base.person_required
def supplement_answers(request: base.SignedIn, code: str, page_id: str) -> HttpResponse:
    """Change answers for a supplement; they wait in the session until all of it is sent."""
    found = cases.supplement_filling(
        code,
        reader=request.actor,
        at=request.moment,
        changed=request.session.get(_changes(code)),
    )
    back = reverse("portal:supplement", args=[code])
    if found is None:
        return redirect("portal:case", code)
    base.looked(request, code, kinds={"answers"}, place=PLACE)
    typed = base.typed(request)
    shows_faults = False
    if request.method == "POST":
        answers = found.with_typed(page_id, typed)
        actions.check_storable(answers)
        request.session[_changes(code)] = answers
        base.forget(request)
        found = found.with_answers(answers)
        if button := forms.row_button(typed):
            request.session[_changes(code)] = found.with_rows(*button)
            return redirect(request.path)
        if not filling.page_faults(found, found.page(page_id)):
            return redirect(back)
        shows_faults = True
    elif typed:
        found = found.with_answers(found.with_typed(page_id, typed))
    shown = filling.form_page(found, page_id, shows_faults=shows_faults, back=back)
    context = {"shown": shown, "is_supplement": True, "is_kept": bool(typed and not shows_faults)}
    return base.page(request, "apply_page", context, status=422 if shows_faults else 200)


def _changes(code: str) -> str:
    """Return where the session holds changed answers of a case until they are sent."""
    return f"portal.supplement.{code}"


@require_http_methods(["GET", "POST"])
@base.person_required
def withdraw(request: base.SignedIn, code: str) -> HttpResponse:
    """Ask once more and for the reason, then take one's filing back."""
    status, wrongs = 200, base.NOTHING_WRONG
    if request.method == "POST":
        try:
            filing.withdraw(
                code,
                reason=request.POST.get("reason", "").strip(),
                by=request.actor,
                at=request.moment,
            )
        except Refused as refusal:
            status, wrongs = refusal.status, base.wrongs(refusal)
        else:
            base.forget(request)
            return redirect("portal:case", code)
    shown = cases.shown(code, reader=request.actor, at=request.moment)
    looks.at_page(shown.page, by=request.actor, at=request.moment, place=PLACE)
    context = {
        "shown": shown,
        "wrongs": wrongs,
        "reason": forms.last(base.typed(request), "reason"),
    }
    return base.page(request, "withdraw", context, status=status)


@require_GET
@base.person_required
def pay(request: base.SignedIn, code: str, due_id: uuid.UUID) -> HttpResponse:
    """Show what is due, the way to pay it, and its VietQR."""
    due = cases.own_due(code, due_id, of=request.actor)
    payments.looked([due], by=request.actor, at=request.moment, place="portal.pay")
    payload = rules.vietqr(
        bank=SAMPLE_BANK, account=SAMPLE_ACCOUNT, amount=due.amount, purpose=due.subject
    )
    context = {
        "due": due,
        "code": code,
        "is_demo": settings.MOTCUA_DEMO,
        "qr": segno.make(payload, error="m").svg_inline(border=2, omitsize=True),
        "following": reverse("portal:case", args=[code]) + "?paid=1",
    }
    return base.page(request, "pay", context)
