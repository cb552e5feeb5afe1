"""While I am away: give one's post to a colleague for a time, and end it."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcua.cases.actions import delegation
from motcua.cases.queries import inbox
from motcua.design import values as design
from motcua.design.templatetags import design as words
from motcua.desk import forms
from motcua.desk.views import frame, shown
from motcua.identity import actions
from motcua.identity import queries as identity
from motcua.identity.values import Actor, Delegation, Scope
from motcua.kit import clock
from motcua.kit.errors import Refused
from motcua.signing import queries as signing
from motcua.signing.values import Credential, Kind

ONE_DAY = timedelta(days=1)
PROCEDURE, FIELD = "p:", "f:"  # before a code, in the choices of the form


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: frame.Request) -> HttpResponse:
    """Show what one gave and was given; on POST give a post to a colleague."""
    if request.method != "POST":
        return _page(request)
    said = request.POST
    post, to = said.get("post", ""), forms.identifier(said.get("to", ""))
    first, last = forms.day(said.get("first", "")), forms.day(said.get("last", ""))
    if to is None or first is None or last is None or not post.isdecimal() or len(post) > 15:
        missing = _("Choose the post, the colleague, the first day and the last day.")
        wrongs = (design.Wrong(missing, "field-post"),)
        return _page(request, wrongs=wrongs, status=422)
    starts_at, ends_at = _midnight(first), _midnight(last + ONE_DAY)
    try:
        delegation.delegate(
            int(post),
            to=to,
            starts_at=max(starts_at, request.moment),
            ends_at=ends_at,
            by=request.actor,
            at=request.moment,
            scope=_scope(request),
            reason=forms.text(said, "reason")[:500],
        )
    except Refused as error:
        return _page(request, wrongs=shown.wrongs(error), status=error.status)
    return redirect("desk:delegation")


@require_POST
def end(request: frame.Request, delegation_id: uuid.UUID) -> HttpResponse:
    """End a delegation now."""
    try:
        actions.end_delegation(delegation_id, by=request.actor, at=request.moment)
    except Refused as error:
        return _page(request, wrongs=shown.wrongs(error), status=error.status)
    return redirect("desk:delegation")


def _scope(request: frame.Request) -> Scope:
    """Return for what the post is given: what was chosen, or all."""
    chosen = request.POST.getlist("scope")
    return Scope(
        procedures=frozenset(each[2:] for each in chosen if each.startswith(PROCEDURE)),
        fields=frozenset(each[2:] for each in chosen if each.startswith(FIELD)),
    )


def _offered(request: frame.Request) -> dict[str, str]:
    """Return the fields and the procedures of what is open in one's units, each with its name."""
    found = inbox.choices(request.actor, at=request.moment)
    fields = {FIELD + code: _("Field: %(name)s") % {"name": name} for code, name in found.fields}
    return fields | {PROCEDURE + code: name for code, name in found.procedures}


def _page(
    request: frame.Request,
    *,
    wrongs: tuple[design.Wrong, ...] = (),
    status: int = 200,
) -> HttpResponse:
    offered = _offered(request)
    found = identity.delegations(of=request.actor, at=request.moment)
    context = {
        "given": [
            (each, _said(each, offered)) for each in found if each.giver_id == request.actor.id
        ],
        "received": [
            (each, _said(each, offered)) for each in found if each.giver_id != request.actor.id
        ],
        "posts": [each for each in request.actor.posts if each.delegated_from is None],
        "inputs": _inputs(request, offered),
        "moment": request.moment,
        "wrongs": wrongs,
    }
    return frame.page(request, "desk/delegation.html", context, here="delegation", status=status)


def _said(given: Delegation, names: Mapping[str, str]) -> str:
    """Return for what a post was given, in words; "" for all of it."""
    keys = [
        *(FIELD + each for each in given.fields),
        *(PROCEDURE + each for each in given.procedures),
    ]
    return ", ".join(names.get(each, each[2:]) for each in keys)


def _inputs(request: frame.Request, offered: Mapping[str, str]) -> tuple[design.Input, ...]:
    typed = request.POST
    posts = [
        (str(each.id), f"{each.title}, {each.unit_name}")
        for each in request.actor.posts
        if each.delegated_from is None
    ]
    signs = identity.may_ever(request.actor, "extend", "case")
    colleagues = [
        (str(each.id), _named(each, must_sign=signs))
        for each in identity.colleagues(request.actor, at=request.moment)
    ]
    today = clock.local(request.moment).date()

    def select(name: str, label: str, offered: list[tuple[str, str]]) -> design.Input:
        only = offered[0][0] if len(offered) == 1 else ""
        chosen = typed.get(name, only)
        choices = tuple(design.Choice(key, text, is_chosen=key == chosen) for key, text in offered)
        return design.Input(name, label, widget="select", choices=choices, is_inner=True)

    def text(
        name: str, label: str, otherwise: str = "", *, is_required: bool = True
    ) -> design.Input:
        value = typed.get(name, otherwise)[:500]
        return design.Input(name, label, value=value, is_required=is_required, is_inner=True)

    return (
        select("post", _("Post"), posts),
        select("to", _("Colleague"), colleagues),
        text("first", _("First day"), words.day(today)),
        text("last", _("Last day, included")),
        design.Input(
            "scope",
            _("For which fields and procedures"),
            widget="checkbox",
            help=_("Choose none, and the whole post is given."),
            choices=tuple(
                design.Choice(key, said, is_chosen=key in typed.getlist("scope"))
                for key, said in offered.items()
            ),
            is_required=False,
            is_multiple=True,
            is_inner=True,
        ),
        text("reason", _("Reason"), is_required=False),
    )


def _named(colleague: Actor, *, must_sign: bool) -> str:
    """Return a colleague as the list names them: with their post, and what keeps them from signing."""
    name = f"{colleague.name} ({colleague.posts[0].title})" if colleague.posts else colleague.name
    can_sign = not must_sign or signing.has_credential(Credential(Kind.PERSON, colleague.key))
    return name if can_sign else _("%(name)s – no certificate, cannot sign") % {"name": name}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.VIETNAM)
