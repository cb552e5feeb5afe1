"""A case on one screen: what was said and sent, what I may do and by when, and what I did."""

import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.cases import values
from motcua.cases.actions import deadlines, looks, notes
from motcua.cases.actions import tasks as work
from motcua.cases.queries import page, words
from motcua.design import values as design
from motcua.desk import forms
from motcua.desk.views import frame, shown
from motcua.engines.calendar.model import Period
from motcua.identity import queries as identity
from motcua.kit.errors import Refused
from motcua.payments import actions as payments

SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp"})  # in the page
MOST_DAYS = 60  # of one extension


@require_GET
def show(request: frame.Request, code: str) -> HttpResponse:
    """Show a case."""
    return _page(request, code)


@require_POST
def complete(request: frame.Request, code: str) -> HttpResponse:
    """Complete a task of the case with one of its outcomes; a refusal is told beside what was typed."""
    said = forms.said(request.POST)
    try:
        work.complete(
            said.task_id or uuid.UUID(int=0),
            outcome=said.outcome[:40],
            reason=said.reason,
            items=said.items,
            by=request.actor,
            at=request.moment,
        )
    except Refused as error:
        return _refused(request, code, error, said=said)
    return _back(request, code, done="completed")


@require_POST
def note(request: frame.Request, code: str) -> HttpResponse:
    """Write an internal note."""
    written = forms.text(request.POST, "text")
    try:
        notes.write(code, text=written, by=request.actor, at=request.moment)
    except Refused as error:
        return _refused(request, code, error, place="note", typed=written)
    return _back(request, code, anchor="notes")


@require_POST
def remove_note(request: frame.Request, code: str, note_id: uuid.UUID) -> HttpResponse:
    """Take back a note of one's own."""
    try:
        notes.remove(note_id, by=request.actor, at=request.moment)
    except Refused as error:
        return _refused(request, code, error, place="note")
    return _back(request, code, anchor="notes")


@require_POST
def extend(request: frame.Request, code: str) -> HttpResponse:
    """Apologise and put the appointment off, once."""
    days, reason = request.POST.get("days", "").strip(), forms.text(request.POST, "reason")
    is_number = days.isascii() and days.isdecimal() and len(days) < 4
    amount = min(max(int(days), 1), MOST_DAYS) if is_number else 0
    typed = {"days": days[:10], "reason": reason}
    if not is_number or amount != int(days):
        said = _("Write a number of working days from 1 to %(most)s.") % {"most": MOST_DAYS}
        wrongs = (design.Wrong(said, "extend-days"),)
        return _page(request, code, status=422, wrongs=wrongs, place="extend", extend=typed)
    try:
        deadlines.extend(
            code,
            period=Period.from_mapping({"amount": amount, "unit": "working_days"}),
            reason=reason,
            by=request.actor,
            at=request.moment,
        )
    except Refused as error:
        return _refused(request, code, error, place="extend", extend=typed)
    return _back(request, code, done="extended")


@require_POST
def take_cash(request: frame.Request, code: str, due_id: uuid.UUID) -> HttpResponse:
    """Record money that was taken at the counter."""
    receipt = forms.text(request.POST, "receipt").strip()
    try:
        payments.pay_at_counter(due_id, receipt_number=receipt, by=request.actor, at=request.moment)
    except Refused as error:
        return _refused(request, code, error, place="cash", receipt=receipt)
    return _back(request, code, done="paid")


def _refused(
    request: frame.Request, code: str, error: Refused, *, place: str = "task", **typed: object
) -> HttpResponse:
    wrongs = shown.wrongs(error)
    return _page(request, code, status=error.status, wrongs=wrongs, place=place, **typed)


def _page(
    request: frame.Request,
    code: str,
    *,
    status: int = 200,
    wrongs: tuple[design.Wrong, ...] = (),
    place: str = "",
    **typed: object,
) -> HttpResponse:
    """Return the page of a case, with a refusal told at its place and what was typed kept there."""
    found = page.case_page(code, reader=request.actor, at=request.moment)
    looks.at_page(found, by=request.actor, at=request.moment, place="desk.case")
    said = typed.get("said")
    said = said if isinstance(said, forms.Said) else forms.Said()
    tasks = [_work(task, said) for task in found.tasks if task.may_work]
    context: dict[str, object] = {
        "case": found,
        "status": shown.status(found.summary.status, found.status_name),
        "tasks": tasks,
        "told_at_task": any(each.is_refused for each in tasks),
        "others": [each for each in found.tasks if not each.may_work],
        "sections": shown.sections(found),
        "timeline": shown.timeline(found.timeline),
        "flow": shown.flow(found),
        "related": shown.related(found.related[:5]),
        "slips": sorted({(each.form, each.name) for each in found.slips}),
        "dues": [each for each in found.dues if each.status == "due"],
        "at_counter": identity.may_ever(request.actor, "take", "payment"),
        "acting_kind": words.mandate_kind(found.acting.kind) if found.acting else "",
        "wrongs": wrongs,
        "place": place,
        "typed": typed,
        "done": frame.done(request.GET.get("done", "")),
        **_chosen(found, request.GET.get("file", "")),
    }
    return frame.page(request, "desk/case.html", context, status=status)


def _chosen(found: values.CasePage, wanted: str) -> dict[str, object]:
    """Return the file that stands open beside the answers: the one asked for, else the first to see."""
    files = [each for group in found.papers for each in group.files]
    asked = forms.identifier(wanted)
    chosen = next((each for each in files if each.attachment_id == asked), None)
    chosen = chosen or next((each for each in files if each.media_type in SHOWN), None)
    media_type = chosen.media_type if chosen else ""
    return {
        "file": chosen,
        "is_picture": media_type.startswith("image/"),
        "is_shown": media_type in SHOWN,
    }


@dataclass(frozen=True, slots=True)
class Button:
    """An outcome on the page, with what was typed for it when it was refused."""

    choice: values.Choice
    is_open: bool = False
    reason: str = ""
    items: str = ""

    @property
    def asks(self) -> bool:
        """Return whether something has to be written with it."""
        return self.choice.needs_reason or self.choice.needs_items


@dataclass(frozen=True, slots=True)
class Work:
    """A task that the reader may work: buttons that are pressed at once, and those that ask."""

    task: values.OpenTask
    plain: tuple[Button, ...]
    asking: tuple[Button, ...]
    is_refused: bool
    remark: str


def _work(task: values.OpenTask, said: forms.Said) -> Work:
    """Return a task with its outcomes, the weighty ones last, and what was typed for one of them."""
    is_refused = said.task_id == task.id
    buttons = [
        Button(choice, is_open=True, reason=said.reason, items="\n".join(said.items))
        if is_refused and said.outcome == choice.outcome
        else Button(choice)
        for choice in sorted(task.offers, key=lambda each: each.is_weighty)
    ]
    plain = tuple(each for each in buttons if not each.asks)
    return Work(
        task=task,
        plain=plain,
        asking=tuple(each for each in buttons if each.asks),
        is_refused=is_refused,
        remark=next((each.reason for each in plain if each.is_open), ""),
    )


def _back(request: frame.Request, code: str, *, done: str = "", anchor: str = "") -> HttpResponse:
    address = reverse("desk:case", args=[code])
    address += f"?{urlencode({'done': done})}" if done else ""
    return redirect(f"{address}#{anchor}" if anchor else address)
