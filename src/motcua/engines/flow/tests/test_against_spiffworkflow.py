"""The same models in our engine and in SpiffWorkflow: they offer the same tasks after each completion."""

from io import BytesIO
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from motcua.engines.expressions import model as expressions
from motcua.engines.flow import build, check, happenings, outcomes, parse, state, step
from motcua.engines.flow.net import Net
from motcua.engines.flow.tests.blocks import ROUNDS, Block, Drawing, blocks
from motcua.engines.flow.tests.drawing import MOMENT

MOST_STEPS = 60


class Theirs:
    """A model in SpiffWorkflow."""

    def __init__(self, block: Block) -> None:
        drawing = Drawing(spiff=True)
        parser = BpmnParser()
        parser.add_bpmn_io(BytesIO(drawing.xml(block)))
        self.flow = BpmnWorkflow(parser.get_spec("blocks"), parser.get_subprocess_specs("blocks"))
        self.flow.task_tree.data.update(drawing.values)
        self.run()

    def run(self) -> None:
        """Run until only tasks of people are left."""
        while True:
            self.flow.refresh_timers()
            ready = [
                task
                for task in self.flow.get_tasks(state=TaskState.READY)
                if not self.is_ours(task)
            ]
            if not ready:
                return
            for task in ready:
                if task.has_state(TaskState.READY):
                    task.run()

    @staticmethod
    def is_ours(task: Task) -> bool:
        """Tell whether people work a task."""
        return bool(task.task_spec.manual)

    def open(self) -> list[str]:
        """Return the ids of the open tasks, sorted."""
        return sorted(task.task_spec.bpmn_id for task in self.ready())

    def ready(self) -> list[Task]:
        """Return the open tasks."""
        return [task for task in self.flow.get_tasks(state=TaskState.READY) if self.is_ours(task)]

    def complete(self, name: str, outcome: str) -> None:
        """Complete a task."""
        task = next(one for one in self.ready() if one.task_spec.bpmn_id == name)
        task.data[name] = outcome
        task.run()
        self.run()


class Ours:
    """The same model in our engine."""

    def __init__(self, block: Block) -> None:
        drawing = Drawing(spiff=False)
        self.net = net_of(drawing, block)
        self.answers = drawing.values
        self.outcome: dict[str, object] = {}
        self.text = state.encode(step.start(self.net, values=self.values, at=MOMENT).state)

    @property
    def values(self) -> dict[str, object]:
        """Return what conditions see."""
        return {"answers": self.answers, "outcome": self.outcome}

    def open(self) -> list[str]:
        """Return the ids of the open tasks, sorted."""
        opened = step.open_tokens(self.net, state.decode(self.text))
        return sorted(place.node.id for _, place in opened)

    def complete(self, name: str, outcome: str) -> None:
        """Complete a task."""
        self.outcome[name] = outcome
        now = state.decode(self.text)
        token = next(
            one.id for one, place in step.open_tokens(self.net, now) if place.node.id == name
        )
        offered = outcome if name.startswith("check") else ""
        done = step.step(
            self.net, now, happenings.Completed(token, self.values, offered), at=MOMENT
        )
        self.text = state.encode(done.state)


def net_of(drawing: Drawing, block: Block) -> Net:
    """Return the net of a block that our check finds nothing wrong with."""
    flow = parse.parse(drawing.xml(block))
    answers = expressions.Record(dict.fromkeys(drawing.values, expressions.Kind.INT))
    scope = expressions.Scope(
        expressions.Record({"answers": answers, "outcome": outcomes.record(flow)})
    )
    assert check.check(flow, scope, limit=3_000) in ((), check.check(flow, None, limit=3_000))
    return build.build(flow, scope)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(block=blocks(), seed=st.integers(0, 2**32))
def test_both_engines_offer_the_same_tasks_after_each_completion(block: Block, seed: int) -> None:
    ours, theirs, chance = Ours(block), Theirs(block), Random(seed)
    rounds: dict[str, int] = {}
    for _ in range(MOST_STEPS):
        assert ours.open() == theirs.open()
        if not ours.open():
            break
        name = chance.choice(ours.open())
        rounds[name] = rounds.get(name, 0) + 1
        outcome = "again" if name.startswith("check") and rounds[name] <= ROUNDS else "done"
        ours.complete(name, outcome)
        theirs.complete(name, outcome)
    else:
        return
    assert state.decode(ours.text).is_over
    assert theirs.flow.is_completed()
