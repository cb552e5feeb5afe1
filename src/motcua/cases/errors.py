"""What can go wrong on purpose."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcua.kit.errors import Absent, Conflict, Forbidden, Refused, TooLarge


class NoSuchCase(Absent):
    code = "no-such-case"
    message = _("There is no case with this code, or you may not see it.")
    remedy = _("Check the code on your receipt slip.")


class NoSuchTask(Absent):
    code = "no-such-task"
    message = _("There is no such task, or you may not see it.")
    remedy = _("Open your list of tasks again.")


class TaskNotOpen(Conflict):
    code = "task-not-open"
    message = _("This task is no longer open: somebody has done it, or it was taken back.")
    remedy = _("Open the case again to see where it stands.")


class TaskTaken(Conflict):
    code = "task-taken"
    message = _("Somebody else has taken this task.")
    remedy = _("Ask them to put it back, or choose another task.")


ROLES: Mapping[str, str | Promise] = {  # the words for the usual roles; a procedure may add its own
    "intake": _("reception"),
    "officer": _("appraisal"),
    "reviewer": _("review"),
    "leader": _("leadership"),
    "consulted": _("giving an opinion"),
    "admin": _("administration"),
    "data_protection": _("protection of personal data"),
}


class NotYourTask(Forbidden):
    code = "not-your-task"
    message = _("This task is for %(unit)s, in the role: %(role)s.")
    remedy = _("Ask somebody there who holds this role to do it.")

    def __init__(self, *, role: str, unit: str) -> None:
        super().__init__(role=ROLES.get(role, role), unit=unit)


class AppraiserCannotSign(Forbidden):
    code = "appraiser-cannot-sign"
    message = _("You appraised this case, so you cannot sign it.")
    remedy = _("Another leader of the authority has to sign.")


class OwnCase(Forbidden):
    code = "own-case"
    message = _("This is your own case, so you cannot work on it.")
    remedy = _("A colleague has to do this task.")


class DataRestricted(Forbidden):
    code = "data-restricted"
    message = _("The person had the use of the data in this case restricted: it is only kept.")
    remedy = _("Ask the data protection officer of your authority, who knows what the law exempts.")
    basis = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15"


class RelationsCase(Forbidden):
    code = "relations-case"
    message = _(
        "This case holds data of a close relation whom you declared: you cannot work on it."
    )
    remedy = _("A colleague has to do this task.")


DUTIES: Mapping[str, str | Promise] = {
    "appraise": _("You appraised this case, so another person has to do this step."),
    "review": _("You reviewed this case, so another person has to do this step."),
    "sign": _("You signed in this case, so another person has to do this step."),
}


class DutiesNotSeparate(Forbidden):
    """Appraising, reviewing and signing one case are for three people; `done` is a key of DUTIES."""

    code = "duties-not-separate"
    remedy = _("Ask a colleague, or the head of the unit to give it to one.")

    def __init__(self, *, done: str) -> None:
        self.message = DUTIES[done]
        super().__init__(done=done)


class ReasonMissing(Refused):
    code = "reason-missing"
    message = _("This decision needs a reason.")
    remedy = _("Write in plain words why, and name the provision.")


class ItemsMissing(Refused):
    code = "items-missing"
    message = _("A request for supplements has to name all that is missing, at once.")
    remedy = _("List every paper or answer that has to be completed.")


class HeadMissing(Forbidden):
    code = "head-missing"
    message = _("A second request for supplements needs the head of the unit.")
    remedy = _("Ask the head of the unit to make the request.")


LOOK_AGAIN = _("Open the case again to see what can be done.")
STEPS: Mapping[str, tuple[str | Promise, str | Promise]] = {  # what happened, and what to do now
    "task-not-open": (TaskNotOpen.message, TaskNotOpen.remedy),
    "outcome-not-offered": (
        _("This task does not offer that outcome."),
        _("Choose one of the outcomes that the task offers."),
    ),
    "message-not-awaited": (_("The case is not waiting for this now."), LOOK_AGAIN),
    "not-lawful": (_("This may not be done at the stage that the case has reached."), LOOK_AGAIN),
    "moved-on": (
        _("The case went on while the document was being drawn, so nothing was signed."),
        _("Open the case again, read what is new, and sign again if it is still right."),
    ),
    "already-extended": (
        _("The appointment was put off once already, and it can be put off only once."),
        _("Finish the case by the appointment that stands."),
    ),
    "no-deadline": (_("No deadline is running, so there is none to put off."), LOOK_AGAIN),
    "clock-reversed": (
        _("The clock of the server is behind the last step of the case."),
        _("Ask the administrator to set the clock; the case is as it was."),
    ),
    "cannot-go-on": (
        _("The rules of the procedure give no answer for this case."),
        _("Ask those who publish the procedure to correct it; the case is as it was."),
    ),
}


class StepRefused(Conflict):
    """The flow does not allow this step now; `reason` is the engine's stable code."""

    code = "step-refused"
    message: str | Promise = _("The case does not allow this step now (%(reason)s).")
    remedy: str | Promise = LOOK_AGAIN

    def __init__(self, *, reason: str) -> None:
        self.message, self.remedy = STEPS.get(reason, (type(self).message, type(self).remedy))
        super().__init__(reason=reason)


