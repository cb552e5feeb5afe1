"""The sign-in page: the ways to sign in, and in the demo its people, one press each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from motcua.identity import forms, queries
from motcua.identity.errors import NoSuchPerson
from motcua.identity.values import Actor, Assurance, Post
from motcua.identity.views import electronic, session
from motcua.identity.views.session import HOME, Request

DEMO = Assurance(2, has_second_factor=True, how="demo")


@dataclass(frozen=True, slots=True)
class Account:
    """A demo account on the sign-in page."""

    id: str
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Demo accounts of one kind, under a heading."""

    title: str
    note: str
    icon: str
    accounts: tuple[Account, ...]


@never_cache
@require_safe
def choose(request: Request) -> HttpResponse:
    """Show the ways to sign in, and the accounts of the demo."""
    context = {
        "kinds": _kinds(at=request.moment) if settings.MOTCUA_DEMO else (),
        "is_demo": settings.MOTCUA_DEMO,
        "following": forms.following(request.GET.get("next", "")),
    }
    return electronic.may_lead_away(render(request, "identity/sign_in.html", context))


@require_POST
def enter(request: Request) -> HttpResponse:
    """Sign in with an account of the demo; raises NoSuchPerson for any other, and outside the demo."""
    wanted = forms.person_id(request.POST.get("person", ""))
    if not settings.MOTCUA_DEMO or wanted is None:
        raise NoSuchPerson()
    session.enter(request, queries.account(wanted), DEMO)
    following = forms.following(request.POST.get("next", ""))
    return HttpResponseRedirect(following or _home(request))


@require_POST
def leave(request: Request) -> HttpResponse:
    """Sign out and forget the session."""
    session.leave(request)
    return HttpResponseRedirect(HOME)


def _home(request: Request) -> str:
    return session.home_of(request.actor) if request.actor else HOME


def _kinds(*, at: datetime) -> tuple[Kind, ...]:
    """Return the accounts of the demo: its citizens, then the officials of its first commune by role."""
    communes = queries.authorities(level="commune")
    officials: Sequence[tuple[Actor, Post]] = ()
    sectors: list[tuple[Actor, Post]] = []
    province: list[tuple[Actor, Post]] = []
    if communes:
        officials = queries.posts_of(communes[0].code, at=at)
        for each in queries.authorities(level="sector"):
            if each.parent_name == communes[0].name:
                sectors += queries.posts_of(each.code, at=at)
        for each in queries.authorities(level="province"):
            province += queries.posts_of(each.code, at=at)
    citizens = tuple(
        Account(str(each.id), each.name, each.personal_id) for each in queries.citizens(at=at)
    )
    return (
        Kind(_("Citizens"), _("They file, pay, follow and receive."), "user", citizens),
        Kind(
            _("Clerks of the one-stop shop"),
            _("They receive filings and hand over results."),
            "inbox",
            _holding(officials, "intake"),
        ),
        Kind(
            _("Officers"),
            _("They appraise, consult and prepare decisions."),
            "briefcase",
            _holding(officials, "officer", "reviewer"),
        ),
        Kind(_("Leaders"), _("They sign."), "pen-line", _holding(officials, "leader")),
        Kind(
            _("Administrators"),
            _("They look after posts, people and procedures."),
            "settings",
            _holding((*officials, *province), "admin", "data_protection"),
        ),
        Kind(
            _("Agencies of the province"),
            _("They answer when the ward asks them."),
            "messages-square",
            _holding(province, "consulted", "tax"),
        ),
        Kind(
            _("Police and tax of the ward"),
            _("They decide in their own field and answer when they are asked."),
            "shield-check",
            _holding(sectors, "officer", "reviewer", "leader"),
        ),
    )


def _holding(officials: Sequence[tuple[Actor, Post]], *roles: str) -> tuple[Account, ...]:
    return tuple(
        Account(str(actor.id), actor.name, f"{post.title}, {post.unit_name}")
        for actor, post in officials
        if post.roles & set(roles)
    )
