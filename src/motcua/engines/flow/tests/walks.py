"""Random walks through random models."""

from random import Random

from motcua.engines.expressions import model as expressions
from motcua.engines.flow import build, happenings, outcomes, parse, state, step
from motcua.engines.flow.tests.blocks import Block, Drawing
from motcua.engines.flow.tests.drawing import MOMENT


class Walk:
    """A case of a random model, played by chance."""

    def __init__(self, drawing: Drawing, block: Block) -> None:
        """Start it."""
        self.flow = parse.parse(drawing.xml(block))
        answers = expressions.Record(dict.fromkeys(drawing.values, expressions.Kind.INT))
        self.scope = expressions.Scope(
            expressions.Record({"answers": answers, "outcome": outcomes.record(self.flow)})
        )
        self.net = build.build(self.flow, self.scope)
        self.answers = drawing.values
        self.outcome: dict[str, object] = {}
        self.state = step.start(self.net, values=self.values, at=MOMENT).state

    @property
    def values(self) -> dict[str, object]:
        """Return what conditions see."""
        return {"answers": self.answers, "outcome": self.outcome}

    def go(self, chance: Random, *, hurry: bool = False) -> bool:
        """Complete one open task by chance, in a hurry without going round again; tell whether there was one."""
        opened = step.open_tokens(self.net, self.state)
        if not opened:
            return False
        token, place = chance.choice(opened)
        offered = place.node.outcomes
        outcome = (offered[-1] if hurry else chance.choice(offered)) if offered else ""
        if outcome:
            self.outcome[place.node.id] = outcome
        happening = happenings.Completed(token.id, self.values, outcome)
        self.state = step.step(self.net, self.state, happening, at=MOMENT).state
        assert state.decode(state.encode(self.state)) == self.state
        return True
