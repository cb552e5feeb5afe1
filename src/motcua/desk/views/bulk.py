"""Take, give and put back tasks, one or many at once; each is told apart."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.cases import values
from motcua.cases.actions import bulk, looks
from motcua.cases.queries import page
from motcua.design import values as design
from motcua.desk import forms
from motcua.desk.views import frame, shown
from motcua.identity.values import Purpose
from motcua.kit.errors import Refused

Results = Sequence[values.TaskResult]


@require_POST
def act(request: frame.Request) -> HttpResponse:
    """Do what was asked with the tasks that were ticked."""
    chosen = forms.chosen(request.POST)
    wanted = request.POST.get("do", "")
    back = _next(request)
    if not chosen:
        return _told(request, back, _("Tick at least one task first."))
    if wanted == "assign":
        return _assign(request, chosen, back)
    doing: Mapping[str, tuple[Callable[..., Results], str]] = {
        "take": (bulk.take, "taken"),
        "release": (bulk.release, "released"),
    }
    if wanted not in doing:
        return _told(request, back, _("Choose what to do with the tasks."))
    run, done = doing[wanted]
    try:
        results = run(chosen, by=request.actor, at=request.moment)
    except Refused as error:
        return _results(request, (), back, wrongs=shown.wrongs(error), status=error.status)
    return _answer(request, results, back, done=done)


def _assign(request: frame.Request, chosen: Sequence[UUID], back: str) -> HttpResponse:
    """Give tasks to a colleague, or ask to whom while nobody is named."""
    to = forms.identifier(request.POST.get("to", ""))
    try:
        if to is None:
            people = page.colleagues(chosen[0], reader=request.actor, at=request.moment)
            context = {"people": people, "tasks": chosen, "back": back}
            return frame.page(request, "desk/assign.html", context)
        results = bulk.assign(chosen, to=to, by=request.actor, at=request.moment)
    except Refused as error:
        return _results(request, (), back, wrongs=shown.wrongs(error), status=error.status)
    return _answer(request, results, back, done="assigned")


def _answer(request: frame.Request, results: Results, back: str, *, done: str) -> HttpResponse:
    """Go back when there is nothing to tell; else tell each task apart."""
    if len(results) == 1 and results[0].is_done:
        joint = "&" if "?" in back else "?"
        return redirect(f"{back}{joint}done={done}")
    return _results(request, results, back, status=200 if any(r.is_done for r in results) else 409)


def _results(
    request: frame.Request,
    results: Results,
    back: str,
    *,
    wrongs: tuple[design.Wrong, ...] = (),
    status: int = 200,
) -> HttpResponse:
    looks.at_list(
        [each.case_code for each in results if each.case_code],
        by=request.actor,
        at=request.moment,
        kinds={"cases"},
        place="desk.bulk",
        purpose=Purpose("task"),
    )
    context = {
        "done": [each for each in results if each.is_done],
        "refused": [each for each in results if not each.is_done],
        "back": back,
        "wrongs": wrongs,
    }
    return frame.page(request, "desk/bulk.html", context, status=status)


def _told(request: frame.Request, back: str, words: str) -> HttpResponse:
    return _results(request, (), back, wrongs=(design.Wrong(words),), status=422)


def _next(request: frame.Request) -> str:
    """Return the page of ours that a person came from, never another site's."""
    address = request.POST.get("next", "")
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}
    )
    return address if is_ours else reverse("desk:inbox")
