"""Gateways: which ways are taken, and what joins wait for."""

import pytest

from motcua.engines.flow import effects
from motcua.engines.flow.errors import EndlessLoop
from motcua.engines.flow.tests.drawing import Case, codes, draw, tasks

ENDS = '<startEvent id="start"/><endEvent id="end"/>'


def test_a_task_follows_a_task_until_the_end() -> None:
    case = Case(draw(ENDS + tasks("a", "b"), "start > a > b > end"))
    assert case.open == ["a"]
    case.complete("a")
    assert case.open == ["b"]
    case.complete("b")
    assert case.end == effects.End("none", "end")


EXCLUSIVE = draw(
    ENDS
    + tasks("decide", outcomes="yes no perhaps")
    + tasks("x", "y", "z")
    + '<exclusiveGateway id="gate" default="gate__z"/><exclusiveGateway id="merge"/>',
    "start > decide > gate",
    "gate > z > merge > end",
    'gate > x : outcome.decide == "yes"',
    'gate > y : outcome.decide != "perhaps"',
    "x > merge",
    "y > merge",
)


@pytest.mark.parametrize(("outcome", "opened"), [("yes", "x"), ("no", "y"), ("perhaps", "z")])
def test_exclusive_takes_the_first_true_way_else_the_default(outcome: str, opened: str) -> None:
    case = Case(EXCLUSIVE)
    case.complete("decide", outcome)
    assert case.open == [opened]
    case.complete(opened)
    assert case.end is not None


def test_exclusive_without_default_is_refused_by_check() -> None:
    model = EXCLUSIVE.replace(b' default="gate__z"', b"")
    assert codes(model) == ["missing-default", "missing-condition"]


def test_parallel_opens_all_and_waits_for_all() -> None:
    case = Case(
        draw(
            ENDS
            + tasks("a", "b", "c")
            + '<parallelGateway id="split"/><parallelGateway id="join"/>',
            "start > split > a > join > end",
            "split > b > join",
            "split > c > join",
        )
    )
    assert case.open == ["a", "b", "c"]
    case.complete("b")
    case.complete("a")
    assert case.open == ["c"]
    case.complete("c")
    assert case.end is not None


def test_parallel_join_counts_ways_not_tokens() -> None:
    """Two tokens by the same way do not open a join."""
    case = Case(
        draw(
            ENDS
            + tasks("a", "b", "c")
            + '<parallelGateway id="split"/><parallelGateway id="join"/><exclusiveGateway id="merge"/>',
            "start > split > a > merge > join > end",
            "split > b > merge",
            "split > c > join",
        )
    )
    case.complete("a")
    case.complete("b")
    assert case.open == ["c"]


INCLUSIVE = draw(
    ENDS
    + tasks("a", "b", "c")
    + '<inclusiveGateway id="split" default="split__c"/><inclusiveGateway id="join"/>',
    "start > split > c > join > end",
    "split > a : answers.floors > 1",
    "split > b : answers.floors > 3",
    "a > join",
    "b > join",
)


@pytest.mark.parametrize(("floors", "opened"), [(0, ["c"]), (2, ["a"]), (4, ["a", "b"])])
def test_inclusive_takes_every_true_way_and_joins_just_those(
    floors: int, opened: list[str]
) -> None:
    case = Case(INCLUSIVE, floors=floors)
    assert case.open == opened
    for position, name in enumerate(opened):
        assert case.open == opened[position:]
        case.complete(name)
    assert case.end is not None


def test_inclusive_join_waits_while_a_token_in_a_loop_may_still_come() -> None:
    model = draw(
        ENDS
        + tasks("a", "b", outcomes="again done")
        + '<parallelGateway id="split"/><inclusiveGateway id="join"/><exclusiveGateway id="back" default="back__join"/>',
        "start > split > a > join > end",
        "split > b > back > join",
        'back > b : outcome.b == "again"',
    )
    case = Case(model)
    case.complete("a", "done")
    case.complete("b", "again")
    assert case.open == ["b"]
    case.complete("b", "done")
    assert case.end is not None


