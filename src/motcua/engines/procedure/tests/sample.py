"""A small procedure that has everything: supplement, payment, consultation of several, timers, withdrawal."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from motcua.engines.procedure import parse, playing, step
from motcua.engines.procedure.model import Procedure
from motcua.engines.procedure.situation import (
    Advance,
    Completed,
    Filing,
    Happening,
    MessageReceived,
    Situation,
    Task,
    TimerFired,
)
from motcua.engines.procedure.status import Status

OFFICE = playing.OFFICE
VIETNAM = timezone(timedelta(hours=7))

PROCEDURE = """\
code: "1.009999"
name: {vi: Thủ tục mẫu, en: Sample}
summary: {vi: Mẫu để thử., en: For the tests.}
field: {code: chung, name: {vi: Chung, en: General}}
level: commune
online: full
applicants: [citizen, enterprise]
effective: 2025-07-01
legal_basis: [{name: "Luật mẫu", articles: "Điều 1"}]
keywords: [mẫu]
eligibility:
  - check: 'age(answers.birth, case.filed_on) >= 18'
    field: birth
    message: {vi: Bạn chưa đủ 18 tuổi., en: You are not 18 yet.}
    basis: Luật mẫu, Điều 2
roles:
  intake: {unit: one_stop}
  officer: {unit: justice}
  leader: {unit: leadership}
papers:
  - id: proof
    name: {vi: Giấy chứng minh, en: Proof}
    kind: copy
    required: 'answers.copies > 5'
    register: population
  - {id: form, name: {vi: Tờ khai, en: Form}, kind: form, required: 'case.channel != "online"'}
fee:
  table: fee
  name: {vi: Lệ phí, en: Fee}
time:
  table: time
  cutoff: "15:00"
  count: whole_days
  supplement: {rule: restart, limit: {amount: 15, unit: working_days, count: whole_days}}
result:
  name: {vi: Kết quả, en: Result}
  type: KQ
  symbol: UBND
  title: {vi: Kết quả, en: Result}
"""

FORM = """\
schema:
  type: object
  properties:
    name: {type: string, minLength: 2, maxLength: 100}
    birth: {type: string, format: date}
    copies: {type: integer, minimum: 0, maximum: 50}
    asked: {type: array, maxItems: 3, items: {type: string, enum: [tax, police, fire]}}
  required: [name, birth, copies]
  additionalProperties: false
pages:
  - id: main
    title: {vi: Thông tin, en: Details}
    fields:
      - {name: name, label: {vi: Họ tên, en: Name}, widget: text}
      - {name: birth, label: {vi: Ngày sinh, en: Date of birth}, widget: date}
      - {name: copies, label: {vi: Số bản, en: Copies}, widget: number}
      - name: asked
        label: {vi: Hỏi cơ quan, en: Agencies asked}
        widget: checkbox
        options:
          tax: {vi: Thuế, en: Tax}
          police: {vi: Công an, en: Police}
          fire: {vi: Phòng cháy, en: Fire}
"""

FEE = """\
name: fee
hit: unique
inputs: {copies: answers.copies}
outputs:
  amount: {type: int, unit: đồng}
rules:
  - when: {copies: "0"}
    then: {amount: "0"}
  - when: {copies: "> 0"}
    then: {amount: "5000 * copies"}
"""

TIME = """\
name: time
hit: unique
inputs: {channel: case.channel}
outputs:
  amount: {type: int}
  unit: {type: text}
rules:
  - when: {channel: '"online"'}
    then: {amount: "3", unit: '"working_days"'}
  - when: {channel: '"counter", "post"'}
    then: {amount: "0", unit: '"same_day"'}
