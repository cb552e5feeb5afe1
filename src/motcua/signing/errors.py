"""What can go wrong on purpose."""

from django.utils.translation import gettext_lazy as _

from motcua.kit.errors import Absent, Refused, TooLarge


class NoSuchCredential(Absent):
    code = "no-such-credential"
    message = _("There is no signing key for %(credential)s.")
    remedy = _("Set up the demo keys again, or have a certificate issued for this signer.")


class KeysUnreadable(Refused):
    status = 500
    code = "keys-unreadable"
    message = _("The signing keys in %(folder)s cannot be read.")
    remedy = _("Check the folder, its permissions and MOTCUA_KEYS_PASSPHRASE.")


class NotForSigning(Refused):
    code = "not-for-signing"
    message = _("This file cannot be signed: it is not a PDF that we can read.")
    remedy = _("Give a complete PDF that carries no seal yet.")


class FileTooLarge(TooLarge):
    code = "file-too-large"
    message = _("The file has %(size)s bytes; at most %(limit)s are read.")
    remedy = _("Give a smaller file.")


class NameTooLong(Refused):
    code = "name-too-long"
    message = _("%(name)s is longer than the %(most)s characters of a name in a certificate.")
    remedy = _("Give the short name; the full one stands as the organization.")
