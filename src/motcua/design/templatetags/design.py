"""Tags and filters of the templates: each component is one tag that takes a value of `design.values`."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from motcua.design import rules, values

register = template.Library()
COMPONENTS = "design/components/"
ICONS = Path(__file__).resolve().parents[1] / "static" / "design" / "icons"
Shown = dict[str, Any]  # what a component's own template sees


# Filters -----------------------------------------------------------------------------------------


@register.filter
def day(value: date | datetime | None) -> str:
    """Return a day as 22/11/2026, or a dash."""
    return rules.day(value) if value else "–"


@register.filter
def hour(value: datetime | None) -> str:
    """Return a time as 09:12, or a dash."""
    return rules.hour(value) if value else "–"


@register.filter
def moment(value: datetime | None) -> str:
    """Return a moment as 22/11/2026, 09:12, or a dash."""
    return f"{rules.day(value)}, {rules.hour(value)}" if value else "–"


@register.filter
def money(value: int | None) -> str:
    """Return an amount as 100.000 ₫, nought as "free", none as a dash."""
    if value is None:
        return "–"
    return rules.money(value) if value else _("free")


@register.filter
def grouped(value: int) -> str:
    """Return a whole number as 1.234.567."""
    return rules.grouped(value)


@register.filter
def octets(value: int) -> str:
    """Return the size of a file as 2,4 MB."""
    return rules.size(value)


@register.filter
def masked(value: str) -> str:
    """Return a personal identification number with its middle hidden."""
    return rules.masked(value)


# Words and small things --------------------------------------------------------------------------


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return an icon of icons.txt as inline SVG, hidden from those who listen: words stand beside it."""
    return _drawing(name)


@register.simple_tag(takes_context=True)
def when(context: Context, value: datetime) -> str:
    """Return a moment as "today, 09:12" or 20/11/2026, 14:05."""
    if rules.is_same_day(value, _request(context).moment):  # type: ignore[attr-defined]
        return _("today, %(hour)s") % {"hour": rules.hour(value)}
    return moment(value)


@register.simple_tag
def status(value: values.Status) -> SafeString:
    """Return a status: a word and a shape."""
    return _tag(value)


@register.simple_tag(takes_context=True)
def due(context: Context, due_at: datetime | None) -> SafeString:
    """Return how far a deadline is: "2 days left", "today 17:00", "4 hours late"."""
    at = _request(context).moment  # type: ignore[attr-defined]
    return _tag(due_status(due_at, at=at))


def due_status(due_at: datetime | None, *, at: datetime) -> values.Status:
    """Return a deadline as a status: done while days are left, waiting today, late after it."""
    if due_at is None:
        return values.Status(_("no deadline"), "neutral")
    left = rules.left(due_at, at=at)
    words = {
        "days": ngettext("%(count)s day left", "%(count)s days left", left.count),
        "today": _("today %(hour)s"),
        "late_minutes": ngettext("%(count)s minute late", "%(count)s minutes late", left.count),
        "late_hours": ngettext("%(count)s hour late", "%(count)s hours late", left.count),
        "late_days": ngettext("%(count)s day late", "%(count)s days late", left.count),
    }[left.kind]
    tone = "late" if left.is_late else "waiting" if left.kind == "today" else "done"
    return values.Status(words % {"count": left.count, "hour": rules.hour(due_at)}, tone)


@register.inclusion_tag(f"{COMPONENTS}menu_link.html", takes_context=True)
def menu_link(context: Context, text: str, address: str, picture: str = "") -> Shown:
    """Show a link of the header's menu, marked when it is this page or holds it."""
    path = _request(context).path
    current = "page" if path == address else ""
    if not current and address != "/" and path.startswith(address):
        current = "true"
    return {"text": text, "address": address, "current": current, "icon": picture}


@register.inclusion_tag(f"{COMPONENTS}language_switch.html", takes_context=True)
def language_switch(context: Context) -> Shown:
    """Show the way to the same page in the other language."""
    request = _request(context)
    here = request.path if request.method == "GET" else "/"
    kept = [(name, value) for name, value in request.GET.items() if name != "language"]
    following = f"{here}?{urlencode(kept)}" if kept and request.method == "GET" else here
    other = "vi" if (get_language() or "").startswith("en") else "en"
    address = reverse("design:language", args=[other]) + "?" + urlencode({"next": following})
    return {"address": address, "other": other}


