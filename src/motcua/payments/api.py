"""The HTTP API of payments: what I owe, where I pay, what the counter took, what the gateway says."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Body, Query, Router, Schema
from pydantic import ConfigDict, Field

from motcua.identity.values import Actor
from motcua.kit.api import PROBLEMS, Problem
from motcua.payments import actions, queries, values
from motcua.payments.adapters import chosen

router = Router(tags=["payments"])

Subject = Annotated[str, Query(min_length=1, max_length=80, pattern=r"^[0-9A-Za-z._/\-]+$")]
CallbackName = Annotated[str, Field(min_length=1, max_length=64)]
CallbackValue = Annotated[str, Field(max_length=500)]
Callback = Annotated[dict[CallbackName, CallbackValue], Field(max_length=40)]


class Request(HttpRequest):
    """A request whose sender is known and whose moment was taken."""

    auth: Actor
    moment: datetime


class DueOut(Schema):
    """An amount that is due, or was."""

    id: uuid.UUID
    subject: str = Field(description="Code of the case that it is for.")
    authority_code: str
    amount: int = Field(description="Đồng.")
    purpose: str
    status: Literal["due", "paid", "cancelled"]
    reference: str = Field(description="Ours; it travels with the money.")
    requested_at: datetime
    paid_at: datetime | None
    method: Literal["counter", "gateway", ""]
    receipt: str = Field(description="Number given by the counter or the gateway.")


class CheckoutOut(Schema):
    """Where the payer goes to pay."""

    url: str
    reference: str


class CounterIn(Schema):
    """Money that the counter took."""

    model_config = ConfigDict(extra="forbid")  # a name misspelt is told, not passed over

    receipt_number: str = Field(min_length=1, max_length=40)


@router.get(
    "/payments", response={200: list[DueOut], PROBLEMS: Problem}, summary="What is due for a case"
)
def dues(
    request: Request,
    subject: Subject,
    after: uuid.UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=queries.MOST)] = queries.MOST,
) -> Sequence[values.Due]:
    """Return the payments of a case that the reader makes or takes, oldest first.

    For the next page give the id of the last one as `after`.
    """
    found = queries.own_dues(subject, of=request.auth, after=after, limit=limit)
    actions.looked(found, by=request.auth, at=request.moment, place="api.payments")
    return found


@router.post(
    "/payments/callback",
    auth=None,
    response={200: DueOut, PROBLEMS: Problem},
    summary="The gateway's word",
)
def callback(request: Request, fields: Annotated[Callback, Body()]) -> values.Due:
    """Settle what the gateway says was paid: its signature speaks for it, no token does."""
    return actions.settle(fields, gateway=chosen.gateway(), at=request.moment)


@router.post(
    "/payments/{due_id}/checkout",
    response={200: CheckoutOut, PROBLEMS: Problem},
    summary="Pay online",
)
def checkout(request: Request, due_id: uuid.UUID) -> values.Checkout:
    """Return where to pay."""
    return actions.checkout(due_id, gateway=chosen.gateway(), by=request.auth)


@router.post(
    "/payments/{due_id}/counter",
    response={200: DueOut, PROBLEMS: Problem},
    summary="Paid at the counter",
)
def counter(request: Request, due_id: uuid.UUID, taken: CounterIn) -> values.Due:
    """Record money taken at the counter, by the number of the printed receipt."""
    found = actions.pay_at_counter(
        due_id, receipt_number=taken.receipt_number, by=request.auth, at=request.moment
    )
    actions.looked([found], by=request.auth, at=request.moment, place="api.payment")
    return found
