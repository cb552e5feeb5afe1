"""The flow as it was written: nodes, arrows and where each stands in its file."""

import enum
from dataclasses import dataclass, field

from motcua.engines.expressions.model import Fault


class Kind(enum.IntEnum):
    """What a node is; events carry their trigger in their kind, so that one table tells how each behaves."""

    START = enum.auto()
    START_MESSAGE = enum.auto()
    START_TIMER = enum.auto()
    START_ERROR = enum.auto()
    END = enum.auto()
    END_MESSAGE = enum.auto()
    END_ERROR = enum.auto()
    END_TERMINATE = enum.auto()
    CATCH_MESSAGE = enum.auto()
    CATCH_TIMER = enum.auto()
    CATCH_LINK = enum.auto()
    THROW = enum.auto()
    THROW_MESSAGE = enum.auto()
    THROW_LINK = enum.auto()
    BOUNDARY_MESSAGE = enum.auto()
    BOUNDARY_TIMER = enum.auto()
    BOUNDARY_ERROR = enum.auto()
    USER = enum.auto()
    MANUAL = enum.auto()
    SERVICE = enum.auto()
    DECISION = enum.auto()
    SEND = enum.auto()
    RECEIVE = enum.auto()
    SUBPROCESS = enum.auto()
    EVENT_SUBPROCESS = enum.auto()
    CALL = enum.auto()
    EXCLUSIVE = enum.auto()
    PARALLEL = enum.auto()
    INCLUSIVE = enum.auto()
    EVENT_BASED = enum.auto()
    # Two kinds that only a net has: the flow as a whole, and an activity that runs once for each of many.
    ROOT = enum.auto()
    MULTIPLE = enum.auto()

    __hash__ = int.__hash__  # the enumeration's own is written in Python, and steps look up by kind

    @property
    def word(self) -> str:
        """Return the kind in plain words, for messages and outlines."""
        return _WORDS[self]


_WORDS = {kind: kind.name.lower().replace("_", " ") for kind in Kind}

STARTS = frozenset({Kind.START, Kind.START_MESSAGE, Kind.START_TIMER, Kind.START_ERROR})
ENDS = frozenset({Kind.END, Kind.END_MESSAGE, Kind.END_ERROR, Kind.END_TERMINATE})
BOUNDARIES = frozenset({Kind.BOUNDARY_MESSAGE, Kind.BOUNDARY_TIMER, Kind.BOUNDARY_ERROR})
CATCHES = frozenset({Kind.CATCH_MESSAGE, Kind.CATCH_TIMER})
CONDITIONAL = frozenset({Kind.EXCLUSIVE, Kind.INCLUSIVE})
TASKS = frozenset({Kind.USER, Kind.MANUAL, Kind.SERVICE, Kind.DECISION, Kind.SEND, Kind.RECEIVE})
GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.EVENT_BASED})
SCOPES = frozenset({Kind.SUBPROCESS, Kind.EVENT_SUBPROCESS, Kind.CALL})
ACTIVITIES = TASKS | {Kind.SUBPROCESS, Kind.CALL}
CAN_FAIL = frozenset({Kind.SERVICE, Kind.DECISION})  # work of machines, told of by `Failed`
CAN_REPEAT = frozenset({Kind.USER, Kind.SUBPROCESS, Kind.CALL})


class TimerKind(enum.StrEnum):
    """What the text of a timer means."""

    DURATION = "duration"  # calendar time, ISO 8601 such as P3D or PT4H
    DATE = "date"  # an ISO 8601 date or moment
    WORKING = "working"  # working time, ISO 8601; the caller owns the calendar


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of text that means something (an expression, a duration) and where it begins in its file."""

    text: str
    line: int
    column: int = 1


@dataclass(frozen=True, slots=True)
class Timer:
    """When a timer is due, as it was written: literal ISO 8601 or a CEL expression that gives it."""

    kind: TimerKind
    source: Source


@dataclass(frozen=True, slots=True)
class Loop:
    """How an activity runs once for each of many: `cardinality` or `collection` is set, never both."""

    sequential: bool
    cardinality: Source | None = None
    collection: Source | None = None
    until: Source | None = None  # completionCondition: true ends the rest


@dataclass(frozen=True, slots=True)
class Node:
    """One element of a flow that tokens visit; a field that does not suit its kind stays empty."""

    id: str
    kind: Kind
    line: int
    name: str = ""
    scope: str = ""  # id of the sub-process it is in; "" is the process itself
    host: str = ""  # boundary events: the activity it is attached to
    interrupting: bool = True  # boundary events, and starts of event sub-processes
    default: str = ""  # gateways: the arrow taken when no condition is true
    message: str = ""  # the message's name
    code: str = ""  # errors; "" on a catching event means any
    link: str = ""
    timer: Timer | None = None
    loop: Loop | None = None
    role: str = ""
    unit: str = ""
    outcomes: tuple[str, ...] = ()
    working_time: str = ""  # ISO 8601 duration
    operation: str = ""
    decision: str = ""
    status: str = ""  # end events: what the case is then, opaque to the engine
    called: str = ""  # call activities: id of the flow called


@dataclass(frozen=True, slots=True)
class Arrow:
    """A sequence flow."""

    id: str
    source: str
    target: str
    line: int
    condition: Source | None = None
    name: str = ""


@dataclass(frozen=True)
class Flow:
    """A parsed model in document order, with whatever was wrong in reading it."""

    id: str
    name: str
    line: int
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    faults: tuple[Fault, ...] = ()
    by_id: dict[str, Node] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the nodes by id, once."""
        object.__setattr__(self, "by_id", {node.id: node for node in self.nodes})
