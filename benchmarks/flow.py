"""How many steps of the construction permit a second, the state encoded and decoded at each one.

Held against SpiffWorkflow, which saves and loads its state at each step in the way it documents, on the same model.
Its copy differs only where its dialect does: conditions are Python, working time is calendar time, the collection of
agencies is a number, what the system does by itself waits as a task of people does in ours, and a sent message is a plain task.
The two are measured turn by turn, and medians are compared.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from benchmarks.rows import Baseline, Row
from motcua.engines.expressions import model as expressions
from motcua.engines.flow import build, happenings, outcomes, parse, state, step
from motcua.engines.flow.dialect import EXTENSION
from motcua.engines.flow.reading import BPMN

MODEL = Path(__file__).resolve().parents[1] / "procedures" / "1.013225" / "flow.bpmn"
ROUNDS = 9
CASES = 100  # of ours in a round, against one of theirs
STEPS_GOAL = 20_000.0
RATIO_GOAL = 20.0
MOMENT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

# One case from filing to result, with a supplement and two agencies: element or "message:name", and the outcome.
SCRIPT = (
    ("receive", "supplement"),
    ("message:supplemented", ""),
    ("receive", "accept"),
    ("request_payment", ""),
    ("message:payment_settled", ""),
    ("appraise", "enough"),
    ("routing", ""),
    ("inspect", "matches"),
    ("consult", "agree"),
    ("consult", "agree"),
    ("prepare", "approve"),
    ("review", "forward"),
    ("sign", "sign"),
    ("return_result", "return_result"),
)
FEE = 75_000
AGENCIES = ["planning", "fire"]


class NotComparable(Exception):
    """The two engines did not do the same work, so no ratio is told."""


class Ours:
    """The model in our engine; what happens is prepared, as a caller knows it from the effects."""

    def __init__(self, xml: bytes) -> None:
        """Play the script once to learn the tokens."""
        flow = parse.parse(xml)
        kind = expressions.Kind
        record = expressions.Record
        scope = expressions.Scope(
            record(
                {
                    "outcome": outcomes.record(flow),
                    "decision": record(
                        {
                            "fee": record({"amount": kind.INT}),
                            "routing": record({"unit": expressions.ListOf(kind.TEXT)}),
                        }
                    ),
                }
            )
        )
        self.net = build.build(flow, scope)
        self.opened: list[list[str]] = []
        self.happenings: list[happenings.Happening] = []
        self.largest = 0
        self.values: dict[str, object] = {
            "decision": {"fee": {"amount": FEE}, "routing": {"unit": AGENCIES}}
        }
        self._learn()

    def _learn(self) -> None:
        said: dict[str, object] = {}
        done = step.start(self.net, values=self.values, at=MOMENT)
        for name, outcome in SCRIPT:
            tokens = {
                place.node.id: token.id for token, place in step.open_tokens(self.net, done.state)
            }
            if outcome:
                said[name] = ["agree"] if name == "consult" else outcome
            values = {**self.values, "outcome": dict(said)}
            message = name.removeprefix("message:")
            happening: happenings.Happening = (
                happenings.Received(message, values)
                if message != name
                else happenings.Completed(tokens[name], values, outcome)
            )
            self.happenings.append(happening)
            done = step.step(self.net, done.state, happening, at=MOMENT)
            self.largest = max(self.largest, len(state.encode(done.state).encode()))
        if not done.state.is_over:
            raise NotComparable("Our engine did not finish the script.")

    def play(self) -> None:
        """Play a case; its state goes through its text at every step."""
        text = state.encode(step.start(self.net, values=self.values, at=MOMENT).state)
        for happening in self.happenings:
            done = step.step(self.net, state.decode(text), happening, at=MOMENT)
            text = state.encode(done.state)


class Theirs:
    """The model in SpiffWorkflow."""

    def __init__(self, xml: bytes) -> None:
        """Read the copy in its dialect."""
        parser = BpmnParser()
        parser.add_bpmn_io(BytesIO(translated(xml)))
        self.spec = parser.get_spec("construction_permit")
        self.subprocesses = parser.get_subprocess_specs("construction_permit")
        self.serializer = BpmnWorkflowSerializer()

    def play(self) -> None:
        """Play a case; its state goes through its text at every step."""
        flow = BpmnWorkflow(self.spec, self.subprocesses)
        flow.task_tree.data.update({"fee_amount": FEE})
        flow.do_engine_steps()
        text = self.serializer.serialize_json(flow)
        for name, outcome in SCRIPT:
            flow = self.serializer.deserialize_json(text)
            message = name.removeprefix("message:")
            if message != name:
                flow.send_event(BpmnEvent(MessageEventDefinition(message)))
            else:
                self._complete(flow, name, outcome)
            flow.do_engine_steps()
            text = self.serializer.serialize_json(flow)
        if not flow.is_completed():
            raise NotComparable("SpiffWorkflow did not finish the script.")

    def _complete(self, flow: BpmnWorkflow, name: str, outcome: str) -> None:
        for task in flow.get_tasks(state=TaskState.READY, manual=True):
            if task.task_spec.bpmn_id == name:
                task.data[name] = outcome
                task.run()
                return
        raise NotComparable(f"SpiffWorkflow does not offer {name!r} when we do.")


def translated(xml: bytes) -> bytes:
    """Return the model in the dialect of SpiffWorkflow."""
    root = etree.fromstring(xml)
    ours = f"{{{EXTENSION}}}"
    for element in list(root.iter(f"{BPMN}*")):
        name = etree.QName(element).localname
        if name in ("serviceTask", "businessRuleTask"):
            element.tag = f"{BPMN}userTask"
        elif name == "sendTask":
            element.tag = f"{BPMN}task"
            del element.attrib["messageRef"]
        elif name == "timerEventDefinition":
            working = element.get(f"{ours}workingDuration")
            for child in list(element):
                working = child.text
                element.remove(child)
            etree.SubElement(element, f"{BPMN}timeDuration").text = f'"{working}"'
        elif name == "multiInstanceLoopCharacteristics":
            etree.SubElement(element, f"{BPMN}loopCardinality").text = str(len(AGENCIES))
        elif name == "conditionExpression":
            plain = re.sub(r"outcome\.(\w+)", r"\1", element.text or "")
            element.text = re.sub(r"decision\.(\w+)\.(\w+)", r"\1_\2", plain)
        for key in list(element.attrib):
            if str(key).startswith(ours):
                del element.attrib[key]
    return bytes(etree.tostring(root))


def rows() -> Iterable[Row]:
    """Return the figures of the flow engine."""
    xml = MODEL.read_bytes()
    ours, theirs = Ours(xml), Theirs(xml)
    ours.play()
    theirs.play()  # both warm, and both proved to do the work
    steps = len(SCRIPT) + 1
    fast, slow = [], []
    for _ in range(ROUNDS):
        begun = perf_counter()
        for _ in range(CASES):
            ours.play()
        between = perf_counter()
        theirs.play()
        fast.append(steps * CASES / (between - begun))
        slow.append(steps / (perf_counter() - between))
    value, other = median(fast), median(slow)
    ratio = value / other
    return [
        Row("flow.steps_per_second", value, "steps/s", goal=STEPS_GOAL, met=value >= STEPS_GOAL),
        Row(
            "flow.vs_spiffworkflow",
            value,
            "steps/s",
            Baseline("SpiffWorkflow steps/s", other),
            ratio,
            RATIO_GOAL,
            ratio >= RATIO_GOAL,
        ),
        Row(
            "flow.largest_state",
            float(ours.largest),
            "bytes",
            goal=1_024.0,
            met=ours.largest < 1_024,
        ),
    ]
