"""Units, posts and the people on them, for the administrator of an authority."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.cases.queries import words
from motcua.design import values as design
from motcua.desk import forms
from motcua.desk.views import frame, shown
from motcua.identity import actions
from motcua.identity import queries as identity
from motcua.identity.errors import NoSuchPerson, NoSuchPost
from motcua.identity.values import PostRow, Unit
from motcua.kit.errors import Refused


@require_GET
def show(request: frame.Request) -> HttpResponse:
    """Show the units of one's authority, and the posts of one of them with who holds each."""
    return _page(request)


@require_POST
def take(request: frame.Request, post_id: int) -> HttpResponse:
    """Put a person on a post, named by personal identification number."""
    unit, post = _post(request, post_id)
    personal_id = forms.text(request.POST, f"personal_id-{post.id}").replace(" ", "")[:12]
    try:
        person = identity.actor_of_personal_id(personal_id, at=request.moment)
        actions.appoint(person.id, post.id, by=request.actor, at=request.moment)
    except Refused as error:
        wrongs = (design.Wrong(shown.wrongs(error)[0].message, f"field-personal_id-{post.id}"),)
        return _page(request, unit_id=unit.id, wrongs=wrongs, status=error.status)
    return redirect(_address(unit.id))


@require_POST
def leave(request: frame.Request, post_id: int) -> HttpResponse:
    """Take a person off a post."""
    unit, post = _post(request, post_id)
    person_id = forms.identifier(request.POST.get("person", ""))
    try:
        if person_id is None:
            raise NoSuchPerson()
        actions.dismiss(person_id, post.id, by=request.actor, at=request.moment)
    except Refused as error:
        wrongs = shown.wrongs(error)
        return _page(request, unit_id=unit.id, wrongs=wrongs, status=error.status)
    return redirect(_address(unit.id))


def _units(request: frame.Request) -> list[Unit]:
    """Return the units of the authorities that the reader administers."""
    return list(identity.administered(of=request.actor))


def _post(request: frame.Request, post_id: int) -> tuple[Unit, PostRow]:
    """Return a post that the reader administers, with its unit; raises NoSuchPost for any other."""
    wanted = request.POST.get("unit", "")
    for unit in _units(request):
        if str(unit.id) == wanted:
            for post in identity.posts(unit.id, at=request.moment):
                if post.id == post_id:
                    return unit, post
    raise NoSuchPost()


def _page(
    request: frame.Request,
    *,
    unit_id: int | None = None,
    wrongs: tuple[design.Wrong, ...] = (),
    status: int = 200,
) -> HttpResponse:
    units = _units(request)
    wanted = str(unit_id) if unit_id else request.GET.get("unit", "")
    chosen = next((unit for unit in units if str(unit.id) == wanted), units[0] if units else None)
    posts = identity.posts(chosen.id, at=request.moment) if chosen else ()
    context = {
        "units": tuple(
            design.Link(unit.name, _address(unit.id), is_current=unit == chosen) for unit in units
        ),
        "units_label": _("Units"),
        "unit": chosen,
        "posts": [
            (
                post,
                ", ".join(words.role(role) for role in post.roles),
                design.Input(
                    f"personal_id-{post.id}",
                    _("Personal identification number"),
                    widget="personal_id",
                    is_inner=True,
                ),
            )
            for post in posts
        ],
        "wrongs": wrongs,
    }
    return frame.page(request, "desk/units.html", context, here="units", status=status)


def _address(unit_id: int) -> str:
    return f"{reverse('desk:units')}?unit={unit_id}"
