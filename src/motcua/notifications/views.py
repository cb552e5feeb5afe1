"""Pages that a letter leads to. They need no sign-in: the signed link says whose they are.

Nothing happens on opening one: mail servers open links to look at them. A press does it.
"""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from motcua.notifications import actions


class Request(HttpRequest):
    """A request with its moment."""

    moment: datetime


@csrf_exempt  # a mail program presses its own button from elsewhere (RFC 8058); the link is the secret
@never_cache
@require_http_methods(["GET", "POST"])
def stop(request: Request, token: str) -> HttpResponse:
    """Ask whether letters shall end, and end them at a press; raises BadLink."""
    if request.method == "POST":
        actions.stop(token, at=request.moment)
    else:
        actions.person_to_stop(token)
    return render(request, "notifications/stop.html", {"is_done": request.method == "POST"})


@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: Request, token: str) -> HttpResponse:
    """Ask whether an address is one's own, and use it at a press; raises BadLink, AddressChanged."""
    if request.method == "POST":
        email = actions.confirm(token, at=request.moment)
    else:
        email = actions.email_to_confirm(token)
    context = {"is_done": request.method == "POST", "email": email}
    return render(request, "notifications/confirm.html", context)
