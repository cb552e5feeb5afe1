"""What can go wrong on purpose."""

from django.utils.translation import gettext_lazy as _

from motcua.kit.errors import Absent, Conflict, Refused


class NoSuchNotice(Absent):
    code = "no-such-notice"
    message = _("There is no such notice.")
    remedy = _("Open your list of notices.")


class BadEmail(Refused):
    code = "bad-email"
    message = _("%(given)s is not an e-mail address.")
    remedy = _("Write it like ten@example.vn, or leave it empty.")


class EmailMissing(Refused):
    code = "email-missing"
    message = _("There is no address to send e-mail to.")
    remedy = _("Write your e-mail address, or untick e-mail.")


class PhoneMissing(Refused):
    code = "phone-missing"
    message = _("There is no phone number to send SMS to.")
    remedy = _("Untick SMS; your number comes from the population database.")


class NotOffered(Refused):
    code = "channel-not-offered"
    message = _("This way of telling you is not set up here.")
    remedy = _("Choose another one. Every notice stands in the portal.")


class AskedTooSoon(Refused):
    status = 429
    code = "confirmation-too-soon"
    message = _("We sent you a letter to confirm an address less than a minute ago.")
    remedy = _("Look into your mailbox first, then try again in a minute.")


class BadLink(Absent):
    code = "bad-mail-link"
    message = _("This link is not whole, or it is too old.")
    remedy = _("Copy the whole link from the letter, or sign in and choose under My account.")


class AddressChanged(Conflict):
    code = "address-changed"
    message = _("Another address was chosen after this letter was sent.")
    remedy = _("Use the link in the newest letter.")


class AddressRefused(Refused):
    code = "address-refused"
    message = _("The mail server does not take letters to this address.")
    remedy = _("Check the address.")
