"""Reads: the home page, search, the page of a procedure, and what must be known to begin a draft."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.catalogue import queries as catalogue
from motcua.catalogue.values import Listed, PublishedProcedure
from motcua.design import rules as design
from motcua.design.values import Choice, File, Flow, Input, Paper, Step
from motcua.engines.decisions import model as decisions
from motcua.engines.procedure import model as engine
from motcua.identity import queries as identity
from motcua.identity.queries import mergers
from motcua.identity.values import Actor, Authority
from motcua.intake import queries as intake
from motcua.intake.errors import NotHandledHere
from motcua.portal import rules
from motcua.portal.errors import NoSuchPlace
from motcua.portal.queries import acting, words
from motcua.portal.values import (
    Beginning,
    DraftRow,
    Noted,
    PaperShown,
    ProcedurePage,
    ProcedureRow,
    Search,
    TableRow,
)

POPULAR = 6
ONLINE = "online"
FOUND = 20
MOST = 100  # what the catalogue gives at once


def popular(*, at: datetime) -> tuple[ProcedureRow, ...]:
    """Return the procedures that the home page lists: the most used ones."""
    return tuple(_row(each) for each in catalogue.most_used(limit=POPULAR, at=at))


def search(query: str, *, after: str = "", life_event: str = "") -> Search:
    """Return what a search finds, diacritics or not, or the procedures of an event in life."""
    if life_event in words.LIFE_EVENTS:
        listed = catalogue.published(limit=MOST).items
        rows = tuple(
            _row(each)
            for each in listed
            if catalogue.compiled(each.version_id).facts.life_event == life_event
        )
        return Search("", rows, "", life_event)
    page = catalogue.published(search=query, after=after, limit=FOUND)
    return Search(query, tuple(_row(each) for each in page.items), page.after)


def names() -> dict[str, str]:
    """Return the names of procedures by code, in the reader's language, in one query."""
    language = _language()
    return {
        each.code: each.name_en if language == "en" else each.name_vi
        for each in catalogue.published(limit=MOST).items
    }


def name_of(version_id: int) -> str:
    """Return the name of a procedure as a version has it."""
    return catalogue.compiled(version_id).facts.name.in_language(_language())


def page(code: str) -> ProcedurePage:
    """Return a procedure as people read it; raises NoSuchProcedure."""
    return _page(catalogue.current(code))


def flow(found: ProcedurePage) -> Flow:
    """Return the picture of a procedure's steps with its text twin."""
    return Flow(
        steps=tuple(Step(each.name) for each in found.steps),
        address=reverse("portal:flow", args=[found.code]),
        is_of_case=False,
    )


def checklist(found: ProcedurePage) -> tuple[Paper, ...]:
    """Return what to prepare; papers that a register holds are sent only where it does not answer."""
    return tuple(Paper(each.name, _paper_note(each)) for each in found.papers)


def place_question(found: Beginning, *, chosen: str = "") -> Input:
    """Return the question where the request is filed."""
    known = "" if chosen else next((each.value for each in found.places if each.is_chosen), "")
    return Input(
        name="place",
        label=_("Where do you want to apply?"),
        widget="select",
        help=_("Mostly where you live; for a house or a shop, where it stands."),
        choices=tuple(
            replace(each, is_chosen=each.value == (chosen or known)) for each in found.places
        ),
        source=_("Chosen from your address. Change it if it is wrong.") if known else "",
    )


def kind_question(found: Beginning, *, chosen: str = "") -> Input:
    """Return the question as what a person applies."""
    return Input(
        name="kind",
        label=_("As what do you apply?"),
        widget="radio",
        choices=tuple(
            replace(each, is_chosen=each.value == chosen if chosen else each.is_chosen)
            for each in found.kinds
        ),
    )


