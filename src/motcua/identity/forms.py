"""What the sign-in pages send."""

import uuid
from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.core.cache import cache
from django.utils.http import url_has_allowed_host_and_scheme

MAX_ADDRESS = 2_000  # characters


def person_id(text: str) -> uuid.UUID | None:
    """Return the person chosen, or None for what is no id."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def following(text: str) -> str:
    """Return where to go after signing in: an address of this site, or empty for any other."""
    if not text or len(text) > MAX_ADDRESS:
        return ""
    return text if url_has_allowed_host_and_scheme(text, allowed_hosts=None) else ""


def level(text: str) -> int:
    """Return the level of assurance asked for: 1, 2, or 0 for none in particular."""
    return int(text) if text in {"1", "2"} else 0


class Once:
    """A code that was used is refused as long as any clock would take it.

    The library forgets it after one period, and takes codes for a period before and after as well.
    """

    def clean_code(self) -> str:
        """Return the code, used up now; raises ValidationError."""
        code: str = super().clean_code()  # type: ignore[misc]
        holds = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        key = f"identity.code:{self.user.pk}:{normalize_user_code(code)}"  # type: ignore[attr-defined]
        if not cache.add(key, "used", timeout=holds):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeToSignIn(Once, AuthenticateForm):  # type: ignore[misc]  # the library ships no types
    """A code of the app, or a recovery code, while signing in."""


class CodeAgain(Once, ReauthenticateForm):  # type: ignore[misc]
    """A code of the app, or a recovery code, before something weighty."""


MALFORMED = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
)  # what the library lets through of bad input


class Shown:
    """A passkey that is shown: what is no answer of a device at all is refused like a wrong one."""

    def clean_credential(self) -> Any:
        """Return the authenticator; raises ValidationError."""
        try:
            return super().clean_credential()  # type: ignore[misc]  # of the library's form beside it
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error


class ShownToSignIn(Shown, LoginWebAuthnForm):  # type: ignore[misc]  # the library ships no types
    """A passkey that signs somebody in."""


class ShownAsSecond(Shown, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after a password."""


class ShownAgain(Shown, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey before something weighty."""


class Added(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey that is added."""

    def clean(self) -> Any:
        """Return what was sent; raises ValidationError."""
        try:
            return super().clean()
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error
