"""One step in the making: tokens travel until every one of them waits.

What a token does on entering a node is one row of `ENTER`.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime

from motcua.engines.flow.choices import Chooser
from motcua.engines.flow.effects import (
    ArmTimer,
    AwaitMessage,
    CallService,
    Decide,
    Effect,
    End,
    Item,
    OpenTask,
    SendMessage,
)
from motcua.engines.flow.errors import BrokenState, EndlessLoop, StateFromOtherVersion
from motcua.engines.flow.life import END_WORDS, LISTENS, TAKES_BACK
from motcua.engines.flow.model import Kind
from motcua.engines.flow.net import NOWHERE, ROOT, Net, Place, catcher
from motcua.engines.flow.state import State, Token

MOST_MOVES = 10_000  # in one step; a flow that needs more runs in a circle


class Run:
    """One step in the making: tokens that may still travel, and the effects so far."""

    __slots__ = (
        "at",
        "chooser",
        "done",
        "effects",
        "handlers",
        "last",
        "most_moves",
        "moves",
        "net",
        "next",
        "places",
        "queue",
        "tokens",
        "took_back",
    )

    def __init__(self, net: Net, state: State, chooser: Chooser, at: datetime) -> None:
        """Take a state apart; raise when it is not of this net."""
        if state.digest != net.digest:
            raise StateFromOtherVersion(
                "The state belongs to another version of the flow; step it with that version, or upgrade it first."
            )
        self.net = net
        self.places = net.places
        self.tokens = {token.id: token for token in state.tokens}
        self.next = state.next
        self.chooser = chooser
        self.at = at
        self.effects: list[Effect] = []
        self.took_back = False
        self.queue: deque[tuple[int, int]] = deque()  # (wire, frame's token)
        self.done: list[int] = []  # frames that may be over
        self.last = net.places[ROOT]  # the end event reached last
        self.moves = 0
        self.most_moves = MOST_MOVES
        self.handlers: list[int] = []  # events that caught an error
        places, wires = len(net.places), len(net.wires)
        for token in state.tokens:
            if not -wires <= token.place < places:
                raise BrokenState(
                    "The state has a token outside its net; restore it from the event log."
                )

    def state(self) -> State:
        """Return the state put together again."""
        return State(self.net.digest, self.next, tuple(self.tokens.values()))

    # Tokens

    def put(
        self, place: int, parent: int, index: int = 0, item: Item | tuple[Item, ...] = None
    ) -> int:
        """Add a token and return its id."""
        identity = self.next
        self.next = identity + 1
        self.tokens[identity] = Token(identity, place, parent, index, item)
        return identity

    def under(self, parent: int) -> list[Token]:
        """Return the tokens directly under a token."""
        return [token for token in self.tokens.values() if token.parent == parent]

    def is_busy(self, frame: int) -> bool:
        """Tell whether anything in a frame still runs; what only listens does not count."""
        places = self.places
        for token in self.tokens.values():
            if token.parent == frame and (
                token.place < 0 or places[token.place].kind not in LISTENS
            ):
                return True
        return False

    def cancel(self, token: Token, *, quiet: bool = False) -> None:
        """Take a token back with all that is under it; a quiet one needs no effect of its own."""
        del self.tokens[token.id]
        self.clear(token.id)
        if quiet or token.place < 0:
            return
        take_back = TAKES_BACK.get(self.places[token.place].kind)
        if take_back is not None:
            self.took_back = True
            self.effects.append(take_back(token.id))

    def clear(self, parent: int, *, spare: int = 0) -> None:
        """Take back everything under a token, and what is still travelling in it; `spare` goes without an effect."""
        for token in self.under(parent):
            self.cancel(token, quiet=token.id == spare)
        if self.queue:
            self.queue = deque(move for move in self.queue if move[1] != parent)

    def listen(self, place: Place, parent: int) -> None:
        """Arm a timer or await a message."""
        token = self.put(place.index, parent)
        if place.clock is None:
            self.effects.append(AwaitMessage(token, place.node.message))
        else:
            due = self.chooser.due(place.clock, place)
            self.effects.append(ArmTimer(token, place.node.id, due, self.at))

    # Travelling

    def leave(self, place: Place, frame: int) -> None:
        """Send a token along every wire out of a place."""
        for wire in place.out:
            self.queue.append((wire, frame))

    def travel(self) -> None:
        """Move tokens until every one of them waits."""
        queue, wires, places = self.queue, self.net.wires, self.places
        while True:
            while queue:
                wire, frame = queue.popleft()
                if frame in self.tokens:
                    self.moves += 1
                    if self.moves > self.most_moves:
                        raise self.endless(wire)
                    self.enter(places[wires[wire].target], frame, wire)
                queue = self.queue  # cancelling makes a new one
            if not self.settle():
                return
            queue = self.queue

    def enter(self, place: Place, frame: int, wire: int) -> None:
        """Let a token that came by a wire do what its place asks."""
        ENTER[place.kind](self, place, frame, wire)

    def endless(self, wire: int) -> EndlessLoop:
        """Return the error for a flow that never comes to a wait."""
        return EndlessLoop(
            f"The flow runs in a circle by {self.net.wires[wire].path!r} without ever waiting; "
            "put a task or an event into the circle."
        )

    def settle(self) -> bool:
        """Close one frame or open one inclusive join, now that nothing travels; tell whether anything moved."""
        while self.done:
            frame = self.done.pop()
            if frame in self.tokens and not self.is_busy(frame):
                self.close(self.tokens[frame])
                return True
        return self.settle_joins()

    def settle_joins(self) -> bool:
        """Open the first inclusive join that no token can reach any more, in the order of tokens."""
        wires, places = self.net.wires, self.places
        for token in self.tokens.values():
            if token.place < 0:
                join = places[wires[~token.place].target]
                if join.reach and self.is_ready(join, token.parent):
                    for one in self.arrived(join, token.parent).values():
                        del self.tokens[one]
                    self.split(join, token.parent)
                    return True
        return False

    def arrived(self, join: Place, frame: int) -> dict[int, int]:
        """Return the tokens at a join: the oldest on each incoming wire, by wire."""
        tokens: dict[int, int] = {}
        for token in self.tokens.values():
            if token.parent == frame and token.place < 0 and ~token.place in join.ins:
                tokens.setdefault(~token.place, token.id)
        return tokens

    def is_ready(self, join: Place, frame: int) -> bool:
        """Tell whether an inclusive join may open.

        BPMN 2.0.2, 13.4.3: it waits while a token elsewhere can reach an incoming wire that has none, unless that
        token can also reach one that has.
        """
        here = self.arrived(join, frame)
        marked = 0
        for bit, wire in enumerate(join.ins):
            if wire in here:
                marked |= 1 << bit
        for token in self.tokens.values():
            if token.parent != frame or (token.place < 0 and ~token.place in here):
                continue
            reached = join.reach.get(token.place, 0)
            if reached & ~marked and not reached & marked:
                return False
        return True

    # Entering a node: one of these for each kind

    def pass_on(self, place: Place, frame: int, wire: int) -> None:
        """Go straight on."""
        self.leave(place, frame)

    def send(self, place: Place, frame: int, wire: int) -> None:
        """Send a message and go straight on."""
        self.effects.append(SendMessage(place.node.message, place.node.id))
        self.leave(place, frame)

    def exclusive(self, place: Place, frame: int, wire: int) -> None:
        """Go one way."""
        if len(place.out) == 1:
            self.queue.append((place.out[0], frame))
        else:
            self.queue.append((self.chooser.one(place), frame))

    def inclusive(self, place: Place, frame: int, wire: int) -> None:
        """Wait at a join until nobody else can come, then go every way that is true."""
        if len(place.ins) > 1:
            self.put(~wire, frame)
        else:
            self.split(place, frame)

    def split(self, place: Place, frame: int) -> None:
        """Go every way that is true."""
        if len(place.out) == 1:
            self.queue.append((place.out[0], frame))
        else:
            self.queue.extend((wire, frame) for wire in self.chooser.some(place))

    def parallel(self, place: Place, frame: int, wire: int) -> None:
        """Wait until a token has come by every way, then go every way."""
        if len(place.ins) > 1:
            self.put(~wire, frame)
            here = self.arrived(place, frame)
            if len(here) < len(place.ins):
                return
            for token in here.values():
                del self.tokens[token]
        self.leave(place, frame)

    def race(self, place: Place, frame: int, wire: int) -> None:
        """Wait for the first of several events."""
        token = self.put(place.index, frame)
        for event in place.race:
            self.listen(self.places[event], token)

    def work(self, place: Place, frame: int, wire: int) -> None:
        """Ask for work and wait until it is done."""
        self.ask(place, frame, 0, None)

    def ask(self, place: Place, parent: int, index: int, item: Item) -> None:
        """Open an activity: a task or a sub-process, alone or as one instance of many."""
        token = self.put(place.index, parent, index, item)
        ask = ASK.get(place.kind)
        if ask is not None:
            self.effects.append(ask(self, place, self.tokens[token]))
        for event in place.boundaries:
            self.listen(self.places[event], token)
        if place.is_frame:
            self.enter_frame(place, token, place.inner.start)

    def task(self, place: Place, token: Token) -> OpenTask:
        """Return the effect that opens a task, with the item of the nearest instance around it."""
        node = place.node
        around = token
        while around.parent and self.places[around.place].body == NOWHERE:
            around = self.tokens[around.parent]
        item = around.item
        return OpenTask(
            token=token.id,
            element=node.id,
            path=self.places[place.body].path if place.body != NOWHERE else place.path,
            name=node.name,
            kind=place.kind.word,
            role=place.role,
            outcomes=node.outcomes,
            working_time=node.working_time,
            unit=place.unit,
            item=None if isinstance(item, tuple) else item,
            index=around.index,
        )

    def wait(self, place: Place, frame: int, wire: int) -> None:
        """Wait for a timer or a message."""
        self.listen(place, frame)

    def multiply(self, place: Place, frame: int, wire: int) -> None:
        """Open one instance after the other, or all at once; go straight on when there are none."""
        count, items = self.chooser.instances(place)
        if not count:
            self.leave(place, frame)
            return
        sequential = place.repeat.sequential
        token = self.put(place.index, frame, count, items if sequential else None)
        for event in place.boundaries:
            self.listen(self.places[event], token)
        for index in range(1 if sequential else count):
            self.ask(self.places[place.instance], token, index, items[index] if items else None)

    def enter_frame(self, place: Place, token: int, first: int) -> None:
        """Begin what is inside a frame, listening first."""
        inner = place.inner
        for event in inner.listeners:
            self.listen(self.places[event], token)
        self.leave(self.places[first], token)

    def end(self, place: Place, frame: int, wire: int) -> None:
        """Be over, and perhaps be the last in the frame."""
        self.last = place
        if place.kind is Kind.END_MESSAGE:
            self.effects.append(SendMessage(place.node.message, place.node.id))
        self.done.append(frame)

    def terminate(self, place: Place, frame: int, wire: int) -> None:
        """End everything in this frame; what is around the frame goes on as if it were done."""
        self.last = place
        self.clear(frame)
        self.done.append(frame)

    def fail(self, place: Place, frame: int, wire: int) -> None:
        """Throw an error outwards; when nobody catches it, it ends the whole flow."""
        self.last = place
        if not self.throw(place.node.code, self.tokens[frame], inside=True):
            root = next(iter(self.tokens.values()))
            self.clear(root.id)
            self.done.append(root.id)

    # Leaving a node

    def finish(self, token: Token, place: Place) -> None:
        """Take a token whose work is done from its place and go on."""
        del self.tokens[token.id]
        self.clear(token.id)
        self.go_on(token, place)

    def go_on(self, token: Token, place: Place) -> None:
        """Go on behind an activity that is over: to the next place, or to the next instance."""
        if place.body != NOWHERE:
            self.instance_over(token, self.places[place.body])
        else:
            self.leave(place, token.parent)

    def instance_over(self, instance: Token, body: Place) -> None:
        """Open the next instance, or end the activity when it was the last or the rest is not needed."""
        activity = self.tokens[instance.parent]
        enough = body.repeat.has_until and self.chooser.is_enough(body)
        following = instance.index + 1
        if not enough and body.repeat.sequential and following < activity.index:
            item = activity.item[following] if isinstance(activity.item, tuple) else None
            self.ask(self.places[body.instance], activity.id, following, item)
        elif enough or not self.is_busy(activity.id):
            self.finish(activity, body)

    def caught(self, token: Token, place: Place) -> None:
        """Go on from an event that has come, ending what it interrupts."""
        parent = self.tokens[token.parent]
        around = self.places[parent.place]
        if place.kind in (Kind.START_MESSAGE, Kind.START_TIMER):
            self.handle(self.places[place.frame], parent, place, spare=token.id)
        elif place.node.host:
            if place.node.interrupting:
                self.interrupt(parent, spare=token.id)
            else:
                del self.tokens[token.id]
            self.leave(place, parent.parent)
        elif around.kind is Kind.EVENT_BASED:
            self.interrupt(parent, spare=token.id)
            self.leave(place, parent.parent)
        else:
            self.finish(token, place)

    def interrupt(self, token: Token, *, spare: int = 0) -> None:
        """Take back an activity and all under it, but for the event that does so."""
        self.clear(token.id, spare=spare)
        self.cancel(token)

    def handle(self, place: Place, frame: Token, event: Place, *, spare: int) -> None:
        """Begin an event sub-process in its frame."""
        if event.node.interrupting:
            self.clear(frame.id, spare=spare)
        else:
            del self.tokens[spare]
        token = self.put(place.index, frame.id)
        self.enter_frame(place, token, event.index)

    def throw(self, code: str, token: Token, *, inside: bool = False) -> bool:
        """Give an error to the nearest event that catches it; tell whether one did.

        With `inside`, the error comes from within the frame of the token; else from the work of the token itself.
        """
        while True:
            place = self.places[token.place]
            if inside:
                handler = catcher(place.inner.errors, code)
                if handler != NOWHERE:
                    around = self.places[handler]
                    self.handlers.append(around.inner.start)
                    self.handle(around, token, self.places[around.inner.start], spare=0)
                    return True
            if place.kind is Kind.ROOT:
                return False
            if place.body != NOWHERE:
                token = self.tokens[token.parent]
                place = self.places[token.place]
            boundary = catcher(place.catchers, code)
            if boundary != NOWHERE:
                self.handlers.append(boundary)
                self.interrupt(token)
                self.leave(self.places[boundary], token.parent)
                return True
            # An error of an event sub-process passes its brothers by: the frame's own handlers are not asked.
            inside = place.kind is not Kind.EVENT_SUBPROCESS
            token = self.tokens[token.parent]

    def close(self, token: Token) -> None:
        """End a frame in which nothing runs any more."""
        place = self.places[token.place]
        del self.tokens[token.id]
        self.clear(token.id)
        if place.kind is Kind.ROOT:
            node = self.last.node
            self.effects.append(End(END_WORDS[node.kind], node.id, node.code, node.status))
        elif place.kind is Kind.EVENT_SUBPROCESS:
            self.handled(token, place)
        else:
            self.go_on(token, place)

    def handled(self, token: Token, place: Place) -> None:
        """Close the frame around an event sub-process that is over, or listen for the same message again."""
        event = self.places[place.inner.start]
        again = event.kind is Kind.START_MESSAGE and not event.node.interrupting
        if again and self.is_busy(token.parent):
            self.listen(event, token.parent)
        else:
            self.done.append(token.parent)


Enter = Callable[[Run, Place, int, int], None]

# What a token does on entering a node of each kind.
ENTER: dict[Kind, Enter] = {
    Kind.END: Run.end,
    Kind.END_MESSAGE: Run.end,
    Kind.END_ERROR: Run.fail,
    Kind.END_TERMINATE: Run.terminate,
    Kind.CATCH_MESSAGE: Run.wait,
    Kind.CATCH_TIMER: Run.wait,
    Kind.CATCH_LINK: Run.pass_on,
    Kind.THROW: Run.pass_on,
    Kind.THROW_MESSAGE: Run.send,
    Kind.THROW_LINK: Run.pass_on,
    Kind.USER: Run.work,
    Kind.MANUAL: Run.work,
    Kind.SERVICE: Run.work,
    Kind.DECISION: Run.work,
    Kind.SEND: Run.send,
    Kind.RECEIVE: Run.work,
    Kind.SUBPROCESS: Run.work,
    Kind.CALL: Run.work,
    Kind.EXCLUSIVE: Run.exclusive,
    Kind.PARALLEL: Run.parallel,
    Kind.INCLUSIVE: Run.inclusive,
    Kind.EVENT_BASED: Run.race,
    Kind.MULTIPLE: Run.multiply,
}

# What an activity asks for when it is opened; a sub-process asks for nothing itself.
ASK: dict[Kind, Callable[[Run, Place, Token], Effect]] = {
    Kind.USER: Run.task,
    Kind.MANUAL: Run.task,
    Kind.SERVICE: lambda run, place, token: CallService(
        token.id, place.node.operation, place.node.id
    ),
    Kind.DECISION: lambda run, place, token: Decide(token.id, place.node.decision, place.node.id),
    Kind.RECEIVE: lambda run, place, token: AwaitMessage(token.id, place.node.message),
}
