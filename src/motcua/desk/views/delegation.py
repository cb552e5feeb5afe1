"""While I am away: give one's post to a colleague for a time, and end it."""

import uuid
from datetime import date, datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcua.cases.actions import delegation
from motcua.design import values as design
from motcua.design.templatetags import design as words
from motcua.desk import forms
from motcua.desk.views import frame, shown
from motcua.identity import actions
from motcua.identity import queries as identity
from motcua.kit import clock
from motcua.kit.errors import Refused

ONE_DAY = timedelta(days=1)


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


def _page(
    request: frame.Request,
    *,
    wrongs: tuple[design.Wrong, ...] = (),
    status: int = 200,
) -> HttpResponse:
    found = identity.delegations(of=request.actor, at=request.moment)
    context = {
        "given": [each for each in found if each.giver_id == request.actor.id],
        "received": [each for each in found if each.giver_id != request.actor.id],
        "posts": [each for each in request.actor.posts if each.delegated_from is None],
        "inputs": _inputs(request),
        "moment": request.moment,
        "wrongs": wrongs,
    }
    return frame.page(request, "desk/delegation.html", context, here="delegation", status=status)


def _inputs(request: frame.Request) -> tuple[design.Input, ...]:
    typed = request.POST
    posts = [
        (str(each.id), f"{each.title}, {each.unit_name}")
        for each in request.actor.posts
        if each.delegated_from is None
    ]
    colleagues = [
        (str(each.id), f"{each.name} ({each.posts[0].title})" if each.posts else each.name)
        for each in identity.colleagues(request.actor, at=request.moment)
        if each.id != request.actor.id
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
        text("reason", _("Reason"), is_required=False),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.VIETNAM)
