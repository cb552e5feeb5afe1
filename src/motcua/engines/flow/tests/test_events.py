"""Tasks and events: what each asks of the outside, what it answers to, and what is taken back."""

import pytest

from motcua.engines.flow import effects, happenings, step
from motcua.engines.flow.errors import (
    BadTimer,
    NotAwaited,
    NotCaught,
    NotOpen,
    NotStarted,
    OutcomeNotOffered,
    SeveralWait,
    WrongHappening,
)
from motcua.engines.flow.model import TimerKind
from motcua.engines.flow.tests.drawing import MOMENT, Case, codes, draw, net_of, tasks

ENDS = '<startEvent id="start"/><endEvent id="end"/>'
MESSAGES = '<message id="m" name="reply"/><message id="n" name="notice"/><error id="e1" errorCode="down"/><error id="e2" errorCode="wrong"/>'


def timer(text: str) -> str:
    return f"<timerEventDefinition>{text}</timerEventDefinition>"


def boundary(name: str, host: str, inside: str, *, stays: bool = False) -> str:
    flag = ' cancelActivity="false"' if stays else ""
    return f'<boundaryEvent id="{name}" attachedToRef="{host}"{flag}>{inside}</boundaryEvent>'


AFTER = timer("<timeDuration>P1D</timeDuration>")
MAIL = '<messageEventDefinition messageRef="m"/>'


def test_a_user_task_tells_who_works_it_and_what_may_be_decided() -> None:
    model = draw(
        '<laneSet id="l"><lane id="outer" name="Phòng"><flowNodeRef>a</flowNodeRef><childLaneSet id="c">'
        '<lane id="inner" name="Tổ" motcua:role="expert"><flowNodeRef>b</flowNodeRef></lane></childLaneSet></lane></laneSet>'
        + ENDS
        + '<userTask id="a" name="Xem" motcua:outcomes="yes no" motcua:workingTime="PT8H" motcua:unit="U1"/>'
        + '<manualTask id="b" name="Giao"/>',
        "start > a > b > end",
    )
    case = Case(model)
    token = case.token("a")
    assert case.effects == (
        effects.OpenTask(
            token, "a", "a", "Xem", "user", "Phòng", ("yes", "no"), "PT8H", "U1", None, 0
        ),
    )
    case.complete("a", "yes")
    (opened,) = case.effects
    assert isinstance(opened, effects.OpenTask)
    assert (opened.kind, opened.role) == ("manual", "expert")


def test_machines_work_by_operation_decision_and_message() -> None:
    model = draw(
        ENDS
        + '<serviceTask id="s" motcua:operation="ask_register"/><businessRuleTask id="d" motcua:decision="fee"/>'
        + '<sendTask id="t" messageRef="n"/><intermediateThrowEvent id="w"><messageEventDefinition messageRef="n"/></intermediateThrowEvent>'
        + '<intermediateThrowEvent id="milestone"/><receiveTask id="r" messageRef="m"/>',
        "start > s > d > t > w > milestone > r > end",
        beside=MESSAGES,
    )
    case = Case(model)
    asked: list[effects.Effect] = [effects.CallService(case.token("s"), "ask_register", "s")]
    case.complete("s")
    asked.append(effects.Decide(case.token("d"), "fee", "d"))
    case.complete("d")
    asked.append(effects.SendMessage("notice", "t"))
    asked.append(effects.SendMessage("notice", "w"))
    asked.append(effects.AwaitMessage(case.token("r"), "reply"))
    case.receive("reply")
    asked.append(effects.End("none", "end"))
    assert case.log == asked
    assert codes(model) == []


@pytest.mark.parametrize(
    ("written", "kind", "value"),
    [
        (timer("<timeDuration>P3D</timeDuration>"), TimerKind.DURATION, "P3D"),
        (timer("<timeDate>2026-12-31</timeDate>"), TimerKind.DATE, "2026-12-31"),
        (timer("<timeDuration>answers.due</timeDuration>"), TimerKind.DURATION, "PT4H"),
        (timer("<timeDate>answers.day</timeDate>"), TimerKind.DATE, "2026-05-04"),
        ('<timerEventDefinition motcua:workingDuration="P10D"/>', TimerKind.WORKING, "P10D"),
    ],
)
def test_a_timer_is_armed_from_the_moment_it_is_reached(
    written: str, kind: TimerKind, value: str
) -> None:
    model = draw(
        ENDS + f'<intermediateCatchEvent id="t">{written}</intermediateCatchEvent>',
        "start > t > end",
    )
    case = Case(model, due="PT4H", day="2026-05-04")
    spec = effects.TimerSpec(kind, value)
    assert case.effects == (effects.ArmTimer(case.token("t"), "t", spec, MOMENT),)
    case.fire("t")
    assert case.end is not None


