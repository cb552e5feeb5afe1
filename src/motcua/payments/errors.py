"""What can go wrong on purpose."""

from django.utils.translation import gettext_lazy as _

from motcua.kit.errors import Absent, Conflict, Forbidden, Refused


class NoSuchDue(Absent):
    code = "no-such-payment"
    message = _("There is no such payment.")
    remedy = _("Check the number of the payment.")


class NotAtThisCounter(Forbidden):
    code = "not-at-this-counter"
    message = _("Only the counter that serves %(authority)s takes this payment.")
    remedy = _("Sign in with the account that holds the counter post, or send the payer there.")


class BadAmount(Refused):
    code = "bad-amount"
    message = _("%(amount)s is not an amount that can be paid.")
    remedy = _("Give a whole number of đồng above zero, or ask for no payment.")


class BadSubject(Refused):
    code = "bad-payment-subject"
    message = _("The payment does not say plainly what it is for.")
    remedy = _("Give the code of the case, and the purpose in 1 to 200 characters.")


class BadReceiptNumber(Refused):
    code = "bad-receipt-number"
    message = _("The receipt number cannot be used.")
    remedy = _("Give 1 to 40 letters, digits and the marks . / - of the printed receipt.")


class ReceiptUsed(Conflict):
    code = "receipt-used"
    message = _("The receipt number %(receipt)s already stands for another payment.")
    remedy = _("Check the number on the printed receipt.")


class AlreadyRequested(Conflict):
    code = "payment-already-requested"
    message = _("This payment was already asked for and is not settled yet.")
    remedy = _("Wait until it is paid, or cancel it and ask again.")


class AlreadyPaid(Conflict):
    code = "already-paid"
    message = _("This was already paid.")
    remedy = _("Do not take the money a second time; what was taken twice must be returned.")


class DueCancelled(Conflict):
    code = "payment-cancelled"
    message = _("This payment was cancelled: nothing is owed any more.")
    remedy = _("Return the money to the payer, or ask for a new payment.")


class WrongAmount(Conflict):
    code = "wrong-amount"
    message = _("%(given)s đồng was paid, and %(due)s đồng is due.")
    remedy = _("Return the money to the payer and pay the exact amount.")


class Forged(Refused):
    status = 403
    code = "forged-callback"
    message = _("This message does not come from the payment gateway.")
    remedy = _("Sign every field with the key that the gateway and we share.")


class Garbled(Refused):
    status = 400
    code = "garbled-callback"
    message = _("The message of the payment gateway cannot be read.")
    remedy = _("Send every field of the message, each with its proper form.")


class NoGateway(Refused):
    code = "no-gateway"
    message = _("Payment online is not set up here.")
    remedy = _("Pay at the counter.")
