"""Bring a list of officials: see what is wrong with it or what it sets up, then have it carried out."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.cases.actions import importing, operations
from motcua.cases.errors import ROLES, FaultyList
from motcua.cases.queries import words
from motcua.design import values as design
from motcua.desk import forms
from motcua.desk.views import files, frame, shown
from motcua.engines.procedure.model import UNIT_KINDS
from motcua.identity.values import StaffList
from motcua.kit.errors import Refused

MOST_SHOWN = 200  # faults on one page


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: frame.Request) -> HttpResponse:
    """Ask for a list; on POST check the whole of it, and carry it out when that was asked for."""
    if request.method != "POST":
        return _page(request)
    sent = request.FILES.get("list")
    try:
        if sent is not None:
            content = sent.read(importing.MOST_BYTES + 1)
        else:
            content = forms.unpacked(request.POST.get("content", ""))
        if request.POST.get("do") == "import":
            started = operations.import_staff(content, by=request.actor, at=request.moment)
            return redirect("desk:operation", started)
        found = importing.check(content, by=request.actor, at=request.moment)
    except Refused as error:
        wrongs = tuple(design.Wrong(each.message, "list") for each in shown.wrongs(error))
        return _page(request, wrongs=wrongs, status=error.status)
    if found.faults or not found.lines:
        wrongs = (design.Wrong(str(FaultyList()), "faults" if found.faults else "list"),)
        return _page(request, found, wrongs=wrongs, status=422)
    return _page(request, found, content=content)


@require_GET
def template(request: frame.Request) -> HttpResponse:
    """Give an empty list with the heads of its columns."""
    answer = HttpResponse(importing.template(), content_type=files.SHEET)
    answer["Content-Disposition"] = 'attachment; filename="danh-sach-can-bo.xlsx"'
    return answer


def _page(
    request: frame.Request,
    found: StaffList | None = None,
    *,
    wrongs: tuple[design.Wrong, ...] = (),
    content: bytes = b"",
    status: int = 200,
) -> HttpResponse:
    faults = found.faults if found else ()
    context = {
        "found": found,
        "faults": faults[:MOST_SHOWN],
        "more": max(0, len(faults) - MOST_SHOWN),
        "content": forms.packed(content) if content else "",
        "columns": _columns(),
        "most_rows": importing.MOST_ROWS,
        "wrongs": wrongs,
    }
    return frame.page(request, "desk/import.html", context, here="units", status=status)


def _columns() -> tuple[tuple[str, str], ...]:
    """Return what is to be written in each column."""
    roles = ", ".join(f"{key} ({words.role(key)})" for key in ROLES)
    helps = (
        _("The code of the authority, as H32.01."),
        _("What work the unit takes: %(kinds)s.") % {"kinds": ", ".join(UNIT_KINDS)},
        _("Its name. A unit that is not there is set up."),
        _("Its title. A post that is not there is set up."),
        _("One or several, divided by commas: %(roles)s. Empty: those that the post has.")
        % {"roles": roles},
        _("x for the post of the head, otherwise empty."),
        _("As it stands before a signature, as TM. ỦY BAN NHÂN DÂN; may be empty."),
        _("12 digits. A cell formatted as text keeps the leading nought."),
        _("As on the identity card."),
        _("As 22/11/1990; may be empty."),
        _("May be empty."),
        _("May be empty."),
        _("From when on the person holds the post, as 22/11/2026; today or earlier."),
    )
    return tuple(zip(importing.columns(), helps, strict=True))