def test_a_timer_whose_expression_gives_no_duration_is_an_error_and_nothing_starts() -> None:
    model = draw(
        ENDS
        + '<intermediateCatchEvent id="t">'
        + timer("<timeDuration>answers.due</timeDuration>")
        + "</intermediateCatchEvent>",
        "start > t > end",
    )
    with pytest.raises(BadTimer, match=r"'soon'.*such as P3D"):
        Case(model, due="soon")


def test_an_interrupting_boundary_timer_closes_the_task() -> None:
    model = draw(
        ENDS + tasks("a", "late") + boundary("b", "a", AFTER), "start > a > end", "b > late > end"
    )
    case = Case(model)
    task, armed = case.token("a"), case.token("b")
    case.fire("b")
    assert case.open == ["late"]
    assert case.effects[0] == effects.CloseTask(task)
    with pytest.raises(NotOpen, match="not open any more"):
        case.tell(happenings.Completed(task, {}))
    other = Case(model)
    other.complete("a")
    assert effects.DisarmTimer(armed) in other.effects
    assert codes(model) == []


def test_a_staying_boundary_event_comes_once_and_leaves_the_task_open() -> None:
    model = draw(
        ENDS
        + tasks("a", "look")
        + '<endEvent id="looked"/>'
        + boundary("b", "a", MAIL, stays=True),
        "start > a > end",
        "b > look > looked",
        beside=MESSAGES,
    )
    case = Case(model)
    case.receive("reply")
    assert case.open == ["a", "look"]
    with pytest.raises(NotAwaited, match="reply"):
        case.receive("reply")
    case.complete("a")
    assert case.end is None
    case.complete("look")
    assert case.end == effects.End("none", "looked")
    assert codes(model) == []


def test_what_opens_and_is_taken_back_in_one_step_is_not_told() -> None:
    model = draw(
        ENDS
        + tasks("a", "b")
        + '<parallelGateway id="split"/><endEvent id="stop"><terminateEventDefinition/></endEvent>'
        + boundary("late", "b", AFTER),
        "start > a > split > b > end",
        "split > stop",
        "late > end",
    )
    case = Case(model)
    case.complete("a")
    assert case.effects == (effects.End("terminate", "stop"),)


FAILING = draw(
    ENDS
    + tasks("retry", "other")
    + '<serviceTask id="s" motcua:operation="x"/>'
    + boundary("wrong", "s", '<errorEventDefinition errorRef="e2"/>'),
    "start > s > end",
    "wrong > retry > end",
    beside=MESSAGES,
).replace(b'<userTask id="other" motcua:role="clerk"/>', b"")


def test_a_failed_service_goes_to_the_error_event_with_its_code() -> None:
    case = Case(FAILING)
    case.fail("s", "wrong")
    assert case.open == ["retry"]
    assert codes(FAILING) == []


def test_an_error_that_nothing_catches_is_refused_and_the_task_stays_open() -> None:
    case = Case(FAILING)
    before = case.state
    with pytest.raises(NotCaught, match="stays open"):
        case.fail("s", "down")
    assert case.state == before
    assert case.open == ["s"]


def test_an_error_event_for_any_code_comes_after_the_one_for_its_code() -> None:
    model = draw(
        ENDS
        + tasks("a", "b")
        + '<serviceTask id="s" motcua:operation="x"/>'
        + boundary("any", "s", "<errorEventDefinition/>")
        + boundary("wrong", "s", '<errorEventDefinition errorRef="e2"/>'),
        "start > s > end",
        "any > a > end",
        "wrong > b > end",
        beside=MESSAGES,
    )
    for code, opened in (("wrong", "b"), ("down", "a"), ("anything", "a")):
        case = Case(model)
        case.fail("s", code)
        assert case.open == [opened]
    assert codes(model) == []


def test_links_jump_within_their_scope() -> None:
    model = draw(
        ENDS
        + tasks("a", "b")
        + '<intermediateThrowEvent id="out"><linkEventDefinition name="L"/></intermediateThrowEvent>'
        + '<intermediateCatchEvent id="in"><linkEventDefinition name="L"/></intermediateCatchEvent>',
        "start > a > out",
        "in > b > end",
    )
    case = Case(model)
    case.complete("a")
    assert case.open == ["b"]
    assert codes(model) == []


