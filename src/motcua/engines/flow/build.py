"""From a flow to its net."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields

from motcua.engines.expressions import model as expressions
from motcua.engines.flow import structure, timers
from motcua.engines.flow.effects import TimerSpec
from motcua.engines.flow.errors import Faulty
from motcua.engines.flow.model import (
    BOUNDARIES,
    SCOPES,
    STARTS,
    Arrow,
    Flow,
    Kind,
    Loop,
    Node,
    Source,
    Timer,
    TimerKind,
)
from motcua.engines.flow.net import (
    BELOW,
    EMPTY,
    INSTANCE,
    NOWHERE,
    ONCE,
    Clock,
    Inner,
    Net,
    Place,
    Repeat,
    Wire,
)

COUNT = re.compile(r"\d{1,4}")


def build(
    flow: Flow, scope: expressions.Scope | None = None, *, called: Mapping[str, Flow] | None = None
) -> Net:
    """Return the net of a flow, with the flows it calls laid in.

    `scope` types the expressions; it may be left out when the flow has none. `called` gives the flows of call
    activities by id. Raises Faulty with every fault that stops it from running; soundness is for `check` to prove.
    """
    others = called or {}
    faults = structure.faults(flow, others)
    if faults:
        raise Faulty(faults)
    compiler = Compiler(scope)
    net = assemble(flow, others, compiler)
    if compiler.faults:
        raise Faulty(expressions.in_order(compiler.faults))
    return net


class Compiler:
    """Compiles the expressions of a flow and gathers their faults."""

    def __init__(self, scope: expressions.Scope | None, *, skip: bool = False) -> None:
        """With `skip`, expressions are left out: a proof treats them as free choices."""
        self.scope = scope
        self.skip = skip
        self.faults: list[expressions.Fault] = []

    def expression(
        self, source: Source | None, element: str, *expects: expressions.Type
    ) -> expressions.Expression | None:
        """Return the compiled expression, None when there is none, it is skipped or it is at fault."""
        if source is None or self.skip:
            return None
        if self.scope is None:
            self.faults.append(
                expressions.Fault(
                    "no-scope",
                    "The flow has expressions; give the scope that types them.",
                    element,
                    source.line,
                    source.column,
                )
            )
            return None
        rejected: tuple[expressions.Fault, ...] = ()
        for expected in expects:
            try:
                return self.scope.compile(
                    source.text,
                    expects=expected,
                    line=source.line,
                    column=source.column,
                    element=element,
                )
            except expressions.Rejected as error:
                rejected = rejected or error.faults
        self.faults.extend(rejected)
        return None

    def clock(self, node: Node) -> Clock | None:
        """Return when the timer of a node is due."""
        timer = node.timer
        if timer is None:
            return None
        text = timer.source.text
        spec = TimerSpec(timer.kind, text)
        if timers.is_known(timer.kind, text):
            return Clock(spec)
        if timers.MEANT.match(text):
            message = f"{text[:40]!r} is not {timers.EXAMPLES[timer.kind]}; write it in ISO 8601."
            where = timer.source
            self.faults.append(
                expressions.Fault("bad-timer", message, node.id, where.line, where.column)
            )
            return Clock(spec)
        types = (
            (expressions.Kind.DATE, expressions.Kind.TEXT)
            if timer.kind is TimerKind.DATE
            else (expressions.Kind.TEXT,)
        )
        return Clock(spec, self.expression(timer.source, node.id, *types))

    def repeat(self, node: Node, loop: Loop) -> Repeat:
        """Return how many instances a node has."""
        count = loop.cardinality
        literal = count is not None and COUNT.fullmatch(count.text) is not None
        lists = (
            expressions.ListOf(expressions.Kind.TEXT),
            expressions.ListOf(expressions.Kind.INT),
        )
        return Repeat(
            sequential=loop.sequential,
            number=int(count.text) if count is not None and literal else None,
            cardinality=None if literal else self.expression(count, node.id, expressions.Kind.INT),
            collection=self.expression(loop.collection, node.id, *lists),
            until=self.expression(loop.until, node.id, expressions.Kind.BOOL),
            has_until=loop.until is not None,
        )


@dataclass
class _Draft:
    """A place while its neighbours are still known by path."""

    path: str
    kind: Kind
    node: Node
    frame: str
    role: str
    unit: str
    ins: list[str] = field(default_factory=list)
    out: list[str] = field(default_factory=list)
    default: str = ""
    boundaries: list[str] = field(default_factory=list)
    body: str = ""
    host: str = ""
    repeat: Repeat | None = None
    clock: Clock | None = None


def assemble(flow: Flow, called: Mapping[str, Flow], compiler: Compiler) -> Net:
    """Return the net of a flow whose structure has no faults."""
    assembler = _Assembler(called, compiler)
    root = Node(id=flow.id, kind=Kind.ROOT, line=flow.line, name=flow.name)
    assembler.drafts[""] = _Draft("", Kind.ROOT, root, "", "", "")
    assembler.lay(flow, "", "")
    return assembler.net(flow)


class _Assembler:
    """Lays a flow, and the flows it calls, into one set of drafts, then numbers them."""

    def __init__(self, called: Mapping[str, Flow], compiler: Compiler) -> None:
        self.called = called
        self.compiler = compiler
        self.drafts: dict[str, _Draft] = {}
        self.wires: dict[str, tuple[str, str, expressions.Expression | None]] = {}
        self.conditions: dict[str, str] = {}

    def lay(self, flow: Flow, prefix: str, outer: str) -> None:
        """Add the drafts of a flow inside the frame whose path is `outer`."""
        frames = {"": outer}
        for node in flow.nodes:
            frame = frames[node.scope]
            holder = self.drafts[frame]
            path = prefix + node.id
            role, unit = node.role or holder.role, node.unit or holder.unit
            draft = _Draft(
                path, node.kind, node, frame, role, unit, clock=self.compiler.clock(node)
            )
            self.drafts[path] = draft
            inside = draft
            if node.loop is not None:
                draft.kind = Kind.MULTIPLE
                draft.repeat = self.compiler.repeat(node, node.loop)
                inside = _Draft(path + INSTANCE, node.kind, node, frame, role, unit, body=path)
                self.drafts[inside.path] = inside
            if node.kind in SCOPES:
                frames[node.id] = inside.path
            if node.kind is Kind.CALL:
                self.lay(self.called[node.called], path + BELOW, inside.path)
        self._wire(flow, prefix)

    def _wire(self, flow: Flow, prefix: str) -> None:
        for arrow in flow.arrows:
            condition = self.compiler.expression(arrow.condition, arrow.id, expressions.Kind.BOOL)
            self._join(arrow, prefix, condition)
        catches = {
            (node.scope, node.link): node for node in flow.nodes if node.kind is Kind.CATCH_LINK
        }
        for node in flow.nodes:
            path = prefix + node.id
            if node.default:
                self.drafts[path].default = prefix + node.default
            if node.kind is Kind.THROW_LINK:
                end = catches[node.scope, node.link]
                jump = Arrow(f"{node.id}>{end.id}", node.id, end.id, node.line)
                self._join(jump, prefix, None)
            if node.kind in BOUNDARIES:
                host = self.drafts[path].host = prefix + node.host
                self.drafts[host].boundaries.append(path)

    def _join(self, arrow: Arrow, prefix: str, condition: expressions.Expression | None) -> None:
        path = prefix + arrow.id
        source, target = prefix + arrow.source, prefix + arrow.target
        self.wires[path] = (source, target, condition)
        if arrow.condition is not None:
            self.conditions[path] = arrow.condition.text
        self.drafts[source].out.append(path)
        self.drafts[target].ins.append(path)

    def net(self, flow: Flow) -> Net:
        """Return the numbered net."""
        paths = sorted(self.drafts)
        at = {path: index for index, path in enumerate(paths)}
        wire_paths = sorted(self.wires)
        wire_at = {path: index for index, path in enumerate(wire_paths)}
        wires = tuple(
            Wire(wire_at[path], path, at[source], at[target], condition)
            for path in wire_paths
            for source, target, condition in (self.wires[path],)
        )
        reaches = self._reaches(at, wire_at)
        places = tuple(
            self._place(self.drafts[path], at, wire_at, reaches.get(path, {})) for path in paths
        )
        return Net(flow, _digest(places, wires, self.conditions), places, wires, at, wire_at)

    def _place(
        self,
        draft: _Draft,
        at: Mapping[str, int],
        wire_at: Mapping[str, int],
        reach: dict[int, int],
    ) -> Place:
        attached = [self.drafts[path] for path in draft.boundaries]
        is_frame = draft.kind in SCOPES or draft.kind is Kind.ROOT
        targets = [self.wires[path][1] for path in draft.out]
        return Place(
            index=at[draft.path],
            path=draft.path,
            kind=draft.kind,
            node=draft.node,
            frame=at[draft.frame] if draft.kind is not Kind.ROOT else NOWHERE,
            role=draft.role,
            unit=draft.unit,
            ins=tuple(wire_at[path] for path in draft.ins),
            out=tuple(wire_at[path] for path in draft.out),
            default=wire_at[draft.default] if draft.default else NOWHERE,
            boundaries=tuple(
                at[one.path] for one in attached if one.kind is not Kind.BOUNDARY_ERROR
            ),
            catchers=_by_code(
                (one.node.code, at[one.path]) for one in attached if one.kind is Kind.BOUNDARY_ERROR
            ),
            race=tuple(at[path] for path in targets) if draft.kind is Kind.EVENT_BASED else (),
            is_frame=is_frame,
            inner=self._inner(draft, at) if is_frame else EMPTY,
            body=at[draft.body] if draft.body else NOWHERE,
            instance=at[draft.path + INSTANCE] if draft.kind is Kind.MULTIPLE else NOWHERE,
            repeat=draft.repeat or ONCE,
            clock=draft.clock,
            reach=reach,
        )

    def _inner(self, frame: _Draft, at: Mapping[str, int]) -> Inner:
        inside = [
            one
            for one in self.drafts.values()
            if one.frame == frame.path and one.kind is not Kind.ROOT
        ]
        starts = [at[one.path] for one in inside if one.kind in STARTS]
        plain = [at[one.path] for one in inside if one.kind is Kind.START]
        listeners: list[int] = []
        errors: list[tuple[str, int]] = []
        for event in inside:
            if event.kind is not Kind.EVENT_SUBPROCESS:
                continue
            start = next(
                one
                for one in self.drafts.values()
                if one.frame == event.path and one.kind in STARTS
            )
            if start.kind is Kind.START_ERROR:
                errors.append((start.node.code, at[event.path]))
            else:
                listeners.append(at[start.path])
        first = plain or (starts if frame.kind is Kind.EVENT_SUBPROCESS else [])
        return Inner(
            start=first[0] if first else NOWHERE,
            starts=tuple(starts),
            listeners=tuple(listeners),
            errors=_by_code(errors),
        )

    def _reaches(
        self, at: Mapping[str, int], wire_at: Mapping[str, int]
    ) -> dict[str, dict[int, int]]:
        """Return, for each inclusive join, which of its incoming wires a token may reach from where it is.

        BPMN 2.0.2, 13.4.3: by paths of sequence flows that do not visit the gateway itself. Attached events are
        ways on from their activity.
        """
        reaches: dict[str, dict[int, int]] = {}
        for join in self.drafts.values():
            if join.kind is not Kind.INCLUSIVE or len(join.ins) < 2:
                continue
            reach: dict[int, int] = {}
            for bit, wire in enumerate(join.ins):
                for code in self._behind(wire, join.path, at, wire_at):
                    reach[code] = reach.get(code, 0) | 1 << bit
            reaches[join.path] = reach
        return reaches

    def _behind(
        self, wire: str, join: str, at: Mapping[str, int], wire_at: Mapping[str, int]
    ) -> Iterator[int]:
        todo = [wire]
        wires, places = {wire}, {join}
        while todo:
            path = todo.pop()
            yield ~wire_at[path]
            place: _Draft | None = self.drafts[self.wires[path][0]]
            while place is not None and place.path not in places:
                places.add(place.path)
                yield at[place.path]
                fresh = [one for one in place.ins if one not in wires]
                wires.update(fresh)
                todo.extend(fresh)
                place = self.drafts[place.host] if place.host else None


def _by_code(
    pairs: Iterator[tuple[str, int]] | list[tuple[str, int]],
) -> tuple[tuple[str, int], ...]:
    """Return the catchers with those for any code last."""
    return tuple(sorted(pairs, key=lambda pair: (not pair[0], pair)))


def _digest(
    places: tuple[Place, ...], wires: tuple[Wire, ...], conditions: Mapping[str, str]
) -> str:
    """Return a short name for all that a net means: places, wires, texts; not lines, drawings or the order of nodes."""
    told = (
        [
            (place.path, place.frame, place.out, place.role, place.unit, _meaning(place.node))
            for place in places
        ],
        [(wire.path, wire.source, wire.target, conditions.get(wire.path, "")) for wire in wires],
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def _meaning(node: Node) -> list[object]:
    """Return the fields of a node without where they stand in the file."""
    meant: list[object] = []
    for one in fields(node):
        value = getattr(node, one.name)
        if isinstance(value, Timer):
            value = (value.kind.value, value.source.text)
        elif isinstance(value, Loop):
            texts = (value.cardinality, value.collection, value.until)
            value = (value.sequential, *(text.text if text is not None else "" for text in texts))
        if one.name != "line":
            meant.append(value.name if isinstance(value, Kind) else value)
    return meant
