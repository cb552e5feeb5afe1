"""The API of intake alone, as the whole product mounts it: bearer tokens, one place for refusals."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI
from ninja.security import HttpBearer

from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.intake.api import Request, router
from motcua.kit import web
from motcua.kit.errors import Refused


class Bearer(HttpBearer):
    """Turns a bearer token into an actor."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        assert hasattr(request, "moment")
        return identity.actor_of_token(token, at=request.moment)


api = NinjaAPI(auth=Bearer(), urls_namespace="intake-alone")
api.add_router("", router)


@api.exception_handler(Refused)
def refused(request: Request, error: Refused) -> HttpResponse:
    """Answer a refusal."""
    return web.refused(error)


urlpatterns = [path("", api.urls)]
