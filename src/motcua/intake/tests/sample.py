"""A procedure small enough to hold in the head, and files that are what they say."""

import io
import struct
import zlib

CODE = "3.000099"

PROCEDURE = """
code: "3.000099"
name: {vi: Xác nhận mẫu, en: A sample confirmation}
summary: {vi: Thủ tục dùng để thử., en: A procedure for tests.}
field: {code: ho-tich, name: {vi: Hộ tịch, en: Civil status}}
level: commune
online: ONLINE
applicants: [citizen, enterprise]
effective: 2025-07-01
legal_basis: [{name: "Luật Hộ tịch 60/2014/QH13", articles: "Điều 1"}]
eligibility:
  - check: 'answers.age >= 18'
    field: age
    message: {vi: Bạn phải đủ 18 tuổi., en: You must be 18 or older.}
roles: {intake: {unit: one_stop}, officer: {unit: justice}, leader: {unit: leadership}}
papers:
  - {id: declaration, name: {vi: Tờ khai, en: Declaration}, kind: form, quantity: 1, required: true, media: [pdf, png]}
  - {id: proof, name: {vi: Giấy chứng sinh, en: Birth notification}, kind: copy, quantity: 1,
     required: 'answers.reason == "birth"', register: civil-birth, media: [pdf]}
time: {table: time, count: whole_days, supplement: {rule: pause, limit: {amount: 15, unit: working_days}}}
result: {name: {vi: Giấy xác nhận, en: Confirmation}, type: XN, symbol: UBND, title: {vi: Giấy xác nhận, en: Confirmation}}
"""

FORM = """
schema:
  type: object
  properties:
    name: {type: string, minLength: 2, maxLength: 100}
    age: {type: integer, minimum: 0, maximum: 150}
    reason: {type: string, enum: [birth, other]}
    which: {type: string, maxLength: 200}
  required: [name, age, reason, which]
  additionalProperties: false
pages:
  - id: one
    title: {vi: Về bạn, en: About you}
    fields:
      - {name: name, label: {vi: Họ tên, en: Full name}, widget: text}
      - {name: age, label: {vi: Tuổi, en: Age}, widget: number}
      - name: reason
        label: {vi: Lý do, en: Reason}
        widget: radio
        options: {birth: {vi: Khai sinh, en: A birth}, other: {vi: Khác, en: Another}}
      - {name: which, label: {vi: Lý do khác, en: Which reason}, widget: text, visible: 'answers.reason == "other"'}
"""

TIME = """
name: time
hit: first
inputs: {channel: case.channel}
outputs: {amount: {type: int}, unit: {type: text}}
rules:
  - {when: {channel: "-"}, then: {amount: "3", unit: '"working_days"'}}
"""

FLOW = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:motcua="urn:motcua:bpmn:1"
             targetNamespace="urn:motcua:procedures">
  <message id="message_withdrawn" name="withdrawn"/>
  <process id="sample" name="Xác nhận mẫu" isExecutable="true">
    <laneSet id="lanes">
      <lane id="lane_intake" name="Một cửa" motcua:role="intake">
        <flowNodeRef>receive</flowNodeRef><flowNodeRef>return_result</flowNodeRef>
      </lane>
      <lane id="lane_officer" name="Tư pháp" motcua:role="officer"><flowNodeRef>appraise</flowNodeRef></lane>
      <lane id="lane_leader" name="Lãnh đạo" motcua:role="leader"><flowNodeRef>sign</flowNodeRef></lane>
    </laneSet>
    <startEvent id="filed"/>
    <userTask id="receive" name="Tiếp nhận" motcua:outcomes="accept refuse" motcua:workingTime="PT8H"/>
    <exclusiveGateway id="received" default="to_appraise"/>
    <endEvent id="end_refused" motcua:status="refused"/>
    <userTask id="appraise" name="Thẩm tra" motcua:outcomes="approve" motcua:workingTime="PT8H"/>
    <userTask id="sign" name="Ký" motcua:outcomes="sign" motcua:workingTime="PT8H"/>
    <userTask id="return_result" name="Trả kết quả" motcua:outcomes="return_result" motcua:workingTime="PT8H"/>
    <endEvent id="end_returned" motcua:status="returned"/>
    <subProcess id="withdrawal" triggeredByEvent="true">
      <startEvent id="asked" isInterrupting="true">
        <messageEventDefinition id="asked_message" messageRef="message_withdrawn"/>
      </startEvent>
      <endEvent id="end_withdrawn" motcua:status="withdrawn"/>
      <sequenceFlow id="to_withdrawn" sourceRef="asked" targetRef="end_withdrawn"/>
    </subProcess>
    <sequenceFlow id="to_receive" sourceRef="filed" targetRef="receive"/>
    <sequenceFlow id="to_received" sourceRef="receive" targetRef="received"/>
    <sequenceFlow id="to_refused" sourceRef="received" targetRef="end_refused">
      <conditionExpression>outcome.receive == "refuse"</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="to_appraise" sourceRef="received" targetRef="appraise"/>
    <sequenceFlow id="to_sign" sourceRef="appraise" targetRef="sign"/>
    <sequenceFlow id="to_return" sourceRef="sign" targetRef="return_result"/>
    <sequenceFlow id="to_end" sourceRef="return_result" targetRef="end_returned"/>
  </process>
</definitions>
"""


EXAMPLE = """
name: {vi: Nộp trực tuyến, en: Filed online}
filed_at: 2026-11-02T09:00:00+07:00
channel: online
applicant_kind: citizen
answers: {name: Trần Thị Hạnh, age: 30, reason: other, which: Đi học}
papers: [declaration]
steps:
  - {at: 2026-11-02T10:00:00+07:00, task: receive, outcome: accept}
expect: {status: accepted}
"""


def procedure(*, online: str = "full", summary: str = "Thủ tục dùng để thử.") -> dict[str, bytes]:
    """Return the folder of the sample; another summary makes another version."""
    told = PROCEDURE.replace("ONLINE", online).replace("Thủ tục dùng để thử.", summary)
    channel = "counter" if online == "information" else "online"
    files = {
        "procedure.yaml": told,
        "form.yaml": FORM,
        "flow.bpmn": FLOW,
        "decisions/time.yaml": TIME,
        "examples/online.yaml": EXAMPLE.replace("channel: online", f"channel: {channel}"),
        "result.typ": "#let data = json(bytes(sys.inputs.data))\nXác nhận\n",
    }
    return {name: text.encode() for name, text in files.items()}


def png(*, shade: int = 0, padding: int = 0) -> bytes:
    """Return a true PNG of one grey pixel, with a text chunk to make it as long as is wanted."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    out = io.BytesIO()
    out.write(b"\x89PNG\r\n\x1a\n")
    out.write(_chunk(b"IHDR", header))
    if padding:
        out.write(_chunk(b"tEXt", b"Comment\x00" + b"x" * padding))
    out.write(_chunk(b"IDAT", zlib.compress(bytes([0, shade]))))
    out.write(_chunk(b"IEND", b""))
    return out.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
