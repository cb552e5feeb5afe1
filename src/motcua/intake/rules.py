"""Pure rules of intake: who may work on a draft, what can be stored, what may still be missing."""

import json
import math
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from motcua.engines.calendar.office import Calendar
from motcua.engines.forms.model import Form
from motcua.engines.procedure import filing as filings
from motcua.engines.procedure.model import APPLICANT_KINDS, CHANNELS, Paper, Procedure
from motcua.engines.procedure.situation import Filing
from motcua.identity.errors import AssuranceNeeded, MandateOver
from motcua.identity.values import Actor, Authority
from motcua.intake.errors import (
    UNSTORABLE,
    BadChannel,
    BadKey,
    NobodyNamed,
    NoSuchPaper,
    NotAtThisCounter,
    NotForThisKind,
    NotHandledHere,
    NotOnline,
    TooMuchText,
    Unstorable,
)
from motcua.intake.values import MayBegin
from motcua.kit.errors import Field

COUNTER_ROLE = "intake"
ONLINE = "online"
CITIZEN = "citizen"
NUMBER = "personal_id"  # the widget of a personal identification number
SECTOR = "sector"
MAX_ANSWERS = 64 * 1024  # bytes of the answers as JSON
MAX_DEPTH = 16  # of lists and mappings in the answers
MAX_BITS = 1_024  # of a whole number; what validating refuses anyway, kept small enough to store
MAX_NAME = 150  # characters of the name of a file
MAX_DRAFTS = 100  # open at once for one person
MAX_FILES = 50  # of one draft and its filing
KEY = re.compile(r"[0-9A-Za-z._:-]{8,100}")
MILLISECOND = timedelta(milliseconds=1)


def check_opening(*, channel: str, may: MayBegin, by: Actor, for_person: Actor | None) -> Actor:
    """Return whose draft it will be: online one's own or of whom one acts for, anybody's at the counter.

    `may` is what the policy says of that person's own and of the counter.

    Raises BadChannel, NotAtThisCounter, MandateOver, NobodyNamed.
    """
    if channel not in CHANNELS:
        raise BadChannel(channel=channel[:40])
    if channel == ONLINE:
        if not may.own:
            raise MandateOver() if for_person else NotAtThisCounter()
        return for_person or by
    if not may.at_counter:
        raise NotAtThisCounter()
    if for_person is None:
        raise NobodyNamed()
    return for_person


def check_level(procedure: Procedure, *, authority: Authority) -> None:
    """Check that a procedure is of an authority's level; raises NotHandledHere.

    A sector's office in the place (police, tax) works procedures of its own at either level.
    """
    if authority.level not in {procedure.facts.level, SECTOR}:
        raise NotHandledHere(authority=authority.name)


def check_applicant(procedure: Procedure, *, channel: str, applicant_kind: str) -> None:
    """Check that a procedure is for this kind of applicant, this way; NotForThisKind, NotOnline."""
    facts = procedure.facts
    if applicant_kind not in APPLICANT_KINDS or applicant_kind not in facts.applicants:
        raise NotForThisKind(kinds=facts.applicants)
    if channel == ONLINE and facts.online == "information":
        raise NotOnline()


def check_kind(applicant_kind: str, *, is_organisation: bool) -> None:
    """Check that an organisation does not apply as a citizen; raises NotForThisKind."""
    if is_organisation and applicant_kind == CITIZEN:
        raise NotForThisKind(kinds=[each for each in APPLICANT_KINDS if each != CITIZEN])


def check_assurance(procedure: Procedure, *, channel: str, by: Actor) -> None:
    """Check that a person showed enough of who they are to file online; raises AssuranceNeeded.

    At the counter the clerk sees the person; our own code, which came through no door, is not asked.
    """
    wanted = procedure.facts.assurance
    if channel == ONLINE and by.assurance is not None and by.assurance.level < wanted:
        raise AssuranceNeeded(level=wanted)


def paper(procedure: Procedure, paper_id: str) -> Paper:
    """Return a paper of a procedure by its id; raises NoSuchPaper with those there are."""
    for each in procedure.facts.papers:
        if each.id == paper_id:
            return each
    known = ", ".join(each.id for each in procedure.facts.papers)
    raise NoSuchPaper(paper=printable(paper_id)[:40], papers=known)


