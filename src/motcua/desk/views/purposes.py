"""State why you need to see this: before a case is shown that no task of one's unit asks for."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.cases.actions import purposes
from motcua.design import values as design
from motcua.desk import forms
from motcua.desk.views import frame, shown
from motcua.identity import queries as identity
from motcua.kit.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def justify(request: frame.Request, code: str) -> HttpResponse:
    """Ask why the reader has to see a case; on POST note it and go on to what they wanted to see."""
    following = _following(request, code)
    wrongs: tuple[design.Wrong, ...] = ()
    reason, status = forms.text(request.POST, "reason"), 200
    if request.method == "POST":
        try:
            purposes.state(code, text=reason, by=request.actor, at=request.moment)
            return redirect(following)
        except Refused as error:
            wrongs, status = shown.wrongs(error), error.status
    context = {
        "code": code,
        "following": following,
        "ends_at": identity.purpose_ends(request.moment),
        "wrongs": tuple(design.Wrong(each.message, "field-reason") for each in wrongs),
        "reason": design.Input(
            "reason",
            _("Why do you need to see this case?"),
            widget="textarea",
            help=_("For example: the person asks at the counter why it takes so long."),
            value=reason[:500],
            max_length=500,
            is_inner=True,
        ),
    }
    return frame.page(request, "desk/justify.html", context, status=status)


def _following(request: frame.Request, code: str) -> str:
    """Return the page of ours that the person wanted to see, never another site's."""
    said = request.POST if request.method == "POST" else request.GET
    address = said.get("next", "")[:500]
    is_ours = address.startswith("/desk/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}
    )
    return address if is_ours else reverse("desk:case", args=[code])
