"""Moving running cases to a new version of their flow."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.engines.flow import effects, happenings, parse, state, step, upgrade
from motcua.engines.flow.errors import CannotMove, StateFromOtherVersion
from motcua.engines.flow.net import Net
from motcua.engines.flow.state import State
from motcua.engines.flow.step import Step
from motcua.engines.flow.tests.blocks import Block, Drawing, blocks
from motcua.engines.flow.tests.drawing import MOMENT, Case, draw, net_of, tasks
from motcua.engines.flow.tests.walks import Walk

ENDS = '<startEvent id="start"/><endEvent id="end"/>'
MESSAGE = '<message id="m" name="withdraw"/>'
OLD = draw(ENDS + tasks("a", "b"), "start > a > b > end")


def move(old: Net, new: Net, now: State, mapping: dict[str, str] | None = None) -> Step:
    return upgrade.upgrade(old, new, now, mapping or {}, values={}, at=MOMENT)


def opened(net: Net, now: State) -> list[str]:
    return sorted(place.path for _, place in step.open_tokens(net, now))


def test_a_step_more_changes_nothing_for_what_is_open() -> None:
    case = Case(OLD)
    new = net_of(draw(ENDS + tasks("a", "check", "b"), "start > a > check > b > end"))
    done = move(case.net, new, case.state)
    assert done.effects == ()
    after = step.step(new, done.state, happenings.Completed(case.token("a"), {}), at=MOMENT)
    assert opened(new, after.state) == ["check"]


def test_a_renamed_task_is_moved_by_the_mapping() -> None:
    case = Case(OLD)
    new = net_of(draw(ENDS + tasks("appraise", "b"), "start > appraise > b > end"))
    with pytest.raises(CannotMove, match="'a', which the new version does not have") as refused:
        move(case.net, new, case.state)
    assert len(refused.value.reasons) == 1
    done = move(case.net, new, case.state, {"a": "appraise"})
    assert opened(new, done.state) == ["appraise"]
    (again,) = done.effects
    assert isinstance(again, effects.OpenTask)
    assert (again.token, again.element) == (case.token("a"), "appraise")


def test_new_events_are_armed_and_gone_ones_taken_back() -> None:
    late = (
        '<boundaryEvent id="late" attachedToRef="a"><timerEventDefinition><timeDuration>P1D</timeDuration>'
        "</timerEventDefinition></boundaryEvent>"
    )
    handler = (
        '<subProcess id="w" triggeredByEvent="true"><startEvent id="ws"><messageEventDefinition messageRef="m"/></startEvent>'
        '<endEvent id="we"/><sequenceFlow id="wf" sourceRef="ws" targetRef="we"/></subProcess>'
    )
    plain = net_of(OLD)
    rich = net_of(
        draw(
            ENDS + tasks("a", "b") + late + handler,
            "start > a > b > end",
            "late > end",
            beside=MESSAGE,
        )
    )
    case = Case(OLD)
    up = move(plain, rich, case.state)
    assert opened(rich, up.state) == ["a", "late", "ws"]
    assert [type(one) for one in up.effects] == [effects.AwaitMessage, effects.ArmTimer]
    down = move(rich, plain, up.state)
    assert opened(plain, down.state) == ["a"]
    assert {type(one) for one in down.effects} == {effects.ForgetMessage, effects.DisarmTimer}


def test_all_reasons_are_told_at_once() -> None:
    old = draw(
        ENDS + tasks("a", "b") + '<parallelGateway id="s"/><parallelGateway id="j"/>',
        "start > s > a > j > end",
        "s > b > j",
    )
    case = Case(old)
    new = net_of(draw(ENDS + '<serviceTask id="a" motcua:operation="x"/>', "start > a > end"))
    with pytest.raises(CannotMove) as refused:
        move(case.net, new, case.state, {"nothing": "a", "b": "nowhere"})
    text = "\n".join(refused.value.reasons)
    assert "'nothing'" in text
    assert "'nowhere'" in text
    assert "a service or" in text
    assert len(refused.value.reasons) == 4


def test_a_token_at_a_join_is_moved_by_its_arrow() -> None:
    chains = ("start > s > a > j > end", "s > b > j")
    nodes = ENDS + tasks("a", "b") + '<parallelGateway id="s"/><parallelGateway id="j"/>'
    case = Case(draw(nodes, *chains))
    case.complete("a")
    renamed = draw(nodes, *chains).replace(b"a__j", b"a_to_j")
    new = net_of(renamed)
    with pytest.raises(CannotMove, match="map the arrow"):
        move(case.net, new, case.state)
    done = move(case.net, new, case.state, {"a__j": "a_to_j"})
    last = step.step(new, done.state, happenings.Completed(case.token("b"), {}), at=MOMENT)
    assert last.state.is_over


def test_a_move_to_where_the_case_would_get_stuck_is_refused() -> None:
    """The new version is sound from its start; this token comes to where only one of two branches is alive."""
    case = Case(draw(ENDS + tasks("a"), "start > a > end"))
    new = net_of(
        draw(
            ENDS + tasks("a", "b") + '<parallelGateway id="s"/><parallelGateway id="j"/>',
            "start > s > a > j > end",
            "s > b > j",
        )
    )
    with pytest.raises(CannotMove, match="get stuck"):
        move(case.net, new, case.state)


def test_a_task_that_moved_into_a_sub_process_needs_a_decision() -> None:
    case = Case(OLD)
    inside = (
        '<subProcess id="s"><startEvent id="s1"/><endEvent id="s2"/>'
        + tasks("a")
        + '<sequenceFlow id="f1" sourceRef="s1" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="s2"/></subProcess>'
    )
    new = net_of(draw(ENDS + inside + tasks("b"), "start > s > b > end"))
    with pytest.raises(CannotMove, match="lies in or hangs on"):
        move(case.net, new, case.state)
    done = move(case.net, new, case.state, {"a": "b"})
    assert opened(new, done.state) == ["b"]


def test_what_is_inside_a_call_moves_with_the_call() -> None:
    called = {"inner": parse.parse(draw(ENDS + tasks("a"), "start > a > end", process="inner"))}
    model = draw(ENDS + '<callActivity id="c" calledElement="inner"/>', "start > c > end")
    case = Case(model, called=called)
    new = net_of(model.replace(b'"c"', b'"call"'), called)
    with pytest.raises(CannotMove, match="'c'"):
        move(case.net, new, case.state)
    assert opened(new, move(case.net, new, case.state, {"c": "call"}).state) == ["call/a"]


def test_instances_move_with_their_activity_and_keep_their_items() -> None:
    loop = "<multiInstanceLoopCharacteristics%s motcua:collection='answers.agencies'/>"
    model = draw(
        ENDS + f'<userTask id="a" motcua:role="r">{loop % ""}</userTask>', "start > a > end"
    )
    case = Case(model, agencies=["fire", "health"])
    new = net_of(model.replace(b'"a"', b'"consult"'))
    done = move(case.net, new, case.state, {"a": "consult"})
    assert [one.item for one in done.effects if isinstance(one, effects.OpenTask)] == [
        "fire",
        "health",
    ]
    turned = net_of(
        model.replace(
            b"<multiInstanceLoopCharacteristics",
            b'<multiInstanceLoopCharacteristics isSequential="true"',
        )
    )
    with pytest.raises(CannotMove, match="repeats in another way"):
        move(case.net, turned, case.state)


def test_a_state_of_a_third_version_is_refused() -> None:
    case = Case(OLD)
    new = net_of(draw(ENDS + tasks("c"), "start > c > end"))
    with pytest.raises(StateFromOtherVersion):
        move(new, case.net, case.state)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(block=blocks(), seed=st.integers(0, 2**32))
def test_upgrading_to_the_same_version_keeps_the_state(block: Block, seed: int) -> None:
    walk, chance = Walk(Drawing(spiff=False), block), Random(seed)
    for _ in range(12):
        done = move(walk.net, walk.net, walk.state)
        assert done == Step(walk.state, ())
        assert state.decode(state.encode(done.state)) == walk.state
        if not walk.go(chance):
            break
