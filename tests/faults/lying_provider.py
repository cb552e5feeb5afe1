"""A provider of identity that can be told to lie: OpenID Connect as small as it goes, on loopback."""

import base64
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

Claims = dict[str, Any]
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PERSON = {
    "sub": "one",
    "personal_id": "056195004112",
    "name": "Trần Thị Hạnh",
    "birthdate": "1995-03-08",
    "phone_number": "0905000001",
}


def truly(claims: Claims) -> str:
    """Return an ID token that is as it should be."""
    return jwt.encode(claims, KEY, "RS256", headers={"kid": "one"})


@dataclass(slots=True)
class Provider:
    """What it says; change a field to have it lie."""

    issuer: str = ""
    nonce: str = ""
    claims: Claims = field(default_factory=dict)  # put over the true ones
    without: tuple[str, ...] = ()
    sign: Callable[[Claims], str] = truly
    told: Mapping[str, Any] = field(default_factory=dict)  # of the user info, over the true ones
    described: Mapping[str, Any] = field(default_factory=dict)
    statuses: Mapping[str, int] = field(default_factory=dict)  # by path
    raw: Mapping[str, bytes] = field(default_factory=dict)  # by path
    codes: set[str] = field(default_factory=set)  # that were exchanged

    def answer(self, path: str, form: Mapping[str, list[str]]) -> tuple[int, object]:
        """Return the status and the document of a path."""
        if path in self.statuses:
            return self.statuses[path], {"error": "server_error"}
        if path.startswith("/.well-known/"):
            return 200, self._description()
        if path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            return 200, {"keys": [public | {"kid": "one", "use": "sig", "alg": "RS256"}]}
        if path == "/me":
            return 200, PERSON | dict(self.told)
        code = form.get("code", [""])[0]
        if code in self.codes or not form.get("code_verifier"):
            return 400, {"error": "invalid_grant"}
        self.codes.add(code)
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self._token()}

    def _description(self) -> Claims:
        ways = {
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/me",
            "jwks_uri": f"{self.issuer}/jwks",
        }
        return {"issuer": self.issuer} | ways | dict(self.described)

    def _token(self) -> str:
        now = int(time.time())
        true = {"iss": self.issuer, "aud": "motcua", "nonce": self.nonce, "acr": "2", "sub": "one"}
        claims = true | {"iat": now, "exp": now + 300} | self.claims
        return self.sign({name: each for name, each in claims.items() if name not in self.without})


class Server(ThreadingHTTPServer):
    """Serves one provider."""

    daemon_threads = True
    provider: Provider


class Handler(BaseHTTPRequestHandler):
    """Answers with what the provider says."""

    server: Server

    def do_GET(self) -> None:
        """Answer a document."""
        self._answer({})

    def do_POST(self) -> None:
        """Answer the exchange of a code."""
        size = int(self.headers.get("Content-Length", 0))
        self._answer(parse_qs(self.rfile.read(size).decode()))

    def _answer(self, form: Mapping[str, list[str]]) -> None:
        path = self.path.split("?")[0]
        status, document = self.server.provider.answer(path, form)
        body = self.server.provider.raw.get(path) or json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def start() -> tuple[Server, Provider]:
    """Start a provider that tells the truth until it is told otherwise."""
    server = Server(("127.0.0.1", 0), Handler)
    server.provider = Provider(issuer=f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, server.provider


def unsigned(claims: Claims) -> str:
    """Return a token that says it needs no signature."""
    return jwt.encode(claims, "", algorithm="none", headers={"kid": "one"})


def by_another(claims: Claims) -> str:
    """Return a token that is signed with a key of somebody else, under the name of the right one."""
    return jwt.encode(claims, OTHER, "RS256", headers={"kid": "one"})


def by_an_unknown(claims: Claims) -> str:
    """Return a token whose key the provider does not publish."""
    return jwt.encode(claims, OTHER, "RS256", headers={"kid": "two"})


def by_the_shared_secret(claims: Claims) -> str:
    """Return a token that is signed with the secret of the client."""
    return jwt.encode(claims, "demo" * 16, "HS256", headers={"kid": "one"})


def changed_afterwards(claims: Claims) -> str:
    """Return a token whose claims were changed after it was signed."""
    head, _, tail = truly(claims).split(".")
    other = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "two"}).encode()).rstrip(b"=")
    return f"{head}.{other.decode()}.{tail}"
