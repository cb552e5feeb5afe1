"""The proof: unsound flows are refused with the way there, sound ones pass, and the proof is quick."""

from time import perf_counter

import pytest

from motcua.engines.flow import check, parse, soundness
from motcua.engines.flow.tests.drawing import Case, codes, draw, net_of, scope_of, tasks

ENDS = '<startEvent id="start"/><endEvent id="end"/>'
SPLIT = '<parallelGateway id="split"/>'
JOIN = '<parallelGateway id="join"/>'


def messages(xml: bytes) -> list[str]:
    flow = parse.parse(xml)
    return [fault.message for fault in check.check(flow, scope_of(flow))]


MISSING_JOIN = draw(
    ENDS + SPLIT + '<exclusiveGateway id="merge"/>' + tasks("a", "b", "c"),
    "start > split > a > merge > c > end",
    "split > b > merge",
)


def test_a_missing_join_lets_two_tokens_into_one_place() -> None:
    assert codes(MISSING_JOIN) == ["two-tokens"]
    (message,) = messages(MISSING_JOIN)
    assert message.endswith("trace: sample > a > b.")
    case = Case(MISSING_JOIN)  # an unchecked flow runs all the same, with a task too many
    case.complete("a")
    case.complete("b")
    assert case.open == ["c", "c"]


DEADLOCK = draw(
    ENDS
    + JOIN
    + tasks("a", "b", outcomes="x y")
    + '<exclusiveGateway id="choice" default="choice__b"/>',
    "start > choice > b > join > end",
    "choice > a : answers.floors > 1",
    "a > join",
)


def test_a_parallel_join_behind_a_choice_is_a_deadlock() -> None:
    assert sorted(codes(DEADLOCK)) == ["dead-element", "deadlock", "deadlock"]
    assert any("sample > choice__a > a" in message for message in messages(DEADLOCK))


def test_a_round_that_leaves_a_token_behind_grows_without_bound() -> None:
    model = draw(
        ENDS + SPLIT + tasks("a", "b") + '<exclusiveGateway id="top"/><endEvent id="other"/>',
        "start > top > split > a > top",
        "split > b > other",
    ).replace(b'<endEvent id="end"/>', b"")
    assert codes(model) == ["unbounded-growth"]


def test_a_flow_that_can_go_on_but_never_end_is_refused() -> None:
    model = draw(
        ENDS
        + tasks("a", "b", "c")
        + '<exclusiveGateway id="g" default="g__end"/><exclusiveGateway id="top"/>',
        "start > a > g > end",
        "g > top : answers.floors > 1",
        "top > b > c > top",
    )
    assert codes(model) == ["cannot-finish"]


def test_elements_that_nothing_comes_to_are_dead() -> None:
    model = draw(
        ENDS + tasks("a", "x", "y") + '<exclusiveGateway id="m"/>',
        "start > a > end",
        "x > y > m > x",
    )
    assert set(codes(model)) == {"dead-element"}
    assert len(codes(model)) == 3


def test_a_staying_timer_whose_task_outlives_its_loop_is_refused() -> None:
    """A real mistake: each round of the loop may leave one more reminder open."""
    model = draw(
        ENDS
        + tasks("a", outcomes="again done")
        + tasks("remind")
        + '<endEvent id="reminded"/><exclusiveGateway id="top"/><exclusiveGateway id="g" default="g__end"/>'
        + '<boundaryEvent id="late" attachedToRef="a" cancelActivity="false"><timerEventDefinition>'
        + "<timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>",
        "start > top > a > g > end",
        'g > top : outcome.a == "again"',
        "late > remind > reminded",
    )
    assert codes(model) == ["unbounded-growth"]


def test_two_inclusive_joins_that_wait_for_each_other_are_found() -> None:
    """BPMN 13.4.3 lets them wait for ever; the proof sees it because it plays the same rule."""
    model = draw(
        ENDS
        + SPLIT
        + tasks("a", "b", outcomes="on over")
        + '<inclusiveGateway id="j1"/><inclusiveGateway id="j2"/>'
        + '<exclusiveGateway id="g1" default="g1__end"/><exclusiveGateway id="g2" default="g2__end"/>',
        "start > split > j1 > a > g1 > end",
        "split > j2 > b > g2 > end",
        "g1 > j2 : answers.floors > 1",
        "g2 > j1 : answers.floors > 1",
    )
    assert "deadlock" in codes(model)
    assert Case(model).open == []


def test_an_inclusive_gateway_with_absurdly_many_ways_is_too_large() -> None:
    names = [f"t{number}" for number in range(12)]
    model = draw(
        ENDS
        + tasks(*names)
        + '<inclusiveGateway id="split" default="split__t0"/><inclusiveGateway id="join"/>',
        "start > split > t0 > join > end",
        *(f"split > {name} : answers.floors > 1" for name in names[1:]),
        *(f"{name} > join" for name in names[1:]),
    )
    assert codes(model) == ["too-large"]


def test_more_markings_than_the_limit_are_reported_not_guessed() -> None:
    model = draw(
        ENDS + SPLIT + JOIN + tasks("a", "b", "c"),
        "start > split > a > join > end",
        "split > b > join",
        "split > c > join",
    )
    flow = parse.parse(model)
    assert [fault.code for fault in check.check(flow, None, limit=5)] == ["too-large"]
    assert check.check(flow, None, limit=9) == ()


def branch(number: int) -> tuple[str, list[str]]:
    first, second, third = (f"b{number}{letter}" for letter in "xyz")
    return (
        tasks(first, second, third)
        + f'<boundaryEvent id="late{number}" attachedToRef="{second}"><timerEventDefinition>'
        + "<timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>"
        + f'<exclusiveGateway id="m{number}"/>',
        [f"split > {first} > {second} > m{number} > join", f"late{number} > {third} > m{number}"],
    )


def test_a_realistic_flow_is_proved_in_well_under_a_second() -> None:
    drawn = [branch(number) for number in range(3)]
    handler = (
        '<subProcess id="w" triggeredByEvent="true"><startEvent id="ws"><messageEventDefinition messageRef="m"/></startEvent>'
        '<endEvent id="we"/><sequenceFlow id="wf" sourceRef="ws" targetRef="we"/></subProcess>'
    )
    model = draw(
        ENDS + SPLIT + JOIN + tasks("first", "last") + "".join(one for one, _ in drawn) + handler,
        "start > first > split",
        "join > last > end",
        *(chain for _, chains in drawn for chain in chains),
        beside='<message id="m" name="withdraw"/>',
    )
    flow = parse.parse(model)
    begun = perf_counter()
    assert check.check(flow, scope_of(flow)) == ()
    assert (
        perf_counter() - begun < 2
    )  # about 0.05 s on a quiet machine; wide because machines are shared
    assert len(soundness.explore(net_of(model)).states) == 4**3 + 2


@pytest.mark.parametrize("model", [MISSING_JOIN, DEADLOCK])
def test_markings_do_not_depend_on_the_ids_of_tokens(model: bytes) -> None:
    net = net_of(model)
    found = soundness.explore(net)
    keys = {soundness.marking(net, one.tokens) for one in found.states}
    assert len(keys) == len(found.states)
