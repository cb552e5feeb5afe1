"""What conditions may read under `outcome`: one field for each task that offers outcomes."""

import re
from collections.abc import Iterator, Mapping

from motcua.engines.expressions import model as expressions
from motcua.engines.flow.model import Flow, Kind, Node

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")  # what an expression can write behind `outcome.`
# Enough of CEL to see an outcome compared with text; anything cleverer is left to the types.
COMPARED = re.compile(r"outcome\.([A-Za-z_]\w*)\s*[!=]=\s*(?:\"([^\"\\]*)\"|'([^'\\]*)')")


def record(flow: Flow, *, called: Mapping[str, Flow] | None = None) -> expressions.Record:
    """Return the type of `outcome` for a flow and the flows it calls.

    A task's outcome is text, or a list of text inside a multi-instance activity. Tasks whose ids no expression can
    write, and calls that go in a circle, are left out: they are faults of their own.
    """
    types: dict[str, expressions.Type] = {}
    seen: set[tuple[str, bool]] = set()
    todo = [(flow, False)]
    text = expressions.Kind.TEXT
    while todo:
        one, repeats = todo.pop()
        for node in one.nodes:
            many = repeats or _repeats(one, node)
            if node.outcomes and NAME.fullmatch(node.id):
                was_list = isinstance(types.get(node.id), expressions.ListOf)
                types[node.id] = expressions.ListOf(text) if many or was_list else text
            other = (called or {}).get(node.called)
            if node.kind is Kind.CALL and other is not None and (node.called, many) not in seen:
                seen.add((node.called, many))
                todo.append((other, many))
    return expressions.Record(types)


def _repeats(flow: Flow, node: Node) -> bool:
    around: Node | None = node
    while around is not None:
        if around.loop is not None:
            return True
        around = flow.by_id.get(around.scope)
    return False


def faults(flow: Flow) -> Iterator[expressions.Fault]:
    """Yield the conditions that compare an outcome with one that its task never offers."""
    for arrow in flow.arrows:
        if arrow.condition is None:
            continue
        for found in COMPARED.finditer(arrow.condition.text):
            task = flow.by_id.get(found[1])
            said = found[2] if found[2] is not None else found[3]
            if task is None or said in task.outcomes or not said:
                continue
            offered = ", ".join(task.outcomes) or "none"
            yield expressions.Fault(
                "outcome-not-offered",
                f"The task {task.id!r} does not offer {said!r}; it offers {offered}.",
                arrow.id,
                arrow.condition.line,
                arrow.condition.column + found.start(),
            )
