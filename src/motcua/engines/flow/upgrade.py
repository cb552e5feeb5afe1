"""Moving a running state to a new version of its flow."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from motcua.engines.flow import soundness
from motcua.engines.flow.choices import Values
from motcua.engines.flow.effects import AwaitMessage, ForgetMessage
from motcua.engines.flow.errors import CannotMove, EndlessLoop, StateFromOtherVersion
from motcua.engines.flow.life import HEARS, LISTENS, TAKES_BACK, WAITS_FOR
from motcua.engines.flow.model import Kind
from motcua.engines.flow.net import BELOW, INSTANCE, NOWHERE, Net, Place
from motcua.engines.flow.run import Run
from motcua.engines.flow.state import ROOT_PARENT, State, Token
from motcua.engines.flow.step import Step


def upgrade(
    old: Net,
    new: Net,
    state: State,
    mapping: Mapping[str, str],
    *,
    values: Mapping[str, object],
    at: datetime,
) -> Step:
    """Return the state in the new version, with what changes for those who work on it.

    `mapping` gives new ids for elements and arrows that have another id now; all others keep theirs. Tokens keep
    their ids. Timers that are armed stay as they are. An event that is new on something open is armed, one that is
    gone is taken back, and a task whose role, unit, outcomes, name or working time changed is opened again with the
    same token. The moved state is proved to be able to finish.

    Raises CannotMove with every reason, StateFromOtherVersion when the state is not of the old version, and what
    `start` raises when a new timer or message cannot be armed.
    """
    if state.digest != old.digest:
        raise StateFromOtherVersion("The state is not of the old version; upgrade it from its own.")
    move = _Move(old, new, mapping)
    moved = move.state(state)
    if move.reasons:
        raise CannotMove(tuple(move.reasons))
    run = Run(new, moved, Values(new, values), at)
    _announce(move, state, run)
    done = run.state()
    reason = _stuck(new, done)
    if reason:
        raise CannotMove((reason,))
    return Step(done, tuple(run.effects))


class _Move:
    """The mapping from places to places, and the reasons against it."""

    def __init__(self, old: Net, new: Net, mapping: Mapping[str, str]) -> None:
        self.old = old
        self.new = new
        self.mapping = mapping
        self.reasons = [*self._mistakes()]
        self.dropped: list[Token] = []
        self.targets = {self._place(place) for place in old.places}

    def _mistakes(self) -> Iterator[str]:
        for source, target in self.mapping.items():
            if source not in self.old.by_path and source not in self.old.wire_by_path:
                yield f"The mapping names {source!r}, which the old version does not have; remove it."
            if target not in self.new.by_path and target not in self.new.wire_by_path:
                yield f"The mapping leads to {target!r}, which the new version does not have; correct it."

    def path(self, path: str) -> str:
        """Return the new path of an old one."""
        if path in self.mapping:
            return self.mapping[path]
        if path.endswith(INSTANCE):
            return self.path(path.removesuffix(INSTANCE)) + INSTANCE
        call, below, rest = path.rpartition(BELOW)
        return self.path(call) + below + rest if below else path

    def _place(self, place: Place) -> int:
        return self.new.by_path.get(self.path(place.path), NOWHERE)

    def state(self, state: State) -> State:
        """Return the state with every token in its new place; what cannot be moved becomes a reason."""
        moved: dict[int, Token] = {}
        gone: set[int] = set()
        for token in state.tokens:
            if token.parent in gone:
                gone.add(token.id)
            elif token.place < 0:
                self._wire(token, moved)
            else:
                self._token(token, moved, gone)
        return State(self.new.digest, state.next, tuple(moved.values()))

    def _wire(self, token: Token, moved: dict[int, Token]) -> None:
        wire = self.old.wires[~token.place]
        path = self.path(wire.path)
        index = self.new.wire_by_path.get(path, NOWHERE)
        join = self.old.places[wire.target]
        if index == NOWHERE or self.new.wires[index].target != self._place(join):
            self.reasons.append(
                f"Token {token.id} waits at the join {join.path!r} by {wire.path!r}; "
                f"in the new version {path!r} does not lead to that join: map the arrow."
            )
            return
        target = self.new.places[self.new.wires[index].target]
        if target.kind is not join.kind:
            self.reasons.append(self._other_kind(token, join, target))
            return
        moved[token.id] = Token(token.id, ~index, token.parent)

    def _token(self, token: Token, moved: dict[int, Token], gone: set[int]) -> None:
        place = self.old.places[token.place]
        index = self._place(place)
        listens = place.kind in LISTENS or self._is_raced(token, moved)
        if index == NOWHERE:
            if listens:
                self.dropped.append(token)
                gone.add(token.id)
                return
            self.reasons.append(
                f"Token {token.id} is at {place.path!r}, which the new version does not have; "
                f"map it to another {place.kind.word}."
            )
            gone.add(token.id)  # what is under it would only repeat this
            return
        target = self.new.places[index]
        if target.kind is not place.kind or target.repeat.sequential != place.repeat.sequential:
            self.reasons.append(self._other_kind(token, place, target))
            gone.add(token.id)
        elif not self._fits(token, target, moved):
            self.reasons.append(
                f"Token {token.id} is at {place.path!r}; in the new version {target.path!r} lies in or hangs on "
                "something else than before: map it to an element that lies as it did."
            )
            gone.add(token.id)
        else:
            moved[token.id] = Token(token.id, index, token.parent, token.index, token.item)

    def _is_raced(self, token: Token, moved: dict[int, Token]) -> bool:
        parent = moved.get(token.parent)
        return parent is not None and self.new.places[parent.place].kind is Kind.EVENT_BASED

    def _other_kind(self, token: Token, place: Place, target: Place) -> str:
        return (
            f"Token {token.id} is at {place.path!r}, a {place.kind.word}; {target.path!r} is a {target.kind.word} or "
            "repeats in another way: map it to one of the same kind."
        )

    def _fits(self, token: Token, target: Place, moved: dict[int, Token]) -> bool:
        if token.parent == ROOT_PARENT:
            return True
        parent = moved[token.parent].place
        around = self.new.places[parent]
        if target.body != NOWHERE:
            return target.body == parent
        if target.node.host:
            return target.index in around.boundaries
        if target.kind in LISTENS:
            return target.index in around.inner.listeners
        if around.kind is Kind.EVENT_BASED:
            return target.index in around.race
        return target.frame == parent

    def is_new(self, place: int) -> bool:
        """Tell whether nothing of the old version became this place."""
        return place not in self.targets


def _announce(move: _Move, before: State, run: Run) -> None:
    """Take back what is gone, arm what is new, and tell what changed about what is open."""
    for token in move.dropped:
        run.effects.append(TAKES_BACK[move.old.places[token.place].kind](token.id))
    old_places = {token.id: token.place for token in before.tokens}
    for token in list(run.tokens.values()):
        if token.place < 0:
            continue
        place, old = run.places[token.place], move.old.places[old_places[token.id]]
        if place.kind in (Kind.USER, Kind.MANUAL) and _face(place) != _face(old):
            run.effects.append(run.task(place, token))
        if WAITS_FOR.get(place.kind) in HEARS and place.node.message != old.node.message:
            run.effects.append(ForgetMessage(token.id))
            run.effects.append(AwaitMessage(token.id, place.node.message))
        for event in (*place.boundaries, *place.inner.listeners, *place.race):
            if move.is_new(event):
                run.listen(run.places[event], token.id)


def _face(place: Place) -> tuple[object, ...]:
    node = place.node
    return (node.id, node.name, place.role, place.unit, node.outcomes, node.working_time)


def _stuck(net: Net, state: State) -> str:
    """Return why a state cannot always finish, "" when it can."""
    try:
        found = soundness.explore(net, first=state)
    except (EndlessLoop, soundness.TooWide):
        return "The new version has faults of its own; check it first."
    if not found.is_whole:
        return "The new version is too large to prove that this state can finish in it."
    if found.unsafe or not all(soundness.can_finish(found)):
        return (
            "In the new version this state could get stuck or leave something behind; "
            "finish more of it in the old version first, or map its tokens elsewhere."
        )
    return ""
