"""What can go wrong on purpose."""

from django.utils.translation import gettext_lazy as _

from motcua.kit.errors import Absent, Conflict, Forbidden, Refused, Unavailable

BASIS = "Luật 91/2025/QH15"


class NoSuchLook(Absent):
    code = "no-such-look"
    message = _("There is no such look, or it was not at your data.")
    remedy = _("Open the list of who looked at your data again.")


class AlreadyComplained(Conflict):
    code = "already-complained"
    message = _("You told us of this look already.")
    remedy = _("Wait for the answer: it comes to the page of your data.")


class NothingSaid(Refused):
    code = "nothing-said"
    message = _("The text is missing, or longer than %(most)s characters.")
    remedy = _("Write a few sentences.")


class NoSuchComplaint(Absent):
    code = "no-such-complaint"
    message = _("There is no such complaint, or it is not for your authority.")
    remedy = _("Open the list of complaints again.")


class AlreadyAnswered(Conflict):
    code = "already-answered"
    message = _("This was answered already.")
    remedy = _("Open the page again to read the answer.")


class NotProtectionOfficer(Forbidden):
    code = "not-data-protection-officer"
    message = _("Only the data protection officer of the authority may do this.")
    remedy = _("Ask the data protection officer of your authority.")
    basis = BASIS


class NoLimits(Refused):
    code = "no-limits"
    message = _("No law on personal data is known for %(day)s.")
    remedy = _("Add the time limits that were in force then to the data of the law.")


class KeyAway(Unavailable):
    """The key of sealed data is not in its folder, or does not open: put the folder back, nothing is lost."""

    def __init__(self, *, key_id: str) -> None:
        self.key_id = key_id
        super().__init__(f"the key {key_id or 'of sealed data'} in MOTCUA_KEYS", retry_after=60)


class SealBroken(Refused):
    status = 500
    code = "seal-broken"
    message = _("This cannot be opened: it was changed outside the system.")
    remedy = _("Tell the administrator; it can be restored from a backup.")


class NoSuchRequest(Absent):
    code = "no-such-request"
    message = _("There is no such request, or it is not for you.")
    remedy = _("Open the list of requests again.")


class BadRequestKind(Refused):
    code = "bad-request-kind"
    message = _("Say what you ask for: to see, correct, erase, restrict or object.")
    remedy = _("Choose one of them.")


class RequestOpen(Conflict):
    code = "request-open"
    message = _("You asked for this already, and it is being worked on.")
    remedy = _("Wait for the answer, or take the earlier request back.")


class NotNow(Conflict):
    code = "not-in-this-state"
    message = _("This cannot be done any more.")
    remedy = _("Open the request again to see where it stands.")


class AlreadyExtended(Conflict):
    code = "already-extended"
    message = _("The time limit was extended already; the law allows it once.")
    remedy = _("Answer the request by its time limit.")
    basis = "Nghị định 356/2025/NĐ-CP"


class NoSuchPurpose(Absent):
    code = "no-such-purpose"
    message = _("Nothing of this kind asks for consent.")
    remedy = _("Open the page of consents again.")


class TextChanged(Conflict):
    code = "text-changed"
    message = _("The text has changed since you opened the page.")
    remedy = _("Read it again, then decide.")


class NoConsent(Conflict):
    code = "no-consent"
    message = _("There is no consent to take back.")
    remedy = _("Open the page of consents again.")


class NoSuchBreach(Absent):
    code = "no-such-breach"
    message = _("There is no such breach, or it is not of your authority.")
    remedy = _("Open the list of breaches again.")


class FoundLater(Refused):
    code = "found-later"
    message = _("The breach cannot have been found in the future, nor more than a year ago.")
    remedy = _("Correct the day and the time when it was found.")


class AlreadyNotified(Conflict):
    code = "already-notified"
    message = _("The notice of this breach was sent already.")
    remedy = _("Open the breach to see its number.")


class WhyLate(Refused):
    code = "why-late"
    message = _("The time limit of the notice has passed.")
    remedy = _("Write why it is late: the law wants the reason with the notice.")
    basis = BASIS
