"""A case moves by what officials, people and clocks do; what the law forbids is refused and changes nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from motcua.engines.calendar import model as calendars
from motcua.engines.procedure import encoding, parse, step
from motcua.engines.procedure.errors import Refusal
from motcua.engines.procedure.situation import (
    AwaitMessage,
    CloseTask,
    Completed,
    DeadlineSet,
    DisarmTimer,
    Ended,
    Filing,
    MessageReceived,
    OpenTask,
    PaymentDue,
    SendMessage,
    ServiceAnswered,
    SlipDue,
    StatusChanged,
    TimerFired,
)
from motcua.engines.procedure.status import Slip, Status
from motcua.engines.procedure.tests import sample
from motcua.engines.procedure.tests.sample import OFFICE, Case, at


def refused(case: Case, action: object, moment: datetime) -> str:
    before = encoding.encode(case.situation)
    with pytest.raises(Refusal) as error:
        case.take(action, moment)  # type: ignore[arg-type]
    assert encoding.encode(case.situation) == before
    return error.value.code


def accepted(**answers: object) -> Case:
    case = Case(sample.filing(**answers))
    case.do("receive", "accept", at(25, 9))
    return case


# ---- refusals


def test_a_task_that_is_not_open_is_refused() -> None:
    assert refused(Case(), Completed(999, "accept"), at(25, 9)) == "task-not-open"


def test_the_same_step_twice_is_refused_the_second_time() -> None:
    case = Case()
    token = case.task("receive").token
    case.take(Completed(token, "accept"), at(25, 9))
    assert refused(case, Completed(token, "accept"), at(25, 9)) == "task-not-open"


@pytest.mark.parametrize("outcome", ["", "sign", "ACCEPT", "accept "])
def test_an_outcome_that_is_not_offered_is_refused(outcome: str) -> None:
    case = Case()
    found = refused(case, Completed(case.task("receive").token, outcome), at(25, 9))
    assert found == "outcome-not-offered"


def test_a_message_that_nothing_waits_for_is_refused() -> None:
    assert refused(Case(), MessageReceived("hello"), at(25, 9)) == "message-not-awaited"


def test_a_supplement_that_was_not_asked_for_is_refused() -> None:
    assert refused(Case(), MessageReceived("supplemented"), at(25, 9)) == "not-lawful"


def test_a_timer_that_is_not_armed_is_refused() -> None:
    assert refused(Case(), TimerFired(999), at(25, 9)) == "timer-not-armed"


def test_a_timer_is_refused_before_its_moment() -> None:
    case = Case()
    case.do("receive", "supplement", at(25, 9))
    token = case.situation.timers[0].token
    assert refused(case, TimerFired(token), at(26, 9)) == "too-early"


def test_a_service_that_was_not_called_is_refused() -> None:
    assert refused(Case(), ServiceAnswered(1), at(25, 9)) == "service-not-called"


def test_withdrawing_is_refused_once_the_result_is_signed() -> None:
    case = accepted()
    case.do("appraise", "approve", at(25, 10))
    case.do("sign", "sign", at(25, 11))
    assert refused(case, MessageReceived("withdrawn"), at(25, 14)) == "not-lawful"


def test_a_clock_that_jumps_back_is_refused() -> None:
    case = accepted()
    token = case.task("appraise").token
    assert refused(case, Completed(token, "approve"), at(25, 8)) == "clock-reversed"


def test_a_moment_without_a_zone_is_refused() -> None:
    case = Case()
    token = case.task("receive").token
    assert refused(case, Completed(token, "accept"), datetime(2026, 11, 25, 9)) == "clock-reversed"  # noqa: DTZ001


def test_clocks_of_two_machines_may_differ_a_little() -> None:
    case = accepted()
    case.do("appraise", "approve", at(25, 9) - timedelta(minutes=4))
    assert case.situation.at == at(25, 9)


def test_a_step_after_the_end_is_refused() -> None:
    case = Case()
    token = case.task("receive").token
    case.take(Completed(token, "refuse"), at(25, 9))
    assert refused(case, MessageReceived("withdrawn"), at(25, 10)) == "not-lawful"


def test_data_that_do_not_fit_a_case_are_a_refusal_and_no_crash() -> None:
    procedure = parse.read(sample.folder(time=("channel: '\"online\"'", "channel: '\"post\"'")))
    case = Case(procedure=procedure)
    token = case.task("receive").token
    assert refused(case, Completed(token, "accept"), at(25, 9)) == "cannot-go-on"


# ---- acceptance


def test_a_filing_begins_with_the_intake() -> None:
    case = Case()
    task = case.task("receive")
    assert case.status() is Status.NEW
    assert (task.role, task.unit) == ("intake", "one_stop")
    assert task.due_at == at(26, 8)  # eight working hours from Wednesday 8:00
    assert case.situation.due_at is None


def test_acceptance_gives_the_receipt_and_the_appointment() -> None:
    case = accepted()
    assert case.last.effects[:3] == (
        StatusChanged(Status.NEW, Status.ACCEPTED),
        SlipDue(Slip.RECEIPT),
        DeadlineSet(at(30, 17)),  # Thursday, Friday, Monday
    )
    assert case.situation.decisions["time"] == {"amount": 3, "unit": "working_days"}


@pytest.mark.parametrize(("moment", "due"), [(at(25, 15), at(25, 17)), (at(25, 15, 1), at(26, 17))])
def test_the_hour_of_cut_off_moves_the_same_day_to_the_next(
    moment: datetime, due: datetime
) -> None:
    sent = replace(sample.filing(), channel="counter", papers=("form",))
    case = Case(sent)
    case.do("receive", "accept", moment)
    assert case.situation.due_at == due


def test_a_filing_that_is_not_accepted_ends_with_the_refusal_slip() -> None:
    case = Case()
    case.do("receive", "refuse", at(25, 9))
    assert case.status() is Status.REFUSED
    assert SlipDue(Slip.REFUSAL) in case.last.effects
    assert case.last.effects[-1] == Ended(Status.REFUSED, "not_taken")
    assert case.situation.is_over


def test_work_on_an_accepted_case_is_processing() -> None:
    case = accepted()
    assert case.status() is Status.ACCEPTED
    case.do("appraise", "approve", at(25, 10))
    assert case.status() is Status.PROCESSING


# ---- supplements


def test_a_supplement_before_acceptance_starts_no_clock() -> None:
    case = Case()
    case.do("receive", "supplement", at(25, 9))
    assert case.status() is Status.SUPPLEMENT
    assert SlipDue(Slip.SUPPLEMENT) in case.last.effects
    assert case.situation.clock is None
    case.hear("supplemented", at(26, 9))
    assert case.status() is Status.NEW


def test_a_supplement_after_acceptance_stops_the_clock_and_starts_it_anew() -> None:
    case = accepted()
    case.do("appraise", "supplement", at(26, 9))
    assert DeadlineSet(None) in case.last.effects
    case.hear("supplemented", at(30, 9))
    assert case.status() is Status.PROCESSING
    assert case.situation.due_at == datetime(2026, 12, 3, 17, tzinfo=sample.VIETNAM)


def test_the_clock_goes_on_where_it_stood_when_the_procedure_says_pause() -> None:
    procedure = parse.read(sample.folder(procedure=("rule: restart", "rule: pause")))
    case = Case(procedure=procedure)
    case.do("receive", "accept", at(25, 9))
    case.do("appraise", "supplement", at(26, 9))
    case.hear("supplemented", at(27, 9))
    assert case.situation.due_at == datetime(2026, 12, 1, 17, tzinfo=sample.VIETNAM)


def test_a_second_supplement_needs_the_head_of_the_unit() -> None:
    case = Case()
    token = case.task("receive").token
    first = {each.outcome: each for each in step.offers(case.situation, token)}
    assert first["supplement"].needs_items
    assert first["supplement"].needs_reason
    assert not first["supplement"].needs_head
    case.do("receive", "supplement", at(25, 9))
    case.hear("supplemented", at(26, 9))
    again = {each.outcome: each for each in step.offers(case.situation, case.task("receive").token)}
    assert again["supplement"].needs_head
    assert not again["accept"].needs_head


def test_a_supplement_that_never_comes_stops_the_case() -> None:
    case = Case()
    case.do("receive", "supplement", at(25, 9))
    timer = case.situation.timers[0]
    assert timer.at == datetime(2026, 12, 16, 17, tzinfo=sample.VIETNAM)  # 15 working days, whole
    case.ring("supplement_expired", timer.at)
    assert case.status() is Status.STOPPED
    assert SlipDue(Slip.STOP) in case.last.effects
    assert case.situation.is_over


def test_changed_answers_change_the_fee() -> None:
    case = Case(sample.filing(copies=2))
    assert case.situation.fee == 10_000
    case.do("receive", "supplement", at(25, 9))
    case.filing = sample.filing(copies=3)
    case.hear("supplemented", at(26, 9))
    assert case.situation.fee == 15_000


# ---- payment


def test_a_payment_stops_the_clock_until_it_is_settled() -> None:
    case = accepted(copies=2)
    assert case.status() is Status.PAYMENT
    assert case.effects(PaymentDue) == [PaymentDue(10_000)]
    assert case.situation.due_at is None
    case.hear("payment_settled", at(26, 9))
    assert case.status() is Status.PROCESSING
    assert case.situation.is_paid
    assert case.situation.due_at == datetime(2026, 12, 1, 17, tzinfo=sample.VIETNAM)


def test_nothing_is_asked_for_where_there_is_no_fee() -> None:
    case = accepted(copies=0)
    assert case.effects(PaymentDue) == []
    assert case.task("appraise").unit == "justice"


def test_a_fee_of_nought_is_settled_at_once_where_the_flow_asks_all_the_same() -> None:
    files = sample.folder(flow=("decision.fee.amount &gt; 0", "decision.fee.amount &gt;= 0"))
    case = Case(procedure=parse.read(files))
    case.do("receive", "accept", at(25, 9))
    assert case.effects(PaymentDue) == []
    assert case.task("appraise")
    assert [each.message for each in case.situation.waits] == ["withdrawn"]


# ---- consulting, escalation, signing, withdrawal


def test_each_unit_consulted_gets_its_own_task() -> None:
    case = accepted(asked=["tax", "fire"])
    tasks = [each.task for each in case.last.effects if isinstance(each, OpenTask)]
    assert [(each.unit, each.item, each.role) for each in tasks] == [
        ("tax", "tax", "consulted"),
        ("fire", "fire", "consulted"),
    ]
    case.do("consult", "agree", at(25, 10), "fire")
    case.do("consult", "disagree", at(25, 11), "tax")
    assert case.said("consult") == ("agree", "disagree")
    assert case.task("appraise")


REPEATED = """\
<bpmn:subProcess id="round">
  <bpmn:multiInstanceLoopCharacteristics motcua:collection="answers.asked"/>
  <bpmn:startEvent id="r1"/><bpmn:endEvent id="r2"/>
  <bpmn:userTask id="consult" name="Cho ý kiến" motcua:role="consulted" motcua:outcomes="agree disagree"/>
  <bpmn:sequenceFlow id="r3" sourceRef="r1" targetRef="consult"/>
  <bpmn:sequenceFlow id="r4" sourceRef="consult" targetRef="r2"/>
