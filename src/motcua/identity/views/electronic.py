"""Signing in with the electronic identity, and showing more of who one is with it."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from motcua.identity import forms
from motcua.identity.adapters import openid
from motcua.identity.views.session import HOME, Request
from motcua.kit import web
from motcua.kit.errors import Refused, Unavailable

View = Callable[[Request], HttpResponse]


def told(view: View) -> View:
    """Tell what went wrong on a page that leads back to the sign-in page, where one begins again."""

    @wraps(view)
    @never_cache
    def answered(request: Request) -> HttpResponse:
        try:
            return view(request)
        except (Refused, Unavailable) as error:
            answer = web.response(error)
            assert answer is not None  # noqa: S101  (both kinds have an answer)
            return web.page(request, answer, again=reverse("identity:sign-in"))

    return answered


@require_POST
@told
def begin(request: Request) -> HttpResponse:
    """Send somebody to the electronic identity."""
    following = forms.following(request.POST.get("next", ""))
    level = forms.level(request.POST.get("level", ""))
    return openid.provider(request).begin(request, level=level, following=following)


@require_safe
@told
def back(request: Request) -> HttpResponse:
    """Sign in whoever comes back from the electronic identity."""
    return openid.back(request)


@never_cache
@require_safe
def more(request: Request) -> HttpResponse:
    """Say why more is needed, and lead to the electronic identity for it."""
    following = forms.following(request.GET.get("next", "")) or HOME
    level = forms.level(request.GET.get("level", "")) or 2
    if request.actor is None:
        return redirect_to_login(following)
    return may_lead_away(
        render(request, "identity/more.html", {"following": following, "level": level})
    )


def may_lead_away(page: HttpResponse) -> HttpResponse:
    """Allow the forms of a page to lead to the electronic identity; everything else stays forbidden."""
    page["Content-Security-Policy"] = web.POLICY.replace(
        "form-action 'self'", f"form-action 'self' {openid.origin()}"
    )
    return page
