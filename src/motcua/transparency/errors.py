"""What can go wrong on purpose."""

from django.utils.translation import gettext_lazy as _

from motcua.kit.errors import Absent, Conflict, Refused


class NoSuchEntry(Absent):
    code = "no-such-entry"
    message = _("There is no such entry in the log.")
    remedy = _("Check the number of the entry.")


class NotYetInLog(Conflict):
    code = "not-yet-in-log"
    message = _("This was just written; it is not in the public log yet.")
    remedy = _("Try again in a few seconds.")


class NoSuchTile(Absent):
    code = "no-such-tile"
    message = _("The public log has no such file.")
    remedy = _("Read the checkpoint first: it says how large the log is.")


class LogNotSetUp(Refused):
    status = 500
    code = "log-not-set-up"
    message = _("The public log has no name.")
    remedy = _("Set MOTCUA_LOG_ORIGIN once; it can never change afterwards.")


class LogKeyUnreadable(Refused):
    status = 500
    code = "log-key-unreadable"
    message = _("The key of the public log cannot be read: %(path)s.")
    remedy = _("Make it with motcua log key, or check its permissions and MOTCUA_KEYS_PASSPHRASE.")


class LogPolicyUnreadable(Refused):
    status = 500
    code = "log-policy-unreadable"
    message = _("The list of witnesses cannot be read: %(why)s")
    remedy = _("Correct the file that MOTCUA_LOG_POLICY names; its form is C2SP tlog-policy.")


class LogDamaged(Refused):
    status = 500
    code = "log-damaged"
    message = _("The folder of the public log is damaged: %(why)s")
    remedy = _(
        "Restore the folder from its backup, or empty it: it is then built anew and checked."
    )


class LogDiverged(Refused):
    status = 500
    code = "log-diverged"
    message = _("The published log is not the beginning of what the database holds: %(why)s")
    remedy = _(
        "Nothing is published until this is cleared up. Was an older backup restored? Restore the"
        " newest one, then run motcua log audit."
    )


class EntryChanged(Refused):
    status = 500
    code = "entry-changed"
    message = _("Entry %(entry)s says other than when it took its place in the public log.")
    remedy = _("Nothing is published until this is cleared up. Run motcua log audit.")
