"""The words of cases in the reader's language: statuses, roles, outcomes, slips."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from motcua.cases.errors import ROLES
from motcua.engines.calendar.model import Period, Unit
from motcua.engines.procedure.status import Status

STATUSES: Mapping[int, str | Promise] = {
    Status.NEW: lazy("Newly filed"),
    Status.ACCEPTED: lazy("Accepted"),
    Status.REFUSED: lazy("Not accepted"),
    Status.PROCESSING: lazy("Being handled"),
    Status.SUPPLEMENT: lazy("Waiting for supplements"),
    Status.PAYMENT: lazy("Waiting for payment"),
    Status.WITHDRAWN: lazy("Withdrawn"),
    Status.STOPPED: lazy("Stopped"),
    Status.PROCESSED: lazy("Result ready"),
    Status.RETURNED: lazy("Result returned"),
}
MANDATES: Mapping[str, str | Promise] = {
    "parent": lazy("Father or mother"),
    "guardian": lazy("Guardian"),
    "authorised": lazy("Authorised person"),
    "representative": lazy("Legal representative"),
}
# How a slip names the right by which somebody filed for another: slips are in Vietnamese.
MANDATE_VI: Mapping[str, str] = {
    "parent": "Cha hoặc mẹ",
    "guardian": "Người giám hộ",
    "authorised": "Ủy quyền trên hệ thống",
    "representative": "Người đại diện theo pháp luật",
}
OUTCOMES: Mapping[str, str | Promise] = {
    "": lazy("Done"),
    "accept": lazy("Accept"),
    "supplement": lazy("Ask for supplements"),
    "refuse": lazy("Do not accept"),
    "approve": lazy("Propose to approve"),
    "reject": lazy("Propose to reject"),
    "forward": lazy("Forward for signature"),
    "send_back": lazy("Send back"),
    "sign": lazy("Sign"),
    "return_result": lazy("Hand over the result"),
    "stop": lazy("Stop the case"),
    "agree": lazy("Agree"),
    "disagree": lazy("Disagree"),
    "clear": lazy("No conflict"),
    "conflict": lazy("In conflict"),
    "confirmed": lazy("Confirmed"),
    "not_found": lazy("Not found"),
    "correct": lazy("Correct"),
    "enough": lazy("The papers are enough"),
    "matches": lazy("Matches the file"),
    "differs": lazy("Differs from the file"),
}
WEIGHTY = frozenset({"refuse", "reject", "stop", "send_back"})
SLIPS: Mapping[int, str | Promise] = {
    1: lazy("Receipt with the appointment"),
    2: lazy("Request for supplements"),
    3: lazy("Refusal to accept"),
    4: lazy("Apology and new appointment"),
    5: lazy("Notice that the case was stopped"),
    6: lazy("Control slip"),
    7: lazy("Register of cases"),
    8: lazy("Hand-over slip"),
}
CHANNELS: Mapping[str, str | Promise] = {
    "counter": lazy("At the counter"),
    "online": lazy("Online"),
    "post": lazy("By post"),
}
PAPER_KINDS: Mapping[str, str | Promise] = {
    "original": lazy("Original"),
    "certified_copy": lazy("Certified copy"),
    "copy": lazy("Copy"),
    "form": lazy("Form"),
}


def restricted() -> str:
    """Return what stands in lists where the person had the use of their data restricted."""
    return _("Use restricted")


def status(number: int) -> str:
    """Return the name of a status."""
    return str(STATUSES[number])


def role(name: str) -> str:
    """Return the word for a role; one of a procedure's own stands as it is."""
    return str(ROLES.get(name, name))


def outcome(name: str) -> str:
    """Return the words on the button of an outcome; one of a procedure's own reads as it is named."""
    return str(OUTCOMES.get(name, name.replace("_", " ").capitalize()))


def mandate_kind(kind: str) -> str:
    """Return by what right somebody acts for another."""
    return str(MANDATES.get(kind, kind))


def slip(form: int) -> str:
    """Return the name of a numbered form."""
    return str(SLIPS.get(form, form))


def channel(name: str) -> str:
    """Return how a case was filed."""
    return str(CHANNELS.get(name, name))


def paper_kind(name: str) -> str:
    """Return the kind of a paper."""
    return str(PAPER_KINDS.get(name, name))


def waiting_for(status_number: int, step: str, unit: str) -> str:
    """Return what a case waits for."""
    if status_number == Status.SUPPLEMENT:
        return _("The applicant: supplements")
    if status_number == Status.PAYMENT:
        return _("The applicant: payment")
    return f"{unit}: {step}" if step else ""


def period(allowed: Period) -> str:
    """Return a statutory period in words."""
    words = {
        Unit.WORKING_DAYS: _("%(amount)s working days"),
        Unit.DAYS: _("%(amount)s days"),
        Unit.WORKING_HOURS: _("%(amount)s working hours"),
        Unit.SAME_DAY: _("within the day"),
    }[allowed.unit]
    return words % {"amount": allowed.amount} if allowed.amount else words
