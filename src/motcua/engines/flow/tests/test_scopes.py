"""Sub-processes, event sub-processes, called flows and multi-instance activities."""

import pytest

from motcua.engines.flow import effects, happenings
from motcua.engines.flow.errors import BadInstances, Faulty
from motcua.engines.flow.tests.drawing import (
    Case,
    arrows,
    codes,
    draw,
    flow_of,
    net_of,
    tasks,
)

ENDS = '<startEvent id="start"/><endEvent id="end"/>'
BESIDE = '<message id="m" name="withdraw"/><message id="q" name="question"/><error id="e" errorCode="bad"/>'
MAIL = '<messageEventDefinition messageRef="m"/>'
ASK = '<messageEventDefinition messageRef="q"/>'
AFTER = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
ERROR = '<errorEventDefinition errorRef="e"/>'


def sub(name: str, inside: str, *chains: str, extra: str = "") -> str:
    return f'<subProcess id="{name}"{extra}>{inside}{arrows(*chains)}</subProcess>'


def handler(name: str, trigger: str, *, stays: bool = False, work: str = "") -> str:
    flag = ' isInterrupting="false"' if stays else ""
    work = work or f"{name}_work"
    return sub(
        name,
        f'<startEvent id="{name}_start"{flag}>{trigger}</startEvent>{tasks(work)}<endEvent id="{name}_end"/>',
        f"{name}_start > {work} > {name}_end",
        extra=' triggeredByEvent="true"',
    )


def test_a_sub_process_is_over_when_all_in_it_is() -> None:
    model = draw(
        ENDS
        + tasks("after")
        + sub(
            "s",
            '<startEvent id="s1"/><endEvent id="s2"/><endEvent id="s3"/>' + tasks("a", "b"),
            "s1 > a > s2",
            "s1 > b > s3",
        ),
        "start > s > after > end",
    )
    case = Case(model)
    assert case.open == ["a", "b"]
    case.complete("b")
    assert case.open == ["a"]
    case.complete("a")
    assert case.open == ["after"]
    assert codes(model) == []


def test_terminate_ends_its_own_sub_process_only() -> None:
    model = draw(
        ENDS
        + tasks("after")
        + sub(
            "s",
            '<startEvent id="s1"/><endEvent id="s2"><terminateEventDefinition/></endEvent><endEvent id="s3"/>'
            + tasks("a", "b"),
            "s1 > a > s2",
            "s1 > b > s3",
        ),
        "start > s > after > end",
    )
    case = Case(model)
    b = case.token("b")
    case.complete("a")
    assert case.open == ["after"]
    assert case.effects[0] == effects.CloseTask(b)


def test_a_boundary_event_takes_back_everything_in_its_sub_process() -> None:
    inner = sub("t", '<startEvent id="t1"/><endEvent id="t2"/>' + tasks("deep"), "t1 > deep > t2")
    model = draw(
        ENDS
        + tasks("late")
        + sub(
            "s",
            '<startEvent id="s1"/><endEvent id="s2"/>' + inner + tasks("b"),
            "s1 > t > s2",
            "s1 > b > s2",
        )
        + f'<boundaryEvent id="x" attachedToRef="s">{AFTER}</boundaryEvent>',
        "start > s > end",
        "x > late > end",
    )
    case = Case(model)
    deep, b = case.token("deep"), case.token("b")
    case.fire("x")
    assert case.open == ["late"]
    assert {effects.CloseTask(deep), effects.CloseTask(b)} <= set(case.effects)
    assert codes(model) == []


@pytest.mark.parametrize("where", ["boundary", "handler", "outer handler"])
def test_an_error_goes_outwards_to_the_nearest_that_catches_it(where: str) -> None:
    inside = (
        '<startEvent id="s1"/><endEvent id="s2"/><endEvent id="oops">'
        + ERROR
        + "</endEvent>"
        + tasks("a", "b")
    )
    nodes = ENDS + tasks("caught") if where == "boundary" else ENDS
    chains = ["start > s > end"]
    if where == "handler":
        inside += handler("h", ERROR, work="caught")
    nodes += sub("s", inside, "s1 > a > oops", "s1 > b > s2")
    if where == "boundary":
        nodes += f'<boundaryEvent id="x" attachedToRef="s">{ERROR}</boundaryEvent>'
        chains.append("x > caught > end")
    if where == "outer handler":
        nodes += handler("h", ERROR, work="caught")
    model = draw(nodes, *chains, beside=BESIDE)
    case = Case(model)
    case.complete("a")
    assert case.open == ["caught"]
    assert isinstance(case.effects[0], effects.CloseTask)
    case.complete("caught")
    assert case.end is not None
    # The task always fails, so nothing goes on behind the sub-process unless its own handler mends it.
    assert codes(model) == ([] if where == "handler" else ["dead-element"])


