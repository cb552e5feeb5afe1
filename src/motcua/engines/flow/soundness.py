"""The proof that a flow is sound: every marking that its net can come to is looked at.

The markings are explored with the step relation that runs cases, not with a model of it. What depends on data is a
free choice: any way out of an exclusive gateway, any non-empty set out of an inclusive one, any outcome, every timer and message
at any time, every error that something catches. A multi-instance activity runs with none, one and two instances: instances
share nothing but the moment when the activity is over, so what two cannot do together, more cannot either.

A frame holds at most one token in a place (the net is 1-safe); that bounds the markings, and a flow that breaks it is
refused. Two markings that differ only in the ids of tokens are one.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from motcua.engines.expressions.model import Fault
from motcua.engines.flow import happenings, step
from motcua.engines.flow.effects import Item, TimerSpec
from motcua.engines.flow.errors import EndlessLoop, NotCaught
from motcua.engines.flow.life import HEARS, TIMED, WAITS_FOR, WORKED_OR_FAILED
from motcua.engines.flow.model import Kind
from motcua.engines.flow.net import NOWHERE, ROOT, Clock, Net, Place
from motcua.engines.flow.run import Run
from motcua.engines.flow.state import State, Token

MOST_MARKINGS = 30_000
TOKENS_PER_MARKING = 30  # looked at for each marking of the limit, over all steps tried
MOVES_PER_WIRE = 4  # in one step of a proof, with 100 more: twice for each of two nested multi-instance activities
WIDEST_CHOICE = 1_024  # sets of ways out of one inclusive gateway
LONGEST_TRACE = 40  # elements shown in a fault

Marking = tuple[object, ...]
_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)  # timers are never due by the clock here
_NOTHING: Mapping[str, object] = {}


class TooWide(Exception):
    """An inclusive gateway has too many ways out to try every set of them."""


class Script:
    """Makes the choices of a step by a list of numbers, and tells how many each could have been."""

    __slots__ = ("arities", "net", "script", "taken")

    def __init__(self, net: Net, script: Sequence[int]) -> None:
        """Follow the script; behind its end, take the first of everything."""
        self.net = net
        self.script = script
        self.arities: list[int] = []
        self.taken: list[str] = []

    def pick(self, arity: int) -> int:
        """Return the next choice out of so many."""
        position = len(self.arities)
        self.arities.append(arity)
        return self.script[position] if position < len(self.script) else 0

    def one(self, place: Place) -> int:
        """Choose any way out."""
        wire = place.out[self.pick(len(place.out))]
        self.taken.append(self.net.wires[wire].path)
        return wire

    def some(self, place: Place) -> Sequence[int]:
        """Choose any non-empty set of ways with conditions, or the default."""
        free = [wire for wire in place.out if wire != place.default]
        sets = 1 << len(free)
        if sets > WIDEST_CHOICE:
            raise TooWide(place.path)
        chosen = self.pick(sets if place.default != NOWHERE else sets - 1) + 1
        wires = [wire for bit, wire in enumerate(free) if chosen >> bit & 1] or [place.default]
        self.taken.extend(self.net.wires[wire].path for wire in wires)
        return wires

    def instances(self, place: Place) -> tuple[int, tuple[Item, ...] | None]:
        """Choose none, one or two, unless the model says how many."""
        number = place.repeat.number
        return (self.pick(3) if number is None else min(number, 2)), None

    def is_enough(self, place: Place) -> bool:
        """Choose whether the rest is needed."""
        return self.pick(2) == 1

    def due(self, clock: Clock, place: Place) -> TimerSpec:
        """Return the timer as it was written."""
        return clock.spec


class Probe(Run):
    """A step that notes the wires it travels."""

    __slots__ = ("travelled",)

    def __init__(self, net: Net, state: State, chooser: Script, travelled: set[int]) -> None:
        """Note into `travelled`."""
        super().__init__(net, state, chooser, _MOMENT)
        self.most_moves = 100 + MOVES_PER_WIRE * len(net.wires)
        self.travelled = travelled

    def enter(self, place: Place, frame: int, wire: int) -> None:
        """Note the wire and enter."""
        self.travelled.add(wire)
        super().enter(place, frame, wire)


@dataclass
class Exploration:
    """The markings found so far, numbered in the order of finding, and how each was come to."""

    net: Net
    limit: int
    numbers: dict[Marking, int] = field(default_factory=dict)
    states: list[State] = field(default_factory=list)
    before: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    after: list[set[int]] = field(default_factory=list)
    unsafe: dict[int, int] = field(default_factory=dict)  # marking -> place that holds two tokens
    travelled: set[int] = field(default_factory=set)
    fired: set[int] = field(default_factory=set)  # places of events that came
    looked: int = 0  # tokens of all steps tried: what the time goes into
    is_whole: bool = True

    def trace(self, number: int) -> list[str]:
        """Return the ids of the elements on a shortest way to a marking."""
        steps: list[tuple[str, ...]] = []
        while number >= 0:
            number, labels = self.before[number]
            steps.append(labels)
        return [label for labels in reversed(steps) for label in labels]


def marking(net: Net, tokens: Sequence[Token]) -> Marking:
    """Return what a state is when the ids of tokens are forgotten."""
    places = net.places
    under: dict[int, list[Marking]] = {}
    for token in reversed(tokens):  # a token is always older than those under it
        mine = under.pop(token.id, None)
        index = 0
        if token.index and token.place >= 0:
            place = places[token.place]
            body = place if place.body == NOWHERE else places[place.body]
            index = token.index if body.repeat.sequential else 0
        one: Marking = (token.place, index, tuple(sorted(mine)) if mine else ())
        under.setdefault(token.parent, []).append(one)
    return tuple(under.get(0, ()))


def explore(net: Net, *, first: State | None = None, limit: int = MOST_MARKINGS) -> Exploration:
    """Return the markings that a net can come to, from its starts or from a given state.

    Raises EndlessLoop when it can run without ever waiting, TooWide when an inclusive gateway cannot be tried out.
    """
    found = Exploration(net, limit)
    todo: deque[int] = deque()
    if first is None:
        for begin in _beginnings(net):
            _try_all(found, todo, -1, State(net.digest, 1, ()), begin)
    else:
        _add(found, todo, -1, first, ())
    while todo and found.is_whole:
        number = todo.popleft()
        state = found.states[number]
        for token in state.tokens:
            for happening in _happenings(net, state, token):
                _try_all(found, todo, number, state, happening)
    return found


def _beginnings(net: Net) -> Iterator[str | None]:
    for index in net.places[ROOT].inner.starts:
        place = net.places[index]
        yield place.node.message if place.kind is Kind.START_MESSAGE else None


def _happenings(net: Net, state: State, token: Token) -> Iterator[happenings.Happening]:
    if token.place < 0:
        return
    place = net.places[token.place]
    waits = WAITS_FOR.get(place.kind)
    if waits is None:
        return
    if waits == TIMED:
        yield happenings.Fired(token.id, _NOTHING)
    elif waits in HEARS:
        yield happenings.Received(place.node.message, _NOTHING, token.id)
    else:
        outcome = place.node.outcomes[0] if place.node.outcomes else ""
        yield happenings.Completed(token.id, _NOTHING, outcome)
    if waits == WORKED_OR_FAILED:
        for code in _codes(net):
            yield happenings.Failed(token.id, code, _NOTHING)


def _codes(net: Net) -> list[str]:
    """Return every code that something catches; "" stands for all others where they are caught."""
    return sorted(
        {code for place in net.places for code, _ in (*place.catchers, *place.inner.errors)}
    )


def _try_all(
    found: Exploration,
    todo: deque[int],
    number: int,
    state: State,
    happening: happenings.Happening | str | None,
) -> None:
    """Take one step in every way that its choices allow."""
    net = found.net
    script: list[int] | None = []
    while script is not None and found.is_whole:
        found.looked += len(state.tokens) + 1
        found.is_whole = found.looked <= found.limit * TOKENS_PER_MARKING
        chooser = Script(net, script)
        run = Probe(net, state, chooser, found.travelled)
        if happening is None or isinstance(happening, str):
            step.begin(run, happening)
            label = net.flow.id if happening is None else happening
        else:
            try:
                step.happen(run, happening)
            except NotCaught:
                return
            place = next(one.place for one in state.tokens if one.id == happening.token)
            found.fired.add(place)
            found.travelled.update(net.places[place].ins)  # a race enters its events by no move
            label = net.places[place].path
            if isinstance(happening, happenings.Failed):
                label += f" ({happening.code or 'any error'})"
        found.fired.update(run.handlers)
        _add(found, todo, number, run.state(), (label, *chooser.taken))
        script = _following(chooser.script, chooser.arities)


def _following(script: Sequence[int], arities: list[int]) -> list[int] | None:
    """Return the next script in order, None after the last."""
    full = [*script, *([0] * (len(arities) - len(script)))]
    while full and full[-1] + 1 >= arities[len(full) - 1]:
        full.pop()
    if not full:
        return None
    full[-1] += 1
    return full


def _add(
    found: Exploration, todo: deque[int], before: int, state: State, labels: tuple[str, ...]
) -> None:
    key = marking(found.net, state.tokens)
    number = found.numbers.get(key)
    if number is None:
        number = len(found.states)
        if number >= found.limit:
            found.is_whole = False
            return
        found.numbers[key] = number
        found.states.append(state)
        found.before.append((before, labels))
        found.after.append(set())
        crowded = _crowded(found.net, state)
        if crowded is None:
            todo.append(number)
        else:
            found.unsafe[number] = crowded
    if before >= 0:
        found.after[before].add(number)


def _crowded(net: Net, state: State) -> int | None:
    """Return a place that holds two tokens in one frame."""
    seen: set[tuple[int, int]] = set()
    for token in state.tokens:
        if token.place >= 0 and net.places[token.place].body != NOWHERE:
            continue
        key = (token.place, token.parent)
        if key in seen:
            return token.place
        seen.add(key)
    return None


def faults(net: Net, *, limit: int = MOST_MARKINGS) -> tuple[Fault, ...]:
    """Return what keeps a net from being sound, each with a way there."""
    try:
        found = explore(net, limit=limit)
    except EndlessLoop as error:
        return (Fault("endless-loop", str(error), net.flow.id, net.flow.line),)
    except TooWide as error:
        message = "has too many ways out to try every set of them; use several gateways."
        return (
            Fault(
                "too-large",
                f"The inclusive gateway {error.args[0]!r} {message}",
                net.flow.id,
                net.flow.line,
            ),
        )
    wrong = [*_unsafe(found), *_several(found)]
    if not found.is_whole:
        message = f"The flow has too many markings to look at all of them (at most {limit:,}); split it with call activities, or draw less in parallel."
        return (*wrong, Fault("too-large", message, net.flow.id, net.flow.line))
    if not found.unsafe:
        wrong.extend(_stuck(found))
        wrong.extend(_dead(found))
    return tuple(wrong)


def can_finish(found: Exploration) -> list[bool]:
    """Tell for each marking whether an end can be reached from it."""
    earlier: list[list[int]] = [[] for _ in found.states]
    for number, others in enumerate(found.after):
        for other in others:
            earlier[other].append(number)
    reached = [state.is_over for state in found.states]
    todo = [number for number, over in enumerate(reached) if over]
    while todo:
        for number in earlier[todo.pop()]:
            if not reached[number]:
                reached[number] = True
                todo.append(number)
    return reached


def _at(net: Net, code: str, message: str, place: int) -> Fault:
    """Return a fault at the node of a place, or at the join that a wire leads to."""
    one = net.places[place] if place >= 0 else net.places[net.wires[~place].target]
    return Fault(code, message, one.path.removesuffix("#"), one.node.line)


def _way(found: Exploration, number: int) -> str:
    trace = found.trace(number)
    shown = trace if len(trace) <= LONGEST_TRACE else ["...", *trace[-LONGEST_TRACE:]]
    return "trace: " + " > ".join(shown)


def _unsafe(found: Exploration) -> Iterator[Fault]:
    told: set[int] = set()
    for number, place in found.unsafe.items():
        if place in told:
            continue
        told.add(place)
        if _grows(found, number):
            yield _at(
                found.net,
                "unbounded-growth",
                f"Each round leaves one more token here; join the ways before going round; {_way(found, number)}.",
                place,
            )
        else:
            yield _at(
                found.net,
                "two-tokens",
                "Two tokens may be here at once; join what was split with a gateway of the same kind; "
                f"{_way(found, number)}.",
                place,
            )


def _grows(found: Exploration, number: int) -> bool:
    """Tell whether a marking holds all of an earlier one on its way, and more."""
    now = _counted(found.states[number])
    before = found.before[number][0]
    while before >= 0:
        then = _counted(found.states[before])
        if then < now:
            return True
        before = found.before[before][0]
    return False


def _counted(state: State) -> Counter[tuple[int, ...]]:
    ways: dict[int, tuple[int, ...]] = {0: ()}
    for token in state.tokens:
        ways[token.id] = (*ways[token.parent], token.place)
    return Counter(way for identity, way in ways.items() if identity)


def _several(found: Exploration) -> Iterator[Fault]:
    told: set[tuple[int, ...]] = set()
    for number, state in enumerate(found.states):
        waiting: dict[str, set[int]] = {}
        for token in state.tokens:
            if token.place < 0:
                continue
            place = found.net.places[token.place]
            if WAITS_FOR.get(place.kind) in HEARS:
                waiting.setdefault(place.node.message, set()).add(token.place)
        for message, places in waiting.items():
            pair = tuple(sorted(places))
            if len(pair) < 2 or pair in told:
                continue
            told.add(pair)
            names = " and ".join(repr(found.net.places[one].path) for one in pair)
            yield _at(
                found.net,
                "several-wait",
                f"{names} may wait for the message {message!r} at once; use a message for each; {_way(found, number)}.",
                pair[0],
            )


def _stuck(found: Exploration) -> Iterator[Fault]:
    finishes = can_finish(found)
    told: set[tuple[str, tuple[int, ...]]] = set()
    for number, fine in enumerate(finishes):
        if fine:
            continue
        waiting = sorted({token.place for token in found.states[number].tokens if token.place < 0})
        is_dead = not found.after[number]
        if not is_dead and any(
            not ends and not found.after[one] for one, ends in enumerate(finishes)
        ):
            continue  # it leads to a deadlock, which is told where it is
        code = "deadlock" if is_dead else "cannot-finish"
        key = (code, tuple(waiting) if is_dead else ())
        if key in told:
            continue
        told.add(key)
        if is_dead:
            text = "A case may get stuck here: what is waited for never comes"
        else:
            text = "A case may come here and never to an end, whatever is done"
        place = waiting[0] if waiting else found.states[number].tokens[-1].place
        yield _at(found.net, code, f"{text}; {_way(found, number)}.", place)


def _dead(found: Exploration) -> Iterator[Fault]:
    net = found.net
    alive = {net.wires[wire].target for wire in found.travelled} | found.fired
    alive |= {net.wires[wire].source for wire in found.travelled}
    alive |= {place.body for place in net.places if place.index in alive and place.body != NOWHERE}
    for place in net.places:
        if place.index == ROOT or place.body != NOWHERE or place.index in alive:
            continue
        if place.kind is Kind.EVENT_SUBPROCESS:
            continue  # its start event tells
        yield _at(
            net,
            "dead-element",
            "No case can ever come here; connect it differently, or remove it.",
            place.index,
        )
    for wire in net.wires:
        if wire.index not in found.travelled and wire.source in alive and wire.target in alive:
            line = net.places[wire.source].node.line
            yield Fault("dead-element", "No case can ever go this way; remove it.", wire.path, line)
