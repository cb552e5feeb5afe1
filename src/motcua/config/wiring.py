"""Who reacts to what: the one place where an event of a module leads up to another.

The relay reads the log past its cursor and defers these jobs in the transaction that moves the cursor.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from motcua.cases import events
from motcua.cases import tasks as cases
from motcua.catalogue import actions as catalogue
from motcua.payments.events import PaymentRequested, PaymentSettled
from motcua.portal import tasks as portal
from motcua.privacy.events import RequestEnded, RequestLifted
from motcua.transparency import rules
from motcua.transparency.actions import React
from motcua.transparency.values import Entry


class Job(Protocol):
    """A job that is told of an entry of the log."""

    def defer(self, *, entry_id: int) -> int:
        """Have it run later, by the worker."""


SUBSCRIPTIONS: Mapping[type, Sequence[Job]] = {
    PaymentRequested: [portal.tell],
    PaymentSettled: [cases.on_payment_settled],
    RequestEnded: [cases.on_request_ended],
    RequestLifted: [cases.on_request_lifted],
    events.CaseAccepted: [portal.tell],
    events.SupplementRequested: [portal.tell],
    events.DeadlineExtended: [portal.tell],
    events.CaseRefused: [portal.tell],
    events.CaseStopped: [portal.tell],
    events.TimerRanOut: [portal.tell],
    events.DecisionSigned: [portal.tell],
    events.ResultReturned: [portal.tell],
}


def _later(job: Job) -> React:
    def react(entry: Entry) -> None:
        job.defer(entry_id=entry.id)

    return react


REACTIONS: Mapping[str, Sequence[React]] = {
    rules.kind(event): [_later(job) for job in jobs] for event, jobs in SUBSCRIPTIONS.items()
}


def _count(entry: Entry) -> None:
    catalogue.count_filing(str(entry.facts["procedure"]), at=entry.at)


# A reader of its own, that counts in the transaction that moves its cursor: each entry once.
COUNTER = "use"
COUNTS: Mapping[str, Sequence[React]] = {rules.kind(events.CaseFiled): [_count]}