def test_inclusive_join_waits_for_what_a_boundary_event_may_send() -> None:
    model = draw(
        ENDS
        + tasks("a", "b", "late")
        + '<endEvent id="dropped"/><parallelGateway id="split"/><inclusiveGateway id="join"/>'
        + '<boundaryEvent id="timer" attachedToRef="b"><timerEventDefinition><timeDuration>P1D</timeDuration>'
        + "</timerEventDefinition></boundaryEvent>",
        "start > split > a > join > end",
        "split > b > dropped",
        "timer > late > join",
    )
    case = Case(model)
    case.complete("a")
    assert case.open == ["b", "timer"]
    case.fire("timer")
    assert case.open == ["late"]
    case.complete("late")
    assert case.end is not None
    other = Case(model)
    other.complete("a")
    other.complete("b")
    assert other.end == effects.End("none", "end")


def test_inclusive_join_opens_again_in_the_next_round_of_a_loop() -> None:
    model = draw(
        ENDS
        + tasks("a", "b")
        + tasks("more", outcomes="yes no")
        + '<exclusiveGateway id="top"/><inclusiveGateway id="split" default="split__a"/>'
        + '<inclusiveGateway id="join"/><exclusiveGateway id="bottom" default="bottom__end"/>',
        "start > top > split > a > join > more > bottom > end",
        "split > b : answers.floors > 1",
        "b > join",
        'bottom > top : outcome.more == "yes"',
    )
    case = Case(model, floors=2)
    for _ in range(3):
        assert case.open == ["b"]
        case.complete("b")
        case.complete("more", "yes")
    case.complete("b")
    case.complete("more", "no")
    assert case.end is not None
    assert codes(model) == []


RACE = draw(
    ENDS
    + tasks("late", "thank")
    + '<eventBasedGateway id="race"/><exclusiveGateway id="merge"/>'
    + '<intermediateCatchEvent id="timer"><timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition></intermediateCatchEvent>'
    + '<intermediateCatchEvent id="mail"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'
    + '<receiveTask id="task" messageRef="n"/>',
    "start > race > timer > late > merge > end",
    "race > mail > thank > merge",
    "race > task > merge",
    beside='<message id="m" name="reply"/><message id="n" name="call"/>',
)


def test_event_based_gateway_goes_on_with_the_first_event_and_forgets_the_others() -> None:
    case = Case(RACE)
    assert case.open == ["mail", "task", "timer"]
    timer, task = case.token("timer"), case.token("task")
    case.receive("reply")
    assert case.open == ["thank"]
    assert set(case.effects) >= {effects.DisarmTimer(timer), effects.ForgetMessage(task)}
    assert not [one for one in case.effects if one == effects.ForgetMessage(case.token("thank"))]


@pytest.mark.parametrize("winner", ["timer", "task"])
def test_event_based_gateway_with_other_winners(winner: str) -> None:
    case = Case(RACE)
    if winner == "timer":
        case.fire("timer")
        assert case.open == ["late"]
    else:
        case.complete("task")
        assert case.end is not None
    assert codes(RACE) == []


def test_several_arrows_out_of_a_task_are_a_parallel_split() -> None:
    model = draw(
        ENDS + tasks("a", "b", "c") + '<endEvent id="other"/>',
        "start > a > b > end",
        "a > c > other",
    )
    case = Case(model)
    case.complete("a")
    assert case.open == ["b", "c"]
    case.complete("c")
    assert case.end is None
    case.complete("b")
    assert case.end == effects.End("none", "end")


def test_a_circle_without_a_wait_ends_in_an_error_and_is_refused_by_check() -> None:
    model = draw(
        ENDS
        + tasks("a")
        + '<exclusiveGateway id="top"/><exclusiveGateway id="gate" default="gate__end"/>',
        "start > a > top > gate > end",
        "gate > top : answers.floors > 0",
    )
    case = Case(model, floors=1)
    before = case.state
    with pytest.raises(EndlessLoop):
        case.complete("a")
    assert case.state == before
    assert codes(model) == ["endless-loop"]
