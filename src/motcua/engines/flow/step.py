"""The token game: one happening in, the next state and the effects out.

A step takes the state apart, lets tokens travel until every one of them waits, and puts a new state together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from motcua.engines.flow import happenings
from motcua.engines.flow.choices import Values
from motcua.engines.flow.effects import (
    ArmTimer,
    AwaitMessage,
    CallService,
    CloseTask,
    Decide,
    DisarmTimer,
    Effect,
    ForgetMessage,
    OpenTask,
)
from motcua.engines.flow.errors import (
    NotAwaited,
    NotCaught,
    NotOpen,
    NotStarted,
    NoZone,
    OutcomeNotOffered,
    SeveralWait,
    WrongHappening,
)
from motcua.engines.flow.life import COMPLETES, HEARS, TIMED, WAITS_FOR, WORKED_OR_FAILED
from motcua.engines.flow.model import Kind
from motcua.engines.flow.net import ROOT, Net, Place
from motcua.engines.flow.run import Run
from motcua.engines.flow.state import ROOT_PARENT, State, Token


@dataclass(frozen=True, slots=True)
class Step:
    """A state and what the outside is asked to do on the way to it."""

    state: State
    effects: tuple[Effect, ...]


def start(
    net: Net, *, values: Mapping[str, object], at: datetime, message: str | None = None
) -> Step:
    """Return the first step of a flow, begun by its none start event, or by the message or timer it starts with.

    Raises NotStarted when the flow has no such start, and CannotGoOn when it cannot run to its first wait.
    """
    _zoned(at)
    run = Run(net, State(net.digest, 1, ()), Values(net, values), at)
    begin(run, message)
    return Step(run.state(), _settled(run))


def step(net: Net, state: State, happening: happenings.Happening, *, at: datetime) -> Step:
    """Return what follows when something happens at a moment.

    Raises StateError for a state that is not of this net, Refusal when nothing waits for the happening, CannotGoOn
    when the values do not let the flow go on, and EvaluationFailed from an expression. Nothing has changed then.
    """
    _zoned(at)
    run = Run(net, state, Values(net, happening.values), at)
    happen(run, happening)
    return Step(run.state(), _settled(run))


def open_tokens(net: Net, state: State) -> tuple[tuple[Token, Place], ...]:
    """Return the tokens that wait for the outside, each with its place, oldest first."""
    run = Run(net, state, Values(net, {}), datetime.min.replace(tzinfo=UTC))
    return tuple(
        (token, net.places[token.place])
        for token in run.tokens.values()
        if token.place >= 0 and net.places[token.place].kind in WAITS_FOR
    )


def _zoned(at: datetime) -> None:
    if at.tzinfo is None:
        raise NoZone(
            "The moment has no time zone, so timers could not be counted from it; give its zone."
        )


def begin(run: Run, message: str | None) -> None:
    """Put the first token on the start asked for."""
    inner = run.places[ROOT].inner
    places = [run.places[index] for index in inner.starts]
    if message is not None:
        places = [
            one for one in places if one.kind is Kind.START_MESSAGE and one.node.message == message
        ]
    else:
        plain = [one for one in places if one.kind is Kind.START]
        places = plain or [one for one in places if one.kind is Kind.START_TIMER]
    if not places:
        how = f"by the message {message!r}" if message is not None else "without a message"
        raise NotStarted(
            f"The flow {run.net.flow.id!r} does not start {how}; use one of its start events."
        )
    root = run.put(ROOT, ROOT_PARENT)
    run.enter_frame(run.places[ROOT], root, places[0].index)
    run.travel()


def happen(run: Run, happening: happenings.Happening) -> None:
    """Let a happening work on the token it is for."""
    match happening:
        case happenings.Completed():
            token, place = _open(run, happening.token, COMPLETES)
            _check_outcome(place, happening.outcome)
            if place.kind is Kind.RECEIVE:
                run.caught(token, place)
            else:
                run.finish(token, place)
        case happenings.Fired():
            token, place = _open(run, happening.token, (TIMED,))
            run.caught(token, place)
        case happenings.Received():
            token, place = _addressee(run, happening)
            run.caught(token, place)
        case happenings.Failed():
            token, place = _open(run, happening.token, (WORKED_OR_FAILED,))
            if not run.throw(happening.code, token):
                raise NotCaught(
                    f"No error event catches {happening.code!r} from {place.path!r}; the task stays open: "
                    "retry it or put the cause right."
                )
    run.travel()


def _open(run: Run, token: int, waits: frozenset[str] | tuple[str, ...]) -> tuple[Token, Place]:
    """Return the open token of an id, when it waits for this."""
    found = run.tokens.get(token)
    place = run.places[found.place] if found is not None and found.place >= 0 else None
    wait = WAITS_FOR.get(place.kind) if place is not None else None
    if found is None or place is None or wait is None:
        was = "is not open any more" if 0 < token < run.next else "never was open"
        raise NotOpen(f"Token {token} {was}; read the case again and use an open one.")
    if wait not in waits:
        raise WrongHappening(
            f"Token {token} is the {place.kind.word} {place.path!r}, which waits to be {wait}; tell it that."
        )
    return found, place


def _check_outcome(place: Place, outcome: str) -> None:
    """Refuse an outcome that a task does not offer."""
    offered = place.node.outcomes
    if outcome not in offered if offered else outcome:
        choice = f"one of: {', '.join(offered)}" if offered else "none"
        raise OutcomeNotOffered(
            f"The task {place.path!r} does not offer the outcome {outcome!r}; it offers {choice}."
        )


def _addressee(run: Run, happening: happenings.Received) -> tuple[Token, Place]:
    """Return the one token that waits for a message."""
    if happening.token is not None:
        token, place = _open(run, happening.token, HEARS)
        if place.node.message != happening.message:
            raise WrongHappening(
                f"Token {token.id} waits for the message {place.node.message!r}, not {happening.message!r}."
            )
        return token, place
    found = [
        (token, place)
        for token in run.tokens.values()
        if token.place >= 0
        and (place := run.places[token.place]).node.message == happening.message
        and WAITS_FOR.get(place.kind) in HEARS
    ]
    if not found:
        raise NotAwaited(
            f"Nothing waits for the message {happening.message!r} now; keep it, or answer that it came too late."
        )
    if len(found) > 1:
        tokens = tuple(token.id for token, _ in found)
        raise SeveralWait(
            f"The tokens {tokens} all wait for the message {happening.message!r}; name the one it is for.",
            tokens,
        )
    return found[0]


def _settled(run: Run) -> tuple[Effect, ...]:
    """Leave out what was opened and taken back within one step."""
    effects = run.effects
    if not run.took_back:
        return tuple(effects)
    gone = {
        effect.token
        for effect in effects
        if isinstance(effect, CloseTask | DisarmTimer | ForgetMessage)
    }
    opened = {
        effect.token
        for effect in effects
        if isinstance(effect, OpenTask | ArmTimer | AwaitMessage | CallService | Decide)
    }
    both = gone & opened
    return tuple(effect for effect in effects if getattr(effect, "token", 0) not in both)
