"""What django-allauth asks us while somebody signs in: who they are, what they may, where they go."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from requests import RequestException

from motcua.identity import actions, models
from motcua.identity.errors import ForOfficials, ProviderAway, SignInRefused
from motcua.identity.values import Assurance, Identified
from motcua.identity.views import session
from motcua.identity.views.session import Request

PENDING = "identity.pending"  # the level that the electronic identity gave, until a second factor is shown


class SocialAdapter(DefaultSocialAccountAdapter):
    """Matches whom the electronic identity names by personal identification number."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find or register the person; one who is signed in already has shown more, and stays so."""
        asked = cast(Request, request)
        told: Identified = sociallogin.identified  # type: ignore[attr-defined]  # openid.Exchange sets it
        person = actions.recognise(told, at=asked.moment)
        if asked.user.is_authenticated and asked.user.pk == person.pk:
            session.step_up(asked, person, Assurance(told.level, False, "vneid"))
            following = sociallogin.get_redirect_url(request)
            assert asked.actor is not None  # noqa: S101  (step_up sets it)
            raise ImmediateHttpResponse(
                HttpResponseRedirect(following or session.home_of(asked.actor))
            )
        sociallogin.user = person
        request.session[PENDING] = {"person": str(person.pk), "level": told.level}

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Refuse, or say that the provider is away; who turned back there is led to the sign-in page."""
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("identity:sign-in")))
        if isinstance(exception, RequestException):
            raise ProviderAway() from exception
        is_lost = "state_id" in (extra_context or {})
        raise SignInRefused(reason="state" if is_lost else "answer") from exception


class AccountAdapter(DefaultAccountAdapter):
    """Signs people in through our own door."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return that nobody makes an account: people come from the electronic identity or a post."""
        return False

    def logout(self, request: HttpRequest) -> None:
        """Sign out whoever was there before; what the person who comes now has shown stays."""
        pending = request.session.get(PENDING)
        super().logout(request)
        if pending:
            request.session[PENDING] = pending

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in somebody who has passed every stage, with what they showed on the way."""
        asked, person = cast(Request, request), cast(models.Person, user)
        records = get_authentication_records(request, user)
        pending = request.session.pop(PENDING, None) or {}
        level = pending.get("level", 0) if pending.get("person") == str(person.pk) else 0
        ways = {str(record.get("method")) for record in records}
        is_passwordless = any(record.get("passwordless") for record in records)
        how = "passkey" if is_passwordless else "vneid" if "socialaccount" in ways else "password"
        session.enter(asked, person, Assurance(level, "mfa" in ways, how))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody goes after signing in who was going nowhere."""
        actor = cast(Request, request).actor
        return session.home_of(actor) if actor else session.HOME
