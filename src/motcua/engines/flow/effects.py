"""What the engine asks of the outside, as data, in the order in which it should be done."""

from dataclasses import dataclass
from datetime import datetime

from motcua.engines.flow.model import TimerKind

Item = str | int | bool | None


@dataclass(frozen=True, slots=True)
class TimerSpec:
    """When a timer is due: ISO 8601 text, already evaluated."""

    kind: TimerKind
    value: str


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Open a task for people; say `Completed` with this token and one of the outcomes when it is done."""

    token: int
    element: str  # id in its own file
    path: str  # the same, behind the ids of the call activities it is in: "call/element"
    name: str
    kind: str  # "user" or "manual"
    role: str
    outcomes: tuple[str, ...]
    working_time: str  # ISO 8601 duration of working time, "" when none is set
    unit: str
    item: Item  # multi-instance over a collection: the item this instance is for
    index: int  # multi-instance: 0, 1, 2 ...; 0 otherwise


@dataclass(frozen=True, slots=True)
class CloseTask:
    """Withdraw the work with this token: it is no longer wanted (a task of people, a call or a decision)."""

    token: int


@dataclass(frozen=True, slots=True)
class ArmTimer:
    """Set a timer that counts from `since`; say `Fired` with this token when it is due."""

    token: int
    element: str
    spec: TimerSpec
    since: datetime


@dataclass(frozen=True, slots=True)
class DisarmTimer:
    """Take the timer back."""

    token: int


@dataclass(frozen=True, slots=True)
class AwaitMessage:
    """Be ready for a message; say `Received` when it comes."""

    token: int
    message: str


@dataclass(frozen=True, slots=True)
class ForgetMessage:
    """Stop waiting for the message."""

    token: int


@dataclass(frozen=True, slots=True)
class CallService:
    """Carry out an operation; say `Completed`, or `Failed` with a business error's code."""

    token: int
    operation: str
    element: str


@dataclass(frozen=True, slots=True)
class Decide:
    """Evaluate a decision table, put its outputs into the values, say `Completed`."""

    token: int
    decision: str
    element: str


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Send a message; nobody is waited for."""

    message: str
    element: str


@dataclass(frozen=True, slots=True)
class End:
    """The whole flow is over; `element` is the end event that was reached last."""

    kind: str  # "none", "message", "terminate" or "error"
    element: str
    code: str = ""  # of an error
    status: str = ""  # motcua:status of that end event, as it is written


Effect = (
    OpenTask
    | CloseTask
    | ArmTimer
    | DisarmTimer
    | AwaitMessage
    | ForgetMessage
    | CallService
    | Decide
    | SendMessage
    | End
)