def whom_question(found: Beginning, *, chosen: str = "") -> Input:
    """Return the question for whom a person applies: themselves, or somebody by a mandate."""
    return Input(
        name="whom",
        label=_("Whom do you apply for?"),
        help=_("The case will be theirs; it says that you filed it for them."),
        widget="radio",
        choices=tuple(
            replace(each, is_chosen=each.value == (chosen or acting.ONESELF)) for each in found.whom
        ),
    )


def beginning(code: str, *, of: Actor | None) -> Beginning:
    """Return what a person chooses before a draft begins; raises NoSuchProcedure."""
    facts = catalogue.current(code).procedure.facts
    home = identity.person(of.id).address if of else ""
    led = mergers.places(level=facts.level)  # who lives where there is no authority any more
    near = [place for place in led if place and place in home]
    chosen = led.get(max(near, key=len, default=""), "")
    places = sorted(set(led.values()))
    kinds = tuple(
        Choice(kind, words.applicant(kind), is_chosen=kind == facts.applicants[0])
        for kind in facts.applicants
    )
    return Beginning(
        code=code,
        name=facts.name.in_language(_language()),
        places=tuple(Choice(each, each, is_chosen=each == chosen) for each in places),
        kinds=kinds,
        drafts=tuple(each for each in drafts(of=of) if each.procedure_code == code) if of else (),
        whom=acting.whom(code, facts.applicants, of=of) if of else (),
    )


def authority_in(place: str, *, code: str) -> Authority:
    """Return the authority that handles a procedure in a place; raises NoSuchPlace.

    A place has few: its People's Committee, its police, its tax office. Where these were merged into
    those of another place, it is there.
    """
    procedure = catalogue.current(code).procedure
    there = mergers.places(level=procedure.facts.level).get(place, place)
    near = [each for each in identity.authorities() if each.place == there]
    # A sector's office can borrow the units of the authority above it: that one itself comes first.
    for authority in sorted(near, key=lambda each: each.level != procedure.facts.level):
        try:
            intake.counter_of(procedure, authority)
        except NotHandledHere:
            continue
        return authority
    raise NoSuchPlace()


def drafts(*, of: Actor) -> tuple[DraftRow, ...]:
    """Return the drafts that a person did not send yet, for themselves or for others, newest first."""
    represented = {each.represented_id for each in of.mandates}
    return tuple(
        DraftRow(
            each.id,
            each.procedure_code,
            name_of(each.version_id),
            each.updated_at,
            acting.acts_for(each.person_id, of.mandates),
        )
        for each in intake.drafts(of=of)
        if each.channel == "online" and (each.person_id == of.id or each.person_id in represented)
    )


def paper(
    asked: engine.Paper, *, is_needed: bool = True, error: str = "", files: tuple[File, ...] = ()
) -> PaperShown:
    """Return a paper as people read it, with the files that stand for it."""
    return PaperShown(
        id=asked.id,
        name=asked.name.in_language(_language()),
        kind=words.paper_kind(asked.kind),
        quantity=asked.quantity,
        basis=asked.basis,
        accepts=",".join(words.endings(asked.media)),
        types=words.types(asked.media),
        takes_pictures=bool({"jpeg", "png"} & set(asked.media)),
        register=words.register(asked.register),
        is_needed=is_needed,
        files=files,
        error=error,
    )


def _language() -> str:
    return (get_language() or "vi").split("-")[0]


def _row(listed: Listed) -> ProcedureRow:
    procedure = catalogue.compiled(listed.version_id)
    return ProcedureRow(
        code=listed.code,
        name=procedure.facts.name.in_language(_language()),
        level=words.level(procedure.facts.level),
        time_words=_time_words(procedure),
        fee_words=_fee_words(procedure),
        online=procedure.facts.online,
    )


