"""Reads: what a person may ask about their data, what they agreed to, and all of it as one export."""

import dataclasses
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.cases.queries import cases
from motcua.design import values as design
from motcua.documents import queries as documents
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.intake import queries as intake
from motcua.payments import queries as payments
from motcua.privacy.queries import complaints, consents, looks, requests

KINDS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "see": (_("See my data"), _("A copy of all that the office has of you")),
    "correct": (_("Correct my data"), _("Say what is wrong and what is right")),
    "erase": (_("Erase my data"), _("What no law asks to keep is erased")),
    "restrict": (_("Restrict its use"), _("Say which use should stop for a time")),
    "object": (_("Object to a use"), _("Say which use you object to, and why")),
}
STATES: Mapping[str, tuple[str | Promise, str]] = {
    "filed": (_("Sent"), "waiting"),
    "taken_up": (_("Being worked on"), "here"),
    "granted": (_("Done"), "done"),
    "refused": (_("Refused"), "late"),
    "withdrawn": (_("Taken back"), "neutral"),
    "lifted": (_("Lifted"), "neutral"),
}
MOST_CASES = 500
MOST_LOOKS = 100


def status(state: str) -> design.Status:
    """Return the state of a request as people read it."""
    word, tone = STATES[state]
    return design.Status(str(word), tone)


def authorities(of: Actor) -> Sequence[tuple[str, str]]:
    """Return whom a person may ask: where they have cases, or else every authority."""
    found = {each.authority_code for each in cases.own_cases(of, limit=MOST_CASES)}
    if found:
        return sorted(identity.authority_names(found).items())
    return [(each.code, each.name) for each in identity.authorities()]


def export(of: Actor, *, at: datetime) -> Mapping[str, object]:
    """Return all that is held of a person, as plain values for JSON.

    A few queries for each case: it is made when asked for, not for a page that is opened often.
    """
    own = cases.own_cases(of, limit=MOST_CASES)
    found = looks.at_data_of(of.id, number=of.personal_id, limit=MOST_LOOKS)
    return {
        "made_at": at.isoformat(),
        "person": _plain(identity.person(of.id)),
        "drafts": [_plain(each) for each in intake.drafts(of=of)],
        "cases": [_case(each.code, of=of) for each in own],
        "documents": [_plain(each) for each in documents.issued_for([each.code for each in own])],
        "payments": [_plain(due) for each in own for due in payments.dues(each.code)],
        "consents": [_plain(each) for each in consents.of(of.id, at=at)],
        "requests": [_plain(each) for each in requests.own(of)],
        "complaints": [_plain(each) for each in complaints.own(of)],
        "who_looked": [_plain(each) for each in found.rows],
    }


def _case(code: str, *, of: Actor) -> Mapping[str, object]:
    found = cases.case_of(code, reader=of)
    filing = intake.filing(found.filing_id)
    return {
        **dict(_record(found.summary)),
        "channel": filing.channel,
        "answers": filing.answers,
        "papers": [_plain(each) for each in filing.papers],
        "former_answers": [_plain(each) for each in intake.revisions(found.filing_id)],
        "slips": [_plain(each) for each in found.slips],
    }


def _record(value: object) -> Mapping[str, object]:
    found = _plain(value)
    return found if isinstance(found, Mapping) else {}


def _plain(value: object) -> object:
    """Return a value as JSON knows it."""
    if dataclasses.is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
