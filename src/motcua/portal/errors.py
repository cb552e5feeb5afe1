"""What can go wrong on purpose."""

from django.utils.translation import gettext_lazy as _

from motcua.kit.errors import Absent, Conflict, Refused, TooLarge


class NoSuchPage(Absent):
    code = "no-such-page"
    message = _("This draft has no such page.")
    remedy = _("Go on from your list of drafts.")


class NoSuchPlace(Refused):
    code = "no-such-place"
    message = _("No office in this place handles the procedure.")
    remedy = _("Choose another place from the list.")


class NothingTracked(Absent):
    code = "nothing-tracked"
    message = _("We found no case with this code and phone number.")
    remedy = _("Check both: the code stands on your receipt, the phone number is the one you gave.")


class TooManyTries(Refused):
    status = 429
    retry_after = 15 * 60
    code = "too-many-tries"
    message = _("Too many tries. To protect people's cases we wait a little.")
    remedy = _("Try again in %(minutes)s minutes, or sign in to see your cases.")


class NoFile(Refused):
    code = "no-file"
    message = _("No file was chosen.")
    remedy = _("Choose a file, or take a picture with your phone, then press Upload.")


class UploadTooLarge(TooLarge):
    code = "upload-too-large"
    message = _("The file is over the limit of %(most)s MB.")
    remedy = _("Scan at a lower resolution, or split it into several files.")


class TooManyAtOnce(Refused):
    code = "too-many-at-once"
    message = _("At most %(most)s files can be sent at once.")
    remedy = _("Send the rest in a second go.")


class NotDeclared(Refused):
    code = "not-declared"
    message = _("You have not confirmed that what you say is true.")
    remedy = _("Tick the declaration above the button, then send.")


class TooMuchTyped(TooLarge):
    code = "too-much-typed"
    message = _("This is too much text.")
    remedy = _("Shorten it, or add a file instead.")


class UploadBroken(Refused):
    status = 400
    code = "upload-broken"
    message = _("This upload cannot go on: it was not begun, or more than a day ago.")
    remedy = _("Choose the file again.")


class PartMisplaced(Conflict):
    code = "part-misplaced"
    message = _("This part of the file does not follow the last one.")
    remedy = _("Ask how much has come, and go on there.")
