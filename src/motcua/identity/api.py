"""Who speaks to the API: the bearer token says; and whether the operation is for them: the policy says."""

import re

from django.http import HttpRequest
from ninja.security import HttpBearer

from motcua.identity import queries
from motcua.identity.errors import NotAllowed, NotSignedIn
from motcua.identity.values import Actor
from motcua.kit import clock, limits, walls

ROUTE = re.compile(r"<(?:\w+:)?(\w+)>")  # a part of an address, as Django writes it
BASE = "api/v1"
MAX_TOKEN = 200  # characters; ours have 43


class Bearer(HttpBearer):
    """Give each request the actor of its token, when the operation is for them."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """Return who the token speaks for; raises NotSignedIn, and NotAllowed by the policy."""
        if len(token) > MAX_TOKEN:
            raise NotSignedIn()
        moment = getattr(request, "moment", None) or clock.now()
        actor = queries.actor_of_token(token, at=moment)
        limits.take(request, actor.key)
        walls.enter(
            actor.id,
            authorities=actor.authorities,
            units=actor.units,
            represented=actor.represented,
        )
        if not queries.opens(actor, operation(request)):
            raise NotAllowed()
        return actor


def operation(request: HttpRequest) -> str:
    """Return the operation that a request asks for, as the policy names it: "GET /cases/{code}"."""
    route = request.resolver_match.route if request.resolver_match else ""
    path = ROUTE.sub(r"{\1}", "/" + route.removeprefix(BASE).lstrip("/"))
    method = "GET" if request.method == "HEAD" else request.method
    return f"{method} {path}"
