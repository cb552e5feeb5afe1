"""Pages of paying: the way to the gateway, and a stand-in for its own page while no real one is there.

The stand-in says on its face that no money moves. It speaks to us as a gateway would: by a signed callback.
"""

import uuid
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from motcua.identity.values import Actor
from motcua.kit import ids
from motcua.payments import actions, queries
from motcua.payments.adapters import chosen
from motcua.payments.adapters.fake import FakeGateway
from motcua.payments.errors import NoSuchDue
from motcua.payments.values import Due

RECEIPT = 16  # characters of the stand-in's receipt numbers


class Request(HttpRequest):
    """A request with its moment, and the actor when somebody is signed in."""

    moment: datetime
    actor: Actor | None


@require_POST
def checkout(request: Request, due_id: uuid.UUID) -> HttpResponse:
    """Lead the payer to the gateway; raises NoSuchDue, AlreadyPaid, DueCancelled, NoGateway."""
    gateway = chosen.gateway()
    found = actions.checkout(due_id, gateway=gateway, by=_payer(request))
    if isinstance(gateway, FakeGateway):  # its own address leads nowhere, by design
        following = urlencode({"next": _following(request.POST.get("next", ""))})
        return redirect(f"{reverse('payments:bank', args=[due_id])}?{following}")
    return HttpResponseRedirect(found.url)


@never_cache
@require_http_methods(["GET", "POST"])
def bank(request: Request, due_id: uuid.UUID) -> HttpResponse:
    """Stand in for the page of a bank: show what is to be paid, and pay it at a press."""
    gateway = chosen.gateway()
    if not isinstance(gateway, FakeGateway):
        raise Http404()
    due = queries.own_due(due_id, of=_payer(request))
    actions.looked([due], by=_payer(request), at=request.moment, place="portal.pay")
    following = _following(request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "POST":
        if due.status == "due":
            _pay(due, gateway, at=request.moment)
        return HttpResponseRedirect(following or "/")
    return render(request, "payments/bank.html", {"due": due, "following": following})


def _pay(due: Due, gateway: FakeGateway, *, at: datetime) -> None:
    receipt = "D" + ids.at(at).hex[:RECEIPT]
    told = gateway.pay(reference=due.reference, amount=due.amount, receipt=receipt)
    actions.settle(told, gateway=gateway, at=at)


def _payer(request: Request) -> Actor:
    if request.actor is None:
        raise NoSuchDue()
    return request.actor


def _following(text: str) -> str:
    """Return where the payer came from: an address of this site, or nothing."""
    return text if url_has_allowed_host_and_scheme(text, allowed_hosts=None) else ""
