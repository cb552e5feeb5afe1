"""Random models that are no neat blocks any more: whatever `check` lets pass comes to an end, whatever happens."""

import re
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.engines.expressions import model as expressions
from motcua.engines.flow import build, check, happenings, outcomes, parse, soundness, state, step
from motcua.engines.flow.life import TIMED, WAITS_FOR
from motcua.engines.flow.net import Net
from motcua.engines.flow.state import State
from motcua.engines.flow.tests.blocks import Drawing, blocks
from motcua.engines.flow.tests.drawing import MOMENT

GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway")
TIMER = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
ARROW = re.compile(r'(<sequenceFlow id="\w+" sourceRef="\w+" targetRef=")(\w+)"')


def redirect(xml: str, chance: Random) -> str:
    """Lead one arrow to where another goes."""
    arrows = list(ARROW.finditer(xml))
    arrow, target = chance.choice(arrows), chance.choice(arrows)[2]
    return f"{xml[: arrow.start()]}{arrow[1]}{target}{xml[arrow.end() - 1 :]}"


def change(xml: str, chance: Random) -> str:
    """Make one joining gateway another kind."""
    joins = list(re.finditer(r'<(\w+Gateway) (id="(?:join|top|bottom)\d+"/>)', xml))
    if not joins:
        return xml
    join = chance.choice(joins)
    return f"{xml[: join.start()]}<{chance.choice(GATEWAYS)} {join[2]}{xml[join.end() :]}"


def attach(xml: str, chance: Random) -> str:
    """Attach a timer to one task and lead it to where an arrow goes."""
    task = chance.choice(re.findall(r'<userTask id="(\w+)"', xml))
    name = f"late{len(xml)}"
    stays = chance.choice(("true", "false"))
    event = f'<boundaryEvent id="{name}" attachedToRef="{task}" cancelActivity="{stays}">{TIMER}</boundaryEvent>'
    target = chance.choice(ARROW.findall(xml))[1]
    arrow = f'<sequenceFlow id="from_{name}" sourceRef="{name}" targetRef="{target}"/>'
    found = re.search(rf'<userTask id="{task}"', xml)
    at = found.start() if found else 0
    return xml[:at] + event + arrow + xml[at:]


def wander(net: Net, now: State, answers: dict[str, int], chance: Random) -> State:
    """Let one of the things happen that may, with whatever data."""
    token, place = chance.choice(step.open_tokens(net, now))
    offered = place.node.outcomes
    outcome = chance.choice(offered) if offered else ""
    values = {
        "answers": {name: chance.randrange(8) for name in answers},
        "outcome": {
            one.node.id: chance.choice(one.node.outcomes) for one in net.places if one.node.outcomes
        },
    }
    happening: happenings.Happening = happenings.Completed(token.id, values, outcome)
    if WAITS_FOR[place.kind] == TIMED:
        happening = happenings.Fired(token.id, values)
    return state.decode(state.encode(step.step(net, now, happening, at=MOMENT).state))


def tangled(seed: int, xml: str) -> str:
    """Return a model with a few such changes."""
    chance = Random(seed)
    for _ in range(chance.randrange(4)):
        xml = chance.choice((redirect, change, attach))(xml, chance)
    return xml


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(block=blocks(), seed=st.integers(0, 2**32))
def test_what_passes_the_check_never_gets_stuck(block: tuple[object, ...], seed: int) -> None:
    drawing = Drawing(spiff=False)
    flow = parse.parse(tangled(seed, drawing.xml(block).decode()).encode())
    answers = expressions.Record(dict.fromkeys(drawing.values, expressions.Kind.INT))
    scope = expressions.Scope(
        expressions.Record({"answers": answers, "outcome": outcomes.record(flow)})
    )
    if check.check(flow, scope, limit=1_500):
        return
    net, chance = build.build(flow, scope), Random(seed)
    found = soundness.explore(net)
    finishes = soundness.can_finish(found)
    now = step.start(net, values={"answers": drawing.values}, at=MOMENT).state
    for _ in range(60):
        number = found.numbers.get(soundness.marking(net, now.tokens))
        assert number is not None or any(place.repeat.number == 3 for place in net.places)
        assert number is None or finishes[number]
        if now.is_over:
            break
        now = wander(net, now, drawing.values, chance)
