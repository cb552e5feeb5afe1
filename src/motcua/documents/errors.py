"""What can go wrong on purpose."""

from django.utils.translation import gettext_lazy as _

from motcua.design import rules
from motcua.kit import errors
from motcua.kit.errors import Absent, Conflict, Refused


class NoSuchFile(Absent):
    code = "no-such-file"
    message = _("There is no such file.")
    remedy = _("Check the address of the file.")


class FileRemoved(Absent):
    status = 410
    code = "file-removed"
    message = _("This file was removed when its time of keeping was over.")
    remedy = _("Its entry in the register and in the log stays as proof.")


class NoSuchDocument(Absent):
    code = "no-such-document"
    message = _("There is no such document in the register.")
    remedy = _("Check the number or the code printed on the document.")


class NoSuchForm(Absent):
    code = "no-such-form"
    message = _("There is no form %(form)s on %(day)s.")
    remedy = _("Check the number of the form and the day.")


class FileEmpty(Refused):
    code = "file-empty"
    message = _("The file is empty.")
    remedy = _("Choose the file again; open it first to see that it has content.")


class FileTooLarge(errors.TooLarge):
    code = "file-too-large"
    message = _("The file is over the limit of %(most)s.")
    remedy = _("Scan at a lower resolution, or split it into several files.")

    def __init__(self, *, limit: int) -> None:
        super().__init__(most=rules.size(limit))


class FileCutOff(Refused):
    status = 400
    code = "file-cut-off"
    message = _("The upload broke off: %(received)s of %(declared)s came.")
    remedy = _("Send the file again.")

    def __init__(self, *, received: int, declared: int) -> None:
        super().__init__(received=rules.size(received), declared=rules.size(declared))


class FileInfected(Refused):
    code = "file-infected"
    message = _("This file carries harmful software (%(found)s). It was locked away.")
    remedy = _("Scan or photograph the paper anew, on a device that was cleaned, and send that.")


class TypeNotAllowed(Refused):
    status = 415
    code = "type-not-allowed"
    message = _("This is not a file of a type that is asked for (it looks like: %(found)s).")
    remedy = _("Send one of these types: %(allowed)s.")


class TypeMismatch(Refused):
    status = 415
    code = "type-mismatch"
    message = _("The name says %(named)s, but the content is %(found)s.")
    remedy = _("Give the file its right name, or save it again in the type that its name says.")


class FileDamaged(Refused):
    code = "file-damaged"
    message = _(
        "The file begins as %(found)s but is damaged, cut off, or holds something else too."
    )
    remedy = _("Open the file, save it anew, and send that.")


class AlreadyIssued(Conflict):
    code = "already-issued"
    message = _("Document %(number)s has been issued already.")
    remedy = _("Look at the document that was issued.")


class NotSigned(Refused):
    code = "not-signed"
    message = _("What was to be issued is not a signed PDF.")
    remedy = _("Draw and sign the document again.")


class TemplateUnsafe(Refused):
    code = "template-unsafe"
    message = _("The template may not do this: %(what)s.")
    remedy = _("Use only what the reference of templates describes.")


class TemplateFails(Refused):
    code = "template-fails"
    message = _("The document cannot be drawn: %(what)s")
    remedy = _("Have the template of the procedure corrected.")


class TemplateTooSlow(Refused):
    code = "template-too-slow"
    message = _("The document took longer than %(seconds)s seconds to draw.")
    remedy = _("Have the template of the procedure corrected.")


class Unprintable(Refused):
    code = "unprintable"
    message = _("These characters cannot be printed on an official document: %(characters)s")
    remedy = _("Have the answers that hold them corrected.")


class NoSuchShare(Absent):
    code = "no-such-share"
    message = _("This link does not work: it has expired, was taken back, or was never made.")
    remedy = _("Ask the person who gave it to you for a new one.")


class BadTerm(Refused):
    code = "bad-term"
    message = _("A link lasts from 1 to %(most)s days.")
    remedy = _("Choose how many days it is to last.")


class TooManyShares(Conflict):
    code = "too-many-shares"
    message = _("There are %(most)s links to this document already.")
    remedy = _("Take one of them back first.")
