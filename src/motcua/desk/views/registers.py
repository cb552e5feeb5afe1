"""The register of cases (Mẫu 07) by days, as a page, as a PDF, as a spreadsheet."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.cases import values
from motcua.cases.actions import looks, operations
from motcua.cases.queries import registers
from motcua.design import values as design
from motcua.design.templatetags import design as words
from motcua.desk import forms
from motcua.desk.views import frame, shown
from motcua.identity.values import Purpose
from motcua.kit import clock
from motcua.kit.errors import Refused

WEEK = timedelta(days=6)
REGISTER = frozenset({"identity", "contact", "cases"})  # kinds of data in its lines


@dataclass(frozen=True, slots=True)
class Asked:
    """Which register: of which authority, from which day to which, both included."""

    authority: str
    first: date
    last: date


@require_GET
def show(request: frame.Request) -> HttpResponse:
    """Show a page of the register."""
    return _page(request, _asked(request), after=request.GET.get("after", ""))


@require_GET
def pdf(request: frame.Request) -> HttpResponse:
    """Give the register as a PDF to print; a refusal is told on the page."""
    asked = _asked(request)
    try:
        content = registers.pdf(
            asked.authority,
            first=asked.first,
            last=asked.last,
            reader=request.actor,
            at=request.moment,
        )
    except Refused as error:
        return _page(request, asked, wrongs=shown.wrongs(error), status=error.status)
    codes = registers.codes(asked.authority, first=asked.first, last=asked.last)
    looks.at_list(
        codes,
        by=request.actor,
        at=request.moment,
        kinds=REGISTER,
        place="desk.register-pdf",
        purpose=Purpose("task"),
    )
    answer = HttpResponse(content, content_type="application/pdf")
    name = f"so-theo-doi-{asked.first.isoformat()}-{asked.last.isoformat()}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


@require_POST
def export(request: frame.Request) -> HttpResponse:
    """Begin making the register as a spreadsheet."""
    asked = _asked(request)
    try:
        operation = operations.export_register(
            authority_code=asked.authority,
            first=asked.first,
            last=asked.last,
            by=request.actor,
            at=request.moment,
        )
    except Refused as error:
        return _page(request, asked, wrongs=shown.wrongs(error), status=error.status)
    return redirect("desk:operation", operation)


def _asked(request: frame.Request) -> Asked:
    """Return the register that is asked for: without days the last week; swapped days are put right."""
    said = request.POST if request.method == "POST" else request.GET
    today = clock.local(request.moment).date()
    last = forms.day(said.get("last", "")) or today
    first = forms.day(said.get("first", "")) or last - WEEK
    own = frame.authorities(request.actor)
    wanted = said.get("authority", "")
    authority = wanted if wanted in own else next(iter(own), "")
    return Asked(authority, min(first, last), max(first, last))


def _page(
    request: frame.Request,
    asked: Asked,
    *,
    after: str = "",
    wrongs: tuple[design.Wrong, ...] = (),
    status: int = 200,
) -> HttpResponse:
    found = values.Register((), "")
    try:
        found = registers.register(
            asked.authority, first=asked.first, last=asked.last, reader=request.actor, after=after
        )
    except Refused as error:
        wrongs, status = wrongs or shown.wrongs(error), error.status
    looks.at_list(
        [each.case_code for each in found.rows],
        by=request.actor,
        at=request.moment,
        kinds=REGISTER,
        place="desk.register",
        purpose=Purpose("task"),
    )
    said = {
        "authority": asked.authority,
        "first": asked.first.isoformat(),
        "last": asked.last.isoformat(),
    }
    context = {
        "asked": asked,
        "authorities": frame.authorities(request.actor),
        "authority": design.Input(
            "authority",
            _("Authority"),
            widget="select",
            choices=tuple(
                design.Choice(code, code, is_chosen=code == asked.authority)
                for code in frame.authorities(request.actor)
            ),
            is_inner=True,
        ),
        "first": design.Input("first", _("From"), value=words.day(asked.first), is_inner=True),
        "last": design.Input("last", _("Until"), value=words.day(asked.last), is_inner=True),
        "table": shown.register(found.rows),
        "first_url": f"?{urlencode(said)}" if after else "",
        "query": urlencode(said),
        "next_url": f"?{urlencode({**said, 'after': found.after})}" if found.after else "",
        "wrongs": wrongs,
    }
    return frame.page(request, "desk/register.html", context, here="register", status=status)