"""

FLOW = """\
<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:motcua="urn:motcua:bpmn:1" id="d" targetNamespace="urn:motcua:procedures">
  <bpmn:message id="m_supplemented" name="supplemented"/>
  <bpmn:message id="m_paid" name="payment_settled"/>
  <bpmn:message id="m_withdrawn" name="withdrawn"/>
  <bpmn:message id="m_escalated" name="escalated"/>
  <bpmn:process id="p" name="Mẫu" isExecutable="true">
    <bpmn:laneSet id="lanes">
      <bpmn:lane id="l1" name="Một cửa" motcua:role="intake">
        <bpmn:flowNodeRef>receive</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>return_result</bpmn:flowNodeRef>
      </bpmn:lane>
      <bpmn:lane id="l2" name="Chuyên môn" motcua:role="officer">
        <bpmn:flowNodeRef>appraise</bpmn:flowNodeRef>
      </bpmn:lane>
      <bpmn:lane id="l3" name="Lãnh đạo" motcua:role="leader">
        <bpmn:flowNodeRef>sign</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="filed"/>
    <bpmn:userTask id="receive" name="Tiếp nhận" motcua:outcomes="accept supplement refuse" motcua:workingTime="PT8H"/>
    <bpmn:exclusiveGateway id="decided" default="decided_fee_due"/>
    <bpmn:endEvent id="not_taken" motcua:status="refused"/>
    <bpmn:exclusiveGateway id="before_waiting"/>
    <bpmn:eventBasedGateway id="waiting"/>
    <bpmn:intermediateCatchEvent id="supplement_came">
      <bpmn:messageEventDefinition id="e1" messageRef="m_supplemented"/>
    </bpmn:intermediateCatchEvent>
    <bpmn:intermediateCatchEvent id="supplement_expired">
      <bpmn:timerEventDefinition id="e2" motcua:workingDuration="P15D"/>
    </bpmn:intermediateCatchEvent>
    <bpmn:endEvent id="end_stopped"/>
    <bpmn:exclusiveGateway id="supplement_for" default="again_receive"/>
    <bpmn:exclusiveGateway id="fee_due" default="straight_on"/>
    <bpmn:serviceTask id="ask_payment" motcua:operation="request_payment"/>
    <bpmn:intermediateCatchEvent id="paid">
      <bpmn:messageEventDefinition id="e3" messageRef="m_paid"/>
    </bpmn:intermediateCatchEvent>
    <bpmn:exclusiveGateway id="ready"/>
    <bpmn:exclusiveGateway id="anyone_asked" default="nobody"/>
    <bpmn:userTask id="consult" name="Cho ý kiến" motcua:role="consulted" motcua:outcomes="agree disagree">
      <bpmn:multiInstanceLoopCharacteristics motcua:collection="answers.asked"/>
    </bpmn:userTask>
    <bpmn:exclusiveGateway id="before_appraise"/>
    <bpmn:userTask id="appraise" name="Thẩm tra" motcua:outcomes="approve supplement reject"/>
    <bpmn:boundaryEvent id="late" attachedToRef="appraise" cancelActivity="false">
      <bpmn:timerEventDefinition id="e4" motcua:workingDuration="P2D"/>
    </bpmn:boundaryEvent>
    <bpmn:sendTask id="escalate" messageRef="m_escalated"/>
    <bpmn:endEvent id="escalated_end"/>
    <bpmn:exclusiveGateway id="appraised" default="to_sign"/>
    <bpmn:userTask id="sign" name="Ký" motcua:outcomes="sign send_back"/>
    <bpmn:exclusiveGateway id="signed" default="done_signing"/>
    <bpmn:userTask id="return_result" name="Trả kết quả" motcua:outcomes="return_result"/>
    <bpmn:endEvent id="end_returned"/>
    <bpmn:subProcess id="withdrawal" triggeredByEvent="true">
      <bpmn:startEvent id="asked_back">
        <bpmn:messageEventDefinition id="e5" messageRef="m_withdrawn"/>
      </bpmn:startEvent>
      <bpmn:endEvent id="end_withdrawn"/>
      <bpmn:sequenceFlow id="w1" sourceRef="asked_back" targetRef="end_withdrawn"/>
    </bpmn:subProcess>
    <bpmn:sequenceFlow id="f1" sourceRef="filed" targetRef="receive"/>
    <bpmn:sequenceFlow id="f2" sourceRef="receive" targetRef="decided"/>
    <bpmn:sequenceFlow id="f3" sourceRef="decided" targetRef="not_taken">
      <bpmn:conditionExpression>outcome.receive == "refuse"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f4" sourceRef="decided" targetRef="before_waiting">
      <bpmn:conditionExpression>outcome.receive == "supplement"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="decided_fee_due" sourceRef="decided" targetRef="fee_due"/>
    <bpmn:sequenceFlow id="f5" sourceRef="before_waiting" targetRef="waiting"/>
    <bpmn:sequenceFlow id="f6" sourceRef="waiting" targetRef="supplement_came"/>
    <bpmn:sequenceFlow id="f7" sourceRef="waiting" targetRef="supplement_expired"/>
    <bpmn:sequenceFlow id="f8" sourceRef="supplement_expired" targetRef="end_stopped"/>
    <bpmn:sequenceFlow id="f9" sourceRef="supplement_came" targetRef="supplement_for"/>
    <bpmn:sequenceFlow id="again_receive" sourceRef="supplement_for" targetRef="receive"/>
    <bpmn:sequenceFlow id="f10" sourceRef="supplement_for" targetRef="before_appraise">
      <bpmn:conditionExpression>outcome.receive == "accept"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f11" sourceRef="fee_due" targetRef="ask_payment">
      <bpmn:conditionExpression>decision.fee.amount &gt; 0</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="straight_on" sourceRef="fee_due" targetRef="ready"/>
    <bpmn:sequenceFlow id="f12" sourceRef="ask_payment" targetRef="paid"/>
    <bpmn:sequenceFlow id="f13" sourceRef="paid" targetRef="ready"/>
    <bpmn:sequenceFlow id="f14" sourceRef="ready" targetRef="anyone_asked"/>
    <bpmn:sequenceFlow id="f15" sourceRef="anyone_asked" targetRef="consult">
      <bpmn:conditionExpression>size(answers.asked) &gt; 0</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="nobody" sourceRef="anyone_asked" targetRef="before_appraise"/>
    <bpmn:sequenceFlow id="f16" sourceRef="consult" targetRef="before_appraise"/>
    <bpmn:sequenceFlow id="f17" sourceRef="before_appraise" targetRef="appraise"/>
    <bpmn:sequenceFlow id="f18" sourceRef="late" targetRef="escalate"/>
    <bpmn:sequenceFlow id="f19" sourceRef="escalate" targetRef="escalated_end"/>
    <bpmn:sequenceFlow id="f20" sourceRef="appraise" targetRef="appraised"/>
    <bpmn:sequenceFlow id="f21" sourceRef="appraised" targetRef="before_waiting">
      <bpmn:conditionExpression>outcome.appraise == "supplement"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="to_sign" sourceRef="appraised" targetRef="sign"/>
    <bpmn:sequenceFlow id="f22" sourceRef="sign" targetRef="signed"/>
    <bpmn:sequenceFlow id="f23" sourceRef="signed" targetRef="before_appraise">
      <bpmn:conditionExpression>outcome.sign == "send_back"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="done_signing" sourceRef="signed" targetRef="return_result"/>
    <bpmn:sequenceFlow id="f24" sourceRef="return_result" targetRef="end_returned"/>
  </bpmn:process>
