"""What django-allauth asks us while somebody signs in: who they are, what they may, where they go."""

from base64 import urlsafe_b64encode
from typing import Any, ClassVar, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import RateLimitUsage
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.translation import gettext_lazy as _
from requests import RequestException

from motcua.identity import actions, models, queries
from motcua.identity.errors import ForOfficials, ProviderAway, SignInRefused
from motcua.identity.values import Assurance, Identified
from motcua.identity.views import session
from motcua.identity.views.session import Request

TOO_MANY = _("Too many wrong tries. Wait five minutes; a passkey or VNeID lets you in at once.")
WRONG_CODE = _("This code is not right, or was used already. Wait for the next one.")
HOUSE = "Một Cửa"
PENDING = "identity.pending"  # the level that the electronic identity gave, until a second factor is shown


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # the library ships no types
    """Matches whom the electronic identity names by personal identification number."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find or register the person; one who is signed in already has shown more, and stays so."""
        asked = cast(Request, request)
        told: Identified = sociallogin.identified  # openid.Exchange sets it
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


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library ships no types
    """Signs people in through our own door."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The number or the password is not right."),
        "incorrect_password": _("The password is not right."),
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "invalid_password_reset": _("This link was used already, or is too old."),
    }
    _all_addresses: RateLimitUsage | None = None

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords for an account from one address: a stranger locks only their own out."""
        return f"{credentials.get('username', '')}|{self.get_client_ip(request)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse to look at a password after too many wrong ones, here or from all addresses."""
        super().pre_authenticate(request, **credentials)
        self._all_addresses = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed_anywhere",
            key=str(credentials.get("username", "")),
        )
        if self._all_addresses is None:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        if self._all_addresses is not None:
            self._all_addresses.rollback()

    def pre_login(
        self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any
    ) -> HttpResponse | None:
        """Let nobody in by password or passkey who holds no post; raises ForOfficials."""
        ways = {record.get("method") for record in get_authentication_records(request, user)}
        holder = queries.actor(user.pk, at=cast(Request, request).moment)
        if "socialaccount" not in ways and not holder.is_official:
            clear_login(request)
            raise ForOfficials()
        return None

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Set a password, and nothing else of the person: the web may not write their number."""
        user.set_password(password)
        user.save(update_fields=["password"])

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


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library ships no types
    """Names our house in apps and passkeys, and keeps the secrets of apps encrypted."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "cannot_generate_recovery_codes": _("Add an authenticator app or a passkey first."),
    }

    def get_totp_issuer(self) -> str:
        """Return the name that stands in the app."""
        return HOUSE

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """Return whose code it is: the name, never the number."""
        return str(user)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the site that a passkey belongs to: our host, without its port."""
        return {**super().get_public_key_credential_rp_entity(), "name": HOUSE}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """Return whom a passkey is for: the name, never the number."""
        return {**super().get_public_key_credential_user_entity(user), "name": str(user)}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:
        """Return the name of a passkey whose person gave none."""
        return f"{_('Passkey')} {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def encrypt(self, text: str) -> str:
        """Return a secret as the table keeps it."""
        return _sealer().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret that the table keeps."""
        return _sealer().decrypt(encrypted_text.encode()).decode()


def _sealer() -> MultiFernet:
    """Return what seals the secrets of apps: the secret of the site, and those before it."""
    secrets = (force_bytes(each) for each in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    keys = (HKDF(hashes.SHA256(), 32, None, b"motcua.factors").derive(each) for each in secrets)
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in keys])
