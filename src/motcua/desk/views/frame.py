"""What every page of the desk stands in: the rail of queues with their counts, one's views, one's places."""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from motcua.cases import values
from motcua.cases.actions import looks
from motcua.cases.queries import inbox
from motcua.design import values as design
from motcua.desk import errors
from motcua.identity import queries as identity
from motcua.identity.errors import NotAllowed, PurposeNeeded
from motcua.identity.values import GATED, Actor, Purpose
from motcua.kit import web
from motcua.kit.errors import Refused

Rail = tuple[tuple[values.QueueCount, ...], tuple[values.SavedView, ...]]
DESK = ("enter", "unit")  # what the policy calls coming to the desk
ADMINISTRATION = frozenset(
    {
        *("units", "take-post", "leave-post", "import-staff", "import-template", "merge"),
        *("procedures", "publish", "procedure", "move-cases"),
    }
)


class Request(HttpRequest):
    """A request of an official who is signed in, with the moment it came."""

    actor: Actor
    moment: datetime


def official(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return a view for officials only: others sign in first, show a second factor, or are told no."""

    @functools.wraps(view)
    @never_cache
    def admitted(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None:
            # What a page would have shown comes after signing in; what was posted cannot be repeated.
            following = (
                request.get_full_path() if request.method == "GET" else reverse("desk:inbox")
            )
            return redirect_to_login(following)
        if actor.withheld:
            return redirect("identity:security")  # it says which second factor is missing
        if not identity.may_ever(actor, *DESK):
            raise errors.NotAnOfficial()
        try:
            _check(actor, request)
            return view(request, *args, **kwargs)
        except PurposeNeeded as error:
            if request.method != "GET" or not request.accepts("text/html"):
                raise
            following = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('desk:justify', args=[error.subject])}?{following}")
        except Refused as error:
            if not request.accepts("text/html"):
                raise
            return _problem(cast(Request, request), error)

    setattr(admitted, GATED, True)
    return admitted


def _check(actor: Actor, request: HttpRequest) -> None:
    """Open a page of the desk to those for whom the policy says it is; raises what tells the others."""
    found = request.resolver_match
    if found is None or identity.opens(actor, found.view_name):
        return
    if not actor.is_administrator and found.url_name in ADMINISTRATION:
        raise errors.NotAnAdministrator()
    raise NotAllowed()


def _problem(request: Request, error: Refused) -> HttpResponse:
    """Return a refusal inside the frame, so that the queues and the person stay in sight."""
    context: dict[str, object] = json.loads(web.refused(error).content)
    return page(request, "desk/problem.html", context, status=error.status)


ICONS: Mapping[str, str] = {
    "my_tasks": "user",
    "unit_tasks": "users",
    "due_today": "calendar-clock",
    "overdue": "triangle-alert",
    "waiting": "pause",
    "to_sign": "pen-line",
}


def page(
    request: Request,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    here: str = "",
    status: int = 200,
    known: Rail | None = None,
) -> HttpResponse:
    """Return a page of the desk inside its frame; `here` names the line of the rail that it belongs to."""
    found = known or inbox.rail(request.actor, at=request.moment)
    frame = {
        "rail": rail(request.actor, found, here=here),
        "office": office(request.actor),
    }
    return render(request, template, {**frame, **(context or {})}, status=status)


def saw_list(
    request: Request, rows: Sequence[values.InboxRow], *, queue: str, search: str = ""
) -> None:
    """Write down whose names a list of cases shows: a queue of work is its own purpose, a search is not."""
    is_work = queue != "all" and not search
    looks.at_rows(
        rows,
        by=request.actor,
        at=request.moment,
        place="desk.search" if search else "desk.list",
        purpose=Purpose("task") if is_work else looks.NOT_STATED,
    )


def rail(actor: Actor, found: Rail, *, here: str) -> tuple[design.Group, ...]:
    """Return the rail that a person sees: places that are not theirs are not shown."""
    counts, views = found
    queues = tuple(_queue(each, here=here) for each in counts if _is_shown(each, actor))
    groups = (
        design.Group(queues),
        design.Group(_counter(actor, here=here), _("Reception")),
        design.Group(_registers(actor, here=here), _("Registers")),
        design.Group(tuple(_view(each, here=here) for each in views), _("Saved views")),
        design.Group(_office(actor, here=here), _("Office")),
    )
    return tuple(group for group in groups if group.links)


def office(actor: Actor) -> str:
    """Return where a person works, as the header says it."""
    return actor.posts[0].unit_name if actor.posts else ""


def address_of(view: values.SavedView) -> str:
    """Return the address of a saved view."""
    filters = view.filters
    said: dict[str, object] = {
        "queue": view.queue,
        "q": view.search,
        "procedure": filters.procedure,
        "field": filters.field,
        "due_from": filters.due_from.isoformat() if filters.due_from else "",
        "due_to": filters.due_to.isoformat() if filters.due_to else "",
        "person": filters.person or "",
        "nobody": "1" if filters.nobody else "",
        "status": filters.status or "",
        "view": view.id,
    }
    return (
        f"{reverse('desk:inbox')}?{urlencode({name: each for name, each in said.items() if each})}"
    )


def authorities(actor: Actor) -> tuple[str, ...]:
    """Return the codes of the authorities where a person holds posts, and of those merged into them."""
    own = [post.authority_code for post in actor.posts]
    former = [code for post in actor.posts for _key, code in post.former]
    return tuple(dict.fromkeys([*own, *former]))


def done(word: str) -> str:
    """Return what to say of what was just done, by the word in the address."""
    return {
        "completed": _("Done. The case has gone on."),
        "taken": _("The task is yours now."),
        "released": _("The task is back with the unit."),
        "assigned": _("The task has been given."),
        "extended": _("The appointment was put off and the apology letter is ready to print."),
        "paid": _("The payment is recorded. The case goes on within a minute."),
        "supplemented": _("The supplement is handed in. The case has gone on."),
        "filed": _("The case is filed and has its code."),
        "signed": _("Signed. The case has gone on."),
        "sent-back": _("Sent back with your reason."),
        "saved": _("Saved."),
        "published": _("Published. New filings come under this version."),
    }.get(word, "")


def _is_shown(each: values.QueueCount, actor: Actor) -> bool:
    if each.queue == "to_sign":
        return identity.may_ever(actor, "extend", "case")
    return identity.may_ever(actor, "work", "task")


def _queue(each: values.QueueCount, *, here: str) -> design.Link:
    is_signing = each.queue == "to_sign"
    address = (
        reverse("desk:signing") if is_signing else f"{reverse('desk:inbox')}?queue={each.queue}"
    )
    icon = ICONS.get(each.queue, "inbox")
    return design.Link(each.name, address, each.queue == here, each.text, icon)


def _view(view: values.SavedView, *, here: str) -> design.Link:
    return design.Link(view.name, address_of(view), here == f"view-{view.id}", icon="layout-list")


def _place(name: str, address: str, icon: str, *, here: str, key: str) -> design.Link:
    return design.Link(name, address, here == key, icon=icon)


def _counter(actor: Actor, *, here: str) -> tuple[design.Link, ...]:
    if not identity.may_ever(actor, "begin", "filing"):
        return ()
    address = reverse("desk:counter")
    return (
        _place(_("At the counter"), address, "id-card", here=here, key="counter"),
        _place(
            _("Who acts for whom"), reverse("desk:mandates"), "users", here=here, key="mandates"
        ),
    )


def _registers(actor: Actor, *, here: str) -> tuple[design.Link, ...]:
    if not identity.may_ever(actor, "read", "register"):
        return ()
    everything = f"{reverse('desk:inbox')}?queue=all"
    return (
        _place(_("All cases"), everything, "folder", here=here, key="all"),
        _place(
            _("Case register"), reverse("desk:register"), "book-open", here=here, key="register"
        ),
    )


def _office(actor: Actor, *, here: str) -> tuple[design.Link, ...]:
    places = [
        (_("While I am away"), "desk:delegation", "share-2", "delegation"),
        (_("Long work"), "desk:operations", "refresh-cw", "operations"),
    ]
    if identity.may_ever(actor, "declare", "relation"):
        places.append((_("Close relations"), "desk:relations", "users", "relations"))
    if identity.may_ever(actor, "answer", "complaint"):
        places.append((_("Personal data"), "desk:privacy", "shield-check", "privacy"))
    if identity.may_ever(actor, "administer", "unit"):
        places += [
            (_("Units and people"), "desk:units", "building-2", "units"),
            (_("Procedures"), "desk:procedures", "settings", "procedures"),
        ]
    if identity.may_ever(actor, "read", "authority"):
        places.append((_("Authorities"), "desk:authorities", "landmark", "authorities"))
    return tuple(
        _place(name, reverse(address), icon, here=here, key=key)
        for name, address, icon, key in places
    )
