"""At the counter: take what was asked for from the person who stands there, whichever way they filed."""

import uuid
from collections.abc import Mapping
from dataclasses import replace

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods

from motcua.cases.actions import filing, looks
from motcua.design import values as design
from motcua.desk import forms, queries
from motcua.desk.views import asking, counter, files, frame, shown
from motcua.documents import queries as documents
from motcua.intake import actions
from motcua.intake import queries as intake
from motcua.intake.errors import Incomplete, NoSuchAttachment
from motcua.intake.values import Paper, Trouble
from motcua.kit.errors import Refused

PLACE = "desk.supplement"  # where a look at the person's data happens, as they read it


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: frame.Request, code: str) -> HttpResponse:
    """Show what was asked for beside the answers; on POST keep the files and, when told to, hand it in."""
    found = queries.supplement(code, reader=request.actor, at=request.moment)
    if found is None:  # also when the button is pressed again
        return redirect("desk:case", code)
    if request.method != "POST":
        return _page(request, found)
    answers = asking.typed(found.procedure.form, request.POST, found.answers)
    wrongs = _keep(request, found)
    found = queries.supplement(code, reader=request.actor, at=request.moment, answers=answers)
    if found is None:
        return redirect("desk:case", code)
    if wrongs or request.POST.get("do") != "send":
        return _page(request, found, wrongs=wrongs, status=422 if wrongs else 200)
    try:
        filing.supplement(
            code,
            answers=answers,
            attachment_ids=[each.attachment_id for each in found.waiting],
            by=request.actor,
            at=request.moment,
        )
    except Refused as error:
        return _page(request, found, refusal=error, status=error.status)
    return redirect(f"{reverse('desk:case', args=[code])}?done=supplemented")


@require_GET
@xframe_options_sameorigin
def paper(request: frame.Request, code: str, attachment_id: uuid.UUID) -> FileResponse:
    """Show a file that was brought to the counter and is not handed in yet."""
    found = queries.supplement(code, reader=request.actor, at=request.moment)
    brought = found.waiting if found else ()
    one = next((each for each in brought if each.attachment_id == attachment_id), None)
    if one is None:
        raise NoSuchAttachment()
    looks.at_case(code, by=request.actor, at=request.moment, kinds={"papers"}, place=PLACE)
    return files.sent(documents.open_file(one.digest), name=one.name, media_type=one.media_type)


def _keep(request: frame.Request, found: queries.Supplement) -> tuple[design.Wrong, ...]:
    """Keep the files that were brought, take back the one named, and return what was refused."""
    wrongs: list[design.Wrong] = []
    removed = forms.identifier(request.POST.get("remove_file", ""))
    if removed:
        draft_id = intake.filing(found.case.filing_id).draft_id
        try:
            actions.detach(removed, draft_id=draft_id, by=request.actor)
        except Refused as error:
            wrongs += shown.wrongs(error)
    return (*wrongs, *counter.take_in(request, actions.attach_to_filing, found.case.filing_id))


def _page(
    request: frame.Request,
    found: queries.Supplement,
    *,
    wrongs: tuple[design.Wrong, ...] = (),
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    looks.at_page(found.case, by=request.actor, at=request.moment, place=PLACE)
    form, code = found.procedure.form, found.case.summary.code
    errors: Mapping[str, list[str]] = {}
    if isinstance(refusal, Incomplete):
        said = [Trouble(each.path, each.code, str(each.message)) for each in refusal.fields]
        errors = asking.errors_of(said, form)
    elif refusal is not None:
        wrongs = (*wrongs, *shown.wrongs(refusal))
    told = tuple(
        design.Wrong(message, counter.target(path))
        for path, several in errors.items()
        for message in several
    )

    def address(each: Paper) -> str:
        return reverse("desk:brought", args=[code, each.attachment_id])

    context = {
        "case": found.case,
        "pages": [
            (
                page.title.in_language(asking.language()),
                [asking.question(form, each, found.answers, errors) for each in page.fields],
            )
            for page in found.pages
        ],
        "papers": [
            replace(
                counter.paper_input(
                    each,
                    [one for one in found.waiting if one.paper_id == each.id],
                    errors,
                    address=address,
                ),
                is_required=False,
            )
            for each in found.procedure.facts.papers
        ],
        "wrongs": (*wrongs, *told),
        "has_wrong_answers": any(not path.startswith("papers.") for path in errors),
    }
    return frame.page(request, "desk/supplement.html", context, here="counter", status=status)