</bpmn:subProcess>"""
AROUND = 'sourceRef="anyone_asked" targetRef="round"'


def asking_in_a_subprocess() -> str:
    """Return the sample's flow with the task of several put into a sub-process of several."""
    flow = sample.FLOW
    start = flow.index('<bpmn:userTask id="consult"')
    end = flow.index('<bpmn:exclusiveGateway id="before_appraise"')
    flow = flow[:start] + REPEATED + flow[end:]
    flow = flow.replace('sourceRef="anyone_asked" targetRef="consult"', AROUND)
    return flow.replace('id="f16" sourceRef="consult"', 'id="f16" sourceRef="round"')


@pytest.mark.parametrize("flow", [sample.FLOW, asking_in_a_subprocess()])
def test_a_new_round_of_asking_forgets_the_answers_of_the_one_before(flow: str) -> None:
    again = 'sourceRef="signed" targetRef="ready"'
    flow = flow.replace('sourceRef="signed" targetRef="before_appraise"', again)
    procedure = parse.read(sample.folder() | {"flow.bpmn": flow.encode()})
    case = Case(sample.filing(asked=["tax", "fire"]), procedure=procedure)
    case.do("receive", "accept", at(25, 9))
    case.do("consult", "agree", at(25, 10))
    case.do("consult", "disagree", at(25, 10))
    assert case.said("consult") == ("agree", "disagree")
    case.do("appraise", "approve", at(25, 11))
    case.do("sign", "send_back", at(25, 14))
    assert case.said("consult") == ()
    case.do("consult", "disagree", at(25, 15))
    assert case.said("consult") == ("disagree",)


