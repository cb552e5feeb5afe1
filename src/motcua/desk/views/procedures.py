"""Procedures for the administrator: publish a version, see where cases stand, move those behind it."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.cases.actions import operations
from motcua.cases.queries import cases
from motcua.catalogue import actions as catalogue_actions
from motcua.catalogue import queries as catalogue
from motcua.catalogue.errors import NoSuchProcedure, NotPublishable
from motcua.design import values as design
from motcua.desk import forms, rules
from motcua.desk.views import asking, frame, shown
from motcua.engines.flow import model as flows
from motcua.engines.procedure import check, parse
from motcua.engines.procedure.errors import Finding, Malformed
from motcua.kit.errors import Refused

MOST_PAIRS = 200  # lines of a mapping


@require_GET
def index(request: frame.Request) -> HttpResponse:
    """List the published procedures."""
    return _index(request)


def _index(
    request: frame.Request, *, wrongs: tuple[design.Wrong, ...] = (), status: int = 200
) -> HttpResponse:
    found = catalogue.published(
        search=forms.text(request.GET, "q")[:200], after=request.GET.get("after", "")[:40]
    )
    is_english = asking.language() == "en"
    context: dict[str, object] = {
        "procedures": tuple(
            design.Row(
                each.name_en if is_english else each.name_vi,
                reverse("desk:procedure", args=[each.code]),
                (each.code, _("version %(number)s") % {"number": each.version}),
            )
            for each in found.items
        ),
        "search": forms.text(request.GET, "q")[:200],
        "next_url": f"?{urlencode({'after': found.after})}" if found.after else "",
    }
    context["wrongs"] = wrongs
    return frame.page(request, "desk/procedures.html", context, here="procedures", status=status)


@require_GET
def show(request: frame.Request, code: str) -> HttpResponse:
    """Show a procedure: its flow with how many cases stand at each step and how long."""
    return _page(request, code)


@require_POST
def publish(request: frame.Request) -> HttpResponse:
    """Check a packed folder and show what it changes; publish it when that was asked for."""
    sent = request.FILES.get("folder")
    try:
        if sent is not None:
            content = sent.read(forms.MAX_PACKED + 1)
        else:
            content = forms.unpacked(request.POST.get("content", ""))
        files = forms.folder(content)
        if request.POST.get("do") == "publish":
            done = catalogue_actions.publish_as(files, by=request.actor, at=request.moment)
            return redirect(f"{reverse('desk:procedure', args=[done.code])}?done=published")
        return _compare(request, files, content)
    except NotPublishable as error:
        return _faulty(request, error.findings)
    except Malformed as error:
        return _faulty(request, error.findings)
    except Refused as error:
        return _index(request, wrongs=shown.wrongs(error), status=error.status)


def _compare(request: frame.Request, files: Mapping[str, bytes], content: bytes) -> HttpResponse:
    """Show what a folder changes, and what its check says of it."""
    procedure = parse.read(files)
    findings = check.check(procedure)
    try:
        current = catalogue.current(procedure.facts.code)
    except NoSuchProcedure:
        current = None
    changes = rules.differences(current.procedure if current else None, procedure)
    context = {
        "name": procedure.facts.name.in_language(asking.language()),
        "code": procedure.facts.code,
        "version": current.version + 1 if current else 1,
        "is_new": current is None,
        "changes": changes,
        "faults": check.faults(findings) or catalogue.undrawn(procedure),
        "warnings": [each for each in findings if each.is_warning],
        "content": forms.packed(content),
    }
    return frame.page(request, "desk/publish.html", context, here="procedures")


def _faulty(request: frame.Request, findings: Sequence[Finding]) -> HttpResponse:
    wrongs = tuple(design.Wrong(str(each)) for each in findings[:MOST_PAIRS])
    return _index(request, wrongs=wrongs, status=422)


@require_POST
def move(request: frame.Request, code: str) -> HttpResponse:
    """Begin moving running cases of earlier versions to the current one, or only try it."""
    typed = forms.text(request.POST, "mapping")
    pairs = [line.split("=", 1) for line in typed.splitlines()[:MOST_PAIRS] if line.strip()]
    wrong = [line for line in pairs if len(line) != 2 or not line[0].strip() or not line[1].strip()]
    if wrong:
        words = _("Write each step of the old flow and the new one as: old = new, one a line.")
        return _page(
            request, code, wrongs=(design.Wrong(words, "mapping"),), typed=typed, status=422
        )
    try:
        operation = operations.move_cases(
            code,
            mapping={old.strip()[:80]: new.strip()[:80] for old, new in pairs},
            is_trial=request.POST.get("do") != "move",
            by=request.actor,
            at=request.moment,
        )
    except Refused as error:
        wrongs = shown.wrongs(error)
        return _page(request, code, wrongs=wrongs, typed=typed, status=error.status)
    return redirect("desk:operation", operation)


def _page(
    request: frame.Request,
    code: str,
    *,
    wrongs: tuple[design.Wrong, ...] = (),
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    found = catalogue.current(code)
    order = {node.id: place for place, node in enumerate(found.procedure.flow.nodes)}
    standing = sorted(
        cases.standing(code, reader=request.actor, at=request.moment),
        key=lambda each: order.get(each.element, len(order)),
    )
    counts = {each.element: each.count for each in standing}
    context = {
        "found": found,
        "name": found.procedure.facts.name.in_language(asking.language()),
        "flow": design.Flow(
            steps=tuple(
                design.Step(node.name or node.id, *_state(counts.get(node.id, 0)))
                for node in found.procedure.flow.nodes
                if node.kind is flows.Kind.USER
            ),
            address=reverse("desk:flow", args=[found.version_id]),
            counts=tuple((each.element, each.count) for each in standing if each.count),
            is_of_case=False,
        ),
        "table": shown.standing(standing),
        "wrongs": wrongs,
        "typed": typed,
        "done": frame.done(request.GET.get("done", "")),
    }
    return frame.page(request, "desk/procedure.html", context, here="procedures", status=status)


def _state(count: int) -> tuple[str, str]:
    """Return how a step is shown, and what is noted beside it."""
    return ("here", _("%(count)s cases") % {"count": count}) if count else ("ahead", "")
