"""The electronic identity (VNeID) as an OpenID Connect provider, spoken to through django-allauth.

allauth carries the flow: state, PKCE, the exchange of the code. What it leaves open is closed here: the
nonce, the signature of the ID token, its issuer, audience and times, and the subject of the user info
(OpenID Connect Core 1.0, 3.1.3.7 and 5.3.2).
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

import jwt
import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from motcua.identity import rules
from motcua.identity.errors import ProviderAway, SignInRefused
from motcua.identity.values import Identified
from motcua.kit import ids

PROVIDER = "vneid"
SCOPES = ("openid", "profile", "phone", "identity")
# What a provider may sign with: keys of its own that we can only read. Never a secret that we share, never none.
ALGORITHMS = ("RS256", "PS256", "ES256")
LEEWAY = 30  # seconds that two clocks may differ
KEPT = 600  # seconds that the provider's description and keys are kept
Described = dict[str, Any]


class Exchange(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # the library ships no types
    """Speaks to the provider for one request."""

    state: Mapping[str, Any] | None = None  # what was kept when the person was sent there

    def get_provider(self) -> "ElectronicIdentity":
        """Return the provider, with the application that it knows us by."""
        return provider(self.request)

    @property
    def openid_config(self) -> Described:
        """Return the provider's description of itself; raises ProviderAway, SignInRefused."""
        found: Described = _kept(self.get_provider().server_url)
        if found.get("issuer") != settings.MOTCUA_IDENTITY_ISSUER:
            raise SignInRefused(reason="issuer")
        return found

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Return where the provider sends people back to."""
        return request.build_absolute_uri(reverse("identity:back"))

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Return who came back; raises SignInRefused with what does not fit, and ProviderAway."""
        answer: Mapping[str, Any] = kwargs["response"]
        nonce = str((self.state or {}).get("nonce") or "")
        claims = verified(
            answer.get("id_token"),
            keys=self._keys,
            client_id=app.client_id,
            nonce=nonce,
        )
        told = self._fetch_user_info(token.token)
        if not isinstance(told, dict) or told.get("sub") != claims["sub"]:
            raise SignInRefused(reason="subject")
        person = identified(told | claims)
        account = SocialAccount(uid=person.personal_id, provider=PROVIDER, extra_data={})
        login = SocialLogin(account=account, provider=self.get_provider())
        login.identified = person  # for the hook that knows whom it is
        return login

    def _keys(self, kid: str) -> jwt.PyJWK | None:
        """Return a key of the provider; they are asked for anew once when it is not among those kept."""
        address = self.openid_config["jwks_uri"]
        for is_fresh in (False, True):
            try:
                keys = jwt.PyJWKSet.from_dict(_kept(address, is_fresh=is_fresh)).keys
            except jwt.PyJWTError as error:
                raise SignInRefused(reason="key") from error
            for key in keys:
                if key.key_id == kid and key.public_key_use in {None, "sig"}:
                    return key
        return None


class ElectronicIdentity(OpenIDConnectProvider):  # type: ignore[misc]  # the library ships no types
    """The provider, with a nonce in every request and the level of assurance that is wanted."""

    oauth2_adapter_class = Exchange

    def begin(self, request: HttpRequest, *, level: int, following: str) -> HttpResponse:
        """Send a person to the provider for a fresh proof of who they are; level 0: whichever they have.

        Raises ProviderAway and SignInRefused.
        """
        nonce, levels = ids.token(), settings.MOTCUA_IDENTITY_LEVELS
        acr = levels[level - 1] if level else " ".join(reversed(levels))
        # `login`: on a machine that several people share, nobody comes in as the one before.
        wanted = {"nonce": nonce, "acr_values": acr, "prompt": "login"}
        answer = self.redirect(
            request,
            process="login",
            next_url=following or None,
            scope=list(SCOPES),
            auth_params=wanted,
            nonce=nonce,
        )
        return cast(HttpResponse, answer)


