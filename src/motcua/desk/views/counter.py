"""The counter: file for a person who stands there, take in their papers, then take cash and print the slip.

All that is typed is saved with every press of a button, right or wrong; what is wrong is told when the
clerk checks or files.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.cases.actions import filing, looks
from motcua.cases.queries import cases
from motcua.catalogue import queries as catalogue
from motcua.design import values as design
from motcua.design.templatetags import design as words
from motcua.desk import forms, queries
from motcua.desk.views import asking, files, frame, shown
from motcua.documents import queries as documents
from motcua.engines.forms import model
from motcua.engines.procedure.model import Paper
from motcua.identity import actions as people
from motcua.identity import queries as identity
from motcua.identity.errors import NoSuchPerson
from motcua.identity.values import Actor
from motcua.intake import actions
from motcua.intake import queries as intake
from motcua.intake.errors import NoSuchAttachment, NotHandledHere
from motcua.intake.values import Draft
from motcua.intake.values import Paper as Attached
from motcua.kit.errors import Refused

CHANNELS = ("counter", "post")
PAPER = "paper."  # before the id of a paper, in the name of its file input
WHOLE = frozenset({"identity", "contact", "answers", "papers"})  # kinds of data in a draft
MOST_FILES = 20  # of one press of a button


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: frame.Request) -> HttpResponse:
    """Ask for whom and for what; on POST begin the filing and go on to its form."""
    if request.method != "POST":
        return _begin(request)
    personal_id = forms.text(request.POST, "personal_id").replace(" ", "")[:12]
    try:
        person = _person(request, personal_id)
        if person is None:
            missing = _("Enter the 12 digits on the person's identity card.")
            wrongs = (design.Wrong(missing, "field-personal_id"),)
            return _begin(request, wrongs=wrongs, status=422)
        draft = _open(request, person)
        known = queries.prefilled(draft)
        actions.save(draft.id, answers=known, by=request.actor, at=request.moment)
    except NoSuchPerson:
        unknown = _("Nobody with this number is known yet. Enter the person's particulars below.")
        wrongs = (design.Wrong(unknown, "field-name"),)
        return _begin(request, wrongs=wrongs, is_new=True, status=404)
    except Refused as error:
        return _begin(request, wrongs=shown.wrongs(error), status=error.status)
    return redirect("desk:fill", draft.id)


@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: frame.Request, draft_id: uuid.UUID) -> HttpResponse:
    """Show the whole form with its papers; on POST save it and do what the pressed button says."""
    draft = intake.own_draft(draft_id, of=request.actor)
    if not draft.is_open:
        return _filed(request, draft)
    if request.method != "POST":
        return _fill(request, draft_id)
    wrongs = _keep(request, draft)
    wanted = request.POST.get("do", "")
    if wrongs:
        return _fill(request, draft_id, wrongs=wrongs, status=422)
    if wanted == "file":
        try:
            filed = filing.file(
                draft_id, idempotency_key=key_of(draft_id), by=request.actor, at=request.moment
            )
        except Refused as error:
            return _fill(request, draft_id, refusal=error, is_told=True, status=error.status)
        return redirect(f"{reverse('desk:case', args=[filed.code])}?done=filed")
    if wanted == "check":
        return _fill(request, draft_id, is_told=True)
    return redirect(f"{reverse('desk:fill', args=[draft_id])}?done=saved")


@require_POST
def discard(request: frame.Request, draft_id: uuid.UUID) -> HttpResponse:
    """Throw away a filing that was not sent."""
    actions.discard(draft_id, by=request.actor)
    return redirect("desk:counter")


@require_GET
@xframe_options_sameorigin
def paper(request: frame.Request, draft_id: uuid.UUID, attachment_id: uuid.UUID) -> FileResponse:
    """Show a paper that was scanned in for a filing that is not sent yet."""
    draft = intake.own_draft(draft_id, of=request.actor)
    found = next((each for each in draft.papers if each.attachment_id == attachment_id), None)
    if found is None:
        raise NoSuchAttachment()
    looks.at_drafts(
        [draft], by=request.actor, at=request.moment, kinds={"papers"}, place="desk.scan"
    )
    stream = documents.open_file(found.digest)
    return files.sent(stream, name=found.name, media_type=found.media_type)


def key_of(draft_id: uuid.UUID) -> str:
    """Return the key under which a draft is filed: the same however often the button is pressed."""
    return f"counter-{draft_id}"


def _person(request: frame.Request, personal_id: str) -> Actor | None:
    """Return who the filing is for, registered first when their particulars were given."""
    if len(personal_id) != 12 or not (personal_id.isascii() and personal_id.isdecimal()):
        return None
    try:
        return intake.applicant(personal_id, of=request.actor, at=request.moment)
    except NoSuchPerson:
        name = " ".join(forms.text(request.POST, "name").split())[:200]
        if not name:
            raise
        people.ensure_person(
            personal_id=personal_id,
            name=name,
            at=request.moment,
            by=request.actor.key,
            birth_date=forms.day(forms.text(request.POST, "birth_date")),
            phone=forms.text(request.POST, "phone").strip()[:20],
            address=" ".join(forms.text(request.POST, "address").split())[:300],
        )
    return intake.applicant(personal_id, of=request.actor, at=request.moment)


def _open(request: frame.Request, person: Actor) -> Draft:
    """Begin the draft with the authority that handles the procedure: the clerk need not know which.

    Raises NotHandledHere when none does, and what intake raises.
    """
    channel = request.POST.get("channel", "")
    refusal: NotHandledHere | None = None
    for code in queries.authorities_served(request.actor):
        try:
            return actions.open_draft(
                procedure_code=forms.text(request.POST, "procedure")[:40],
                authority_code=code,
                channel=channel if channel in CHANNELS else CHANNELS[0],
                applicant_kind=forms.text(request.POST, "applicant_kind")[:20] or "citizen",
                by=request.actor,
                at=request.moment,
                for_person=person,
            )
        except NotHandledHere as error:
            refusal = refusal or error
    raise refusal or NotHandledHere(authority=frame.office(request.actor))


def _begin(
    request: frame.Request,
    *,
    wrongs: tuple[design.Wrong, ...] = (),
    is_new: bool = False,
    status: int = 200,
) -> HttpResponse:
    typed = request.POST
    offered = catalogue.published(limit=catalogue.MAX_PAGE).items
    chosen = typed.get("procedure", "")
    kinds = (
        ("citizen", _("A citizen")),
        ("enterprise", _("An enterprise")),
        ("agency", _("An agency")),
        ("other", _("Another organisation")),
    )
    channels = (("counter", _("At the counter")), ("post", _("By post")))
    names = {
        each.code: each.name_en if asking.language() == "en" else each.name_vi for each in offered
    }
    context = {
        "wrongs": wrongs,
        "procedure": design.Input(
            "procedure",
            _("Procedure"),
            widget="select",
            choices=tuple(
                design.Choice(code, f"{name} ({code})", is_chosen=code == chosen)
                for code, name in names.items()
            ),
            is_inner=True,
        ),
        "personal_id": _typed(
            request, "personal_id", _("Personal identification number"), "personal_id"
        ),
        "kind": _one_of(request, "applicant_kind", _("Who files"), kinds),
        "channel": _one_of(request, "channel", _("How it came"), channels),
        "particulars": _particulars(request) if is_new or typed.get("name") else (),
        "drafts": _begun(request, names),
    }
    return frame.page(request, "desk/counter.html", context, here="counter", status=status)


def _begun(request: frame.Request, names: Mapping[str, str]) -> tuple[design.Row, ...]:
    """Return the filings of the counter that were begun and not sent."""
    drafts = intake.drafts(of=request.actor, limit=20)
    looks.at_drafts(
        drafts, by=request.actor, at=request.moment, kinds={"identity"}, place="desk.list"
    )
    people_named = identity.names([each.person_id for each in drafts])
    return tuple(
        design.Row(
            names.get(each.procedure_code, each.procedure_code),
            reverse("desk:fill", args=[each.id]),
            (people_named.get(each.person_id, ""), words.moment(each.updated_at)),
        )
        for each in drafts
        if each.channel in CHANNELS
    )


def _typed(request: frame.Request, name: str, label: str, widget: str = "text") -> design.Input:
    value = forms.text(request.POST, name)[:300]
    return design.Input(name, label, widget=widget, value=value, is_inner=True)


def _one_of(
    request: frame.Request, name: str, label: str, options: Sequence[tuple[str, str]]
) -> design.Input:
    chosen = request.POST.get(name, "") or options[0][0]
    choices = tuple(design.Choice(key, text, is_chosen=key == chosen) for key, text in options)
    return design.Input(name, label, widget="radio", choices=choices, is_inner=True)


def _particulars(request: frame.Request) -> tuple[design.Input, ...]:
    return (
        _typed(request, "name", _("Full name")),
        _typed(request, "birth_date", _("Date of birth, for example 22/11/1990")),
        _typed(request, "phone", _("Phone"), "phone"),
        _typed(request, "address", _("Address"), "address"),
    )


def _keep(request: frame.Request, draft: Draft) -> tuple[design.Wrong, ...]:
    """Save all that was typed and brought, and return what could not be kept."""
    form = catalogue.compiled(draft.version_id).form
    answers = asking.typed(form, request.POST, draft.answers)
    wrongs: list[design.Wrong] = []
    try:
        actions.save(draft.id, answers=answers, by=request.actor, at=request.moment)
    except Refused as error:
        wrongs += shown.wrongs(error)
    removed = forms.identifier(request.POST.get("remove_file", ""))
    if removed:
        try:
            actions.detach(removed, draft_id=draft.id, by=request.actor)
        except Refused as error:
            wrongs += shown.wrongs(error)
    return (*wrongs, *take_in(request, actions.attach, draft.id))


def take_in(
    request: frame.Request, attach: Callable[..., object], belongs_to: uuid.UUID
) -> list[design.Wrong]:
    """Attach the files of the page to a draft or a filing; those refused are told, each apart."""
    wrongs = []
    brought = [
        (name.removeprefix(PAPER), sent)
        for name, several in request.FILES.lists()
        if name.startswith(PAPER)
        for sent in several
    ]
    for paper_id, sent in brought[:MOST_FILES]:
        try:
            attach(
                belongs_to,
                paper_id=paper_id,
                name=sent.name or "",
                chunks=sent.chunks(),
                declared_size=sent.size,
                by=request.actor,
                at=request.moment,
            )
        except Refused as error:
            told = f"{sent.name or paper_id}: {shown.wrongs(error)[0].message}"
            wrongs.append(design.Wrong(told, f"field-paper-{paper_id}"))
    return wrongs


def _filed(request: frame.Request, draft: Draft) -> HttpResponse:
    """Lead to the case of a filing that was sent: the answer to a back button after filing."""
    ready = actions.prepare(
        draft.id, idempotency_key=key_of(draft.id), by=request.actor, at=request.moment
    )
    filed = cases.filed_with(ready.filing_id) if ready.filing_id else None
    return redirect("desk:case", filed.code) if filed else redirect("desk:counter")


def _fill(
    request: frame.Request,
    draft_id: uuid.UUID,
    *,
    wrongs: tuple[design.Wrong, ...] = (),
    refusal: Refused | None = None,
    is_told: bool = False,
    status: int = 200,
) -> HttpResponse:
    found = queries.at_counter(draft_id, of=request.actor, at=request.moment)
    looks.at_drafts(
        [found.draft], by=request.actor, at=request.moment, kinds=WHOLE, place="desk.counter"
    )
    form = found.procedure.form
    errors = asking.errors_of(found.troubles, form) if is_told else {}
    answers = cast(dict[str, model.Json], dict(found.draft.answers))
    pages = [
        (
            page.title.in_language(asking.language()),
            [asking.question(form, field, answers, errors) for field in page.fields],
        )
        for page in found.pages
    ]
    told = tuple(
        design.Wrong(message, target(path)) for path, said in errors.items() for message in said
    )
    if refusal is not None and not told:
        wrongs = (*wrongs, *shown.wrongs(refusal))
    context = {
        "desk": found,
        "name": found.procedure.facts.name.in_language(asking.language()),
        "pages": pages,
        "papers": [_paper(each, draft_id, errors) for each in found.papers if _is_asked(each)],
        "wrongs": (*wrongs, *told),
        "is_ready": is_told and not told and not wrongs,
        "done": frame.done(request.GET.get("done", "")),
    }
    return frame.page(request, "desk/fill.html", context, here="counter", status=status)


def target(path: str) -> str:
    """Return the id of the input that something wrong stands at."""
    return "field-" + path.replace("papers.", "paper.", 1).replace(".", "-")


def _is_asked(needed: queries.Needed) -> bool:
    return needed.is_needed or bool(needed.files)


def _paper(needed: queries.Needed, draft_id: uuid.UUID, errors: asking.Errors) -> design.Input:
    return paper_input(
        needed.paper,
        needed.files,
        errors,
        address=lambda each: reverse("desk:scan", args=[draft_id, each.attachment_id]),
    )


def paper_input(
    paper: Paper,
    brought: Sequence[Attached],
    errors: asking.Errors,
    *,
    address: Callable[[Attached], str],
) -> design.Input:
    """Return a paper as the page asks for it, with the files brought for it."""
    return design.Input(
        name=f"{PAPER}{paper.id}",
        label=paper.name.in_language(asking.language()),
        widget="file",
        help=paper.basis,
        errors=tuple(errors.get(f"papers.{paper.id}", ())),
        files=tuple(
            design.File(
                name=each.name,
                address=address(each),
                size=each.size,
                remove=str(each.attachment_id),
            )
            for each in brought
        ),
        is_multiple=True,
        is_inner=True,
    )
