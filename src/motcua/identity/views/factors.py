"""My sign-in: second factors, recovery codes and sessions of one's own."""

from typing import Any, ClassVar, cast

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCode
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from motcua.identity import actions, events
from motcua.identity.errors import ForOfficials, NotSignedIn
from motcua.identity.values import Assurance
from motcua.identity.views import session
from motcua.identity.views.official import wrongs
from motcua.identity.views.session import Request


class Guarded:
    """A page of one's own second factors: for officials, and only after the factors there are were shown."""

    request: Request
    is_showing = False  # a page on which a factor is shown; the others ask for it first

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead to where one shows a factor first; raises NotSignedIn, ForOfficials."""
        if request.actor is None:
            raise NotSignedIn()
        if not (request.actor.posts or request.actor.withheld):
            raise ForOfficials()
        if not self.is_showing and owes_factor(request):
            return HttpResponseRedirect(f"{again_at(request)}?{urlencode({'next': request.path})}")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        add_never_cache_headers(answer)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows."""
        found: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        form = found.get("form")
        return {**found, "wrongs": wrongs(form) if form is not None else ()}


class Changing(Guarded):
    """A page after which something of one's factors is different: which is told, or shown, or both."""

    event: type[events.FactorAdded | events.FactorRemoved] | None = None
    factor = ""
    shows = False  # whether what was done showed the factor too

    @transaction.atomic
    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Do it, write into the log what became of the factor, and keep that it was shown."""
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        if self.event is not None:
            key = str(self.request.user.pk)
            actions.record(self.event(key, self.factor), by=key, at=self.request.moment)
        if self.shows:
            session.step_up(self.request, self.request.user, _with_factor(self.request))
        return answer


class AddApp(Changing, ActivateTOTPView):  # type: ignore[misc]
    """Add an authenticator app (TOTP, RFC 6238)."""

    template_name = "identity/app.html"
    event = events.FactorAdded
    factor = Authenticator.Type.TOTP.value
    shows = True


class AddPasskey(Changing, AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey (WebAuthn)."""

    template_name = "identity/passkey.html"
    event = events.FactorAdded
    factor = Authenticator.Type.WEBAUTHN.value
    shows = True


class RemoveApp(Changing, DeactivateTOTPView):  # type: ignore[misc]
    """Remove the authenticator app."""

    template_name = "identity/remove.html"
    extra_context: ClassVar[dict[str, Any]] = {"what": "app"}
    event = events.FactorRemoved
    factor = Authenticator.Type.TOTP.value


class RemovePasskey(Changing, RemoveWebAuthnView):  # type: ignore[misc]
    """Remove a passkey."""

    template_name = "identity/remove.html"
    extra_context: ClassVar[dict[str, Any]] = {"what": "passkey"}
    event = events.FactorRemoved
    factor = Authenticator.Type.WEBAUTHN.value

    def get_success_url(self) -> str:
        """Return to the list of what there is."""
        return reverse("mfa_index")


class Codes(Guarded, ViewRecoveryCodesView):  # type: ignore[misc]
    """Show the recovery codes, once."""

    template_name = "identity/codes.html"


class NewCodes(Changing, GenerateRecoveryCodesView):  # type: ignore[misc]
    """Make new recovery codes; the old ones end."""

    template_name = "identity/codes_new.html"
    event = events.FactorAdded
    factor = Authenticator.Type.RECOVERY_CODES.value


class AgainByPassword(Guarded, ReauthenticateView):  # type: ignore[misc]
    """Ask for the password once more before something weighty."""

    template_name = "identity/again.html"
    extra_context: ClassVar[dict[str, Any]] = {"by": "password"}
    is_showing = True


class AgainByCode(Changing, ReauthenticateByCode):  # type: ignore[misc]
    """Ask for a code of the app, or a recovery code."""

    template_name = "identity/again.html"
    extra_context: ClassVar[dict[str, Any]] = {"by": "code"}
    is_showing = True
    shows = True


class AgainByPasskey(Changing, ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Ask for a passkey."""

    template_name = "identity/again.html"
    extra_context: ClassVar[dict[str, Any]] = {"by": "passkey"}
    is_showing = True
    shows = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows; the library leaves the form out here."""
        return {**self.extra_context, **super().get_context_data(**kwargs)}

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Show the page again with what is wrong."""
        context = self.get_context_data() | {"wrongs": wrongs(form)}
        return cast(HttpResponse, self.render_to_response(context))


@never_cache
@require_safe
def security(request: Request) -> HttpResponse:
    """Show how one signs in, and where one is signed in."""
    if request.actor is None:
        raise NotSignedIn()
    found = list(Authenticator.objects.filter(user=request.user).order_by("created_at", "pk"))
    kinds = {each.type for each in found}
    context = {
        "is_official": bool(request.actor.posts or request.actor.withheld),
        "withheld": request.actor.withheld,
        "assurance": request.actor.assurance,
        "has_app": Authenticator.Type.TOTP in kinds,
        "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "passkeys": [each for each in found if each.type == Authenticator.Type.WEBAUTHN],
        "sessions": UserSession.objects.purge_and_list(request.user),
        "here": request.session.session_key,
        "again": again_at(request) if owes_factor(request) else "",
    }
    return render(request, "identity/security.html", context)


@require_POST
def end_sessions(request: Request) -> HttpResponse:
    """End every session of one's own but this one."""
    if request.actor is None:
        raise NotSignedIn()
    others = UserSession.objects.filter(user=request.user).exclude(
        session_key=request.session.session_key
    )
    count = 0
    for each in others:
        each.end()
        count += 1
    if count:
        event = events.SessionEnded(request.actor.key, count)
        actions.record(event, by=request.actor.key, at=request.moment)
    return HttpResponseRedirect(reverse("mfa_index"))


def owes_factor(request: Request) -> bool:
    """Return whether a person has second factors and has shown none of them in this session."""
    if session.assurance_of(request).has_second_factor:
        return False
    return bool(Authenticator.objects.filter(user=request.user).exists())


def again_at(request: Request) -> str:
    """Return where a person shows one of their second factors."""
    rows = Authenticator.objects.filter(user=request.user)
    if rows.filter(type=Authenticator.Type.TOTP).exists():
        return reverse("mfa_reauthenticate")
    return reverse("mfa_reauthenticate_webauthn")


def _with_factor(request: Request) -> Assurance:
    before = session.assurance_of(request)
    return Assurance(before.level, has_second_factor=True, how=before.how)
