"""Authorities: who followed whom, who held which post when; and merging them, from above."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods

from motcua.cases.actions import operations
from motcua.cases.queries import mergers as planning
from motcua.design import values as design
from motcua.design.templatetags import design as words
from motcua.desk import forms
from motcua.desk.views import frame, shown
from motcua.identity import queries as identity
from motcua.identity.errors import CannotMerge
from motcua.identity.queries import mergers
from motcua.identity.values import mergers as values
from motcua.kit import clock

WHY_ENDS: Mapping[str, str | Promise] = {
    "": "",
    "heads": lazy("Whoever heads or leads is appointed anew."),
    "roles": lazy("The post of this title has other roles there."),
}
LEVELS: Mapping[str, str | Promise] = {
    "province": lazy("Province"),
    "commune": lazy("Commune"),
    "sector": lazy("Office of a ministry"),
}


@require_GET
def index(request: frame.Request) -> HttpResponse:
    """List the authorities that one works in or looks after, those that are no more too."""
    found = mergers.listed(reader=request.actor)
    may_merge = identity.may_ever(request.actor, "merge", "authority")
    context = {"table": _lives(found, _("Authorities")), "may_merge": may_merge}
    return frame.page(request, "desk/authorities.html", context, here="authorities")


@require_GET
def show(request: frame.Request, code: str) -> HttpResponse:
    """Show an authority on its line: what it followed, what follows it, who held its posts on a day."""
    line = mergers.line(code, reader=request.actor)
    own = next(life for life in line if life.code == code)
    typed = forms.text(request.GET, "on")
    today = clock.local(request.moment).date()
    asked = forms.day(typed) if typed else own.ends_date or today
    wrong = _("Write the day like 22/11/2026.") if asked is None else ""
    held = mergers.held_on(code, asked or today, reader=request.actor)
    context = {
        "authority": own,
        "level": LEVELS.get(own.level, own.level),
        "followed_by": next((life for life in line if life.code == own.successor), None),
        "story": tuple(_story(line)),
        "table": _lives(line, _("Who followed whom")) if len(line) > 1 else None,
        "on": design.Input(
            "on",
            _("On the day"),
            value=typed or words.day(asked or today),
            errors=(wrong,) if wrong else (),
            is_inner=True,
        ),
        "held": _held(held, asked or today),
        "wrongs": (design.Wrong(wrong, "field-on"),) if wrong else (),
    }
    status = 422 if wrong else 200
    return frame.page(request, "desk/authority.html", context, here="authorities", status=status)


@require_http_methods(["GET", "POST"])
def merge(request: frame.Request) -> HttpResponse:
    """Choose what becomes one, see what that would move, and have it done."""
    said = request.POST if request.method == "POST" else request.GET
    order = _order(said)
    if order is None:
        return _form(request, said)
    try:
        plan = planning.plan(order, by=request.actor, at=request.moment)
        if plan.plan.faults:
            return _form(request, said, wrongs=_wrongs(plan.plan.faults), status=422)
        if request.method == "POST":
            operation = operations.merge_authorities(order, by=request.actor, at=request.moment)
            return redirect("desk:operation", operation)
    except CannotMerge as error:  # somebody else was faster
        return _form(request, said, wrongs=shown.wrongs(error), status=error.status)
    return _plan(request, plan, said)


# ---- the form


def _order(said: QueryDict) -> values.Order | None:
    """Return what was asked for; nothing where nothing was chosen yet."""
    codes = tuple(dict.fromkeys(each[:35] for each in said.getlist("codes")[:200]))
    from_date = forms.day(forms.text(said, "from_date"))
    into = forms.text(said, "into") or forms.text(said, "new_code").strip()
    if not codes or not into or from_date is None:
        return None
    is_new = not forms.text(said, "into")
    return values.Order(
        codes=codes,
        into=into[:35],
        from_date=from_date,
        name=forms.text(said, "name").strip()[:200] if is_new else "",
        place=forms.text(said, "place").strip()[:100] if is_new else "",
        division_code=forms.text(said, "division_code").strip()[:5] if is_new else "",
        heads=forms.text(said, "heads")[:35] if is_new else "",
        makes_units=forms.text(said, "makes_units") == "true",
    )


def _wrongs(faults: Sequence[values.Fault]) -> tuple[design.Wrong, ...]:
    refusals = [CannotMerge(reason=each.reason, said=each.said) for each in faults]
    return tuple(wrong for each in refusals for wrong in shown.wrongs(each))


def _missing(said: QueryDict) -> tuple[design.Wrong, ...]:
    """Return what is missing of an order that somebody began to write."""
    if not said:
        return ()
    found = []
    if not said.getlist("codes"):
        found.append(design.Wrong(_("Choose the authorities that end."), "field-codes"))
    if not forms.text(said, "into") and not forms.text(said, "new_code").strip():
        found.append(design.Wrong(_("Choose the authority that follows them."), "field-into"))
    if forms.day(forms.text(said, "from_date")) is None:
        found.append(design.Wrong(_("Write the day like 22/11/2026."), "field-from_date"))
    return tuple(found)


def _form(
    request: frame.Request,
    said: QueryDict,
    *,
    wrongs: tuple[design.Wrong, ...] = (),
    status: int = 200,
) -> HttpResponse:
    missing = _missing(said)
    alive = [
        each
        for each in mergers.listed(reader=request.actor)
        if each.ends_date is None and each.level != "province"
    ]
    context = {
        "first": tuple(_first_inputs(alive, said)),
        "new": tuple(_new_inputs(alive, said)),
        "is_new": bool(forms.text(said, "new_code")),
        "wrongs": (*wrongs, *missing),
    }
    code = 422 if missing else status
    return frame.page(request, "desk/merge.html", context, here="authorities", status=code)


def _choices(alive: Sequence[values.Life], chosen: Sequence[str]) -> tuple[design.Choice, ...]:
    return tuple(
        design.Choice(each.code, f"{each.name} ({each.code})", is_chosen=each.code in chosen)
        for each in alive
    )


def _first_inputs(alive: Sequence[values.Life], said: QueryDict) -> Iterator[design.Input]:
    ended, into = said.getlist("codes"), forms.text(said, "into")
    yield design.Input(
        "codes",
        _("Which authorities end?"),
        widget="checkbox",
        choices=_choices(alive, ended),
        is_multiple=True,
    )
    yield design.Input(
        "into",
        _("Which one follows them?"),
        widget="select",
        help=_("Leave this empty to make a new one, below."),
        choices=(design.Choice("", ""), *_choices(alive, [into])),
        is_required=False,
    )
    yield design.Input(
        "from_date",
        _("From which day?"),
        help=_("The first day on which they are one, like 01/07/2025."),
        value=forms.text(said, "from_date"),
    )
    yield design.Input(
        "makes_units",
        _("Make the units that the successor lacks"),
        widget="checkbox",
        value=forms.text(said, "makes_units"),
        is_required=False,
    )


def _new_inputs(alive: Sequence[values.Life], said: QueryDict) -> Iterator[design.Input]:
    for name, label in (
        ("new_code", _("Code")),
        ("name", _("Name")),
        ("place", _("Place, as it stands before the date of a document")),
        ("division_code", _("Code of the administrative unit")),
    ):
        yield design.Input(name, label, value=forms.text(said, name), is_required=False)
    yield design.Input(
        "heads",
        _("Whose heads and leaders lead it?"),
        widget="select",
        choices=(design.Choice("", ""), *_choices(alive, [forms.text(said, "heads")])),
        is_required=False,
    )


# ---- the plan


def _plan(request: frame.Request, found: planning.MergerPlan, said: QueryDict) -> HttpResponse:
    plan = found.plan
    whole = sum(found.counts.values(), values.Counts())
    context = {
        "plan": plan,
        "into_name": plan.into.name if plan.into else plan.order.name,
        "figures": (
            design.Figure(str(whole.cases), _("open cases move")),
            design.Figure(str(whole.tasks), _("open tasks move")),
            design.Figure(str(whole.closed), _("closed cases stay")),
            design.Figure(str(whole.drafts), _("drafts go there when they are sent")),
        ),
        "offices": _offices(found),
        "units": _units(plan),
        "holders": _holders(plan),
        "delegations": plan.delegations,
        "children": plan.children,
        "has_seal": found.has_seal,
        "is_later": plan.order.from_date > clock.local(request.moment).date(),
        "said": tuple((name, each) for name in said for each in said.getlist(name) if name in SAID),
    }
    return frame.page(request, "desk/merge_plan.html", context, here="authorities")


SAID = frozenset(
    {
        *("codes", "into", "from_date", "makes_units"),
        *("new_code", "name", "place", "division_code", "heads"),
    }
)


def _offices(found: planning.MergerPlan) -> design.Table:
    names = (_("Authority"), _("Open cases"), _("Open tasks"), _("Closed cases"), _("Drafts"))
    none = values.Counts()
    lines = []
    for office in found.plan.ended:
        counts = found.counts.get(office.id, none)
        numbers = (counts.cases, counts.tasks, counts.closed, counts.drafts)
        own = design.Cell(office.name, office.code, reverse("desk:authority", args=[office.code]))
        lines.append(design.Line((own, *(design.Cell(str(each)) for each in numbers))))
    columns = (design.Column(names[0]), *(design.Column(each, True) for each in names[1:]))
    return design.Table(_("What ends"), columns, tuple(lines))


def _units(plan: values.Plan) -> design.Table:
    lines = tuple(
        design.Line(
            (
                design.Cell(move.unit.name, move.authority),
                design.Cell(
                    move.to.name if move.to else move.unit.name,
                    _("made by the merger") if move.is_made else "",
                ),
            )
        )
        for move in plan.units
    )
    columns = (design.Column(_("Unit")), design.Column(_("Its work goes to")))
    return design.Table(_("Units"), columns, lines)


def _holders(plan: values.Plan) -> design.Table:
    lines = tuple(
        design.Line(
            (
                design.Cell(move.holder.name),
                design.Cell(move.post.title, move.authority),
                design.Cell(
                    note=str(WHY_ENDS[move.stays]),
                    status=design.Status(
                        _("Ends") if move.stays else _("Goes on"),
                        "waiting" if move.stays else "done",
                    ),
                ),
            )
        )
        for move in plan.holders
    )
    columns = tuple(
        design.Column(each) for each in (_("Holder"), _("Post"), _("What becomes of it"))
    )
    return design.Table(
        _("Who holds the posts"), columns, lines, empty=_("Nobody holds a post there.")
    )


# ---- who was what, when


def _lives(found: Sequence[values.Life], caption: str) -> design.Table:
    names = {life.code: life.name for life in found}
    lines = tuple(
        design.Line(
            (
                design.Cell(life.name, life.code, reverse("desk:authority", args=[life.code])),
                design.Cell(str(LEVELS.get(life.level, life.level))),
                design.Cell(words.day(life.starts_date) if life.starts_date else "–"),
                design.Cell(
                    words.day(life.ends_date) if life.ends_date else "–",
                    names.get(life.successor, life.successor),
                ),
            )
        )
        for life in found
    )
    heads = (_("Authority"), _("Level"), _("From"), _("Until, and who follows"))
    columns = tuple(design.Column(each) for each in heads)
    return design.Table(caption, columns, lines, is_caption_hidden=True)


def _story(line: Sequence[values.Life]) -> Iterator[design.Entry]:
    """Yield what happened on the line of an authority, the newest first."""
    names = {life.code: life.name for life in line}
    told = []
    for life in line:
        if life.starts_date:
            told.append((life.starts_date, 0, _("%(name)s began") % {"name": life.name}))
        if life.ends_date:
            said = {"name": life.name, "successor": names.get(life.successor, life.successor)}
            became = _("%(name)s became part of %(successor)s") % said
            told.append((life.ends_date, 1, became))
    for day, _order_of_day, what in sorted(told, reverse=True):
        yield design.Entry(what, datetime.combine(day, time.min, tzinfo=clock.VIETNAM))


def _held(found: Sequence[values.Held], day: date) -> design.Table:
    lines = tuple(
        design.Line(
            (
                design.Cell(each.title, each.unit_name),
                design.Cell(each.name),
                design.Cell(clock.shown(each.starts_at)),
                design.Cell(clock.shown(each.ends_at) if each.ends_at else "–"),
            )
        )
        for each in found
    )
    heads = (_("Post"), _("Holder"), _("From"), _("Until"))
    return design.Table(
        _("Who held which post on %(day)s") % {"day": words.day(day)},
        tuple(design.Column(each) for each in heads),
        lines,
        empty=_("Nobody held a post there on that day."),
    )
