"""Pages for everyone: home, search, a procedure, and beginning to apply."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from motcua.design.values import Row, Status, Tile
from motcua.kit.errors import Refused
from motcua.portal import actions, forms
from motcua.portal.queries import cases, procedures, words
from motcua.portal.values import ProcedureRow
from motcua.portal.views import base, kept


@kept.same_for_everyone
@require_safe
def home(request: base.Request) -> HttpResponse:
    """Show the search box, events in life and procedures."""
    tiles = tuple(
        Tile(str(name), f"{reverse('portal:search')}?event={event}", str(note), icon)
        for event, (name, note, icon) in words.LIFE_EVENTS.items()
    )
    rows = tuple(_row(each) for each in procedures.popular(at=request.moment))
    return base.page(request, "home", {"tiles": tiles, "rows": rows})


@kept.same_for_everyone
@require_safe
def search(request: base.Request) -> HttpResponse:
    """Show what a search finds."""
    found = procedures.search(
        request.GET.get("q", "")[:200],
        after=request.GET.get("after", "")[:40],
        life_event=request.GET.get("event", "")[:40],
    )
    event = words.LIFE_EVENTS.get(found.life_event)
    context = {
        "found": found,
        "rows": tuple(_row(each) for each in found.rows),
        "event": event[0] if event else "",
    }
    return base.page(request, "search", context)


@kept.same_for_everyone
@require_safe
def procedure(request: base.Request, code: str) -> HttpResponse:
    """Show a procedure."""
    found = procedures.page(code)
    return base.page(
        request,
        "procedure",
        {"found": found, "flow": procedures.flow(found), "papers": procedures.checklist(found)},
    )


@require_GET
def flow(request: base.Request, code: str) -> HttpResponse:
    """Give the flow of a procedure as BPMN."""
    return HttpResponse(
        cases.flow_of_procedure(code), content_type="application/xml; charset=utf-8"
    )


@require_http_methods(["GET", "POST"])
@base.person_required
def begin(request: base.SignedIn, code: str) -> HttpResponse:
    """Choose where and as what one applies, and begin a draft."""
    status, wrongs = 200, base.NOTHING_WRONG
    if request.method == "POST":
        try:
            draft = actions.begin(
                code,
                place=request.POST.get("place", ""),
                applicant_kind=request.POST.get("kind", ""),
                whom=request.POST.get("whom", ""),
                by=request.actor,
                at=request.moment,
            )
        except Refused as refusal:
            status, wrongs = refusal.status, base.wrongs(refusal, target="field-place")
        else:
            base.forget(request)
            return redirect("portal:resume", draft.id)
    found = procedures.beginning(code, of=request.actor)
    typed = base.typed(request)
    context = {
        "found": found,
        "place": procedures.place_question(found, chosen=forms.last(typed, "place")),
        "whom": procedures.whom_question(found, chosen=forms.last(typed, "whom")),
        "kind": procedures.kind_question(found, chosen=forms.last(typed, "kind")),
        "wrongs": wrongs,
    }
    return base.page(request, "begin", context, status=status)


def _row(found: ProcedureRow) -> Row:
    return Row(
        name=found.name,
        address=reverse("portal:procedure", args=[found.code]),
        facts=(found.code, found.level, found.time_words, found.fee_words),
        status=Status(words.online(found.online), "done" if found.online == "full" else "neutral"),
    )