def test_a_task_that_is_late_is_escalated_and_goes_on() -> None:
    case = accepted()
    timer = next(each for each in case.situation.timers if each.element == "late")
    case.ring("late", timer.at)
    assert SendMessage("escalated", "escalate") in case.last.effects
    assert case.task("appraise")


def test_who_appraises_and_who_signs_is_told_apart() -> None:
    case = accepted()
    assert case.task("appraise").appraises
    assert not case.task("appraise").signs
    case.do("appraise", "approve", at(25, 10))
    assert case.task("sign").signs
    assert not case.task("sign").appraises


def test_a_signed_result_keeps_its_appointment_and_is_returned() -> None:
    case = accepted()
    case.do("appraise", "approve", at(25, 10))
    assert case.effects(DisarmTimer)
    case.do("sign", "sign", at(26, 9))
    assert case.status() is Status.PROCESSED
    case.do("return_result", "return_result", at(27, 9))
    assert case.status() is Status.RETURNED
    assert case.situation.due_at == at(30, 17)
    assert case.last.effects[-1] == Ended(Status.RETURNED, "end_returned")


def test_withdrawing_closes_every_open_task() -> None:
    case = accepted(asked=["tax", "fire"])
    case.do("consult", "agree", at(25, 10), "tax")
    left = case.task("consult").token
    case.hear("withdrawn", at(25, 11))
    assert case.effects(CloseTask) == [CloseTask(left)]
    assert case.status() is Status.WITHDRAWN
    now = case.situation
    assert not (now.tasks or now.timers or now.waits)


