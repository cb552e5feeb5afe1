"""What can go wrong on purpose."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.design import rules
from motcua.kit.errors import Absent, Conflict, Forbidden, Refused, TooLarge


class NoSuchDraft(Absent):
    code = "no-such-draft"
    message = _("You have no such draft.")
    remedy = _("Look for it among your drafts, or begin a new one.")


class NoSuchFiling(Absent):
    code = "no-such-filing"
    message = _("There is no such filing.")
    remedy = _("Check the number of the filing.")


class NoSuchAttachment(Absent):
    code = "no-such-attachment"
    message = _("There is no such file here.")
    remedy = _("Look at the list of files, and add the file again if it is missing.")


class NoSuchPaper(Refused):
    code = "no-such-paper"
    message = _("This procedure asks for no paper named %(paper)s.")
    remedy = _("Choose one of the papers that it asks for: %(papers)s.")


class NotAtThisCounter(Forbidden):
    code = "not-at-this-counter"
    message = _("Only the counter that serves the authority files on paper or for another person.")
    remedy = _("File online in your own name, or bring the papers to the counter.")


class NotHandledHere(Refused):
    code = "not-handled-here"
    message = _("%(authority)s does not handle this procedure.")
    remedy = _("Choose the authority that does: the page of the procedure names it.")


class NobodyNamed(Refused):
    code = "nobody-named"
    message = _("A filing at the counter or by post does not say whose it is.")
    remedy = _("Give the personal identification number of the applicant.")


class NotOnline(Refused):
    code = "not-online"
    message = _("This procedure cannot be filed online.")
    remedy = _("Bring the papers to the counter.")


KINDS: Mapping[str, Promise] = {
    "citizen": _("a citizen"),
    "enterprise": _("an enterprise"),
    "agency": _("an agency"),
    "other": _("another organisation"),
}


class NotForThisKind(Refused):
    code = "not-for-this-kind"
    message = _("This procedure is not for this kind of applicant.")
    remedy = _("Choose one of: %(kinds)s.")

    def __init__(self, *, kinds: Iterable[str]) -> None:
        super().__init__(kinds=", ".join(str(KINDS.get(each, each)) for each in kinds))


class BadChannel(Refused):
    code = "bad-channel"
    message = _("We do not know the channel %(channel)s.")
    remedy = _("Choose one of: counter, online, post.")


class TooManyDrafts(Conflict):
    code = "too-many-drafts"
    message = _("There are %(most)s drafts already.")
    remedy = _("Send or delete some of them first.")


class TooManyFiles(Conflict):
    code = "too-many-files"
    message = _("There are %(most)s files already.")
    remedy = _("Remove some, or put several pages into one file.")


class DraftChanged(Conflict):
    code = "draft-changed"
    message = _("The draft was changed elsewhere after you opened it.")
    remedy = _("Load it again, look at what changed, and do this once more.")


class DraftSent(Conflict):
    code = "draft-sent"
    message = _("This draft was already sent.")
    remedy = _("Follow its case; to file again, begin a new draft.")


class KeyUsed(Conflict):
    code = "key-used"
    message = _("This idempotency key already stands for another draft.")
    remedy = _("Make a new key for each draft that you send.")


class BadKey(Refused):
    code = "bad-key"
    message = _("The idempotency key cannot be used.")
    remedy = _("Give 8 to 100 letters, digits and the marks . _ : -, new for each draft.")


class ProcedureChanged(Conflict):
    code = "procedure-changed"
    message = _("The procedure was changed after you began this draft.")
    remedy = _("Move the draft to the present version, check your answers, and send it again.")


class Incomplete(Refused):
    code = "incomplete"
    message = _("Something is missing or not right yet. What you have saved is safe.")
    remedy = _("Correct what is named, and send it again.")


class Unstorable(Refused):
    code = "unstorable"
    message = _("Some answers cannot be stored at all.")
    remedy = _("Correct what is named, and save again. Your last saved draft is unchanged.")


UNSTORABLE: Mapping[str, Promise] = {  # what is said of one answer, by code
    "too_deep": _("This is nested too deeply."),
    "bad_key": _("A name in here is no text."),
    "control_characters": _("A character in here cannot be stored."),
    "not_finite": _("This is no number."),
    "too_large": _("This number is too large."),
    "type": _("This is neither text, number, list nor group of answers."),
}


class TooMuchText(TooLarge):
    code = "too-much-text"
    message = _("The answers are too long: %(size)s, and at most %(most)s can be kept.")
    remedy = _("Shorten them, or add a file. Your last saved draft is unchanged.")

    def __init__(self, *, size: int, most: int) -> None:
        super().__init__(size=rules.size(size), most=rules.size(most))


class NothingNew(Refused):
    code = "nothing-new"
    message = _("Nothing was added or changed.")
    remedy = _("Change the answers or add the papers that were asked for, then send them together.")


class NotAnUpload(Refused):
    status = 415
    code = "not-an-upload"
    message = _("A file is sent as multipart/form-data.")
    remedy = _("Send the file in the field `file` and the paper in the field `paper_id`.")


class MalformedUpload(Refused):
    status = 400
    code = "malformed-upload"
    message = _("The upload cannot be read.")
    remedy = _("Send exactly one file in the field `file` and the paper in the field `paper_id`.")


class UploadCutOff(Refused):
    status = 400
    code = "upload-cut-off"
    message = _("The upload broke off before its end, and nothing of it was kept.")
    remedy = _("Send the file again.")


class UploadTooLarge(TooLarge):
    code = "upload-too-large"
    message = _("The file is over the limit of %(most)s.")
    remedy = _("Scan at a lower resolution, or split it into several files.")

    def __init__(self, *, most: int) -> None:
        super().__init__(most=rules.size(most))
