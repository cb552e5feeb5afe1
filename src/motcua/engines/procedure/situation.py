"""The values of a running case: where it stands, what happens to it, and what that calls for.

All are frozen. A `Situation` holds no history and no copy of the filing: what a case said and who did
what is told by the event log.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from motcua.engines.calendar import model as calendars
from motcua.engines.flow import state as flow_state
from motcua.engines.procedure.status import Slip, Status

Plain = str | int | float | bool | None
Outputs = Mapping[str, object]
NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Filing:
    """What a person sent, as it stands now: a supplement makes a new one."""

    answers: Mapping[str, object]  # as `filing.validate` accepted them
    channel: str  # "counter", "online" or "post"
    applicant_kind: str  # "citizen", "enterprise", "agency" or "other"
    filed_at: datetime  # when it was first sent; a supplement does not change it
    papers: tuple[str, ...] = ()  # ids of the papers that came with it


@dataclass(frozen=True, slots=True)
class Task:
    """A task that is open for people."""

    token: int
    element: str  # id of the task in the flow
    name: str
    role: str  # the lane: "intake", "officer", ...
    unit: str  # kind of unit that works it: "one_stop", "justice", ...
    item: str  # which of several instances, such as the unit consulted; "" when there is one
    outcomes: tuple[str, ...]  # as the flow offers them; `step.offers` says what holds now
    opened_at: datetime
    due_at: datetime | None  # for this task alone, when the flow allows it a working time
    appraises: bool  # who completes it can never complete a task that signs
    signs: bool


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that is armed."""

    token: int
    element: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """A message that is waited for."""

    token: int
    message: str


@dataclass(frozen=True, slots=True)
class Call:
    """A service that was called and has not answered."""

    token: int
    operation: str
    element: str


@dataclass(frozen=True, slots=True)
class Situation:
    """Where one case stands."""

    state: flow_state.State
    status: Status
    at: datetime  # of the last happening
    outcomes: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    decisions: Mapping[str, Outputs] = field(default_factory=dict)
    rounds: Mapping[str, int] = field(default_factory=dict)  # task of many -> token of its round
    supplements: int = 0  # how often it was asked to be completed
    is_accepted: bool = False
    is_paid: bool = False
    clock: calendars.Clock | None = None  # the statutory clock, from acceptance on
    extension: calendars.Period | None = None  # granted with an apology (Mẫu 04), at most once
    due_at: datetime | None = None  # as it was last announced; None while the clock stands still
    tasks: tuple[Task, ...] = ()
    timers: tuple[Timer, ...] = ()
    waits: tuple[Wait, ...] = ()
    calls: tuple[Call, ...] = ()

    @property
    def is_over(self) -> bool:
        """Tell whether the flow has come to its end."""
        return self.state.is_over

    @property
    def fee(self) -> int:
        """Return the fee in đồng, as the fee table last gave it; 0 without one."""
        amount = self.decisions.get("fee", NOTHING).get("amount", 0)
        return amount if isinstance(amount, int) else 0


# Happenings: what the outside tells `step.advance`.


@dataclass(frozen=True, slots=True)
class Completed:
    """An official has done an open task with one of its outcomes ("" when it offers none)."""

    token: int
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class TimerFired:
    """An armed timer has run out."""

    token: int


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A message came in: "supplemented", "payment_settled", "withdrawn" or one of the flow's own."""

    message: str
    token: int | None = None  # only when several wait for the same message


@dataclass(frozen=True, slots=True)
class ServiceAnswered:
    """A called service did its work."""

    token: int


@dataclass(frozen=True, slots=True)
class ServiceFailed:
    """A called service ended in a business error, by its code."""

    token: int
    code: str


Happening = Completed | TimerFired | MessageReceived | ServiceAnswered | ServiceFailed


# Effects: what a step calls for, in the order in which it should be done.


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Give this task to people of its unit and role."""

    task: Task


@dataclass(frozen=True, slots=True)
class CloseTask:
    """Take this task back: it is no longer wanted (nobody completed it)."""

    token: int


@dataclass(frozen=True, slots=True)
class ArmTimer:
    """Say `TimerFired` with this token at this moment."""

    token: int
    element: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DisarmTimer:
    """Take the timer back."""

    token: int


@dataclass(frozen=True, slots=True)
class AwaitMessage:
    """Be ready for a message."""

    token: int
    message: str


@dataclass(frozen=True, slots=True)
class ForgetMessage:
    """Stop waiting for the message."""

    token: int


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Send a message, such as "escalated" or "overdue"; nobody is waited for."""

    message: str
    element: str


@dataclass(frozen=True, slots=True)
class CallService:
    """Carry out an operation of the procedure's own; say `ServiceAnswered` or `ServiceFailed`."""

    token: int
    operation: str
    element: str


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The case has another status."""

    old: Status
    new: Status


@dataclass(frozen=True, slots=True)
class SlipDue:
    """Give the person this slip (Mẫu 01 to 05)."""

    slip: Slip


@dataclass(frozen=True, slots=True)
class DeadlineSet:
    """The appointment is now at this moment; None: the clock stands still."""

    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaymentDue:
    """Ask the person to pay this amount in đồng; say `payment_settled` when it is paid."""

    amount: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The flow is over; the case rests in this status."""

    status: Status
    element: str  # the end event reached last


Effect = (
    OpenTask
    | CloseTask
    | ArmTimer
    | DisarmTimer
    | AwaitMessage
    | ForgetMessage
    | SendMessage
    | CallService
    | StatusChanged
    | SlipDue
    | DeadlineSet
    | PaymentDue
    | Ended
)


@dataclass(frozen=True, slots=True)
class Advance:
    """What a step leads to: the new situation, and its effects in order."""

    situation: Situation
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """One outcome that an open task may be completed with now, and what must be given with it."""

    outcome: str  # "" for a task that is simply done
    needs_reason: bool = False
    needs_items: bool = False  # a list of what is to be completed
    needs_head: bool = False  # only with the approval of the unit's head: a second supplement