def check(
    procedure: Procedure,
    filing: Filing,
    *,
    calendar: Calendar,
    papers_held: Collection[str],
    supplements: int,
) -> filings.Checked:
    """Return what may be kept of a filing and everything that is wrong with it."""
    held = {each.register for each in procedure.facts.papers if each.id in papers_held}
    return filings.validate(
        procedure, filing, calendar=calendar, supplements=supplements, held=held - {""}
    )


def people(form: Form, answers: Mapping[str, object]) -> frozenset[str]:
    """Return every personal number among the answers: the people, beside the applicant, they are about."""
    told: set[str] = set()
    for field in form.fields:
        value = _at(answers, field.path)
        if field.widget == NUMBER and isinstance(value, str):
            told.add(value)
        names = [part.name for part in field.parts if part.widget == NUMBER]
        for row in value if names and isinstance(value, list | tuple) else (value,):
            if isinstance(row, Mapping):
                told |= {str(row[name]) for name in names if row.get(name)}
    return frozenset(told)


def _at(answers: object, path: tuple[str, ...]) -> object:
    for name in path:
        answers = answers.get(name) if isinstance(answers, Mapping) else None
    return answers


def check_key(key: str) -> None:
    """Check the form of an idempotency key; raises BadKey."""
    if not KEY.fullmatch(key):
        raise BadKey()


def next_version(at: datetime, *, previous: datetime | None = None) -> datetime:
    """Return the moment that names a saved state: whole milliseconds, later than the one before.

    JSON as Django writes it has no finer moments, and a clock that jumps back must not repeat one.
    """
    moment = at.replace(microsecond=at.microsecond // 1_000 * 1_000)
    return moment if previous is None else max(moment, previous + MILLISECOND)


def check_storable(answers: Mapping[str, object]) -> None:
    """Check that answers, however wrong, can be stored as PostgreSQL's jsonb (RFC 8259 less NUL).

    Raises Unstorable with every place, and TooMuchText over MAX_ANSWERS bytes.
    """
    faults = list(_unstorable(answers, ("answers",)))
    if faults:
        raise Unstorable(faults[:100])
    size = len(json.dumps(answers, ensure_ascii=False).encode())
    if size > MAX_ANSWERS:
        raise TooMuchText(size=size, most=MAX_ANSWERS)


def clean_name(name: str, *, otherwise: str) -> str:
    """Return a file's name without path, control and direction marks, at most MAX_NAME characters.

    The ending stays when the name is cut; a name of which nothing is left becomes `otherwise`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    clean = " ".join(printable(last).split()).strip(". ")
    if len(clean) > MAX_NAME:
        stem, dot, ending = clean.rpartition(".")
        kept = f"{dot}{ending}" if stem and len(ending) <= 10 else ""
        clean = clean[: MAX_NAME - len(kept)].rstrip() + kept
    return clean or otherwise


def printable(text: str) -> str:
    """Return a text without characters that are not printed: control, format, unassigned, alone."""
    return "".join(sign for sign in text if unicodedata.category(sign)[0] != "C")


def _unstorable(value: object, path: tuple[str, ...]) -> Iterator[Field]:
    """Yield every place in a JSON value that cannot be stored."""
    if len(path) > MAX_DEPTH:
        yield _fault(path, "too_deep")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(key, str) and _is_text(key):
                yield from _unstorable(inner, (*path, key))
            else:
                yield _fault(path, "bad_key")
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _unstorable(inner, (*path, str(number)))
    else:
        yield from _unstorable_leaf(value, path)


def _unstorable_leaf(value: object, path: tuple[str, ...]) -> Iterator[Field]:
    if isinstance(value, str):
        if not _is_text(value):
            yield _fault(path, "control_characters")
    elif isinstance(value, float):
        if not math.isfinite(value):
            yield _fault(path, "not_finite")
    elif isinstance(value, int):
        if value.bit_length() > MAX_BITS:
            yield _fault(path, "too_large")
    elif value is not None:
        yield _fault(path, "type")


def _is_text(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _fault(path: tuple[str, ...], code: str) -> Field:
    return Field(".".join(printable(part)[:80] for part in path), code, UNSTORABLE[code])
