"""My close relations: declared by an official, so that nobody works a case of a relation of theirs."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcua.design import values as design
from motcua.desk import forms
from motcua.desk.views import frame, shown
from motcua.identity import actions
from motcua.identity import queries as identity
from motcua.kit.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: frame.Request) -> HttpResponse:
    """Show whom one declared; on POST declare one more."""
    if request.method != "POST":
        return _page(request)
    try:
        actions.declare_relation(
            kind=request.POST.get("kind", "")[:10],
            personal_id="".join(request.POST.get("personal_id", "").split())[:12],
            name=forms.text(request.POST, "name"),
            by=request.actor,
            at=request.moment,
        )
    except Refused as error:
        return _page(request, wrongs=shown.wrongs(error), status=error.status)
    return redirect("desk:relations")


@require_POST
def end(request: frame.Request, relation_id: uuid.UUID) -> HttpResponse:
    """Take a declaration back."""
    actions.end_relation(relation_id, by=request.actor, at=request.moment)
    return redirect("desk:relations")


def _page(
    request: frame.Request, *, wrongs: tuple[design.Wrong, ...] = (), status: int = 200
) -> HttpResponse:
    kinds = _kinds()
    declared = identity.relations(of=request.actor)
    chosen = request.POST.get("kind", "")
    context = {
        "relations": [(each, kinds.get(each.kind, each.kind)) for each in declared],
        "wrongs": tuple(design.Wrong(each.message, "field-name") for each in wrongs),
        "inputs": (
            design.Input(
                "kind",
                _("Who it is to you"),
                widget="select",
                choices=tuple(
                    design.Choice(key, words, is_chosen=key == chosen)
                    for key, words in kinds.items()
                ),
                is_inner=True,
            ),
            design.Input(
                "name", _("Full name"), value=forms.text(request.POST, "name")[:200], is_inner=True
            ),
            design.Input(
                "personal_id",
                _("Personal identification number"),
                widget="personal_id",
                value=forms.text(request.POST, "personal_id")[:20],
                is_inner=True,
            ),
        ),
    }
    return frame.page(request, "desk/relations.html", context, here="relations", status=status)


def _kinds() -> dict[str, str]:
    return {
        "spouse": _("Husband or wife"),
        "parent": _("Father or mother, also of the husband or wife"),
        "child": _("Child, by blood or adoption"),
        "sibling": _("Brother or sister"),
        "other": _("Another close relation"),
    }
