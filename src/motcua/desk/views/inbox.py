"""The inbox: a queue as a table, with search, filters, selection and views of one's own."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.cases import values
from motcua.cases.actions import saved
from motcua.cases.queries import inbox
from motcua.design import values as design
from motcua.desk import forms
from motcua.desk.views import frame, shown
from motcua.identity import queries as identity
from motcua.kit import clock
from motcua.kit.errors import Refused

FILTERS = ("procedure", "field", "due_from", "due_to", "person", "nobody", "status")
KEPT = ("queue", "q", *FILTERS)  # what an address of the inbox keeps from page to page
RARE = ("field", "status", "person")  # filters that only the form offers
UNPICKED = frozenset({"waiting", "all"})  # queues of cases, not of tasks
FIRST = ("my_tasks", "unit_tasks")  # where the day begins: what one has taken, else what waits


@require_GET
def show(request: frame.Request) -> HttpResponse:
    """Show a queue; who only administers is led to what they look after.

    Where the search or a filter is refused, the page says so and keeps what was typed.
    """
    if not identity.may_ever(request.actor, "work", "task"):
        return redirect("desk:units")
    return _page(request, request.GET)


def _page(
    request: frame.Request,
    asked: QueryDict,
    *,
    wrongs: tuple[design.Wrong, ...] = (),
    status: int = 200,
) -> HttpResponse:
    rail = inbox.rail(request.actor, at=request.moment)
    counts, _views = rail
    queue = asked.get("queue", "") or _first(counts)
    search, filters = forms.text(asked, "q")[:200], filters_of(asked)
    try:
        rows = _rows(request, queue, filters, search=search, after=asked.get("after", ""))
    except Refused as error:
        rows, wrongs, status = values.Inbox(queue, (), ""), shown.wrongs(error), error.status
    picks = "task" if queue not in UNPICKED and rows.rows else ""
    kept, view = _kept(asked, queue), asked.get("view", "")
    name = next((each.name for each in counts if each.queue == queue), _("All cases"))
    choices = inbox.choices(request.actor, at=request.moment)
    context: dict[str, object] = {
        "title": name,
        "queue": queue,
        "table": shown.inbox(rows.rows, queue=queue, name=name, at=request.moment, picks=picks),
        "may_pick": bool(picks),
        "figures": shown.figures(counts),
        "search": search,
        "is_narrowed": bool(search) or filters != values.NO_FILTERS,
        "is_filtered": bool(view) or any(asked.get(each) for each in RARE),
        "filter_inputs": _inputs(asked, choices),
        "view_name": design.Input(
            "name", _("Name of this view"), value=request.POST.get("name", "")[:200], max_length=80
        ),
        "view_id": int(view) if view.isascii() and view.isdecimal() and len(view) < 10 else None,
        "kept": kept,
        "kept_query": urlencode(kept),
        "chips": _chips(request, asked, choices, queue),
        "chips_label": _("Filters"),
        "next_url": f"?{urlencode([*kept, ('after', rows.after)])}" if rows.after else "",
        "first_url": f"?{urlencode(kept)}" if asked.get("after") else "",
        "wrongs": wrongs,
        "done": frame.done(asked.get("done", "")),
    }
    here = f"view-{view}" if view else queue
    return frame.page(request, "desk/inbox.html", context, here=here, status=status, known=rail)


def _rows(
    request: frame.Request, queue: str, filters: values.Filters, *, search: str, after: str
) -> values.Inbox:
    """Return a page of a queue, once it is written down whose names it shows."""
    found = inbox.rows(
        request.actor, queue=queue, at=request.moment, filters=filters, search=search, after=after
    )
    frame.saw_list(request, found.rows, queue=queue, search=search)
    return found


@require_POST
def save_view(request: frame.Request) -> HttpResponse:
    """Keep the queue, filters and search of a page under a name."""
    asked = QueryDict(request.POST.get("kept", "")[: forms.MAX_TEXT])
    try:
        view_id = saved.save_view(
            name=forms.text(request.POST, "name"),
            queue=asked.get("queue", FIRST[0]),
            filters=filters_of(asked),
            search=forms.text(asked, "q")[:200],
            by=request.actor,
            at=request.moment,
        )
    except Refused as error:
        return _page(request, asked, wrongs=shown.wrongs(error), status=error.status)
    _counts, views = inbox.rail(request.actor, at=request.moment)
    return redirect(frame.address_of(next(each for each in views if each.id == view_id)))


@require_POST
def remove_view(request: frame.Request, view_id: int) -> HttpResponse:
    """Forget a saved view."""
    saved.remove_view(view_id, by=request.actor)
    return redirect("desk:inbox")


def filters_of(asked: QueryDict) -> values.Filters:
    """Return the filters that an address names; what cannot be read is no filter."""
    status = asked.get("status", "")
    return values.Filters(
        procedure=asked.get("procedure", "")[:40],
        field=asked.get("field", "")[:40],
        due_from=forms.day(asked.get("due_from", "")),
        due_to=forms.day(asked.get("due_to", "")),
        person=forms.identifier(asked.get("person", "")),
        nobody=asked.get("nobody", "") == "1",
        status=int(status) if status.isascii() and status.isdecimal() and len(status) < 3 else None,
    )


def _first(counts: Sequence[values.QueueCount]) -> str:
    waiting = {each.queue for each in counts if each.count}
    return next((queue for queue in FIRST if queue in waiting), FIRST[-1])


def _inputs(asked: QueryDict, choices: values.Choices) -> tuple[design.Input, ...]:
    """Return the filters that are asked for in a form."""

    def choice(name: str, label: str, offered: Sequence[tuple[object, str]]) -> design.Input:
        chosen = asked.get(name, "")
        options = [(str(value), text) for value, text in offered]
        return design.Input(
            name,
            label,
            widget="select",
            choices=tuple(
                design.Choice(value, text, is_chosen=value == chosen) for value, text in options
            ),
            is_required=False,
            is_inner=True,
        )

    def day(name: str, label: str) -> design.Input:
        value = asked.get(name, "")[:10]
        typed = forms.day(value)
        shown_as = f"{typed:%d/%m/%Y}" if typed else value
        return design.Input(name, label, value=shown_as, is_required=False, is_inner=True)

    return (
        choice("procedure", _("Procedure"), choices.procedures),
        choice("field", _("Field"), choices.fields),
        choice("status", _("Status"), choices.statuses),
        choice("person", _("Person"), choices.people),
        day("due_from", _("Due from, for example 22/11/2026")),
        day("due_to", _("Due until")),
    )


def _kept(asked: QueryDict, queue: str) -> list[tuple[str, str]]:
    said = [(name, asked.get(name, "")) for name in KEPT if name != "queue"]
    return [("queue", queue), *((name, value) for name, value in said if value)]


def _chips(
    request: frame.Request, asked: QueryDict, choices: values.Choices, queue: str
) -> tuple[design.Link, ...]:
    """Return the filters that are one press away: all, late, today, not taken, four procedures."""
    today = clock.local(request.moment).date()
    yesterday = (today - timedelta(days=1)).isoformat()
    wanted: list[tuple[str, dict[str, str]]] = [
        (_("All"), {}),
        (_("Late"), {"due_to": yesterday}),
        (_("Due today"), {"due_from": today.isoformat(), "due_to": today.isoformat()}),
        (_("Not taken"), {"nobody": "1"}),
        *((name, {"procedure": code}) for code, name in choices.procedures[:4]),
    ]
    narrowed = {name: asked.get(name, "") for name in FILTERS if asked.get(name)}
    search = {"q": asked["q"]} if asked.get("q") else {}
    return tuple(
        design.Link(
            name, f"?{urlencode({'queue': queue, **search, **said})}", is_current=narrowed == said
        )
        for name, said in wanted
    )
