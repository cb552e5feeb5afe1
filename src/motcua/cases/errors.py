"""What can go wrong on purpose."""

from django.utils.translation import gettext_lazy as _

from motcua.kit.errors import Absent, Conflict, Forbidden, Refused


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
    remedy = _("Ask for it to be returned, or choose another task.")


class NotYourTask(Forbidden):
    code = "not-your-task"
    message = _("This task belongs to the role %(role)s of %(unit)s.")
    remedy = _("Ask somebody on that post to do it.")


class AppraiserCannotSign(Forbidden):
    code = "appraiser-cannot-sign"
    message = _("You appraised this case, so you cannot sign it.")
    remedy = _("Another leader of the authority has to sign.")


class OwnCase(Forbidden):
    code = "own-case"
    message = _("This is your own case, so you cannot work on it.")
    remedy = _("A colleague has to do this task.")


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


class StepRefused(Conflict):
    """The flow does not allow this step now; `reason` is the engine's stable code."""

    code = "step-refused"
    message = _("The case does not allow this step now (%(reason)s).")
    remedy = _("Open the case again to see what can be done.")


class NotApplicant(Forbidden):
    code = "not-applicant"
    message = _("Only the person who filed the case may do this.")
    remedy = _("Sign in as the applicant.")


class NoSigner(Refused):
    code = "no-signer"
    message = _("You have no certificate to sign with.")
    remedy = _("Ask the administrator for a certificate of your post.")
