"""Acting for others: who acts for whom, give a mandate, ask for one, accept it, end it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.design.values import Input, Wrong
from motcua.identity.actions import mandates as actions
from motcua.identity.errors import BadMandate
from motcua.kit.errors import Refused
from motcua.portal import forms
from motcua.portal.queries import mandates
from motcua.portal.views import base

# Where the error summary leads for each reason of a refusal.
TARGETS: Mapping[str, str] = {
    "number": "field-number",
    "name": "field-name",
    "oneself": "field-number",
    "not-of-age": "field-number",
    "enterprise-code": "field-number",
    "organisation": "field-name",
    "kind": "field-kind-1",
    "birth-date": "field-birth_date-day",
    "of-age": "field-birth_date-day",
    "acts": "field-acts-1",
    "procedures": "field-procedures-1",
    "term": "field-last-day",
    "term-too-long": "field-last-day",
}
# The questions that must be answered, and the reason to refuse with where one is not.
GIVING = {"number": "number", "name": "name", "acts": "acts", "last.year": "term"}
ASKING = {"kind": "kind", "number": "number", "name": "name"}


@require_GET
@base.person_required
def listed(request: base.SignedIn) -> HttpResponse:
    """Show for whom one acts and who acts for one."""
    shown = mandates.listed(of=request.actor, at=request.moment)
    return base.page(request, "mandates", {"shown": shown})


@require_http_methods(["GET", "POST"])
@base.person_required
def give(request: base.SignedIn) -> HttpResponse:
    """Ask whom a person authorises, for what and for how long; on POST offer it to them."""
    wrongs, status, typed = base.NOTHING_WRONG, 200, base.typed(request)
    if request.method == "POST" and (wrongs := _missing(typed, GIVING)):
        status = 422
    elif request.method == "POST":
        try:
            actions.give(
                holder_number=forms.last(typed, "number")[:40],
                holder_name=forms.last(typed, "name")[: forms.MAX_TEXT],
                terms=mandates.terms(typed, at=request.moment),
                by=request.actor,
                at=request.moment,
                for_organisation=mandates.organisation(
                    forms.last(typed, "giver"), of=request.actor
                ),
            )
        except Refused as refusal:
            wrongs, status = _wrongs(refusal), refusal.status
        else:
            base.forget(request)
            return redirect("portal:mandates")
    inputs = mandates.giving(typed, of=request.actor, at=request.moment)
    context = {"inputs": _marked(inputs, wrongs), "wrongs": wrongs}
    return base.page(request, "mandate_give", context, status=status)


@require_http_methods(["GET", "POST"])
@base.person_required
def ask(request: base.SignedIn) -> HttpResponse:
    """Ask what a person is by law, parent, guardian or representative; on POST ask for confirmation."""
    wrongs, status, typed = base.NOTHING_WRONG, 200, base.typed(request)
    if request.method == "POST" and (wrongs := _missing(typed, ASKING)):
        status = 422
    elif request.method == "POST":
        try:
            _asked(request, typed, birth_date=mandates.birth_date(typed))
        except Refused as refusal:
            wrongs, status = _wrongs(refusal), refusal.status
        else:
            base.forget(request)
            return redirect("portal:mandates")
    inputs = mandates.asking(typed)
    context = {"inputs": _marked(inputs, wrongs), "wrongs": wrongs}
    return base.page(request, "mandate_ask", context, status=status)


def _asked(
    request: base.SignedIn, typed: Mapping[str, Sequence[str]], *, birth_date: date | None
) -> None:
    kind, number = forms.last(typed, "kind"), forms.last(typed, "number")[:40]
    name = forms.last(typed, "name")[: forms.MAX_TEXT]
    if kind == mandates.REPRESENTATIVE:
        actions.ask_for_organisation(
            code=number,
            name=name,
            address=forms.last(typed, "address")[: forms.MAX_TEXT],
            by=request.actor,
            at=request.moment,
        )
        return
    actions.ask_for_child(
        kind=kind,
        number=number,
        name=name,
        birth_date=birth_date,
        by=request.actor,
        at=request.moment,
    )


@require_POST
@base.person_required
def accept(request: base.SignedIn, mandate_id: uuid.UUID) -> HttpResponse:
    """Accept a mandate that was offered."""
    actions.accept(mandate_id, by=request.actor, at=request.moment)
    return redirect("portal:mandates")


@require_POST
@base.person_required
def end(request: base.SignedIn, mandate_id: uuid.UUID) -> HttpResponse:
    """Take a mandate back, give it up, or decline it."""
    actions.end(mandate_id, by=request.actor, at=request.moment)
    return redirect("portal:mandates")


def _missing(typed: Mapping[str, Sequence[str]], asked: Mapping[str, str]) -> tuple[Wrong, ...]:
    """Return what to say of every question that is not answered."""
    empty = (reason for name, reason in asked.items() if not forms.last(typed, name).strip())
    return tuple(wrong for each in empty for wrong in _wrongs(BadMandate(reason=each)))


def _marked(inputs: Sequence[Input], wrongs: Sequence[Wrong]) -> tuple[Input, ...]:
    """Return questions with what is wrong beside each."""
    return tuple(
        replace(each, errors=tuple(one.message for one in wrongs if one.target.startswith(each.id)))
        for each in inputs
    )


def _wrongs(refusal: Refused) -> tuple[Wrong, ...]:
    return base.wrongs(refusal, target=TARGETS.get(str(refusal.values.get("reason")), ""))
