"""What can go wrong on purpose."""

from django.utils.translation import gettext_lazy as _

from motcua.kit.errors import Absent, Refused


class NotSignedIn(Refused):
    status = 401
    code = "not-signed-in"
    message = _("We do not know who you are.")
    remedy = _("Sign in again, or send a valid bearer token.")


class NoSuchPerson(Absent):
    code = "no-such-person"
    message = _("There is no such person.")
    remedy = _("Check the personal identification number.")


class NoSuchAuthority(Absent):
    code = "no-such-authority"
    message = _("There is no such authority.")
    remedy = _("Check the code of the authority.")


class NoSuchUnit(Absent):
    code = "no-such-unit"
    message = _("%(authority)s has no unit of the kind %(kind)s.")
    remedy = _("Set up the unit, or name the one that does its work.")
