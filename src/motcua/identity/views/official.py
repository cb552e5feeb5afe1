"""Signing in of officials: password and second factor, or a passkey; the link that sets a password."""

from typing import Any, cast

from allauth.account.forms import ResetPasswordKeyForm
from allauth.account.views import (
    INTERNAL_RESET_SESSION_KEY,
    LoginView,
    PasswordResetFromKeyView,
)
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from motcua.design.values import Wrong
from motcua.identity import actions, events, forms
from motcua.identity.errors import TooManyTries
from motcua.identity.views.session import Request
from motcua.kit import web

WORDS = {"code": "field-code", "login": "field-login", "password": "field-password"}


class Password(LoginView):  # type: ignore[misc]  # the library ships no types
    """Sign in with a personal identification number and a password."""

    template_name = "identity/official.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows."""
        found = super().get_context_data(**kwargs)
        following = forms.following(self.request.GET.get("next", ""))
        return {**found, "wrongs": wrongs(found["form"]), "following": following}


class SecondFactor(AuthenticateView):  # type: ignore[misc]
    """Ask for the second factor before somebody is signed in."""

    template_name = "identity/second_factor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows."""
        found = super().get_context_data(**kwargs)
        asked = [found["form"], found.get("webauthn_form")]
        return {**found, "wrongs": [wrong for each in asked if each for wrong in wrongs(each)]}


class Passkey(LoginWebAuthnView):  # type: ignore[misc]
    """Sign in with a passkey alone: it is two factors, what one has and what one knows or is."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Show the sign-in page of officials again with what is wrong."""
        said = Wrong(_("We do not know this passkey. Sign in with your password, or with VNeID."))
        context = {"wrongs": [said], "form": None}
        return render(self.request, "identity/official.html", context, status=403)


class NewPassword(PasswordResetFromKeyView):  # type: ignore[misc]
    """Set a password with a link that works once."""

    template_name = "identity/password.html"
    form_class = ResetPasswordKeyForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows."""
        found = super().get_context_data(**kwargs)
        return {**found, "wrongs": wrongs(found["form"]) if not found.get("token_fail") else ()}

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Set the password, which ends every session of the person, and sign in."""
        asked, key = cast(Request, self.request), str(self.reset_user.pk)
        asked.session.pop(INTERNAL_RESET_SESSION_KEY, None)
        actions.record(events.PasswordSet(key), by=key, at=asked.moment)
        return cast(HttpResponse, super().form_valid(form))


def wrongs(form: BaseForm) -> tuple[Wrong, ...]:
    """Return what is wrong in a form as lines of an error summary."""
    if not form.is_bound:
        return ()
    return tuple(
        Wrong(
            str(said), WORDS.get(name, "" if name in {"__all__", "credential"} else f"field-{name}")
        )
        for name, each in form.errors.items()
        for said in each
    )


@never_cache
def too_many(request: HttpRequest) -> HttpResponse:
    """Say that somebody tried too often, and what to do."""
    answer = web.page(request, web.refused(TooManyTries()))
    answer["Retry-After"] = "300"
    return answer
