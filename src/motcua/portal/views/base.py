"""What every page shares: who reads, keeping what was typed when a session ended, refusals in the page."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from motcua.cases.actions import looks
from motcua.design.values import Wrong
from motcua.identity import queries as identity
from motcua.identity.errors import AssuranceNeeded, NotAllowed
from motcua.identity.values import GATED, Actor
from motcua.kit.errors import Refused
from motcua.notifications import queries as notices

P = ParamSpec("P")
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
SHOW_MORE = "/sign-in/more/"
KEPT = "portal.kept"
MOST_KEPT = 128 * 1024  # characters of what is kept for after signing in
NOTHING_WRONG: tuple[Wrong, ...] = ()
NEVER_KEPT = frozenset({"csrfmiddlewaretoken"})


class Request(HttpRequest):
    """A request with its moment and its person, if anyone is signed in."""

    moment: datetime
    actor: Actor | None
    session: SessionBase


class SignedIn(Request):
    """A request of somebody who is signed in."""

    actor: Actor


def person_required(
    view: Callable[Concatenate[SignedIn, P], HttpResponseBase],
) -> Callable[Concatenate[Request, P], HttpResponseBase]:
    """Have people sign in first, or show more of who they are; what they were sending is kept meanwhile."""

    @wraps(view)
    def guarded(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if getattr(request, "actor", None) is None:
            if request.method == "POST":
                keep(request)
            return redirect_to_login(request.path)
        found = request.resolver_match
        if found is None or not identity.opens(request.actor, found.view_name):
            raise NotAllowed()
        try:
            answer = view(request, *args, **kwargs)  # type: ignore[arg-type]
        except AssuranceNeeded as refusal:
            if request.method == "POST":
                keep(request)
            wanted = urlencode({"next": request.path, "level": refusal.level})
            return redirect(f"{SHOW_MORE}?{wanted}")
        answer["Cache-Control"] = "private, no-store"
        return answer

    setattr(guarded, GATED, True)
    return guarded  # type: ignore[return-value]  # a SignedIn is a Request whose actor is there


def asks_within(view: View) -> View:
    """Mark a view whose inner part has people sign in: the body has to be bounded before it is read."""
    setattr(view, GATED, True)
    return view


def keep(request: Request) -> None:
    """Keep the texts of a post in the session, under its address, until its person is back."""
    fields = {name: values for name, values in request.POST.lists() if name not in NEVER_KEPT}
    size = sum(len(text) for values in fields.values() for text in values)
    if fields and size <= MOST_KEPT:
        request.session[KEPT] = {"path": request.path, "fields": fields}


def kept(request: Request) -> Mapping[str, list[str]]:
    """Return what was kept for this address, or nothing."""
    found = request.session.get(KEPT)
    if isinstance(found, dict) and found.get("path") == request.path:
        fields: dict[str, list[str]] = found["fields"]
        return fields
    return {}


def forget(request: Request) -> None:
    """Forget what was kept: it has been sent now."""
    if KEPT in request.session:
        del request.session[KEPT]


def fields(request: Request) -> Mapping[str, list[str]]:
    """Return the texts of a post by name, as the pages of forms read them."""
    return {name: [str(value) for value in values] for name, values in request.POST.lists()}


def typed(request: Request) -> Mapping[str, list[str]]:
    """Return what was posted just now, or kept while nobody was signed in."""
    return fields(request) if request.method == "POST" else kept(request)


def page(
    request: Request, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Return a page, with how many notices wait for who is signed in."""
    actor = getattr(request, "actor", None)
    shown = dict(context) | ({"unread": notices.unread(of=actor)} if actor else {})
    return render(request, f"portal/{template}.html", shown, status=status)


def looked(request: SignedIn, code: str, *, kinds: Collection[str], place: str) -> None:
    """Write down that something of a case is shown, unless nobody could see another's: one query for these."""
    if request.actor.posts or request.actor.mandates:
        looks.at_case(code, by=request.actor, at=request.moment, kinds=kinds, place=place)


def wrongs(refusal: Refused, *, target: str = "") -> tuple[Wrong, ...]:
    """Return a refusal as lines of an error summary: what happened and what to do, then each field.

    Raises AssuranceNeeded again: no words on the page help there, `person_required` leads further.
    """
    if isinstance(refusal, AssuranceNeeded):
        raise refusal
    said = " ".join(
        each for each in (refusal.say(refusal.message), refusal.say(refusal.remedy)) if each
    )
    return (Wrong(said, target), *(Wrong(str(each.message)) for each in refusal.fields))
