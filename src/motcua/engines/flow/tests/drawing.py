"""Small models for tests, and a case that plays them."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from motcua.engines.expressions import model as expressions
from motcua.engines.flow import build, check, effects, happenings, outcomes, parse, state, step
from motcua.engines.flow.model import Flow
from motcua.engines.flow.net import Net

MOMENT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:motcua="urn:motcua:bpmn:1" targetNamespace="urn:test">\n'
)


def arrows(*chains: str) -> str:
    """Return sequence flows for chains such as "a > b > c" and "gate > a : condition"."""
    drawn = []
    for chain in chains:
        way, _, condition = chain.partition(" : ")
        ids = [one.strip() for one in way.split(">")]
        for source, target in itertools.pairwise(ids):
            inside = (
                f"<conditionExpression>{escape(condition)}</conditionExpression>"
                if condition
                else ""
            )
            drawn.append(
                f'<sequenceFlow id="{source}__{target}" sourceRef="{source}" targetRef="{target}">'
                f"{inside}</sequenceFlow>"
            )
    return "\n".join(drawn)


def tasks(*names: str, outcomes: str = "") -> str:
    """Return user tasks worked by the role "clerk"."""
    offered = f' motcua:outcomes="{outcomes}"' if outcomes else ""
    return "".join(f'<userTask id="{name}" motcua:role="clerk"{offered}/>' for name in names)


def draw(nodes: str, *chains: str, beside: str = "", process: str = "sample") -> bytes:
    """Return a whole BPMN file."""
    return (
        f'{HEAD}{beside}<process id="{process}" isExecutable="true">{nodes}\n{arrows(*chains)}\n</process></definitions>'
    ).encode()


def scope_of(flow: Flow, called: Mapping[str, Flow] | None = None) -> expressions.Scope:
    """Return the types that the tests' conditions are written against."""
    kind = expressions.Kind
    record = expressions.Record
    return expressions.Scope(
        record(
            {
                "outcome": outcomes.record(flow, called=called),
                "answers": record(
                    {
                        "floors": kind.INT,
                        "due": kind.TEXT,
                        "day": kind.DATE,
                        "agencies": expressions.ListOf(kind.TEXT),
                        "enough": kind.BOOL,
                    }
                ),
                "case": record({"channel": kind.TEXT, "supplements": kind.INT}),
            }
        )
    )


def flow_of(xml: bytes) -> Flow:
    """Return the flow of a file."""
    return parse.parse(xml)


def codes(xml: bytes, called: Mapping[str, Flow] | None = None) -> list[str]:
    """Return the codes of what `check` finds, in its order."""
    flow = parse.parse(xml)
    return [fault.code for fault in check.check(flow, scope_of(flow, called), called=called)]


def net_of(xml: bytes, called: Mapping[str, Flow] | None = None) -> Net:
    """Return the net of a file."""
    flow = parse.parse(xml)
    return build.build(flow, scope_of(flow, called), called=called)


class Case:
    """Plays a net; its state goes through its text at every step, as it does in a database."""

    def __init__(
        self,
        xml: bytes,
        *,
        called: Mapping[str, Flow] | None = None,
        message: str | None = None,
        **answers: object,
    ) -> None:
        """Start the flow of a file with these answers."""
        self.net = net_of(xml, called)
        self.answers = answers
        self.outcome: dict[str, object] = {}
        self.effects: tuple[effects.Effect, ...] = ()
        self.log: list[effects.Effect] = []
        self.state = state.State("", 0, ())
        self._take(step.start(self.net, values=self.values, at=MOMENT, message=message))

    @property
    def values(self) -> dict[str, object]:
        """Return what conditions see."""
        return {"answers": self.answers, "outcome": self.outcome}

    def _take(self, done: step.Step) -> None:
        text = state.encode(done.state)
        assert state.decode(text) == done.state
        self.state, self.effects = state.decode(text), done.effects
        self.log.extend(done.effects)

    def tell(self, happening: happenings.Happening) -> None:
        """Let something happen."""
        self._take(step.step(self.net, self.state, happening, at=MOMENT))

    @property
    def open(self) -> list[str]:
        """Return the paths of everything that waits for the outside, sorted."""
        return sorted(place.path for _, place in step.open_tokens(self.net, self.state))

    def token(self, path: str) -> int:
        """Return the oldest open token of an element."""
        for token, place in step.open_tokens(self.net, self.state):
            if path in (place.path, place.path.removesuffix("#")):
                return token.id
        raise AssertionError(f"{path} is not open, but {self.open}")

    def complete(self, path: str, outcome: str = "") -> None:
        """Complete a task."""
        token = self.token(path)
        if outcome:
            self.outcome[path] = outcome
        self.tell(happenings.Completed(token, self.values, outcome))

    def fire(self, path: str) -> None:
        """Let a timer be due."""
        self.tell(happenings.Fired(self.token(path), self.values))

    def fail(self, path: str, code: str) -> None:
        """Let a service fail."""
        self.tell(happenings.Failed(self.token(path), code, self.values))

    def receive(self, message: str) -> None:
        """Let a message come."""
        self.tell(happenings.Received(message, self.values))

    @property
    def end(self) -> effects.End | None:
        """Return how the flow ended."""
        ended = [one for one in self.log if isinstance(one, effects.End)]
        assert len(ended) <= 1, "a flow ends once"
        assert self.state.is_over == bool(ended)
        return ended[0] if ended else None
