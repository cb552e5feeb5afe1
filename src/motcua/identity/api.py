"""Who speaks to the API: the bearer token says."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from motcua.identity import queries
from motcua.identity.errors import NotSignedIn
from motcua.identity.values import Actor
from motcua.kit import clock, limits, walls

MAX_TOKEN = 200  # characters; ours have 43


class Bearer(HttpBearer):
    """Give each request the actor of its token; a token that is unknown or has ended is refused."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """Return who the token speaks for; raises NotSignedIn."""
        if len(token) > MAX_TOKEN:
            raise NotSignedIn()
        moment = getattr(request, "moment", None) or clock.now()
        actor = queries.actor_of_token(token, at=moment)
        limits.take(request, actor.key)
        walls.enter(actor.id, authorities=actor.authorities, units=actor.units)
        return actor
