"""What can go wrong on purpose."""

from django.utils.translation import gettext_lazy as _

from motcua.design import rules
from motcua.kit.errors import Absent, Refused, TooLarge


class NoSuchCredential(Absent):
    code = "no-such-credential"
    message = _("The person or authority that should sign has no certificate.")
    remedy = _("Ask the administrator to have a certificate issued.")

    def __init__(self, *, credential: str) -> None:
        self.credential = credential  # for the records of the server: people are not told raw ids
        super().__init__()


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
    message = _("The file has %(size)s; at most %(limit)s are read.")
    remedy = _("Give a smaller file.")

    def __init__(self, *, size: int, limit: int) -> None:
        super().__init__(size=rules.size(size), limit=rules.size(limit))


class NameTooLong(Refused):
    code = "name-too-long"
    message = _("%(name)s is longer than the %(most)s characters of a name in a certificate.")
    remedy = _("Give the short name; the full one stands as the organization.")
