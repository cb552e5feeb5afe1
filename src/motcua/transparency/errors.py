"""What can go wrong on purpose."""

from django.utils.translation import gettext_lazy as _

from motcua.kit.errors import Absent


class NoSuchEntry(Absent):
    code = "no-such-entry"
    message = _("There is no such entry in the log.")
    remedy = _("Check the number of the entry.")
