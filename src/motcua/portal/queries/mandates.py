"""Reads of the pages about acting for others: lists in words, and the questions of their rules."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from motcua.cases.queries import words as case_words
from motcua.design.values import Choice, Input, Status
from motcua.identity import queries as identity
from motcua.identity.errors import BadMandate, MandateOver
from motcua.identity.queries import mandates
from motcua.identity.values import ACTS, FOLLOW, Actor, Mandate, MandateRow, Terms, Thing
from motcua.kit import clock
from motcua.portal import rules
from motcua.portal.queries import procedures, words
from motcua.portal.values import MandateShown, MandatesShown

Typed = Mapping[str, Sequence[str]]
REPRESENTATIVE, AUTHORISED = "representative", "authorised"
KINDS = ("parent", "guardian", REPRESENTATIVE)
STATES = {
    "waiting": "waiting",
    "active": "done",
    "later": "here",
    "over": "neutral",
    "revoked": "neutral",
}
DAY = timedelta(days=1)


def listed(*, of: Actor, at: datetime) -> MandatesShown:
    """Return for whom a person acts, who acts for them, and what waits for an answer of theirs."""
    found = mandates.mandates(of=of, at=at)
    names = procedures.names()
    shown = [_shown(each, names, of=of) for each in found]
    return MandatesShown(
        held=tuple(each for each in shown if each.is_held),
        given=tuple(each for each in shown if not each.is_held),
    )


def terms(typed: Typed, *, at: datetime) -> Terms:
    """Return what a form says that somebody is authorised to; raises BadMandate."""
    first, last = rules.day(typed, "first"), rules.day(typed, "last")
    if first is None or last is None:
        raise BadMandate(reason="term")
    chosen = frozenset(typed.get("procedures", ()))
    if chosen - procedures.names().keys():
        raise BadMandate(reason="procedures")
    begins = datetime.combine(first, time(), tzinfo=clock.VIETNAM)
    acts = frozenset(typed.get("acts", ()))
    return Terms(
        acts=acts | {FOLLOW} if acts else acts,  # whoever files sees what they filed
        procedures=chosen,
        starts_at=max(begins, at) if first == clock.local(at).date() else begins,
        ends_at=datetime.combine(last, time(), tzinfo=clock.VIETNAM) + DAY,
        reason=rules.typed(typed, "reason"),
    )


def birth_date(typed: Typed) -> date | None:
    """Return the day of birth that a form says, or None for what is no day."""
    return rules.day(typed, "birth_date")


def organisation(said: str, *, of: Actor) -> uuid.UUID | None:
    """Return for which organisation a mandate is given, None for oneself; raises MandateOver."""
    if not said or said == of.key:
        return None
    for each in of.mandates:
        if said == str(each.represented_id) and _gives_for(each, of=of):
            return each.represented_id
    raise MandateOver()


def giving(typed: Typed, *, of: Actor, at: datetime) -> tuple[Input, ...]:
    """Return the questions about a mandate to be given, with what was typed."""
    led = {
        str(each.represented_id): each.represented_name
        for each in of.mandates
        if _gives_for(each, of=of)
    }
    givers = {of.key: _("Myself"), **led}
    asked = (
        _number(typed, _("Personal identification number of the person who is to act")),
        _name(typed, _("Full name of that person")),
        _several(
            "acts", _("What they may do"), {each: words.mandate_act(each) for each in ACTS}, typed
        ),
        _several(
            "procedures",
            _("For which procedures"),
            procedures.names(),
            typed,
            help_text=_("Choose none, and it is for all of them."),
            is_required=False,
        ),
        _day("first", _("From"), typed, otherwise=clock.local(at)),
        _day("last", _("Until, this day included"), typed),
        Input(
            "reason",
            _("Reason"),
            value=rules.typed(typed, "reason")[:500],
            is_required=False,
            is_inner=True,
        ),
    )
    return (
        (_one("giver", _("Who gives the mandate"), givers, typed, of.key), *asked) if led else asked
    )


def asking(typed: Typed) -> tuple[Input, ...]:
    """Return the questions about a mandate by law, with what was typed."""
    kinds = {each: case_words.mandate_kind(each) for each in KINDS}
    return (
        _one("kind", _("What you are"), kinds, typed),
        _number(
            typed,
            _("Number"),
            help_text=_("The child's personal identification number, or the enterprise code."),
            widget="text",
        ),
        _name(typed, _("Full name of the child, or name of the company")),
        _day("birth_date", _("Date of birth of the child"), typed, is_required=False),
        Input(
            "address",
            _("Address of the company"),
            value=rules.typed(typed, "address")[:300],
            is_required=False,
            is_inner=True,
        ),
    )


def _gives_for(mandate: Mandate, *, of: Actor) -> bool:
    """Return whether a person gives mandates in the name of an organisation: who represents it by law."""
    asked = Thing("mandate", owner_id=mandate.represented_id)
    return mandate.kind == REPRESENTATIVE and identity.decide(of, "give", asked).is_allowed


def _shown(row: MandateRow, names: Mapping[str, str], *, of: Actor) -> MandateShown:
    is_held = row.holder_id == of.id
    is_waiting, is_lasting = row.state == "waiting", row.state in ("waiting", "active", "later")
    is_by_law = row.kind != AUTHORISED
    state = {
        "waiting": _("waits at the one-stop shop") if is_by_law else _("waits for an answer"),
        "active": _("in force"),
        "later": _("begins later"),
        "over": _("over"),
        "revoked": _("ended"),
    }[row.state]
    return MandateShown(
        row=row,
        is_held=is_held,
        kind=case_words.mandate_kind(row.kind),
        status=Status(state, STATES[row.state]),
        acts=", ".join(words.mandate_act(each) for each in row.acts),
        procedures=", ".join(names.get(each, each) for each in row.procedures),
        may_accept=is_held and is_waiting and not is_by_law,
        may_end=is_lasting and (is_held or row.kind not in ("parent", "guardian")),
        goes_to_counter=is_held and is_waiting and is_by_law,
    )


def _number(typed: Typed, label: str, *, help_text: str = "", widget: str = "personal_id") -> Input:
    value = rules.typed(typed, "number")[:20]
    return Input("number", label, widget=widget, help=help_text, value=value, is_inner=True)


def _name(typed: Typed, label: str) -> Input:
    return Input("name", label, value=rules.typed(typed, "name")[:200], is_inner=True)


def _one(
    name: str, label: str, offered: Mapping[str, str], typed: Typed, otherwise: str = ""
) -> Input:
    chosen = rules.typed(typed, name) or otherwise
    choices = tuple(Choice(key, said, is_chosen=key == chosen) for key, said in offered.items())
    return Input(name, label, widget="radio", choices=choices, is_inner=True)


def _several(
    name: str,
    label: str,
    offered: Mapping[str, str],
    typed: Typed,
    *,
    help_text: str = "",
    is_required: bool = True,
) -> Input:
    chosen = typed.get(name, ())
    choices = tuple(Choice(key, said, is_chosen=key in chosen) for key, said in offered.items())
    return Input(
        name,
        label,
        widget="checkbox",
        help=help_text,
        choices=choices,
        is_required=is_required,
        is_multiple=True,
        is_inner=True,
    )


def _day(
    name: str,
    label: str,
    typed: Typed,
    *,
    otherwise: datetime | None = None,
    is_required: bool = True,
) -> Input:
    parts = rules.boxes(typed, name)
    if otherwise is not None and not any(parts):
        parts = str(otherwise.day), str(otherwise.month), str(otherwise.year)
    return Input(
        name, label, widget="date", day_parts=parts, is_required=is_required, is_inner=True
    )