def test_a_message_or_a_timer_may_start_a_flow() -> None:
    model = draw(
        '<startEvent id="asked"><messageEventDefinition messageRef="m"/></startEvent>'
        f'<startEvent id="yearly">{AFTER}</startEvent><endEvent id="end"/>' + tasks("a", "b"),
        "asked > a > end",
        "yearly > b > end",
        beside=MESSAGES,
    )
    assert Case(model, message="reply").open == ["a"]
    assert Case(model).open == ["b"]
    with pytest.raises(NotStarted, match="notice"):
        Case(model, message="notice")
    assert codes(model) == []


@pytest.mark.parametrize(
    ("definition", "kind"),
    [
        ("", "none"),
        ('<messageEventDefinition messageRef="n"/>', "message"),
        ("<terminateEventDefinition/>", "terminate"),
    ],
)
def test_ends_tell_their_kind_and_status(definition: str, kind: str) -> None:
    model = draw(
        f'<startEvent id="start"/><endEvent id="end" motcua:status="returned">{definition}</endEvent>'
        + tasks("a"),
        "start > a > end",
        beside=MESSAGES,
    )
    case = Case(model)
    case.complete("a")
    assert case.end == effects.End(kind, "end", "", "returned")
    assert (effects.SendMessage("notice", "end") in case.effects) == (kind == "message")


def test_an_error_end_that_nothing_catches_ends_the_flow_with_its_code() -> None:
    model = draw(
        '<startEvent id="start"/><endEvent id="end"/><parallelGateway id="split"/>'
        '<endEvent id="broken"><errorEventDefinition errorRef="e1"/></endEvent>' + tasks("a", "b"),
        "start > split > a > broken",
        "split > b > end",
        beside=MESSAGES,
    )
    case = Case(model)
    task = case.token("b")
    case.complete("a")
    assert case.effects == (effects.CloseTask(task), effects.End("error", "broken", "down"))


def test_refusals_say_what_to_do_and_change_nothing() -> None:
    model = draw(
        ENDS
        + tasks("a", outcomes="yes no")
        + tasks("b")
        + '<parallelGateway id="split"/><parallelGateway id="join"/>'
        + boundary("mail_a", "a", MAIL, stays=True)
        + boundary("mail_b", "b", MAIL, stays=True)
        + '<endEvent id="read"/>',
        "start > split > a > join > end",
        "split > b > join",
        "mail_a > read",
        "mail_b > read",
        beside=MESSAGES,
    )
    case = Case(model)
    before = case.state
    a, mail = case.token("a"), case.token("mail_a")
    for happening, error, words in (
        (happenings.Completed(99, {}), NotOpen, "never was open"),
        (happenings.Completed(0, {}), NotOpen, "never was open"),
        (happenings.Completed(1, {}), NotOpen, "not open"),
        (happenings.Completed(a, {}, "perhaps"), OutcomeNotOffered, "one of: yes, no"),
        (happenings.Completed(a, {}), OutcomeNotOffered, "yes, no"),
        (happenings.Completed(case.token("b"), {}, "yes"), OutcomeNotOffered, "none"),
        (happenings.Completed(mail, {}), WrongHappening, "waits to be told"),
        (happenings.Fired(a, {}), WrongHappening, "waits to be worked"),
        (happenings.Failed(a, "x", {}), WrongHappening, "waits to be worked"),
        (happenings.Received("other", {}), NotAwaited, "too late"),
        (happenings.Received("other", {}, mail), WrongHappening, "reply"),
        (happenings.Received("reply", {}, a), WrongHappening, "worked"),
    ):
        with pytest.raises(error, match=words):
            case.tell(happening)
    with pytest.raises(SeveralWait) as several:
        case.receive("reply")
    assert several.value.tokens == (mail, case.token("mail_b"))
    assert case.state == before
    case.tell(happenings.Received("reply", {}, several.value.tokens[1]))
    assert case.open == ["a", "b", "mail_a"]
    assert "several-wait" in codes(model)


def test_a_flow_that_is_over_answers_nothing() -> None:
    case = Case(draw(ENDS + tasks("a"), "start > a > end"))
    token = case.token("a")
    case.complete("a")
    with pytest.raises(NotOpen, match="not open any more"):
        case.tell(happenings.Completed(token, {}))


def test_the_same_steps_give_the_same_states_and_effects() -> None:
    net = net_of(FAILING)
    one, other = (step.start(net, values={}, at=MOMENT) for _ in range(2))
    assert one == other
