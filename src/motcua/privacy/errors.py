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
