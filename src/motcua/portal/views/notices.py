"""Notices, and on which channels one gets them."""

import uuid
from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.design.values import Choice, Input, Row, Status
from motcua.kit import clock
from motcua.kit.errors import Refused
from motcua.notifications import actions as notifications
from motcua.notifications import queries as notices
from motcua.notifications import values
from motcua.portal import forms
from motcua.portal.views import base


@require_GET
@base.person_required
def listed(request: base.SignedIn) -> HttpResponse:
    """Show what one was told, newest first."""
    before = forms.key(request.GET.get("before", ""))
    found = notices.notices(of=request.actor, before=before)
    context = {
        "rows": tuple(_row(each) for each in found.items),
        "has_unread": any(not each.is_read for each in found.items),
        "following": f"?before={found.before}" if found.before else "",
        "first": reverse("portal:notices") if before else "",
    }
    return base.page(request, "notices", context)


@require_GET
@base.person_required
def follow(request: base.SignedIn, notice_id: uuid.UUID) -> HttpResponse:
    """Mark a notice as read and lead to the page that says more; raises NoSuchNotice."""
    found = notifications.read(notice_id, by=request.actor, at=request.moment)
    is_ours = url_has_allowed_host_and_scheme(found.address, allowed_hosts=None)
    return redirect(found.address if is_ours else reverse("portal:notices"))


@require_POST
@base.person_required
def read_all(request: base.SignedIn) -> HttpResponse:
    """Mark every notice as read."""
    notifications.read_all(by=request.actor, at=request.moment)
    return redirect("portal:notices")


@require_http_methods(["GET", "POST"])
@base.person_required
def channels(request: base.SignedIn) -> HttpResponse:
    """Show and keep on which channels one is told; a refusal keeps what was typed."""
    status, wrongs = 200, base.NOTHING_WRONG
    now = notices.channels(request.actor.id)
    if request.method == "POST":
        try:
            now = notifications.choose(
                forms.choice(base.fields(request)), by=request.actor, at=request.moment
            )
        except Refused as refusal:
            status, wrongs = refusal.status, base.wrongs(refusal, target="field-email")
        else:
            base.forget(request)
            return redirect(f"{reverse('portal:channels')}?saved=1")
    typed = base.typed(request)
    chosen = forms.choice(typed) if typed else forms.chosen(now)
    context = {
        "now": now,
        "inputs": tuple(_inputs(now, chosen)),
        "wrongs": wrongs,
        "is_saved": "saved" in request.GET and not wrongs,
    }
    return base.page(request, "channels", context, status=status)


def _inputs(now: values.Channels, chosen: values.Choice) -> Iterator[Input]:
    """Yield what can be chosen here; a channel that nobody serves is not offered."""
    if now.offers_email:
        ticked = "true" if chosen.by_email else ""
        yield Input(
            "by_email", _("Tell me by e-mail, too"), "checkbox", value=ticked, is_inner=True
        )
        yield Input(
            "email",
            _("E-mail address"),
            "email",
            value=chosen.email[:254],
            help=_("A new address is used once you have opened the letter that we send to it."),
            autocomplete="email",
            max_length=254,
            is_required=False,
            is_inner=True,
        )
    if now.offers_sms:
        ticked = "true" if chosen.by_sms else ""
        label = _("Tell me by SMS, to %(phone)s") % {"phone": now.phone or "–"}
        yield Input("by_sms", label, "checkbox", value=ticked, is_inner=True)
    if now.offers_email or now.offers_sms:
        names = (("vi", "Tiếng Việt"), ("en", "English"))
        offered = tuple(Choice(code, name, "", code == chosen.language) for code, name in names)
        label = _("Language of letters and messages")
        yield Input("language", label, "radio", choices=offered, is_inner=True)


def _row(found: values.Notice) -> Row:
    return Row(
        name=found.title,
        address=reverse("portal:notice", args=[found.id]),
        facts=(found.text.removesuffix("."), found.subject, clock.shown(found.at)),
        status=None if found.is_read else Status(_("New"), "info"),
    )
