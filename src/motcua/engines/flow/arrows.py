"""The rules of arrows: where they may begin and end, and which of them carry conditions."""

from collections.abc import Iterator

from motcua.engines.expressions.model import Fault
from motcua.engines.flow.model import (
    BOUNDARIES,
    CATCHES,
    CONDITIONAL,
    ENDS,
    STARTS,
    Arrow,
    Flow,
    Kind,
    Node,
)

NO_WAY_IN = STARTS | BOUNDARIES | {Kind.CATCH_LINK, Kind.EVENT_SUBPROCESS}
NO_WAY_OUT = ENDS | {Kind.THROW_LINK, Kind.EVENT_SUBPROCESS}


def faults(flow: Flow) -> list[Fault]:
    """Return what is wrong with the arrows of a flow."""
    found: list[Fault] = []
    ins: dict[str, list[Arrow]] = {node.id: [] for node in flow.nodes}
    outs: dict[str, list[Arrow]] = {node.id: [] for node in flow.nodes}
    for arrow in flow.arrows:
        found.extend(_ends(flow, arrow))
        outs.get(arrow.source, []).append(arrow)
        ins.get(arrow.target, []).append(arrow)
    for node in flow.nodes:
        found.extend(_ways(node, ins[node.id], outs[node.id]))
        found.extend(_conditions(node, outs[node.id]))
        if node.kind is Kind.EVENT_BASED:
            found.extend(_race(flow, node, outs[node.id], ins))
    return found


def _fault(code: str, message: str, one: Node | Arrow) -> Fault:
    return Fault(code, message, one.id, one.line)


def _ends(flow: Flow, arrow: Arrow) -> Iterator[Fault]:
    source, target = flow.by_id.get(arrow.source), flow.by_id.get(arrow.target)
    for end, word, identity in ((source, "begins", arrow.source), (target, "ends", arrow.target)):
        if end is None:
            yield _fault(
                "dangling-flow",
                f"The arrow {word} at {identity!r}, which is no node of this flow.",
                arrow,
            )
    if source is not None and source.kind in NO_WAY_OUT:
        yield _fault("bad-arrow", f"No arrow leaves a {source.kind.word}.", arrow)
    if target is not None and target.kind in NO_WAY_IN:
        yield _fault("bad-arrow", f"No arrow enters a {target.kind.word}.", arrow)
    if source is not None and target is not None and source.scope != target.scope:
        yield _fault(
            "crosses-border",
            "An arrow cannot cross the border of a sub-process; use an event.",
            arrow,
        )


def _ways(node: Node, ins: list[Arrow], outs: list[Arrow]) -> Iterator[Fault]:
    if not ins and node.kind not in NO_WAY_IN:
        yield _fault("no-way-in", "No arrow leads to it; connect or remove it.", node)
    if not outs and node.kind not in NO_WAY_OUT:
        yield _fault(
            "no-way-out", "No arrow leaves it; lead it to the next step or to an end event.", node
        )


def _conditions(node: Node, outs: list[Arrow]) -> Iterator[Fault]:
    may_choose = node.kind in CONDITIONAL
    if node.default and not may_choose:
        yield _fault(
            "default-not-here", "Only exclusive and inclusive gateways have a default.", node
        )
    elif node.default and node.default not in {arrow.id for arrow in outs}:
        yield _fault(
            "bad-default", f"The default {node.default!r} does not leave this gateway.", node
        )
    if may_choose and len(outs) > 1:
        yield from _choice(node, outs)
        return
    for arrow in outs:
        if arrow.condition is not None:
            yield _fault(
                "condition-not-here",
                "Only arrows from an exclusive or inclusive gateway with several ways out carry conditions.",
                arrow,
            )


def _choice(node: Node, outs: list[Arrow]) -> Iterator[Fault]:
    if not node.default:
        yield _fault(
            "missing-default",
            "Set the default arrow: it is taken when no condition is true, so that no case gets stuck.",
            node,
        )
    for arrow in outs:
        if arrow.id == node.default:
            if arrow.condition is not None:
                yield _fault(
                    "default-with-condition",
                    "The default arrow has no condition; remove it.",
                    arrow,
                )
        elif arrow.condition is None or not arrow.condition.text:
            yield _fault(
                "missing-condition",
                "Say in CEL when this way is taken, or make it the default.",
                arrow,
            )


def _race(
    flow: Flow, node: Node, outs: list[Arrow], ins: dict[str, list[Arrow]]
) -> Iterator[Fault]:
    if len(outs) < 2:
        yield _fault("bad-race", "An event-based gateway waits for two or more events.", node)
    hosts = {one.host for one in flow.nodes if one.host}
    for arrow in outs:
        target = flow.by_id.get(arrow.target)
        if target is None:
            continue
        if target.kind not in CATCHES | {Kind.RECEIVE}:
            yield _fault(
                "bad-race",
                "Behind an event-based gateway comes a timer, a message or a receive task.",
                arrow,
            )
        elif len(ins[target.id]) > 1:
            yield _fault(
                "bad-race",
                f"{target.id!r} is waited for by the gateway; no other arrow may lead to it.",
                arrow,
            )
        elif target.id in hosts:
            yield _fault(
                "bad-race",
                f"Nothing may be attached to {target.id!r} while it is raced for.",
                arrow,
            )
