"""Reads: my data — who looked at it and what came of what I said of that."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.identity.values import Actor
from motcua.privacy import values
from motcua.privacy.queries import complaints, looks

KINDS: Mapping[str, str | Promise] = {
    "identity": lazy("your name and identification number"),
    "contact": lazy("your phone, e-mail and address"),
    "answers": lazy("what you wrote"),
    "papers": lazy("papers you sent"),
    "documents": lazy("results issued to you"),
    "history": lazy("what happened in your case"),
    "cases": lazy("which cases you have"),
    "payments": lazy("what you paid"),
}
PLACES: Mapping[str, str | Promise] = {
    "desk.case": lazy("opened your case"),
    "desk.supplement": lazy("took what you brought to the counter"),
    "desk.sign": lazy("read your case before signing"),
    "desk.list": lazy("saw you in a list of work"),
    "desk.search": lazy("found you by a search"),
    "desk.paper": lazy("opened a paper you sent"),
    "desk.preview": lazy("drew the draft of your result"),
    "desk.slip": lazy("printed a slip of your case"),
    "desk.document": lazy("opened a result of yours"),
    "desk.register": lazy("saw you in the case register"),
    "desk.register-pdf": lazy("printed the case register"),
    "desk.register-export": lazy("exported the case register"),
    "desk.counter": lazy("filled in a filing for you at the counter"),
    "desk.scan": lazy("opened a paper scanned in for you"),
    "desk.privacy": lazy("handled what you asked about your data"),
    "desk.bulk": lazy("did something with several tasks at once, yours among them"),
    "desk.operation": lazy("read what came of work on several cases"),
    "portal.case": lazy("opened your case"),
    "portal.slip": lazy("printed a slip of your case"),
    "portal.paper": lazy("opened a paper you sent"),
    "portal.proofs": lazy("took a proof of what happened in your case"),
    "portal.pay": lazy("saw what you have to pay"),
    "desk.mandates": lazy("saw who acts for whom at the counter"),
}


@dataclass(frozen=True, slots=True)
class LookRow:
    """A look in plain words."""

    look: values.Look
    what: str  # what was done
    kinds: str  # which data it showed
    why: str
    complaint: values.Complaint | None = None


@dataclass(frozen=True, slots=True)
class LooksPage:
    """A page of looks; `before` asks for the next one, None when there is none."""

    rows: tuple[LookRow, ...]
    before: int | None


def who_looked(of: Actor, *, before: int | None = None, limit: int = 25) -> LooksPage:
    """Return who looked at a person's data, newest first: three queries, whatever their number."""
    found = looks.at_data_of(of.id, number=of.personal_id, before=before, limit=limit)
    said = {each.look.id: each for each in complaints.own(of)}
    return LooksPage(tuple(_row(each, said.get(each.id)) for each in found.rows), found.before)


def look(look_id: int, *, of: Actor) -> LookRow:
    """Return one look at one's own data; raises NoSuchLook."""
    found = looks.one(look_id, of=of.id, number=of.personal_id)
    said = {each.look.id: each for each in complaints.own(of)}
    return _row(found, said.get(look_id))


def _row(found: values.Look, complaint: values.Complaint | None) -> LookRow:
    place = PLACES.get(found.place)
    if place is None:
        program = found.place.startswith("api.")
        place = _("a program of the office fetched it") if program else found.place
    # Whose case it is, and what else stands in it, is not theirs to know.
    where = _("what stands of you in what somebody else sent")
    return LookRow(
        look=found,
        what=_("read a filing that names you") if found.is_named else str(place),
        kinds=where if found.is_named else ", ".join(str(KINDS[each]) for each in found.kinds),
        why=why(found),
        complaint=complaint,
    )


def why(found: values.Look) -> str:
    """Return the purpose of a look in words; where none was given it says so."""
    if found.purpose_kind == "task":
        task = found.purpose_text
        return _("To work on it: %(task)s") % {"task": task} if task else _("To work on it")
    if found.purpose_kind == "own":
        return _("Acts for you")
    return found.purpose_text or _("No reason was given")
