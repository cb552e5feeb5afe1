"""The rules of call activities: what is called exists, is in order, does not call itself and is not too much."""

from collections.abc import Callable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from motcua.engines.expressions.model import Fault
from motcua.engines.flow.model import Flow, Kind, Node

MOST_LAID_NODES = 2_000  # of a flow with all that it calls, each time it calls it

Faults = Callable[[Flow], list[Fault]]


def faults(flow: Flow, called: Mapping[str, Flow], alone: Faults) -> Iterator[Fault]:
    """Yield what is wrong with the calls of a flow; `alone` tells the faults of each flow by itself."""
    activities = [node for node in flow.nodes if node.kind is Kind.CALL and node.called]
    graph = _graph(activities, called)
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = set(error.args[1])
        for node in activities:
            if _within(node.called, graph) & circle:
                yield _fault(
                    "recursive-call",
                    f"The flow {node.called!r} calls itself, directly or by others.",
                    node,
                )
        return
    wrong = {name: alone(called[name])[:1] for name in order if name in called}
    for node in activities:
        yield from _call(node, called, graph, wrong)
    sizes: dict[str, int] = {}
    for name in order:
        own = len(called[name].nodes) if name in called else 0
        sizes[name] = own + sum(sizes[other] for other in graph[name])
    laid = len(flow.nodes) + sum(sizes[node.called] for node in activities)
    if laid > MOST_LAID_NODES and activities:
        message = f"With all that it calls the flow has {laid:,} nodes, of {MOST_LAID_NODES:,} that may be; call less."
        yield Fault("too-large", message, flow.id, flow.line)


def _call(
    node: Node,
    called: Mapping[str, Flow],
    graph: Mapping[str, list[str]],
    wrong: Mapping[str, list[Fault]],
) -> Iterator[Fault]:
    other = called.get(node.called)
    if other is None:
        yield _fault("unknown-flow", f"There is no flow {node.called!r} to call.", node)
        return
    for name in sorted(_within(node.called, graph)):
        if name not in called:
            yield _fault(
                "unknown-flow",
                f"The flow {node.called!r} calls {name!r}, which does not exist.",
                node,
            )
        elif wrong[name]:
            first = wrong[name][0]
            yield _fault(
                "called-flow-faulty",
                f"The flow {name!r} has faults of its own; the first, on line {first.line}: {first.message}",
                node,
            )
        elif not any(one.kind is Kind.START and not one.scope for one in called[name].nodes):
            yield _fault(
                "missing-start", f"The flow {name!r} has no start event without a trigger.", node
            )


def _fault(code: str, message: str, node: Node) -> Fault:
    return Fault(code, message, node.id, node.line)


def _called(flow: Flow) -> list[str]:
    return [node.called for node in flow.nodes if node.kind is Kind.CALL and node.called]


def _graph(activities: list[Node], called: Mapping[str, Flow]) -> dict[str, list[str]]:
    """Return which flow calls which, for all that are reached from some call activities."""
    graph: dict[str, list[str]] = {}
    todo = [node.called for node in activities]
    while todo:
        name = todo.pop()
        if name not in graph:
            graph[name] = _called(called[name]) if name in called else []
            todo.extend(graph[name])
    return graph


def _within(name: str, graph: Mapping[str, list[str]]) -> set[str]:
    """Return a flow and all that it calls, directly or by others."""
    found: set[str] = set()
    todo = [name]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo.extend(graph[one])
    return found
