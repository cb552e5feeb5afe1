"""Payments as other modules see them."""

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Due:
    """An amount that a person owes an authority for one purpose."""

    id: uuid.UUID
    subject: str  # case code
    authority_code: str
    payer_id: uuid.UUID
    amount: int  # đồng
    purpose: str
    status: str  # due | paid | cancelled
    reference: str  # ours; travels with the money
    requested_at: datetime
    paid_at: datetime | None
    method: str  # counter | gateway, or empty until it is paid
    receipt: str  # number given by the counter or the gateway, or empty until it is paid
    procedure_code: str = ""  # under which it is owed


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where a payer goes to pay."""

    url: str
    reference: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """A gateway's word, its signature verified, that it took the money."""

    reference: str  # ours
    amount: int  # đồng
    receipt: str  # the gateway's own number for the transaction
