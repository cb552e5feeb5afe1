"""The one place that turns our two kinds of error into HTTP, and gives each request its moment."""

import errno
import json
import logging
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from motcua.kit import clock
from motcua.kit.errors import Refused, Unavailable

Answer = Callable[[HttpRequest], HttpResponse]
PROBLEM = "application/problem+json"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # the disk, the quota, the limit of a process

logger = logging.getLogger(__name__)


def moment(answer: Answer) -> Answer:
    """Give each request the moment it came, so that nothing below reads the clock."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.moment = clock.now()  # type: ignore[attr-defined]
        return answer(request)

    return middleware


def sender(answer: Answer) -> Answer:
    """Give each request the address it came from, as the nearest proxy of ours saw it.

    Each proxy adds whom it heard to the end of the header; what stands before our own proxies' words
    was written by the sender, and is not believed.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        proxies = settings.MOTCUA_PROXIES
        heard = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if proxies and len(heard) >= proxies and heard[-proxies]:
            request.META["REMOTE_ADDR"] = heard[-proxies][:60]
        return answer(request)

    return middleware


def language(answer: Answer) -> Answer:
    """Show pages in Vietnamese until a person switches; programs get the language they ask for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        return answer(request)

    return middleware


POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; object-src 'none'; manifest-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


FEATURES = "geolocation=(), microphone=(), camera=(), payment=(), usb=(), interest-cohort=()"


def policy(answer: Answer) -> Answer:
    """Allow a page to load what this site serves and nothing else (Content Security Policy, level 3)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = answer(request)
        given.headers.setdefault("Content-Security-Policy", POLICY)
        given.headers.setdefault("Permissions-Policy", FEATURES)
        return given

    return middleware


class errors:  # noqa: N801  (Django names middleware by dotted path, beside `moment`)
    """Answer Refused and Unavailable: to people as a page, to programs as problem details (RFC 9457)."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the answer to an error that is meant, and nothing for a bug."""
        answer = response(error)
        return None if answer is None else page(request, answer)


def page(request: HttpRequest, answer: HttpResponse, *, again: str = "") -> HttpResponse:
    """Return problem details as a page where a person asked, and as they are where a program did.

    again: where "Try again" leads, when that is not the address of the request.
    """
    if request.path.startswith("/api/") or not request.accepts("text/html"):
        return answer
    context = json.loads(answer.content) | {
        "address": again or request.path,
        "is_lost": not again and _is_lost(answer),
    }
    shown = render(request, settings.PROBLEM_PAGE, context, status=answer.status_code)
    if answer.has_header("Retry-After"):
        shown["Retry-After"] = answer["Retry-After"]
    return shown


def _is_lost(answer: HttpResponse) -> bool:
    """Return whether asking for the same again cannot help: other ways are offered then."""
    return answer.status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


def response(error: Exception) -> HttpResponse | None:
    """Return the problem details of an error that is meant, or None for a bug.

    A database that does not answer is an outside system that does not answer: 503. So is a disk that
    takes no more: it is told in the log of the server, for somebody has to make room.
    """
    if isinstance(error, Refused):
        return refused(error)
    if isinstance(error, Unavailable):
        return unavailable(error)
    if isinstance(error, OperationalError | InterfaceError):
        return unavailable(Unavailable("database"))
    if isinstance(error, OSError) and error.errno in FULL:
        logger.error("no room for files: %s", error.strerror)
        return unavailable(Unavailable("storage", retry_after=60))
    return None


def refused(error: Refused) -> HttpResponse:
    """Return a refusal as problem details, in the reader's language."""
    body: dict[str, object] = {
        "type": f"urn:motcua:problem:{error.code}",
        "title": error.say(error.message),
        "status": error.status,
        "code": error.code,
        "remedy": error.say(error.remedy),
    }
    if error.basis:
        body["basis"] = error.basis
    if error.fields:
        body["errors"] = [
            {"path": field.path, "code": field.code, "message": str(field.message)}
            for field in error.fields
        ]
    answer = JsonResponse(
        body,
        status=error.status,
        content_type=PROBLEM,
        json_dumps_params={"ensure_ascii": False},
    )
    if error.retry_after:
        answer["Retry-After"] = str(error.retry_after)
    return answer


def unavailable(error: Unavailable) -> HttpResponse:
    """Return 503 with Retry-After."""
    body = {
        "type": "urn:motcua:problem:unavailable",
        "title": str(error.message) or _("The system is busy. What you have saved is safe."),
        "status": 503,
        "code": "unavailable",
        "remedy": str(error.remedy)
        or _("Try again in %(seconds)s seconds.") % {"seconds": error.retry_after},
    }
    answer = JsonResponse(body, status=503, content_type=PROBLEM)
    answer["Retry-After"] = str(error.retry_after)
    return answer