</bpmn:definitions>
"""

EXAMPLE = """\
name: {vi: Trọn vẹn, en: From end to end}
filed_at: 2026-11-25T08:00:00+07:00
channel: online
applicant_kind: citizen
answers: {name: Nguyễn An, birth: 1990-01-01, copies: 2, asked: [tax, fire]}
steps:
  - {at: 2026-11-25T09:00:00+07:00, task: receive, outcome: accept}
  - {at: 2026-11-25T10:00:00+07:00, message: payment_settled}
  - {at: 2026-11-25T11:00:00+07:00, task: consult, item: fire, outcome: agree}
  - {at: 2026-11-26T09:00:00+07:00, task: consult, item: tax, outcome: disagree}
  - {at: 2026-11-26T10:00:00+07:00, task: appraise, outcome: approve}
  - {at: 2026-11-26T14:00:00+07:00, task: sign, outcome: sign}
  - {at: 2026-11-26T15:00:00+07:00, task: return_result, outcome: return_result}
expect:
  route: [receive, consult:fire, consult:tax, appraise, sign, return_result]
  due_at: 2026-11-30T17:00:00+07:00
  fee: 10000
  status: returned
"""

TEXTS: Mapping[str, str] = {
    "procedure.yaml": PROCEDURE,
    "form.yaml": FORM,
    "flow.bpmn": FLOW,
    "decisions/fee.yaml": FEE,
    "decisions/time.yaml": TIME,
    "result.typ": "= Kết quả\n",
    "examples/whole.yaml": EXAMPLE,
}


def folder(**changes: tuple[str, str]) -> dict[str, bytes]:
    """Return the folder, with a text replaced once in each file named (`flow=("old", "new")`)."""
    texts = dict(TEXTS)
    for short, (old, new) in changes.items():
        name = next(each for each in texts if each.split("/")[-1].startswith(short))
        assert old in texts[name], f"{old!r} is not in {name}"
        texts[name] = texts[name].replace(old, new, 1)
    return {name: text.encode() for name, text in texts.items()}


COMPILED = parse.read(folder())


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of November 2026 in Vietnam; the 23rd is a Monday, the 24th a holiday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


def filing(**answers: object) -> Filing:
    """Return an online filing of Wednesday the 25th, 8:00."""
    given = {"name": "Nguyễn An", "birth": "1990-01-01", "copies": 0, "asked": [], **answers}
    return Filing(given, "online", "citizen", at(25, 8))


class Case:
    """A case of the sample, moved step by step."""

    def __init__(self, sent: Filing | None = None, *, procedure: Procedure = COMPILED) -> None:
        self.procedure = procedure
        self.filing = sent or filing()
        self.last: Advance = step.begin(
            procedure, self.filing, calendar=OFFICE, at=self.filing.filed_at
        )

    @property
    def situation(self) -> Situation:
        return self.last.situation

    def status(self) -> Status:
        return self.situation.status

    def said(self, element: str) -> str | tuple[str, ...]:
        return self.situation.outcomes[element]

    def task(self, element: str, item: str = "") -> Task:
        found = [
            each
            for each in self.situation.tasks
            if each.element == element and item in ("", each.item)
        ]
        assert found, f"{element} is not open: {[each.element for each in self.situation.tasks]}"
        return found[0]

    def take(self, happening: Happening, moment: datetime) -> Advance:
        self.last = step.advance(
            self.procedure, self.situation, happening, self.filing, calendar=OFFICE, at=moment
        )
        return self.last

    def do(self, element: str, outcome: str, moment: datetime, item: str = "") -> Advance:
        return self.take(Completed(self.task(element, item).token, outcome), moment)

    def hear(self, message: str, moment: datetime) -> Advance:
        return self.take(MessageReceived(message), moment)

    def ring(self, element: str, moment: datetime) -> Advance:
        token = next(each.token for each in self.situation.timers if each.element == element)
        return self.take(TimerFired(token), moment)

    def effects(self, kind: type) -> list[object]:
        return [each for each in self.last.effects if isinstance(each, kind)]
