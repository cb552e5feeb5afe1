"""What happened. The payer's id is a fact; the words of the purpose stay out of the log."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaymentRequested:
    """A payment was asked for."""

    due: str
    subject: str
    amount: int  # đồng
    payer: str


@dataclass(frozen=True, slots=True)
class PaymentSettled:
    """A payment was made."""

    due: str
    subject: str
    amount: int  # đồng
    method: str  # counter | gateway


@dataclass(frozen=True, slots=True)
class PaymentCancelled:
    """A payment is no longer owed."""

    due: str
    subject: str
    amount: int  # đồng
