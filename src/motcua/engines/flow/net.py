"""A flow compiled for running: numbered places, wires between them, conditions ready to evaluate.

Sub-processes and called flows are laid into one net; each is a *frame*, a place whose token holds the tokens inside.
Places and wires are numbered by their sorted ids, so a stored state means the same in every release of the engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from motcua.engines.expressions import model as expressions
from motcua.engines.flow.effects import TimerSpec
from motcua.engines.flow.model import Flow, Kind, Node

ROOT = 0  # the place of the flow as a whole: its path is "", which sorts first
NOWHERE = -1
INSTANCE = "#"  # behind the path of a multi-instance activity: the place of each instance
BELOW = "/"  # between a call activity and what is in the flow it calls


@dataclass(frozen=True, slots=True)
class Wire:
    """An arrow of the model, or the jump from a link to its other end."""

    index: int
    path: str
    source: int
    target: int
    condition: expressions.Expression | None = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """How many instances an activity has: a number, or an expression for a number or a list."""

    sequential: bool
    number: int | None = None
    cardinality: expressions.Expression | None = None
    collection: expressions.Expression | None = None
    until: expressions.Expression | None = None
    has_until: bool = False  # also true when the expression itself is left out, as in a proof


@dataclass(frozen=True, slots=True)
class Clock:
    """When a timer is due: known from the model, or an expression."""

    spec: TimerSpec
    expression: expressions.Expression | None = None


@dataclass(frozen=True, slots=True)
class Inner:
    """What a frame needs to begin and to be interrupted."""

    start: int  # its none start event, NOWHERE when only a message or timer starts it
    starts: tuple[int, ...]  # all its start events
    listeners: tuple[int, ...]  # start events, by message or timer, of its event sub-processes
    errors: tuple[
        tuple[str, int], ...
    ]  # (code, place) of its event sub-processes started by an error


EMPTY = Inner(NOWHERE, (), (), ())
ONCE = Repeat(sequential=False, number=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the net. Numbers are indexes into `Net.places` and `Net.wires`."""

    index: int
    path: str
    kind: Kind
    node: Node
    frame: int
    role: str
    unit: str
    ins: tuple[int, ...]
    out: tuple[int, ...]
    default: int = NOWHERE  # the wire taken when no condition is true
    boundaries: tuple[int, ...] = ()  # message and timer events attached to it
    catchers: tuple[tuple[str, int], ...] = ()  # (code, place) of error events attached to it
    race: tuple[int, ...] = ()  # event-based gateway: the events it waits for
    is_frame: bool = False
    inner: Inner = EMPTY
    body: int = NOWHERE  # an instance: the multi-instance activity it is of
    instance: int = NOWHERE  # a multi-instance activity: the place of its instances
    repeat: Repeat = ONCE
    clock: Clock | None = None
    # Inclusive join: for each code of a token's place, the incoming wires (as bits) that it may still reach.
    reach: Mapping[int, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Net:
    """A flow ready to run. Build it once for a published version and keep it; it never changes."""

    flow: Flow
    digest: str
    places: tuple[Place, ...]
    wires: tuple[Wire, ...]
    by_path: Mapping[str, int] = field(repr=False)
    wire_by_path: Mapping[str, int] = field(repr=False)


def catcher(catchers: tuple[tuple[str, int], ...], code: str) -> int:
    """Return the place that catches an error code, NOWHERE when none does; any-code catchers come last."""
    for caught, place in catchers:
        if not caught or caught == code:
            return place
    return NOWHERE
