"""The leader's signing folder: read, sign one, sign many, send back with a reason."""

import uuid
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.cases import values
from motcua.cases.actions import looks, operations, tasks
from motcua.cases.errors import NoSuchTask
from motcua.cases.queries import cases, inbox, page
from motcua.design import values as design
from motcua.desk import forms
from motcua.desk.views import frame, shown
from motcua.kit.errors import Refused

QUEUE = "to_sign"
SIGN = "sign"


@require_GET
def folder(request: frame.Request) -> HttpResponse:
    """Show what waits for one's signature."""
    return _folder(request)


@require_POST
def sign_many(request: frame.Request) -> HttpResponse:
    """Begin signing the decisions that were ticked; it goes on while one does other things."""
    chosen = forms.chosen(request.POST)
    if not chosen:
        words = _("Tick the decisions that you have read and want to sign.")
        wrongs = (design.Wrong(words, "main"),)
        return _folder(request, wrongs=wrongs, status=422)
    try:
        operation = operations.sign_many(chosen, by=request.actor, at=request.moment)
    except Refused as error:
        return _folder(request, wrongs=shown.wrongs(error), status=error.status)
    return redirect("desk:operation", operation)


@require_GET
def read(request: frame.Request, task_id: uuid.UUID) -> HttpResponse:
    """Show one decision as it would be signed, with what stands behind it."""
    return _read(request, task_id)


@require_POST
def sign(request: frame.Request, task_id: uuid.UUID) -> HttpResponse:
    """Sign a decision, or send it back with a reason, and go to the next one."""
    outcome, reason = forms.text(request.POST, "outcome")[:40], forms.text(request.POST, "reason")
    try:
        tasks.complete(task_id, outcome=outcome, reason=reason, by=request.actor, at=request.moment)
    except Refused as error:
        try:
            return _read(
                request,
                task_id,
                wrongs=shown.wrongs(error),
                reason=reason,
                outcome=outcome,
                status=error.status,
            )
        except NoSuchTask:
            return _folder(request, wrongs=shown.wrongs(error), status=error.status)
    rows = inbox.rows(request.actor, queue=QUEUE, at=request.moment, limit=1).rows
    done = "signed" if outcome == SIGN else "sent-back"
    if rows and rows[0].task_id and "next" in request.POST:
        return redirect(f"{_address(rows[0].task_id)}?done={done}")
    return redirect(f"{_address(None)}?done={done}")


def _folder(
    request: frame.Request, *, wrongs: tuple[design.Wrong, ...] = (), status: int = 200
) -> HttpResponse:
    after = request.GET.get("after", "")
    rows = inbox.rows(request.actor, queue=QUEUE, at=request.moment, after=after, limit=50)
    frame.saw_list(request, rows.rows, queue=QUEUE)
    table = shown.inbox(rows.rows, queue=QUEUE, name=_("To sign"), at=request.moment, picks="task")
    context = {
        "table": table,
        "next_url": f"?{urlencode({'after': rows.after})}" if rows.after else "",
        "first_url": reverse("desk:signing") if after else "",
        "wrongs": wrongs,
        "done": frame.done(request.GET.get("done", "")),
    }
    return frame.page(request, "desk/signing.html", context, here=QUEUE, status=status)


def _read(
    request: frame.Request,
    task_id: uuid.UUID,
    *,
    wrongs: tuple[design.Wrong, ...] = (),
    reason: str = "",
    outcome: str = "",
    status: int = 200,
) -> HttpResponse:
    found, _offers = cases.task_of(task_id, reader=request.actor)
    case = page.case_page(found.case_code, reader=request.actor, at=request.moment)
    looks.at_page(case, by=request.actor, at=request.moment, place="desk.sign")
    task = next((each for each in case.tasks if each.id == task_id), None)
    context = {
        "case": case,
        "task": task,
        "task_id": task_id,
        "choices": _sorted(task),
        "timeline": shown.timeline(case.timeline),
        "wrongs": wrongs,
        "reason": reason,
        "outcome": outcome,
        "done": frame.done(request.GET.get("done", "")),
    }
    return frame.page(request, "desk/sign.html", context, here=QUEUE, status=status)


def _sorted(task: values.OpenTask | None) -> list[values.Choice]:
    """Return the outcomes, signing first."""
    return sorted(task.offers, key=lambda offer: offer.outcome != SIGN) if task else []


def _address(task_id: uuid.UUID | None) -> str:
    return reverse("desk:read", args=[task_id]) if task_id else reverse("desk:signing")
