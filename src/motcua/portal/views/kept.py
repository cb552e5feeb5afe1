"""Pages that are the same for everyone who is not signed in, kept for a while in each process.

A page is kept under its path, its language, the day, and the edition of the catalogue, which is read at
most once a second: so what is published shows at once or a second later, in every process. Only views
marked `same_for_everyone` are kept, and only as answers that set no cookie. Who comes with a session
is never given a kept page, and neither is a question (`?q=`): both go the whole way.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import caches
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language_from_request

from motcua.catalogue import queries as catalogue
from motcua.kit import clock

PAGES = "pages"  # the cache of settings that keeps them
EDITION = "edition"
FRESH = 1  # seconds for which the edition of the catalogue is taken as read
MARK = "is_same_for_everyone"
HEADERS = ("Content-Type", "Content-Language", "Vary", "Cache-Control", "ETag")
View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is kept."""

    content: bytes
    headers: tuple[tuple[str, str], ...]


def same_for_everyone(view: View) -> View:
    """Mark a view whose page depends on its path, the language and what is published, and no more."""
    setattr(view, MARK, True)
    return view


def middleware(answer: View) -> View:
    """Answer with a kept page where there is one; keep what may be kept."""

    def answered(request: HttpRequest) -> HttpResponse:
        key = _key(request)
        page: Page | None = caches[PAGES].get(key) if key else None
        if page is None:
            given = answer(request)
            if _is_marked(request):
                _say_how_to_keep(given, is_private=settings.SESSION_COOKIE_NAME in request.COOKIES)
                if (
                    key
                    and request.method == "GET"
                    and given.status_code == 200
                    and not given.cookies
                ):
                    page = _page(given)
                    caches[PAGES].set(key, page)
            if page is None:
                return given
        return _given(request, page)

    return answered


def _key(request: HttpRequest) -> str:
    """Return what an answer to a request may be kept under, or "" where it is for this reader only."""
    if not settings.MOTCUA_KEPT_PAGES:
        return ""
    if request.method not in ("GET", "HEAD") or request.META.get("QUERY_STRING"):
        return ""
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return ""
    edition = _edition()
    if not edition:
        return ""
    request.get_host()  # raises DisallowedHost, as it does on the whole way
    moment: datetime = request.moment  # type: ignore[attr-defined]
    day = clock.local(moment).date()
    said = f"{get_language_from_request(request)} {day} {edition} {request.path}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _edition() -> str:
    """Return the edition of the catalogue, "" while the database does not answer."""
    found: str | None = caches[PAGES].get(EDITION)
    if found is None:
        try:
            found = catalogue.edition()
        except Error:
            return ""
        caches[PAGES].set(EDITION, found, FRESH)
    return found


def _is_marked(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and getattr(match.func, MARK, False)


def _say_how_to_keep(given: HttpResponse, *, is_private: bool) -> None:
    """Let browsers keep a page and ask each time whether it changed: after signing in it is another."""
    given.headers.setdefault("Cache-Control", "private, no-cache" if is_private else "no-cache")
    patch_vary_headers(given, ("Cookie",))


def _page(given: HttpResponse) -> Page:
    given.headers["ETag"] = f'"{hashlib.sha256(given.content).hexdigest()[:32]}"'
    headers = tuple((name, given.headers[name]) for name in HEADERS if name in given.headers)
    return Page(given.content, headers)


def _given(request: HttpRequest, page: Page) -> HttpResponse:
    headers = dict(page.headers)
    unchanged = get_conditional_response(request, etag=headers["ETag"])
    given = unchanged or HttpResponse(page.content)
    for name, value in page.headers:
        if unchanged is None or not name.startswith("Content-"):
            given.headers[name] = value
    if unchanged is None:
        given.headers["Content-Length"] = str(len(page.content))
        if request.method == "HEAD":
            given.content = b""
    return given
