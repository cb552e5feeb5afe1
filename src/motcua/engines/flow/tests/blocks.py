"""Random block-structured models, drawn for our engine and for SpiffWorkflow."""

import itertools
from dataclasses import dataclass, field

from hypothesis import strategies as st

Block = tuple[object, ...]

ROUNDS = 2  # how often a loop goes again


def blocks(*, multiple: bool = True) -> st.SearchStrategy[Block]:
    """Return a strategy of blocks: tasks put in sequence, choices, parallel ways, loops, sub-processes, instances."""
    task = st.just(("task",))
    leaves = (
        st.one_of(task, st.tuples(st.just("many"), st.booleans(), st.integers(1, 3)))
        if multiple
        else task
    )
    return st.recursive(leaves, _wider, max_leaves=7)


def _wider(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    ways = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        st.tuples(st.just("seq"), ways),
        st.tuples(st.just("xor"), ways, st.integers(0, 3)),
        st.tuples(st.just("and"), ways),
        st.tuples(st.just("or"), ways, st.integers(0, 7)),
        st.tuples(st.just("loop"), inner),
        st.tuples(st.just("sub"), inner),
    )


def joins(block: Block) -> bool:
    """Tell whether a block has a join that is not inside a sub-process of its own."""
    if block[0] in ("and", "or"):
        return True
    if block[0] == "sub":
        return False
    inner = block[1] if len(block) > 1 else ()
    if isinstance(inner, list):
        return any(joins(one) for one in inner)
    return isinstance(inner, tuple) and bool(inner) and joins(inner)


@dataclass
class Drawing:
    """One model as XML in either dialect, with the values that its gateways read."""

    spiff: bool
    count: int = 0
    values: dict[str, int] = field(default_factory=dict)
    checks: list[str] = field(default_factory=list)  # tasks that say "again" or "done"

    def fresh(self, word: str) -> str:
        """Return an id not used before."""
        self.count += 1
        return f"{word}{self.count}"

    def xml(self, block: Block) -> bytes:
        """Return the whole file."""
        inside = self.scope(block)
        return (
            '<?xml version="1.0" encoding="UTF-8"?><definitions '
            'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
            'xmlns:motcua="urn:motcua:bpmn:1" targetNamespace="urn:test">'
            f'<process id="blocks" isExecutable="true">{inside}</process></definitions>'
        ).encode()

    def scope(self, block: Block) -> str:
        """Return the inside of a process or sub-process: a start, the block and an end."""
        start, end = self.fresh("start"), self.fresh("end")
        first, last, inside = self.draw(block)
        return (
            f'<startEvent id="{start}"/><endEvent id="{end}"/>{inside}'
            f"{self.arrow(start, first)}{self.arrow(last, end)}"
        )

    def arrow(self, source: str, target: str, condition: str = "", identity: str = "") -> str:
        """Return a sequence flow."""
        inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        return (
            f'<sequenceFlow id="{identity or self.fresh("flow")}" sourceRef="{source}" targetRef="{target}">'
            f"{inside}</sequenceFlow>"
        )

    def draw(self, block: Block) -> tuple[str, str, str]:
        """Return the first node, the last node and the XML of a block."""
        kind = block[0]
        if kind in ("xor", "or", "and"):
            return self.gateway(str(kind), block)
        return {
            "task": self.task,
            "many": self.many,
            "seq": self.sequence,
            "loop": self.loop,
            "sub": self.sub,
        }[str(kind)](block)

    def task(self, block: Block, inside: str = "") -> tuple[str, str, str]:
        """Draw a user task."""
        name = self.fresh("task")
        role = "" if self.spiff else ' motcua:role="clerk"'
        return name, name, f'<userTask id="{name}" name="{name}"{role}>{inside}</userTask>'

    def many(self, block: Block) -> tuple[str, str, str]:
        """Draw a multi-instance user task."""
        _, sequential, count = block
        return self.task(
            block,
            f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
            f"<loopCardinality>{count}</loopCardinality></multiInstanceLoopCharacteristics>",
        )

    def sequence(self, block: Block) -> tuple[str, str, str]:
        """Draw one block after the other."""
        drawn = [self.draw(one) for one in block[1]]  # type: ignore[attr-defined]
        between = [self.arrow(one[1], other[0]) for one, other in itertools.pairwise(drawn)]
        return drawn[0][0], drawn[-1][1], "".join([*(one[2] for one in drawn), *between])

    def gateway(self, kind: str, block: Block) -> tuple[str, str, str]:
        """Draw blocks side by side between two gateways."""
        element = {"xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway"}[
            kind
        ]
        split, join = self.fresh("split"), self.fresh("join")
        ways: list[Block] = block[1]  # type: ignore[assignment]
        default = "" if kind == "and" else self.fresh("flow")
        if default:
            self.values[split] = int(block[2])  # type: ignore[call-overload]
        text = [
            f'<{element} id="{split}"' + (f' default="{default}"' if default else "") + "/>",
            f'<{element} id="{join}"/>',
        ]
        for position, way in enumerate(ways):
            first, last, inside = self.draw(way)
            is_default = bool(default) and position == len(ways) - 1
            condition = "" if kind == "and" or is_default else self.condition(kind, split, position)
            text.append(inside + self.arrow(split, first, condition, default if is_default else ""))
            text.append(self.arrow(last, join))
        return split, join, "".join(text)

    def condition(self, kind: str, split: str, position: int) -> str:
        """Return the condition of one way, in Python for SpiffWorkflow and in CEL for us."""
        name = split if self.spiff else f"answers.{split}"
        if kind == "xor":
            return f"{name} == {position}"
        bit = 1 << position
        return f"{name} // {bit} % 2 == 1" if self.spiff else f"{name} / {bit} % 2 == 1"

    def loop(self, block: Block) -> tuple[str, str, str]:
        """Draw a block that is done again while the task behind it says so."""
        top, bottom, check, default = (
            self.fresh(one) for one in ("top", "bottom", "check", "flow")
        )
        self.checks.append(check)
        body: Block = block[1]  # type: ignore[assignment]
        # SpiffWorkflow 3.2 takes tokens of the first round for those of the second at a join inside a loop
        # (its join counts tasks that are no ancestors, whichever round they are of); a sub-process starts afresh.
        first, last, inside = self.draw(("sub", body) if joins(body) else body)
        after = self.fresh("join")
        offered = "" if self.spiff else ' motcua:role="clerk" motcua:outcomes="again done"'
        condition = f'{check if self.spiff else f"outcome.{check}"} == "again"'
        text = (
            f'<exclusiveGateway id="{top}"/><exclusiveGateway id="{bottom}" default="{default}"/>'
            f'<exclusiveGateway id="{after}"/><userTask id="{check}" name="{check}"{offered}/>'
            + inside
            + self.arrow(top, first)
            + self.arrow(last, check)
            + self.arrow(check, bottom)
            + self.arrow(bottom, top, condition)
            + self.arrow(bottom, after, "", default)
        )
        return top, after, text

    def sub(self, block: Block) -> tuple[str, str, str]:
        """Draw a block inside a sub-process."""
        name = self.fresh("sub")
        return name, name, f'<subProcess id="{name}">{self.scope(block[1])}</subProcess>'  # type: ignore[arg-type]