def _page(found: PublishedProcedure) -> ProcedurePage:
    procedure, facts, language = found.procedure, found.procedure.facts, _language()
    fee = facts.fee
    exemptions = fee.exemptions if fee else ()
    return ProcedurePage(
        code=found.code,
        name=facts.name.in_language(language),
        summary=facts.summary.in_language(language),
        field=facts.field.name.in_language(language),
        level=words.level(facts.level),
        online=facts.online,
        assurance=facts.assurance,
        version=found.version,
        published_at=found.published_at,
        applicants=tuple(words.applicant(each) for each in facts.applicants),
        conditions=tuple(
            Noted(each.message.in_language(language), each.basis) for each in facts.eligibility
        ),
        papers=tuple(
            paper(each, is_needed=each.required is True)
            for each in facts.papers
            if _may_be_needed(each)
        ),
        fee_name=fee.name.in_language(language) if fee else "",
        fees=tuple(_fees(procedure)),
        fee_words=_fee_words(procedure),
        exemptions=tuple(
            Noted(each.words.in_language(language), each.basis) for each in exemptions
        ),
        times=tuple(_times(procedure)),
        time_words=_time_words(procedure),
        steps=rules.steps(procedure.flow, done=(), here=(), waits=()),
        legal_basis=tuple(Noted(each.name, each.articles) for each in facts.legal_basis),
        result=facts.result.name.in_language(language),
        samples=tuple(each.note.in_language(language) for each in facts.samples),
        sample_paths=frozenset(each.path.split(".")[0] for each in facts.samples),
    )


def _may_be_needed(asked: engine.Paper) -> bool:
    """Return whether an online filing may need a paper: some are for the counter alone."""
    if isinstance(asked.required, bool):
        return asked.required
    if asked.required.names <= {"case.channel"}:
        return asked.required.evaluate({"case": {"channel": ONLINE}, "answers": {}}) is True
    return True


def _fees(procedure: engine.Procedure) -> Iterator[TableRow]:
    fee = procedure.facts.fee
    if fee is None:
        return
    for rule in procedure.tables[fee.table].rules:
        written = rule.outputs["amount"].source if "amount" in rule.outputs else ""
        told = design.money(int(written)) if written.isdecimal() else ""
        yield TableRow(told, rule.note)


def _times(procedure: engine.Procedure) -> Iterator[TableRow]:
    for rule in procedure.tables[procedure.facts.time.table].rules:
        yield TableRow(_period(rule), rule.note)


def _period(rule: decisions.Rule) -> str:
    amount, unit = (
        rule.outputs[name].source.strip("\"'") if name in rule.outputs else ""
        for name in ("amount", "unit")
    )
    return words.period(int(amount), unit) if amount.isdecimal() else _("by what you declare")


def _time_words(procedure: engine.Procedure) -> str:
    table = procedure.tables[procedure.facts.time.table]
    return _either(tuple(dict.fromkeys(_period(rule) for rule in table.rules)))


def _fee_words(procedure: engine.Procedure) -> str:
    fee = procedure.facts.fee
    if fee is None:
        return _("free")
    written = rules.literals(procedure.tables[fee.table], "amount")
    amounts = sorted({int(each) for each in written if each.isdecimal()})
    is_open = any(not each.isdecimal() for each in written)
    payable = [each for each in amounts if each]
    if not payable:
        return _("by what you declare") if is_open else _("free")
    least = design.money(payable[0])
    if len(payable) > 1 or is_open:
        least = _("from %(amount)s") % {"amount": least}
    if 0 in amounts:
        return _("%(amount)s, or free") % {"amount": least}
    return least


def _paper_note(shown: PaperShown) -> str:
    parts = [shown.kind, shown.types]
    if not shown.is_needed:
        parts.append(_("only in some cases; the form tells you"))
    if shown.register:
        parts.append(
            _("the State keeps it in %(register)s; send it until that link is connected")
            % {"register": shown.register}
        )
    return " · ".join(parts)


def _either(told: Sequence[str]) -> str:
    if len(told) < 2:
        return "".join(told)
    return _("%(one)s or %(other)s") % {"one": ", ".join(told[:-1]), "other": told[-1]}
