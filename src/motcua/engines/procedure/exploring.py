"""Walking through a procedure every way that people may go, with the interpreter of real cases.

The flow's own check proves that the flow can always finish. Here the law is added: statuses, slips and
the clock. From each example's filing the walk takes every offered outcome, every message and timer,
breadth first, and says where the flow leads into what the table of statuses forbids, or ends a case
that is not decided. It looks at no more than MOST situations of a procedure, so what it finds is real
and what it does not find is not proved.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from motcua.engines.calendar import office
from motcua.engines.flow import model as flows
from motcua.engines.procedure import step as steps
from motcua.engines.procedure import tables
from motcua.engines.procedure.errors import Finding, Refusal
from motcua.engines.procedure.model import FLOW, Procedure
from motcua.engines.procedure.situation import (
    Completed,
    Filing,
    Happening,
    MessageReceived,
    ServiceAnswered,
    Situation,
    TimerFired,
)
from motcua.engines.procedure.status import FINAL

MOST = 800  # situations of one procedure
MOST_SUPPLEMENTS = 2  # more of them change nothing that was not seen
LONGEST_TRACE = 12  # steps of a way that are told
LONGEST_WAY = 60  # steps that are walked

Trace = tuple[str, ...]
Key = tuple[object, ...]


def explore(
    procedure: Procedure, filings: tuple[Filing, ...], *, calendar: office.Calendar
) -> tuple[Finding, ...]:
    """Return what goes wrong on some way through the procedure, each with the way that leads there."""
    walk = _Walk(procedure, calendar, tuple(sorted(_reads(procedure))))
    for filing in filings:
        walk.begin(filing)
    walk.run()
    if walk.ahead:
        message = f"only {MOST} situations were looked at: the flow may hold more than was checked"
        cut = Finding(FLOW, 1, 1, "walk-cut-short", message, is_warning=True)
        walk.findings["walk-cut-short", ""] = cut
    return tuple(walk.findings.values())


@dataclass(slots=True)
class _Walk:
    """What was seen, what is still to be seen, and what was found (once for each cause)."""

    procedure: Procedure
    calendar: office.Calendar
    reads: tuple[str, ...]
    seen: set[Key] = field(default_factory=set)
    ahead: deque[tuple[Situation, Filing, Trace]] = field(default_factory=deque)
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)

    def begin(self, filing: Filing) -> None:
        try:
            begun = steps.begin(self.procedure, filing, calendar=self.calendar, at=filing.filed_at)
        except Refusal as error:
            self.note(error.code, str(error), (), "")
            return
        self.meet(begun.situation, filing, ())

    def run(self) -> None:
        while self.ahead and len(self.seen) < MOST:
            situation, filing, trace = self.ahead.popleft()
            choices = tuple(_choices(situation))
            if not any(name != "withdrawn" for name, _, _ in choices):
                message = "the case waits for nothing that can come, unless the person withdraws"
                self.note("stuck", message, trace, trace[-1] if trace else "")
            for name, element, happening in choices:
                self.take(situation, filing, (*trace, name), element, happening)

    def take(
        self,
        situation: Situation,
        filing: Filing,
        trace: Trace,
        element: str,
        happening: Happening,
    ) -> None:
        """Take one happening; what cannot be taken, although it was offered, is a finding."""
        at = situation.at
        if isinstance(happening, TimerFired):
            at = max(at, *(each.at for each in situation.timers if each.token == happening.token))
        try:
            after = steps.advance(
                self.procedure, situation, happening, filing, calendar=self.calendar, at=at
            ).situation
        except Refusal as error:
            self.note(error.code, str(error), trace, element)
            return
        self.meet(after, filing, trace)

    def meet(self, situation: Situation, filing: Filing, trace: Trace) -> None:
        """Look at a situation, and keep it for later unless its like was seen."""
        if situation.is_over:
            if situation.status not in FINAL:
                message = (
                    f"the flow ends and leaves the case '{situation.status.word}': end it by an "
                    "outcome with a legal meaning, or say motcua:status on the end event"
                )
                self.note("ends-undecided", message, trace, trace[-1] if trace else "")
            return
        key = self.key(situation, filing)
        if key not in self.seen and len(trace) < LONGEST_WAY:
            self.seen.add(key)
            self.ahead.append((situation, filing, trace))

    def key(self, situation: Situation, filing: Filing) -> Key:
        """Return what makes a situation different for what follows; ids of tokens are only names."""
        order = {token.id: index for index, token in enumerate(situation.state.tokens)}
        tokens = tuple(
            (token.place, order.get(token.parent, -1), token.index, str(token.item))
            for token in situation.state.tokens
        )
        values = tables.values(
            filing,
            calendar=self.calendar,
            outcomes=situation.outcomes,
            decisions=situation.decisions,
            supplements=min(situation.supplements, MOST_SUPPLEMENTS),
        )
        return (
            tokens,
            situation.status,
            situation.is_accepted,
            situation.is_paid,
            situation.supplements < MOST_SUPPLEMENTS,
            situation.fee > 0,
            tuple(_at(values, path) for path in self.reads),
        )

    def note(self, code: str, message: str, trace: Trace, cause: str) -> None:
        if (code, cause) in self.findings:
            return  # the shortest way was told
        way = " > ".join(trace[-LONGEST_TRACE:]) or "the beginning"
        node = self.procedure.flow.by_id.get(cause.split(":")[0])
        line = max(node.line, 1) if node is not None else 1
        found = Finding(FLOW, line, 1, code, f"{message} (way: {way})", cause)
        self.findings[code, cause] = found


def _choices(situation: Situation) -> Iterator[tuple[str, str, Happening]]:
    """Yield all that may happen: its name for the trace, the element it belongs to, the happening."""
    for task in situation.tasks:
        for offer in steps.offers(situation, task.token):
            if offer.outcome == "supplement" and situation.supplements >= MOST_SUPPLEMENTS:
                continue
            name = f"{task.element}:{offer.outcome}" if offer.outcome else task.element
            yield name, task.element, Completed(task.token, offer.outcome)
    for wait in situation.waits:
        lawful = steps.may_receive(situation, wait.message)
        if lawful:
            yield wait.message, wait.message, MessageReceived(wait.message, wait.token)
    for timer in situation.timers:
        yield timer.element, timer.element, TimerFired(timer.token)
    for call in situation.calls:
        yield call.element, call.element, ServiceAnswered(call.token)


def _reads(procedure: Procedure) -> frozenset[str]:
    """Return the dotted paths of the case's data that decide where the flow goes."""
    found: set[str] = set()
    for wire in procedure.net.wires:
        found |= wire.condition.names if wire.condition is not None else set()
    for place in procedure.net.places:
        repeat, clock = place.repeat, place.clock
        if repeat is not None:
            for each in (repeat.cardinality, repeat.collection, repeat.until):
                found |= each.names if each is not None else set()
        if clock is not None and clock.expression is not None:
            found |= clock.expression.names
        if place.kind is flows.Kind.DECISION and place.node.decision in procedure.tables:
            found |= procedure.tables[place.node.decision].names
    return frozenset(found)


def _at(values: Mapping[str, object], path: str) -> str:
    """Return the value at a dotted path as text; a list on the way stands for all that is in it."""
    value: object = values
    for name in path.split("."):
        if not isinstance(value, Mapping):
            break
        value = value.get(name)
    return repr(value)
