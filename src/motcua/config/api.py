"""The HTTP API under /api/v1: the modules' routers, one way to say no, and its description."""

from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from motcua.cases.api import router as cases
from motcua.catalogue.api import router as catalogue
from motcua.documents.api import router as documents
from motcua.identity.api import Bearer
from motcua.identity.errors import NotSignedIn
from motcua.intake.api import router as intake
from motcua.kit import web
from motcua.kit.errors import Absent, Field, Forbidden, Refused, Unavailable
from motcua.payments.api import router as payments
from motcua.privacy.api import router as privacy

PROBLEM = "#/components/schemas/Problem"


class API(NinjaAPI):
    """Our API; its description tells that refusals are `application/problem+json`."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Return the OpenAPI 3.1 description."""
        schema = super().get_openapi_schema(**kwargs)
        for path in schema["paths"].values():
            for operation in path.values():
                for answer in operation.get("responses", {}).values():
                    _as_problem(answer)
        return schema


class Malformed(Refused):
    """The request is no JSON, or not of the shape that the description asks for."""

    code = "malformed"


api = API(
    title="Một Cửa",
    version="1",
    description="Public services end to end: procedures, drafts, filings, cases, tasks, documents.",
    auth=Bearer(),
    urls_namespace="api-1",
    docs_url=None,  # its page loads scripts from elsewhere; the description itself is at /openapi.json
)
for router in (catalogue, intake, cases, payments, documents, privacy):
    api.add_router("", router)


@api.exception_handler(Refused)
def on_refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """Answer a refusal."""
    return web.refused(error)


@api.exception_handler(Unavailable)
def on_unavailable(request: HttpRequest, error: Unavailable) -> HttpResponse:
    """Answer that an outside system is away."""
    return web.unavailable(error)


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def on_database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer that the database is away; the client may try again."""
    return web.unavailable(Unavailable("database"))


@api.exception_handler(OSError)
def on_full(request: HttpRequest, error: OSError) -> HttpResponse:
    """Answer that there is no room for files; any other fault of the system is a bug."""
    answer = web.response(error)
    if answer is None:
        raise error
    return answer


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer with each field that is not as the description asks."""
    fields = [
        Field(".".join(str(part) for part in each["loc"]), each["type"], each["msg"])
        for each in error.errors
    ]
    refusal = Malformed(fields)
    refusal.message = _("The request is not as the API describes it.")
    refusal.remedy = _("See the fields named, and the description at /api/v1/openapi.json.")
    return web.refused(refusal)


@api.exception_handler(HttpError)
def on_http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what the framework itself refused, such as a body that is no JSON."""
    refusal = Malformed()
    refusal.status = error.status_code
    refusal.message = _("The request cannot be read.")
    refusal.remedy = _("Send a body of the type that the API describes.")
    return web.refused(refusal)


@api.exception_handler(AuthenticationError)
def on_anonymous(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Answer a request without a token."""
    answer = web.refused(NotSignedIn())
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(Http404)
def on_absent(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer for an address that the API does not have."""
    return not_found(request)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for an address that nothing has."""
    refusal = Absent()
    refusal.message = _("There is nothing at this address.")
    refusal.remedy = (
        _("Check the address; the API is described at /api/v1/openapi.json.")
        if request.path.startswith("/api/")
        else _("Check the address, or search from the home page.")
    )
    return web.page(request, web.refused(refusal))


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from a page of ours, or from one that is too old."""
    refusal = Forbidden()
    refusal.code = "form-not-ours"
    refusal.message = _("We cannot tell that this form came from our page.")
    refusal.remedy = _("Open the page anew and send the form again; cookies must be allowed.")
    return web.page(request, web.refused(refusal))


def failed(request: HttpRequest) -> HttpResponse:
    """Answer for a bug: it is logged, and nothing of it is shown."""
    body = {
        "type": "urn:motcua:problem:error",
        "title": _("Something went wrong on our side. What you have saved is safe."),
        "status": 500,
        "code": "error",
        "remedy": _("Try again later; we have been told."),
    }
    return web.page(request, JsonResponse(body, status=500, content_type=web.PROBLEM))


def _as_problem(answer: dict[str, Any]) -> None:
    content = answer.get("content", {}).get("application/json")
    if content and content.get("schema", {}).get("$ref") == PROBLEM:
        answer["content"] = {web.PROBLEM: content}
