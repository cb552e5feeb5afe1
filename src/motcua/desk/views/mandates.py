"""Who acts for whom by law: what a person at the counter asked for, confirmed by the paper they show."""

import uuid
from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcua.cases.queries import words
from motcua.design import values as design
from motcua.desk import forms
from motcua.desk.views import frame, shown
from motcua.identity.actions import mandates as actions
from motcua.identity.queries import mandates
from motcua.identity.values import MandateRow, Purpose
from motcua.kit.errors import Refused
from motcua.privacy.actions import looks
from motcua.privacy.values import Subject


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: frame.Request) -> HttpResponse:
    """Ask for the number of the person at the counter; on POST show what they asked to be confirmed."""
    return _page(request)


@require_POST
def answer(request: frame.Request, mandate_id: uuid.UUID) -> HttpResponse:
    """Confirm or decline a mandate that waits, or end one that is in force."""
    try:
        if "end" in request.POST:
            why = forms.text(request.POST, f"why-{mandate_id}")
            actions.end_by_official(mandate_id, why=why, by=request.actor, at=request.moment)
        elif "decline" in request.POST:
            actions.decline(mandate_id, by=request.actor, at=request.moment)
        else:
            actions.confirm(
                mandate_id,
                proof=forms.text(request.POST, f"proof-{mandate_id}"),
                replaces=request.POST.get("replaces") == "true",
                by=request.actor,
                at=request.moment,
            )
    except Refused as error:
        place = "why" if "end" in request.POST else "proof"
        wrongs = (design.Wrong(shown.wrongs(error)[0].message, f"field-{place}-{mandate_id}"),)
        return _page(request, wrongs=wrongs, status=error.status)
    return redirect("desk:mandates")


def _page(
    request: frame.Request, *, wrongs: tuple[design.Wrong, ...] = (), status: int = 200
) -> HttpResponse:
    number = "".join(forms.text(request.POST, "personal_id").split())[
        :14
    ]  # a company's code is longer
    found: Sequence[MandateRow] = ()
    held: Sequence[MandateRow] = ()
    if number:
        found = mandates.asked_by(number, of=request.actor, at=request.moment)
        held = mandates.in_force_of(number, of=request.actor, at=request.moment)
        _looked(request, [*found, *held])
    context = {
        "asked": [(each, words.mandate_kind(each.kind), _proof(each)) for each in found],
        "held": [(each, words.mandate_kind(each.kind), _why(each)) for each in held],
        "number": number,
        "wrongs": wrongs,
        "person": design.Input(
            "personal_id",
            _("Number of the person at the counter, or the enterprise code"),
            widget="personal_id",
            value=number,
            is_inner=True,
        ),
    }
    return frame.page(request, "desk/mandates.html", context, here="mandates", status=status)


def _looked(request: frame.Request, found: Sequence[MandateRow]) -> None:
    """Write down that the names of those people were shown: whoever asks stands at the counter."""
    people = dict.fromkeys(each for row in found for each in (row.holder_id, row.represented_id))
    looks.look(
        by=request.actor,
        at=request.moment,
        purpose=Purpose("task"),
        subjects=[Subject(each) for each in people],
        kinds={"identity"},
        place="desk.mandates",
    )


def _proof(row: MandateRow) -> design.Input:
    return design.Input(
        f"proof-{row.id}",
        _("Paper that shows it, with number and date, or answer of the register"),
        is_inner=True,
    )


def _why(row: MandateRow) -> design.Input:
    return design.Input(
        f"why-{row.id}",
        _("Decision or paper by which it ends, with number and date"),
        is_inner=True,
    )
