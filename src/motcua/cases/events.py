"""What happened to a case. Facts hold ids and values, never personal data."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """What every event of a case tells."""

    case: str
    procedure: str
    status: int  # afterwards: 1 to 10, as the national portal counts
    due_at: datetime | None = None  # the appointment afterwards
    opened: tuple[str, ...] = ()  # tasks that this opened
    sent: tuple[str, ...] = ()  # messages that this sent, such as "escalated"


@dataclass(frozen=True, slots=True)
class CaseFiled(CaseEvent):
    """A person filed; the case has its code."""

    filing: str = ""
    version: int = 0
    channel: str = ""
    applicant: str = ""  # whose case it is, where somebody else filed it
    mandate: str = ""  # by which they did


@dataclass(frozen=True, slots=True)
class TaskCompleted(CaseEvent):
    """An official did a task whose outcome has no name of its own below."""

    task: str = ""
    item: str = ""
    outcome: str = ""
    unit: int = 0
    on_behalf_of: str = ""  # whose post it was, where it was delegated


class CaseAccepted(TaskCompleted):
    """The filing was accepted and the statutory period began."""


class SupplementRequested(TaskCompleted):
    """The person was asked to complete the filing."""


class CaseRefused(TaskCompleted):
    """The filing was not accepted."""


class CaseStopped(TaskCompleted):
    """The handling was stopped."""


class DecisionSigned(TaskCompleted):
    """The leader signed; the result is ready."""


class ResultReturned(TaskCompleted):
    """The person has the result."""


@dataclass(frozen=True, slots=True)
class TaskTaken:
    """An official took a task, was given it, or put it back."""

    case: str
    task: str
    person: str


@dataclass(frozen=True, slots=True)
class SupplementReceived(CaseEvent):
    """The person sent what was asked for, or brought it to the counter."""

    channel: str = "online"  # or counter
    mandate: str = ""  # by which somebody sent it for the applicant


@dataclass(frozen=True, slots=True)
class PaymentReceived(CaseEvent):
    """What was due is paid, and the case goes on."""

    due: str = ""


@dataclass(frozen=True, slots=True)
class CaseWithdrawn(CaseEvent):
    """The person took the filing back, or who acts for them did."""

    mandate: str = ""


@dataclass(frozen=True, slots=True)
class TimerRanOut(CaseEvent):
    """A moment that the flow waited for has come."""

    timer: str = ""


@dataclass(frozen=True, slots=True)
class DeadlineExtended(CaseEvent):
    """The authority apologised and set a new appointment."""

    former_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseMoved(CaseEvent):
    """The case goes on under a newer version of its procedure."""

    from_version: int = 0
    to_version: int = 0


@dataclass(frozen=True, slots=True)
class CasesHandedOver:
    """Open cases went on to the authority that follows theirs, with their open tasks."""

    merger: str
    into: str  # code of the successor
    cases: tuple[str, ...]  # codes
    tasks: int  # how many of them are done there from now on


@dataclass(frozen=True, slots=True)
class CaseDisposed:
    """What was said and sent in a case was erased; its entries, codes and numbers stay."""

    case: str
    procedure: str
    reason: str  # term: its time of keeping is over; request: the person asked
    basis: str


@dataclass(frozen=True, slots=True)
class CaseRestricted:
    """The person had the use of the data in a case restricted: it is kept, and used for nothing else."""

    case: str
    request: str


@dataclass(frozen=True, slots=True)
class CaseReleased:
    """The restriction of a case was lifted."""

    case: str
    request: str


@dataclass(frozen=True, slots=True)
class NoteWritten:
    """An official wrote a note; what it says is not told."""

    case: str
    note: str


@dataclass(frozen=True, slots=True)
class NoteRemoved:
    """An official removed a note."""

    case: str
    note: str


@dataclass(frozen=True, slots=True)
class OperationStarted:
    """A person asked for long work."""

    operation: str
    kind: str
    total: int


@dataclass(frozen=True, slots=True)
class OperationEnded:
    """Long work came to its end, or was cancelled."""

    operation: str
    kind: str
    state: str
    done: int
    failed: int


OUTCOMES: dict[str, type[TaskCompleted]] = {
    "accept": CaseAccepted,
    "supplement": SupplementRequested,
    "refuse": CaseRefused,
    "stop": CaseStopped,
    "sign": DecisionSigned,
    "return_result": ResultReturned,
}
