"""The data protection officer's place: complaints about looks."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.design import values as design
from motcua.design.templatetags import design as words
from motcua.desk import forms
from motcua.desk.views import frame, shown
from motcua.kit.errors import Refused
from motcua.privacy import values
from motcua.privacy.actions import complaints as answering
from motcua.privacy.actions import looks
from motcua.privacy.queries import breaches, complaints, requests

HERE = "privacy"


@require_GET
def index(request: frame.Request) -> HttpResponse:
    """Show what waits for the data protection officer, the most urgent first."""
    found = complaints.open_ones(request.actor)
    asked = requests.open_ones(request.actor)
    people = [*(each.person_id for each in found), *(each.person_id for each in asked)]
    looks.handled(people, by=request.actor, at=request.moment, place="desk.privacy")
    context = {
        "complaints": _complaints(found, request),
        "requests": _requests(asked, request),
        "breaches": _breaches(breaches.of_officer(request.actor), request),
        "done": frame.done(request.GET.get("done", "")),
    }
    return frame.page(request, "desk/privacy.html", context, here=HERE)


@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: frame.Request, complaint_id: uuid.UUID) -> HttpResponse:
    """Show a complaint with the look that it is about; on POST answer it."""
    wrongs: tuple[design.Wrong, ...] = ()
    status, text = 200, forms.text(request.POST, "text")
    verdict = request.POST.get("verdict", "")
    if request.method == "POST":
        if verdict not in ("justified", "in-order"):
            wrongs, status = (
                (design.Wrong(_("Say whether the look was in order."), "field-verdict"),),
                422,
            )
        else:
            try:
                answering.answer(
                    complaint_id,
                    text=text,
                    is_justified=verdict == "justified",
                    by=request.actor,
                    at=request.moment,
                )
                return redirect(f"{reverse('desk:privacy')}?done=saved")
            except Refused as error:
                wrongs, status = shown.wrongs(error), error.status
    found = complaints.one(complaint_id, reader=request.actor)
    looks.handled([found.person_id], by=request.actor, at=request.moment, place="desk.privacy")
    context = {
        "complaint": found,
        "verdict": _verdict(verdict),
        "text": text,
        "wrongs": wrongs,
    }
    return frame.page(request, "desk/complaint.html", context, here=HERE, status=status)


def _verdict(chosen: str) -> design.Input:
    offered = (
        ("in-order", _("The look was in order")),
        ("justified", _("The look was not in order")),
    )
    choices = tuple(design.Choice(key, text, is_chosen=key == chosen) for key, text in offered)
    return design.Input(
        "verdict", _("What you found"), widget="radio", choices=choices, is_inner=True
    )


def _complaints(found: Sequence[values.Complaint], request: frame.Request) -> design.Table:
    return _waiting(
        _("Looks that seem wrong to people"),
        _("Who looked"),
        (
            (
                design.Cell(
                    each.person_name, each.text[:80], reverse("desk:complaint", args=[each.id])
                ),
                design.Cell(each.look.reader_name, f"{each.look.post}, {each.look.unit}"),
                each.filed_at,
                each.due_at,
            )
            for each in found
        ),
        request,
    )


def _requests(found: Sequence[values.Request], request: frame.Request) -> design.Table:
    return _waiting(
        _("What people ask about their data"),
        _("What they ask"),
        (
            (
                design.Cell(
                    each.person_name, each.text[:80], reverse("desk:request", args=[each.id])
                ),
                design.Cell(shown.request_kind(each.kind)),
                each.filed_at,
                each.next_by,
            )
            for each in found
        ),
        request,
    )


def _waiting(
    caption: str,
    what: str,
    found: Iterable[tuple[design.Cell, design.Cell, datetime, datetime]],
    request: frame.Request,
) -> design.Table:
    """Return a table of what people wait for: whose data, what it is, when it came and by when it is due."""
    return design.Table(
        caption=caption,
        columns=(
            design.Column(_("Whose data")),
            design.Column(what),
            design.Column(_("Filed")),
            design.Column(_("Answer by")),
        ),
        lines=tuple(
            design.Line(
                (
                    person,
                    said,
                    design.Cell(words.moment(filed_at)),
                    design.Cell(status=words.due_status(due_at, at=request.moment)),
                )
            )
            for person, said, filed_at, due_at in found
        ),
        empty=_("Nothing waits for an answer."),
    )


def _breaches(found: Sequence[values.Breach], request: frame.Request) -> design.Table:
    return design.Table(
        caption=_("Breaches"),
        columns=(
            design.Column(_("What happened")),
            design.Column(_("Found")),
            design.Column(_("Notice")),
        ),
        lines=tuple(
            design.Line(
                (
                    design.Cell(each.what[:80], each.kinds, reverse("desk:breach", args=[each.id])),
                    design.Cell(words.moment(each.found_at)),
                    design.Cell(each.reference, words.moment(each.notified_at))
                    if each.notified_at
                    else design.Cell(status=words.due_status(each.notify_by, at=request.moment)),
                )
            )
            for each in found
        ),
        empty=_("No breach was recorded."),
    )
