"""What must hold of a flow before its net can be built: every rule that can be seen without running it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from motcua.engines.expressions.model import Fault, in_order
from motcua.engines.flow import arrows, calls, outcomes
from motcua.engines.flow.model import (
    ACTIVITIES,
    BOUNDARIES,
    CAN_FAIL,
    CAN_REPEAT,
    ENDS,
    SCOPES,
    STARTS,
    Flow,
    Kind,
    Node,
)

MOST_NODES = 1_000  # flows that people draw have fewer than a hundred
OUTCOME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def faults(flow: Flow, called: Mapping[str, Flow]) -> tuple[Fault, ...]:
    """Return every fault of reading and of structure, of the flow and of the calls it makes."""
    found = [*alone(flow), *calls.faults(flow, called, alone)]
    return in_order(found)


def alone(flow: Flow) -> list[Fault]:
    """Return the faults of a flow, whatever the flows it calls are like."""
    if len(flow.nodes) > MOST_NODES:
        message = f"The flow has {len(flow.nodes):,} nodes, of {MOST_NODES:,} that may be; split it with call activities."
        return [Fault("too-large", message, flow.id, flow.line)]
    found = [*flow.faults, *arrows.faults(flow)]
    for node in flow.nodes:
        for rule in RULES:
            found.extend(rule(flow, node))
    return [*found, *_scopes(flow), *_links(flow), *_catchers(flow)]


def _fault(code: str, message: str, node: Node) -> Fault:
    return Fault(code, message, node.id, node.line)


def _tasks(flow: Flow, node: Node) -> Iterator[Fault]:
    if node.kind is Kind.SERVICE and not node.operation:
        yield _fault(
            "missing-operation",
            "Say which operation the service task calls: motcua:operation.",
            node,
        )
    if node.kind is Kind.DECISION and not node.decision:
        yield _fault(
            "missing-decision",
            "Say which table the business rule task decides by: motcua:decision.",
            node,
        )
    if node.kind is Kind.CALL and not node.called:
        yield _fault("missing-called-element", "Say which flow is called: calledElement.", node)
    if node.loop is not None and node.kind not in CAN_REPEAT:
        yield _fault(
            "repeat-not-here",
            "Only user tasks, sub-processes and call activities run once for each of many; wrap it in a subProcess.",
            node,
        )


def _outcomes(flow: Flow, node: Node) -> Iterator[Fault]:
    for outcome, times in Counter(node.outcomes).items():
        if not OUTCOME.fullmatch(outcome):
            yield _fault(
                "bad-outcome",
                f"The outcome {outcome[:40]!r} is not 1 to 40 of a-z, digits and '_', beginning with a letter.",
                node,
            )
        if times > 1:
            yield _fault(
                "bad-outcome", f"The outcome {outcome[:40]!r} is offered {times} times.", node
            )
    if node.outcomes and not outcomes.NAME.fullmatch(node.id):
        yield _fault(
            "id-not-a-name",
            f"Conditions cannot write outcome.{node.id}; give the task an id of letters, digits and '_'.",
            node,
        )


def _roles(flow: Flow, node: Node) -> Iterator[Fault]:
    if node.kind not in (Kind.USER, Kind.MANUAL):
        return
    around: Node | None = node
    while around is not None:
        if around.role:
            return
        around = flow.by_id.get(around.scope)
    yield _fault(
        "missing-role", "Say who works the task: put it in a lane, or give it motcua:role.", node
    )


def _attached(flow: Flow, node: Node) -> Iterator[Fault]:
    if node.kind not in BOUNDARIES:
        return
    host = flow.by_id.get(node.host)
    if host is None:
        yield _fault(
            "dangling-reference", f"It is attached to {node.host!r}, which does not exist.", node
        )
        return
    if host.kind not in ACTIVITIES or host.scope != node.scope:
        yield _fault(
            "bad-host", f"It is attached to {node.host!r}, which is no activity beside it.", node
        )
    elif host.kind is Kind.SEND:
        yield _fault(
            "bad-host", "A send task is over at once; nothing attached to it can come.", node
        )
    elif node.kind is Kind.BOUNDARY_ERROR and host.kind not in CAN_FAIL | SCOPES:
        yield _fault(
            "bad-host",
            f"A {host.kind.word} task cannot fail; offer an outcome instead of catching an error.",
            node,
        )
    if node.kind is Kind.BOUNDARY_ERROR and not node.interrupting:
        yield _fault(
            "error-not-interrupting", "An error always interrupts; remove cancelActivity.", node
        )


def _starts(flow: Flow, node: Node) -> Iterator[Fault]:
    around = flow.by_id.get(node.scope)
    is_handler = around is not None and around.kind is Kind.EVENT_SUBPROCESS
    if node.kind not in STARTS:
        return
    if not is_handler and not node.interrupting:
        yield _fault(
            "not-interrupting", "Only starts of event sub-processes may be non-interrupting.", node
        )
    if node.kind is Kind.START_ERROR and not node.interrupting:
        yield _fault(
            "error-not-interrupting", "An error always interrupts; remove isInterrupting.", node
        )
    if is_handler and node.kind is Kind.START:
        yield _fault(
            "missing-trigger",
            "An event sub-process starts by a message, a timer or an error.",
            node,
        )
    if not is_handler and node.kind is Kind.START_ERROR:
        yield _fault("bad-start", "Only an event sub-process starts by an error.", node)
    if around is not None and not is_handler and node.kind is not Kind.START:
        yield _fault(
            "bad-start", "A sub-process starts with a start event without a trigger.", node
        )


RULES = (_tasks, _outcomes, _roles, _attached, _starts)


def _scopes(flow: Flow) -> Iterator[Fault]:
    whole = Node(id=flow.id, kind=Kind.ROOT, line=flow.line)
    inside: dict[str, list[Node]] = {"": []}
    for node in flow.nodes:
        inside.setdefault(node.scope, []).append(node)
    for scope in [whole, *(node for node in flow.nodes if node.kind in SCOPES - {Kind.CALL})]:
        nodes = inside.get("" if scope is whole else scope.id, [])
        starts = [node for node in nodes if node.kind in STARTS]
        plain = [node for node in starts if node.kind is Kind.START]
        if not starts:
            yield _fault(
                "missing-start", f"The {scope.kind.word} has no start event; draw one.", scope
            )
        elif len(plain) > 1 or (scope is not whole and len(starts) > 1):
            yield _fault(
                "several-starts",
                f"The {scope.kind.word} has several start events of which one is meant.",
                scope,
            )
        if not any(node.kind in ENDS for node in nodes):
            yield _fault("missing-end", f"The {scope.kind.word} has no end event; draw one.", scope)


def _links(flow: Flow) -> Iterator[Fault]:
    throws = Counter((node.scope, node.link) for node in flow.nodes if node.kind is Kind.THROW_LINK)
    catches = Counter(
        (node.scope, node.link) for node in flow.nodes if node.kind is Kind.CATCH_LINK
    )
    for node in flow.nodes:
        key = (node.scope, node.link)
        if node.kind is Kind.THROW_LINK and catches[key] != 1:
            yield _fault(
                "broken-link",
                f"The link {node.link!r} has {catches[key]} catching ends here; draw one.",
                node,
            )
        if node.kind is Kind.CATCH_LINK and not throws[key]:
            yield _fault("broken-link", f"Nothing here throws the link {node.link!r}.", node)


def _catchers(flow: Flow) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for node in flow.nodes:
        if node.kind is Kind.BOUNDARY_ERROR:
            key = (f"on {node.host}", node.code)
        elif node.kind is Kind.START_ERROR and node.scope in flow.by_id:
            key = (f"in {flow.by_id[node.scope].scope}", node.code)
        else:
            continue
        if key in seen:
            yield _fault(
                "same-error",
                f"Another event catches the error {node.code or 'of any code'!r} here already.",
                node,
            )
        seen.add(key)