class Back(OAuth2CallbackView):  # type: ignore[misc]  # the library ships no types
    """The way back from the provider."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign in whoever comes back; an answer that names another issuer is refused (RFC 9207)."""
        if (
            request.GET.get("iss", settings.MOTCUA_IDENTITY_ISSUER)
            != settings.MOTCUA_IDENTITY_ISSUER
        ):
            raise SignInRefused(reason="issuer")
        return cast(HttpResponse, super().dispatch(request, *args, **kwargs))

    def _get_state(self, request: HttpRequest, provider: ElectronicIdentity) -> tuple[Any, Any]:
        state, answer = super()._get_state(request, provider)
        cast(Exchange, self.adapter).state = state
        return state, answer


def provider(request: HttpRequest) -> ElectronicIdentity:
    """Return the provider of electronic identity."""
    app = get_adapter(request).get_app(request, provider=PROVIDER)
    return ElectronicIdentity(request, app=app)


def back(request: HttpRequest) -> HttpResponse:
    """Sign in whoever comes back from the provider; raises SignInRefused and ProviderAway."""
    return cast(HttpResponse, Back.adapter_view(Exchange(request, PROVIDER))(request))


def origin() -> str:
    """Return the origin of the provider, to which forms of the sign-in pages may lead."""
    parts = urlsplit(settings.MOTCUA_IDENTITY_ISSUER)
    return f"{parts.scheme}://{parts.netloc}"


def verified(id_token: object, *, keys: Any, client_id: str, nonce: str) -> Described:
    """Return the claims of an ID token; raises SignInRefused with the first thing that does not fit."""
    if not isinstance(id_token, str) or not nonce:
        raise SignInRefused(reason="token")
    try:
        header = jwt.get_unverified_header(id_token)
        if header.get("alg") not in ALGORITHMS:
            raise SignInRefused(reason="algorithm")
        key = keys(str(header.get("kid", "")))
        if key is None or key.algorithm_name != header["alg"]:
            raise SignInRefused(reason="key")
        claims: Described = jwt.decode(
            id_token,
            key=key,
            algorithms=[header["alg"]],
            issuer=settings.MOTCUA_IDENTITY_ISSUER,
            audience=client_id,
            leeway=LEEWAY,
            options={"require": ["iss", "aud", "exp", "iat", "sub"]},
        )
    except jwt.PyJWTError as error:
        raise SignInRefused(reason=WHY.get(type(error), "token")) from error
    audience: Sequence[str] = [claims["aud"]] if isinstance(claims["aud"], str) else claims["aud"]
    if claims.get("azp", client_id) != client_id or (len(audience) > 1 and "azp" not in claims):
        raise SignInRefused(reason="audience")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise SignInRefused(reason="nonce")
    return claims


def identified(claims: Mapping[str, Any]) -> Identified:
    """Return whom claims speak of; raises SignInRefused."""
    return rules.identified(
        claims, number=settings.MOTCUA_IDENTITY_NUMBER, levels=settings.MOTCUA_IDENTITY_LEVELS
    )


WHY: Mapping[type[Exception], str] = {
    jwt.ExpiredSignatureError: "expired",
    jwt.ImmatureSignatureError: "expired",
    jwt.InvalidAudienceError: "audience",
    jwt.InvalidIssuerError: "issuer",
    jwt.InvalidSignatureError: "key",
}


def _kept(address: str, *, is_fresh: bool = False) -> Described:
    """Return a document of the provider, from the cache or asked for; raises ProviderAway."""
    name = f"motcua.openid:{address}"
    found = None if is_fresh else cache.get(name)
    if found is None:
        try:
            with get_adapter().get_requests_session() as session:
                answer = session.get(address, allow_redirects=False)
                answer.raise_for_status()
                found = answer.json()
        except requests.RequestException as error:
            raise ProviderAway() from error
        if answer.status_code != requests.codes.ok or not isinstance(found, dict):
            raise ProviderAway()
        cache.set(name, found, KEPT)
    return cast(Described, found)
