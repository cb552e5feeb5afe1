"""Choosing the language of the pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from motcua.kit.errors import Absent

YEAR = 365 * 24 * 3600  # seconds


def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a language in a cookie for a year and go back to the page; raises Absent for one we lack."""
    if code not in {known for known, _name in settings.LANGUAGES}:
        raise Absent()
    following = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts=None):
        following = "/"
    answer = HttpResponseRedirect(following)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer
