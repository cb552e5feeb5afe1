"""What a draft at the counter looks like on a page: the form as asked now, papers, fee and appointment."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import cast

from django.utils.translation import get_language, override

from motcua.cases.queries import page
from motcua.cases.values import CasePage
from motcua.catalogue import queries as catalogue
from motcua.documents import queries as documents
from motcua.engines.decisions.errors import Undecided
from motcua.engines.expressions.errors import EvaluationFailed
from motcua.engines.forms import model, validate
from motcua.engines.procedure import filing as engine
from motcua.engines.procedure.model import Paper, Procedure
from motcua.engines.procedure.situation import Filing
from motcua.identity import queries as identity
from motcua.identity.values import Actor, Person
from motcua.intake import queries as intake
from motcua.intake.values import Draft, Trouble
from motcua.intake.values import Paper as Attached
from motcua.kit import clock
from motcua.privacy.queries import breaches, law, looks, requests
from motcua.privacy.values import OFFICER

YEAR = timedelta(days=365)
KNOWN = {  # what is known of a person, as the fields of a form name it in `prefill`
    "population.full_name": "name",
    "population.name": "name",
    "population.personal_id": "personal_id",
    "population.residence": "address",
    "population.address": "address",
    "population.phone": "phone",
    "population.email": "email",
}


@dataclass(frozen=True, slots=True)
class Needed:
    """A paper of the filing, with the files brought for it and what is wrong."""

    paper: Paper
    name: str
    is_needed: bool
    files: tuple[Attached, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Desk:
    """A draft at the counter: what is asked now, what was brought, what stands in the way."""

    draft: Draft
    procedure: Procedure
    person: Person
    pages: tuple[model.Page, ...]  # those shown, with only the fields that are asked
    papers: tuple[Needed, ...]
    troubles: tuple[Trouble, ...]
    fee: int | None  # đồng; None while the answers do not tell
    due_at: datetime | None  # the appointment, were it accepted now


def prefilled(draft: Draft) -> dict[str, object]:
    """Return the answers that are known of a person; none of who objected to it with the authority."""
    whose, where = draft.person_id, draft.authority_id
    if requests.holds("object", person_id=whose, authority_id=where):
        return {}
    procedure, person = catalogue.compiled(draft.version_id), identity.person(whose)
    answers: dict[str, object] = {}
    for field in procedure.form.fields:
        value = getattr(person, KNOWN.get(field.prefill, ""), "") if field.prefill in KNOWN else ""
        if value and not field.is_hidden and field.widget != "table" and not field.parts:
            _put(answers, field.path, str(value))
    return answers


def authorities_served(of: Actor) -> tuple[str, ...]:
    """Return the codes of the authorities that a counter may file for: its own, then those under it."""
    counters = {unit for unit, _roles in identity.reach(of, "begin", "filing").works}
    own = tuple(dict.fromkeys(post.authority_code for post in of.posts if post.unit_id in counters))
    everything = identity.authorities()
    names = {each.name for each in everything if each.code in own}
    return (*own, *(each.code for each in everything if each.parent_name in names))


def at_counter(draft_id: uuid.UUID, *, of: Actor, at: datetime) -> Desk:
    """Return a draft as the page shows it; raises NoSuchDraft when it is not of the reader's counter."""
    draft = intake.own_draft(draft_id, of=of)
    procedure = catalogue.compiled(draft.version_id)
    calendar = identity.office_calendar(draft.authority_id)
    sent = Filing(
        answers=draft.answers,
        channel=draft.channel,
        applicant_kind=draft.applicant_kind,
        filed_at=at,
        papers=tuple(each.paper_id for each in draft.papers),
    )
    found = validate.validate(
        procedure.form,
        dict(draft.answers),
        context={"case": _case(draft, at)},
        working_days=calendar.working_days_between,
    )
    troubles = intake.troubles(draft_id, of=of, at=at) if draft.is_open else ()
    accepted = engine.validate(procedure, sent, calendar=calendar).filing
    fee: int | None = None
    due_at: datetime | None = None
    needed: Sequence[Paper] = procedure.facts.papers
    try:
        needed = engine.papers_needed(procedure, accepted, calendar=calendar)
        fee = engine.fee(procedure, accepted, calendar=calendar)
        due_at = engine.due_if_accepted(procedure, accepted, calendar=calendar, at=at)
    except (Undecided, EvaluationFailed):
        pass  # the answers so far do not tell; the page then says nothing of fee and time
    return Desk(
        draft=draft,
        procedure=procedure,
        person=identity.person(draft.person_id),
        pages=_pages(procedure.form, found),
        papers=_papers(procedure, draft, {each.id for each in needed}, troubles),
        troubles=troubles,
        fee=fee,
        due_at=due_at,
    )


@dataclass(frozen=True, slots=True)
class Supplement:
    """A case that waits for a supplement, as the counter takes it: what was asked, answers, files."""

    case: CasePage
    procedure: Procedure
    answers: dict[str, model.Json]
    pages: tuple[model.Page, ...]  # those shown, with only the fields that are asked
    waiting: tuple[Attached, ...]  # files brought and not handed in yet


def supplement(
    code: str,
    *,
    reader: Actor,
    at: datetime,
    answers: Mapping[str, model.Json] | None = None,
) -> Supplement | None:
    """Return a case whose supplement the reader's counter may take now, or None for any other.

    `answers` are those typed so far. Raises NoSuchCase for a case that the reader may not see.
    """
    found = page.case_page(code, reader=reader, at=at)
    if not found.may_take_supplement:
        return None
    filed = intake.filing(found.filing_id)
    procedure = catalogue.compiled(found.version_id)
    said = cast(dict[str, model.Json], dict(filed.answers if answers is None else answers))
    checked = validate.validate(
        procedure.form,
        dict(said),
        context={
            "case": {
                "channel": filed.channel,
                "applicant_kind": filed.applicant_kind,
                "filed_on": clock.local(filed.submitted_at).date(),
                "supplements": found.supplements,
            }
        },
        working_days=identity.office_calendar(filed.authority_id).working_days_between,
    )
    return Supplement(
        case=found,
        procedure=procedure,
        answers=said,
        pages=_pages(procedure.form, checked),
        waiting=intake.waiting(found.filing_id, of=reader),
    )


def _case(draft: Draft, at: datetime) -> Mapping[str, object]:
    return {
        "channel": draft.channel,
        "applicant_kind": draft.applicant_kind,
        "filed_on": clock.local(at).date(),
        "supplements": 0,
    }


def _pages(form: model.Form, found: model.Validated) -> tuple[model.Page, ...]:
    visible = set(found.visible)
    shown = [
        model.Page(page.id, page.title, tuple(each for each in page.fields if each.name in visible))
        for page in form.pages
        if page.id in found.pages
    ]
    return tuple(page for page in shown if page.fields)


def _papers(
    procedure: Procedure, draft: Draft, needed: set[str], troubles: Sequence[Trouble]
) -> tuple[Needed, ...]:
    language = get_language() or "vi"
    said = {each.path: each.message for each in troubles}
    return tuple(
        Needed(
            paper=paper,
            name=paper.name.in_language(language),
            is_needed=paper.id in needed,
            files=tuple(each for each in draft.papers if each.paper_id == paper.id),
            message=said.get(f"papers.{paper.id}", ""),
        )
        for paper in procedure.facts.papers
    )


def _put(tree: dict[str, object], path: model.Path, value: str) -> None:
    place = tree
    for step in path[:-1]:
        below = place.setdefault(step, {})
        if not isinstance(below, dict):
            return
        place = below
    place[path[-1]] = value


@dataclass(frozen=True, slots=True)
class Processed:
    """A procedure with the data that it asks for and how long that is kept."""

    code: str
    name: str
    basic: tuple[str, ...]  # labels of fields
    sensitive: tuple[str, ...]
    granted: int | None  # years that a case with a result is kept; None: for ever
    otherwise: int | None
    basis: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """The dossier of the impact assessment of an authority, drawn from what stands in the system."""

    authority_code: str
    authority_name: str
    made_at: datetime
    officers: tuple[str, ...]  # data protection officers
    basis: str
    purposes: tuple[tuple[str, str, str], ...]  # text, ground, basis
    procedures: tuple[Processed, ...]
    readers: tuple[tuple[str, int], ...]  # unit, looks in a year
    risks: tuple[tuple[str, str], ...]  # risk, measures


def dossiers(of: Actor, *, at: datetime) -> tuple[Dossier, ...]:
    """Return the dossier of each authority of a data protection officer.

    Raises NotProtectionOfficer.
    """
    processed = tuple(_processed())
    names = identity.authority_names(breaches.authorities(of))
    return tuple(
        Dossier(
            authority_code=code,
            authority_name=name,
            made_at=at,
            officers=tuple(
                f"{actor.name}, {post.title}"
                for actor, post in identity.posts_of(code, at=at)
                if OFFICER in post.roles
            ),
            basis=law.limits(at).basis,
            purposes=tuple(
                (law.words(each), each.ground, each.basis) for each in law.purposes(at).values()
            ),
            procedures=processed,
            readers=tuple((each.unit, each.looks) for each in looks.readers(code, since=at - YEAR)),
            risks=tuple(
                (law.in_language(each.texts), law.in_language(each.measures))
                for each in law.risks()
            ),
        )
        for code, name in sorted(names.items())
    )


def dossier_pdf(of: Actor, *, at: datetime) -> bytes:
    """Return the dossiers of a data protection officer as PDF, in Vietnamese, as they are sent.

    Raises NotProtectionOfficer.
    """
    with override("vi"):
        found = [
            asdict(each) | {"made_at": clock.local(at).isoformat()} for each in dossiers(of, at=at)
        ]
    return documents.dossier({"dossiers": found}, at=at)


def _processed() -> Iterator[Processed]:
    language = get_language() or "vi"
    for listed in catalogue.published(limit=catalogue.MAX_PAGE).items:
        found = catalogue.compiled(listed.version_id)
        terms = found.facts.result.retention
        fields = [each for each in found.form.fields if not each.is_hidden]
        yield Processed(
            code=listed.code,
            name=found.facts.name.in_language(language),
            basic=tuple(
                each.label.in_language(language) for each in fields if not each.is_sensitive
            ),
            sensitive=tuple(
                each.label.in_language(language) for each in fields if each.is_sensitive
            ),
            granted=terms.granted,
            otherwise=terms.otherwise,
            basis=terms.basis,
        )
