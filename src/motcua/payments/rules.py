"""Pure rules of payments: what may be asked for, who takes it, and what a settlement changes."""

import re

from motcua.payments.errors import (
    AlreadyPaid,
    BadAmount,
    BadReceiptNumber,
    BadSubject,
    DueCancelled,
    WrongAmount,
)
from motcua.payments.values import Due

COUNTER_KIND = "one_stop"  # of unit: the one-stop shop takes the money
MOST = 2**63 - 1  # what the column holds, in đồng
SUBJECT = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]{0,79}")
RECEIPT = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z./-]{0,38}[0-9A-Za-z])?")
PURPOSE_LENGTH = 200


def check_request(*, subject: str, amount: int, purpose: str) -> None:
    """Check what a payment is asked for; raises BadAmount or BadSubject."""
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 < amount <= MOST:
        raise BadAmount(amount=amount)
    told = purpose.strip()
    if not SUBJECT.fullmatch(subject) or not 0 < len(told) <= PURPOSE_LENGTH:
        raise BadSubject()
    if not purpose.isprintable():
        raise BadSubject()


def check_receipt(receipt: str) -> None:
    """Check the form of a receipt number; raises BadReceiptNumber."""
    if not RECEIPT.fullmatch(receipt):
        raise BadReceiptNumber()


def is_news(due: Due, *, amount: int, method: str, receipt: str) -> bool:
    """Return whether a payment changes what is due: not when this very payment is already known.

    Raises WrongAmount, AlreadyPaid by another payment, and DueCancelled.
    """
    if amount != due.amount:
        raise WrongAmount(given=amount, due=due.amount)
    if due.status == "cancelled":
        raise DueCancelled()
    if due.status == "paid":
        if (due.method, due.receipt) == (method, receipt):
            return False
        raise AlreadyPaid()
    return True
