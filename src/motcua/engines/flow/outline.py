"""The text twin of a flow's picture: its steps in words and in order, for whoever does not see the picture."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from motcua.engines.flow.model import BOUNDARIES, SCOPES, STARTS, Arrow, Flow, Kind, Node


@dataclass(frozen=True, slots=True)
class Way:
    """One way on from a step."""

    target: str  # id of the next step
    target_name: str  # its name, or its id when it has none
    condition: str  # CEL; "" when it is always taken
    is_default: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One step."""

    id: str
    kind: str  # in plain words, as "user", "boundary timer", "exclusive"
    name: str  # its name, or its id when it has none
    role: str  # who works it, "" for steps that nobody works
    outcomes: tuple[str, ...]
    host: str  # events attached to an activity: the id of the activity
    depth: int  # how many sub-processes it is in
    next: tuple[Way, ...]


def outline(flow: Flow) -> tuple[Line, ...]:
    """Return the steps of a flow, each after one that leads to it; what nothing leads to comes last."""
    return tuple(_lines(flow, "", 0, ""))


def text(lines: tuple[Line, ...]) -> str:
    """Return an outline as indented English sentences, one step a line."""
    return "\n".join(_sentence(line) for line in lines)


def _lines(flow: Flow, scope: str, depth: int, role: str) -> Iterator[Line]:
    for node in _in_order(flow, scope):
        mine = node.role or role
        yield _line(flow, node, depth, mine)
        if node.kind in SCOPES:
            yield from _lines(flow, node.id, depth + 1, mine)


def _in_order(flow: Flow, scope: str) -> Iterator[Node]:
    nodes = [node for node in flow.nodes if node.scope == scope]
    attached: dict[str, list[str]] = {}
    for node in nodes:
        if node.kind in BOUNDARIES:
            attached.setdefault(node.host, []).append(node.id)
    onward = {
        node.id: [*attached.get(node.id, ()), *(arrow.target for arrow in _out(flow, node))]
        for node in nodes
    }
    # Starts first; then what no arrow leads to, as event sub-processes.
    roots = sorted(nodes, key=lambda node: node.kind not in STARTS)
    told: list[Node] = []
    seen: set[str] = set()
    for root in roots:
        told.extend(flow.by_id[identity] for identity in _topological(root.id, onward, seen))
    return iter(told)


def _topological(root: str, onward: Mapping[str, list[str]], seen: set[str]) -> list[str]:
    """Return what is reached from a node and not seen yet, joins behind all that leads to them (loops aside)."""
    if root in seen:
        return []
    seen.add(root)
    finished: list[str] = []
    todo = [(root, iter(reversed(onward[root])))]
    while todo:
        identity, others = todo[-1]
        following = next((one for one in others if one in onward and one not in seen), "")
        if following:
            seen.add(following)
            todo.append((following, iter(reversed(onward[following]))))
        else:
            finished.append(identity)
            todo.pop()
    return finished[::-1]


def _out(flow: Flow, node: Node) -> list[Arrow]:
    return [arrow for arrow in flow.arrows if arrow.source == node.id]


def _line(flow: Flow, node: Node, depth: int, role: str) -> Line:
    ways = tuple(
        Way(
            arrow.target,
            _name(flow, arrow.target),
            arrow.condition.text if arrow.condition is not None else "",
            arrow.id == node.default,
        )
        for arrow in _out(flow, node)
    )
    works = node.kind in (Kind.USER, Kind.MANUAL)
    return Line(
        id=node.id,
        kind=node.kind.word,
        name=node.name or node.id,
        role=role if works else "",
        outcomes=node.outcomes,
        host=node.host,
        depth=depth,
        next=ways,
    )


def _name(flow: Flow, identity: str) -> str:
    node = flow.by_id.get(identity)
    return node.name or node.id if node is not None else identity


def _sentence(line: Line) -> str:
    parts = [f"{'  ' * line.depth}{line.name} ({line.kind}"]
    if line.role:
        parts.append(f", worked by {line.role}")
    if line.host:
        parts.append(f", on {line.host}")
    if line.outcomes:
        parts.append(f", decides {' or '.join(line.outcomes)}")
    parts.append(")")
    ways = [
        f"{way.target_name} if {way.condition}"
        if way.condition
        else (f"otherwise {way.target_name}" if way.is_default else way.target_name)
        for way in sorted(line.next, key=lambda way: way.is_default)
    ]
    return "".join(parts) + (": then " + "; ".join(ways) if ways else "")