def test_the_applicant_may_withdraw_at_any_time() -> None:
    model = draw(
        ENDS + tasks("a", "b") + handler("withdraw", MAIL), "start > a > b > end", beside=BESIDE
    )
    for done in ([], ["a"]):
        case = Case(model)
        for name in done:
            case.complete(name)
        opened = case.token("b" if done else "a")
        case.receive("withdraw")
        assert case.open == ["withdraw_work"]
        assert effects.CloseTask(opened) in case.effects
        case.complete("withdraw_work")
        assert case.end == effects.End("none", "withdraw_end")
    case = Case(model)
    listener = case.token("withdraw_start")
    case.complete("a")
    case.complete("b")
    assert case.effects == (effects.ForgetMessage(listener), effects.End("none", "end"))
    assert codes(model) == []


def test_a_staying_handler_listens_again_when_it_is_done() -> None:
    model = draw(
        ENDS + tasks("a") + handler("ask", ASK, stays=True), "start > a > end", beside=BESIDE
    )
    case = Case(model)
    for _ in range(3):
        case.receive("question")
        assert case.open == ["a", "ask_work"]
        case.complete("ask_work")
        assert case.open == ["a", "ask_start"]
    case.receive("question")
    case.complete("a")
    assert case.end is None
    case.complete("ask_work")
    assert case.end == effects.End("none", "ask_end")
    assert codes(model) == []


def test_a_staying_handler_with_a_timer_comes_once() -> None:
    model = draw(ENDS + tasks("a") + handler("remind", AFTER, stays=True), "start > a > end")
    case = Case(model)
    case.fire("remind_start")
    case.complete("remind_work")
    assert case.open == ["a"]


CALLED = {
    "inner": flow_of(
        draw(
            '<startEvent id="start"/><endEvent id="end"/><endEvent id="bad_end">'
            + ERROR
            + "</endEvent>"
            + tasks("judge", outcomes="fine bad")
            + '<exclusiveGateway id="g" default="g__end"/>',
            "start > judge > g > end",
            'g > bad_end : outcome.judge == "bad"',
            beside=BESIDE,
            process="inner",
        )
    )
}
CALLING = draw(
    ENDS
    + tasks("after", "repair")
    + '<callActivity id="call" calledElement="inner" motcua:unit="U7"/>'
    + f'<boundaryEvent id="x" attachedToRef="call">{ERROR}</boundaryEvent>',
    "start > call > after > end",
    "x > repair > end",
    beside=BESIDE,
)


def test_a_call_runs_another_flow_and_its_errors_come_out() -> None:
    case = Case(CALLING, called=CALLED)
    (opened,) = case.effects
    assert isinstance(opened, effects.OpenTask)
    assert (opened.element, opened.path, opened.unit) == ("judge", "call/judge", "U7")
    case.outcome["judge"] = "fine"
    case.complete("call/judge", "fine")
    assert case.open == ["after"]
    other = Case(CALLING, called=CALLED)
    other.outcome["judge"] = "bad"
    other.complete("call/judge", "bad")
    assert other.open == ["repair"]
    assert codes(CALLING, CALLED) == []


def test_unknown_and_recursive_calls_are_faults() -> None:
    assert codes(CALLING, {}) == ["unknown-flow"]
    again = draw(ENDS + '<callActivity id="c" calledElement="sample"/>', "start > c > end")
    assert codes(again, {"sample": flow_of(again)}) == ["recursive-call"]
    with pytest.raises(Faulty, match="calls itself"):
        net_of(again, {"sample": flow_of(again)})


def many(how: str, until: str = "") -> str:
    after = f"<completionCondition>{until}</completionCondition>" if until else ""
    return f"<multiInstanceLoopCharacteristics {how}>%s{after}</multiInstanceLoopCharacteristics>"


def consult(loop: str, inside: str = "") -> bytes:
    task = f'<userTask id="consult" motcua:role="clerk" motcua:outcomes="agree object">{loop % inside}</userTask>'
    return draw(ENDS + task + tasks("after"), "start > consult > after > end")


AGENCIES = "motcua:collection='answers.agencies'"


def test_parallel_instances_are_open_at_once_each_with_its_item() -> None:
    case = Case(consult(many(AGENCIES)), agencies=["fire", "health", "roads"])
    opened = [one for one in case.effects if isinstance(one, effects.OpenTask)]
    assert [(one.item, one.index, one.element) for one in opened] == [
        ("fire", 0, "consult"),
        ("health", 1, "consult"),
        ("roads", 2, "consult"),
    ]
    for left in (2, 1, 0):
        agree(case)
        assert case.open.count("consult#") == left
    assert case.open == ["after"]
    assert codes(consult(many(AGENCIES))) == []


def agree(case: Case, outcome: str = "agree") -> None:
    said = case.outcome.get("consult", [])
    assert isinstance(said, list)
    case.outcome["consult"] = [*said, outcome]
    case.tell(happenings.Completed(case.token("consult"), case.values, outcome))