def test_what_is_waited_for_is_told() -> None:
    case = Case()
    case.do("receive", "supplement", at(25, 9))
    assert [each.message for each in case.last.effects if isinstance(each, AwaitMessage)] == [
        "supplemented"
    ]


# ---- extension


def test_an_appointment_may_be_put_off_once() -> None:
    case = accepted()
    two_days = calendars.Period(2, calendars.Unit.WORKING_DAYS, calendars.Count.WHOLE_DAYS)
    later = step.extend(
        sample.COMPILED,
        case.situation,
        two_days,
        filing=case.filing,
        calendar=OFFICE,
        at=at(27, 9),
    )
    due = datetime(2026, 12, 2, 17, tzinfo=sample.VIETNAM)
    assert later.effects == (SlipDue(Slip.APOLOGY), DeadlineSet(due))
    with pytest.raises(Refusal) as error:
        step.extend(
            sample.COMPILED,
            later.situation,
            two_days,
            filing=case.filing,
            calendar=OFFICE,
            at=at(27, 10),
        )
    assert error.value.code == "already-extended"


def test_what_is_not_due_cannot_be_put_off() -> None:
    case = Case()
    with pytest.raises(Refusal) as error:
        step.extend(
            sample.COMPILED,
            case.situation,
            calendars.Period(1, calendars.Unit.WORKING_DAYS),
            filing=case.filing,
            calendar=OFFICE,
            at=at(25, 9),
        )
    assert error.value.code == "no-deadline"


def test_the_channel_decides_the_time_allowed() -> None:
    sent = Filing(sample.filing().answers, "post", "citizen", at(25, 8), ("form",))
    case = Case(sent)
    case.do("receive", "accept", at(25, 9))
    assert case.situation.due_at == at(25, 17)