class NotApplicant(Forbidden):
    code = "not-applicant"
    message = _("Only the person who filed the case may do this.")
    remedy = _("Sign in as the applicant.")


class NoSigner(Refused):
    code = "no-signer"
    message = _("You have no certificate to sign with.")
    remedy = _("Ask the administrator for a certificate of your post.")


class NoSuchScope(Refused):
    code = "no-such-scope"
    message = _("One of the procedures or fields is not there.")
    remedy = _("Choose from the list, or give the whole post.")


class DelegateCannotSign(Refused):
    code = "delegate-cannot-sign"
    message = _("%(name)s has no certificate, so they could not sign in your place.")
    remedy = _(
        "Choose a colleague who signs already, or ask the administrator for a certificate for them."
    )


class DeputyCannotPassOn(Refused):
    code = "deputy-cannot-pass-on"
    message = _("A deputy signs for the head, and may not pass that on.")
    remedy = _("Ask the head to delegate, or to sign meanwhile.")
    basis = "Nghị định 30/2020/NĐ-CP, Điều 13"


class NoSuchQueue(Absent):
    code = "no-such-queue"
    message = _("There is no such list.")
    remedy = _("Choose one of the lists at the side.")


class BadCursor(Refused):
    code = "bad-cursor"
    message = _("This page of the list does not exist any more.")
    remedy = _("Open the list from its beginning.")


class TooMany(Refused):
    code = "too-many"
    message = _("At most %(most)s at once.")
    remedy = _("Choose fewer and do the others afterwards.")


class NoteEmpty(Refused):
    code = "note-empty"
    message = _("The note says nothing.")
    remedy = _("Write what your colleagues should know.")


class NoteTooLong(Refused):
    code = "note-too-long"
    message = _("The note has more than %(most)s characters.")
    remedy = _("Shorten it, or write two.")


class NoSuchNote(Absent):
    code = "no-such-note"
    message = _("There is no such note, or it can no longer be removed.")
    remedy = _("Only the writer can remove a note, within an hour.")


class NoSuchView(Absent):
    code = "no-such-view"
    message = _("There is no such saved view.")
    remedy = _("Open the list again.")


class TooManyViews(Refused):
    code = "too-many-views"
    message = _("You have %(most)s saved views already.")
    remedy = _("Remove one first.")


class ViewNameMissing(Refused):
    code = "view-name-missing"
    message = _("A saved view needs a name of 1 to 60 characters.")
    remedy = _("Give it a short name.")


class NoSuchSlip(Absent):
    code = "no-such-slip"
    message = _("No such slip was given in this case.")
    remedy = _("Open the case again to see what was given.")


class NoSuchOperation(Absent):
    code = "no-such-operation"
    message = _("There is no such work, or it is not yours.")
    remedy = _("Open the list of your long work again.")


class OperationOver(Conflict):
    code = "operation-over"
    message = _("This work is over already.")
    remedy = _("Look at what came of it.")


class BrokeOff(Refused):
    """The worker died again and again at one place of long work."""

    code = "broke-off"
    message = _("This work broke off %(times)s times at the same place and does not go on.")
    remedy = _("What was done stays done. Ask for a smaller part of it, or tell an administrator.")


class NothingToDo(Refused):
    code = "nothing-to-do"
    message = _("There is nothing to do.")
    remedy = _("Choose at least one.")


class NotASpreadsheet(Refused):
    code = "not-a-spreadsheet"
    message = _("This is no spreadsheet that we can read.")
    remedy = _("Save it as .xlsx or as CSV UTF-8, at most %(most)s KB, and choose it again.")


class UnknownEncoding(Refused):
    code = "unknown-encoding"
    message = _("The letters of this CSV file are not written in UTF-8.")
    remedy = _('Save it as "CSV UTF-8", or as .xlsx, so that no accent is lost.')


class TooManyRows(TooLarge):
    code = "too-many-rows"
    message = _("The file holds more than %(most)s rows.")
    remedy = _("Divide it and bring the parts one after the other.")


class FaultyList(Refused):
    code = "faulty-list"
    message = _("The list has faults, so nothing was written.")
    remedy = _("Correct the cells that are named and bring it again.")


class NotAdministrator(Forbidden):
    code = "not-administrator"
    message = _("Only administrators may do this.")
    remedy = _("Ask an administrator of your authority.")


class NotYourOffice(Forbidden):
    code = "not-your-office"
    message = _("This belongs to another authority.")
    remedy = _("Ask somebody who holds a post there.")


class BadDays(Refused):
    code = "bad-days"
    message = _("The last day lies before the first, or they are more than %(most)s days apart.")
    remedy = _("Choose other days.")


class CannotMove(Conflict):
    """A case cannot go on under another version; `why` is the engine's."""

    code = "cannot-move"
    message = _("The case cannot be moved to the new version: %(why)s")
    remedy = _("Let it end under the version it began with, or map the elements.")


class MergerBegun(Conflict):
    code = "merger-begun"
    message = _("The merger has begun, so it can no longer be cancelled.")
    remedy = _("Let it come to its end: half of an authority serves nobody.")