def test_sequential_instances_are_open_one_after_the_other() -> None:
    model = consult(many(AGENCIES + ' isSequential="true"'))
    case = Case(model, agencies=["fire", "health"])
    items: list[tuple[object, int]] = []
    while case.open == ["consult#"]:
        items.extend(
            (one.item, one.index) for one in case.effects if isinstance(one, effects.OpenTask)
        )
        agree(case)
    assert items == [("fire", 0), ("health", 1)]
    assert case.open == ["after"]
    assert codes(model) == []


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_a_completion_condition_ends_the_rest(sequential: str) -> None:
    loop = many(f'isSequential="{sequential}"', until='"object" in outcome.consult')
    model = consult(loop, "<loopCardinality>3</loopCardinality>")
    case = Case(model)
    agree(case)
    agree(case, "object")
    assert case.open == ["after"]
    closed = [one for one in case.effects if isinstance(one, effects.CloseTask)]
    assert len(closed) == (0 if sequential == "true" else 1)
    assert codes(model) == []


def test_no_instances_are_passed_by() -> None:
    assert Case(consult(many(AGENCIES)), agencies=[]).open == ["after"]


@pytest.mark.parametrize(("floors", "opened"), [(0, ["after"]), (2, ["consult#", "consult#"])])
def test_the_number_of_instances_may_be_an_expression(floors: int, opened: list[str]) -> None:
    loop = many("")
    assert (
        Case(consult(loop, "<loopCardinality>answers.floors</loopCardinality>"), floors=floors).open
        == opened
    )


@pytest.mark.parametrize("floors", [-1, 101])
def test_absurd_numbers_of_instances_are_refused(floors: int) -> None:
    with pytest.raises(BadInstances, match="between 0 and 100"):
        Case(consult(many(""), "<loopCardinality>answers.floors</loopCardinality>"), floors=floors)


def test_items_are_codes_not_texts() -> None:
    with pytest.raises(BadInstances, match="short codes"):
        Case(consult(many(AGENCIES)), agencies=["x" * 101])


def test_a_boundary_event_is_on_all_instances_together() -> None:
    model = (
        consult(many(AGENCIES))
        .replace(
            b'<userTask id="after"',
            f'<boundaryEvent id="late" attachedToRef="consult">{AFTER}</boundaryEvent><userTask id="after"'.encode(),
        )
        .replace(b"</process>", arrows("late > after").encode() + b"</process>")
    )
    case = Case(model, agencies=["fire", "health"])
    assert case.open == ["consult#", "consult#", "late"]
    case.fire("late")
    assert case.open == ["after"]
    assert len([one for one in case.effects if isinstance(one, effects.CloseTask)]) == 2
    assert codes(model) == []


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_a_sub_process_may_run_for_each_of_many_and_its_tasks_know_the_item(
    sequential: str,
) -> None:
    loop = many(f'{AGENCIES} isSequential="{sequential}"') % ""
    model = draw(
        ENDS
        + sub(
            "each",
            '<startEvent id="s1"/><endEvent id="s2"/>' + loop + tasks("ask", "answer"),
            "s1 > ask > answer > s2",
        ),
        "start > each > end",
    )
    case = Case(model, agencies=["fire", "health"])
    seen = []
    while not case.state.is_over:
        name = case.open[0]
        case.complete(name)
    seen = [(one.element, one.item) for one in case.log if isinstance(one, effects.OpenTask)]
    assert sorted(seen) == [
        ("answer", "fire"),
        ("answer", "health"),
        ("ask", "fire"),
        ("ask", "health"),
    ]
    assert (seen[1] == ("answer", "fire")) == (sequential == "true")
    assert codes(model) == []


def test_a_call_may_run_for_each_of_many_and_one_error_ends_them_all() -> None:
    loop = many(AGENCIES) % ""
    model = CALLING.replace(
        b'motcua:unit="U7"/>', f'motcua:unit="U7">{loop}</callActivity>'.encode()
    )
    called = {
        "inner": flow_of(
            draw(
                '<startEvent id="start"/><endEvent id="end"/><endEvent id="bad_end">'
                + ERROR
                + "</endEvent>"
                + tasks("judge", outcomes="fine bad")
                + '<exclusiveGateway id="g" default="g__end"/>',
                "start > judge > g > end",
                'g > bad_end : "bad" in outcome.judge',
                beside=BESIDE,
                process="inner",
            )
        )
    }
    case = Case(model, called=called, agencies=["fire", "health"])
    case.outcome["judge"] = ["bad"]
    case.tell(happenings.Completed(case.token("call/judge"), case.values, "bad"))
    assert case.open == ["repair"]
    assert len([one for one in case.effects if isinstance(one, effects.CloseTask)]) == 1
    assert codes(model, called) == []