@register.inclusion_tag(f"{COMPONENTS}action.html", takes_context=True)
def action(context: Context, value: values.Action, small: bool = False) -> Shown:
    """Show a button that leads on or sends."""
    return {"action": value, "small": small, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag(f"{COMPONENTS}actions.html", takes_context=True)
def actions(context: Context, items: Sequence[values.Action]) -> Shown:
    """Show buttons side by side, on a phone one under the other."""
    return {"actions": items, "csrf_token": context.get("csrf_token")}


# Ways through the pages --------------------------------------------------------------------------


@register.inclusion_tag(f"{COMPONENTS}crumbs.html")
def crumbs(items: Sequence[values.Link]) -> Shown:
    """Show where this page is; the last is the page itself."""
    return {"links": items}


@register.inclusion_tag(f"{COMPONENTS}back.html")
def back(address: str, text: str = "") -> Shown:
    """Show the way back."""
    return {"address": address, "text": text or _("Back")}


@register.inclusion_tag(f"{COMPONENTS}rail.html")
def rail(groups: Sequence[values.Group]) -> Shown:
    """Show the queues of an official, on a narrow screen folded under the name of the one open."""
    here = next((link for group in groups for link in group.links if link.is_current), None)
    return {"groups": groups, "here": here}


@register.inclusion_tag(f"{COMPONENTS}search.html")
def search(address: str, *, value: str = "", label: str = "", name: str = "q") -> Shown:
    """Show the search box; it works by GET."""
    label = label or _("Search procedures")
    return {"address": address, "value": value, "label": label, "name": name}


@register.inclusion_tag(f"{COMPONENTS}chips.html")
def chips(items: Sequence[values.Link], label: str) -> Shown:
    """Show filters of which one is chosen; `label` names them to those who listen."""
    return {"links": items, "label": label}


@register.inclusion_tag(f"{COMPONENTS}pagination.html")
def pagination(*, following: str = "", first: str = "") -> Shown:
    """Show the ways to the next page of a list and back to its first; lists go by key, so have no numbers."""
    return {"following": following, "first": first}


@register.inclusion_tag(f"{COMPONENTS}keys.html")
def keys() -> Shown:
    """Show the officer's keyboard shortcuts, hidden until ? is pressed."""
    return {}


# Citizens ----------------------------------------------------------------------------------------


@register.inclusion_tag(f"{COMPONENTS}tiles.html")
def tiles(items: Sequence[values.Tile]) -> Shown:
    """Show life events."""
    return {"tiles": items}


@register.inclusion_tag(f"{COMPONENTS}rows.html")
def rows(items: Sequence[values.Row]) -> Shown:
    """Show a list of procedures, cases or documents."""
    return {"rows": items}


@register.inclusion_tag(f"{COMPONENTS}task.html", takes_context=True)
def task(context: Context, value: values.Task) -> Shown:
    """Show what a citizen has to do now."""
    return {
        "task": value,
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
    }


@register.inclusion_tag(f"{COMPONENTS}papers.html")
def papers(items: Sequence[values.Paper]) -> Shown:
    """Show a check list of papers, and which of them the State holds already."""
    return {"papers": items}


# A case ------------------------------------------------------------------------------------------


@register.inclusion_tag(f"{COMPONENTS}deadline.html", takes_context=True)
def deadline(context: Context, value: values.Deadline) -> Shown:
    """Show the legal deadline as a countdown that explains its pauses."""
    count = abs(value.left) if value.left is not None else value.total
    late = value.is_late
    words = {
        ("working_days", False): ngettext("working day left", "working days left", count),
        ("working_days", True): ngettext("working day late", "working days late", count),
        ("days", False): ngettext("day left", "days left", count),
        ("days", True): ngettext("day late", "days late", count),
        ("hours", False): ngettext("working hour left", "working hours left", count),
        ("hours", True): ngettext("working hour late", "working hours late", count),
    }[value.unit, late]
    allowed = {
        "working_days": ngettext("%(count)s working day", "%(count)s working days", value.total),
        "days": ngettext("%(count)s day", "%(count)s days", value.total),
        "hours": ngettext("%(count)s working hour", "%(count)s working hours", value.total),
    }[value.unit] % {"count": value.total}
    tone = "late" if late else "waiting" if value.paused else "done"
    return {
        "deadline": value,
        "count": count,
        "words": words,
        "allowed": allowed,
        "pauses": [pause for pause in value.pauses if pause.ends_at],
        "used": 100 if late else rules.used(value),
        "tone": tone,
        "request": context.get("request"),
    }


@register.inclusion_tag(f"{COMPONENTS}timeline.html", takes_context=True)
def timeline(context: Context, entries: Sequence[values.Entry]) -> Shown:
    """Show what happened, the newest first."""
    return {"entries": entries, "request": context.get("request")}


@register.inclusion_tag(f"{COMPONENTS}steps.html")
def steps(items: Sequence[values.Step], is_of_case: bool = True) -> Shown:
    """Show where a case is, as a row of steps, on a phone a column; or only what the steps are."""
    return {"steps": items, "is_of_case": is_of_case}


@register.inclusion_tag(f"{COMPONENTS}flow.html")
def flow(value: values.Flow) -> Shown:
    """Show a flow's own picture with its text twin; the page's `scripts` block loads design/flow.js."""
    counts = " ".join(f"{name}={count}" for name, count in value.counts)
    return {"flow": value, "counts": counts}


@register.inclusion_tag(f"{COMPONENTS}summary.html")
def summary(title: str, facts: Sequence[values.Fact], change: str = "") -> Shown:
    """Show answers with the ways to change them; `change` is the way to change them all."""
    return {"title": title, "facts": facts, "change": change}


@register.inclusion_tag(f"{COMPONENTS}files.html", takes_context=True)
def files(context: Context, items: Sequence[values.File]) -> Shown:
    """Show files with their previews."""
    return {"files": items, "csrf_token": context.get("csrf_token")}


# Forms -------------------------------------------------------------------------------------------


@register.inclusion_tag(f"{COMPONENTS}error_summary.html")
def error_summary(wrongs: Sequence[values.Wrong]) -> Shown:
    """Show what is wrong, each with the way to it; nothing when nothing is. It takes the focus."""
    return {"wrongs": wrongs}


@register.inclusion_tag(f"{COMPONENTS}field.html")
def field(value: values.Input) -> Shown:
    """Show a question of a form, whatever its widget."""
    return {"field": value}


@register.inclusion_tag(f"{COMPONENTS}progress.html")
def progress(step: int, total: int) -> Shown:
    """Show "Step 2 of 5", counted from 1."""
    share = max(0, min(100, round(100 * step / total))) if total else 0
    return {"step": step, "total": total, "share": share}


# Messages ----------------------------------------------------------------------------------------


@register.inclusion_tag(f"{COMPONENTS}banner.html")
def banner(title: str, words: str = "", *, tone: str = "info") -> Shown:
    """Show a message at the top of a page: tone is info, done, waiting or late."""
    return {"title": title, "words": words, "tone": tone, "shape": values.SHAPES[tone]}


@register.inclusion_tag(f"{COMPONENTS}panel.html")
def panel(title: str, *, words: str = "", code: str = "") -> Shown:
    """Show that something is done, with the code to keep; its title is the page's heading."""
    return {"title": title, "words": words, "code": code}


# Officials ---------------------------------------------------------------------------------------


@register.inclusion_tag(f"{COMPONENTS}table.html", takes_context=True)
def table(context: Context, value: values.Table) -> Shown:
    """Show a table; with `picks`, inside a form marked data-picks, its lines can be selected."""
    csrf = context.get("csrf_token")
    lines = [(line, list(_cells(value, line, csrf=csrf))) for line in value.lines]
    return {"table": value, "lines": lines}


@register.inclusion_tag(f"{COMPONENTS}figures.html")
def figures(items: Sequence[values.Figure]) -> Shown:
    """Show figures side by side."""
    return {"figures": [(each, values.SHAPES[each.tone]) for each in items]}


@register.inclusion_tag(f"{COMPONENTS}chart.html")
def chart(value: values.Chart) -> Shown:
    """Show a chart, drawn on the server, with the table of the same figures."""
    is_line = value.kind == "line" and bool(value.points)
    return {
        "chart": value,
        "bars": () if is_line else rules.bars(value.points),
        "curve": rules.curve(value.points) if is_line else None,
    }


def _cells(
    table: values.Table, line: values.Line, *, csrf: object
) -> Iterator[tuple[values.Column, SafeString]]:
    opens = " data-open"  # on the link that a key of the keyboard follows
    for column, cell in zip(table.columns, line.cells, strict=True):
        yield column, _cell(cell, opens=opens, csrf=csrf)
        opens = ""


def _cell(cell: values.Cell, *, opens: str, csrf: object) -> SafeString:
    """Return what stands in a cell. A page has some hundreds: as templates they were half its time."""
    words: str = conditional_escape(cell.text)
    if cell.address:
        words = format_html('<a href="{}"{}>{}</a>', cell.address, opens, words)
    parts = [words]
    if cell.status:
        parts.append(_tag(cell.status))
    if cell.note:
        parts.append(format_html('<span class="mc-table__note">{}</span>', cell.note))
    for each in cell.actions:
        shown = {"action": each, "small": True, "csrf_token": csrf}
        parts.append(render_to_string(f"{COMPONENTS}action.html", shown))
    return mark_safe("".join(parts))  # noqa: S308  (each part is escaped)


@lru_cache(maxsize=1024)
def _tag(value: values.Status) -> SafeString:
    return render_to_string(f"{COMPONENTS}tag.html", {"status": value})


def _request(context: Context) -> HttpRequest:
    request = context.get("request")
    if not isinstance(request, HttpRequest):
        raise template.TemplateSyntaxError("This tag needs the request: render with request=.")
    return request


@lru_cache(maxsize=256)
def _drawing(name: str) -> SafeString:
    path = ICONS / f"{name}.svg"
    if not path.is_file():
        raise template.TemplateSyntaxError(
            f"There is no icon {name!r}: name it in design/icons.txt, then run scripts/assets."
        )
    return mark_safe(path.read_text(encoding="utf-8"))  # noqa: S308  (our own built file)
