"""Reads: for whom else a person acts, as the pages of the site ask and say it."""

import uuid
from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from motcua.cases.queries import words
from motcua.design.values import Choice
from motcua.identity import queries as identity
from motcua.identity.errors import MandateOver
from motcua.identity.values import FILE, Actor, Mandate, Thing

ONESELF, CITIZEN, ENTERPRISE = "self", "citizen", "enterprise"


def whom(code: str, applicants: Collection[str], *, of: Actor) -> tuple[Choice, ...]:
    """Return for whom a person may file a procedure; nothing where it is only for themselves."""
    found = tuple(
        Choice(
            str(each.represented_id),
            each.represented_name,
            help=words.mandate_kind(each.kind),
        )
        for each in of.mandates
        if _may_begin(code, each.represented_id, of=of)
        and (ENTERPRISE if each.is_organisation else CITIZEN) in applicants
    )
    return (Choice(ONESELF, _("Myself")), *dict.fromkeys(found)) if found else ()


def chosen(said: str, *, code: str, of: Actor) -> tuple[uuid.UUID | None, bool]:
    """Return for whom a person files, None for themselves, and whether that is an organisation.

    Raises MandateOver for anybody whom they do not represent, or not any more.
    """
    if said in ("", ONESELF):
        return None, False
    try:
        whose = uuid.UUID(said)
    except ValueError:
        raise MandateOver() from None
    found = of.mandate(FILE, owner_id=whose, procedure=code)
    if found is None or not _may_begin(code, whose, of=of):
        raise MandateOver()
    return whose, found.is_organisation


def acts_for(person_id: uuid.UUID, mandates: Iterable[Mandate]) -> str:
    """Return the name of somebody else whose case or draft it is; "" for one's own."""
    names = (each.represented_name for each in mandates if each.represented_id == person_id)
    return next(names, "")


def _may_begin(code: str, whose: uuid.UUID, *, of: Actor) -> bool:
    asked = Thing("draft", owner_id=whose, procedure=code)
    return identity.decide(of, "begin", asked).is_allowed
