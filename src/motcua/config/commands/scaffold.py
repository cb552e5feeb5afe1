"""The first folder of a new procedure: small, whole, and fit to pass the check at once."""

import json
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

import click

LONGEST_NAME = 200

PROCEDURE = """\
code: {code}
name: {{vi: {name}, en: {name}}}
summary: {{vi: {name}, en: {name}}}
field: {{code: chung, name: {{vi: Lĩnh vực chung, en: General}}}}
level: commune
online: full
assurance: 2
applicants: [citizen]
effective: 2025-07-01
legal_basis:
  - {{name: "Nghị định 118/2025/NĐ-CP", articles: "Điều 17"}}
keywords: [{name}]
roles:
  intake: {{unit: one_stop}}
  officer: {{unit: office}}
  leader: {{unit: leadership}}
papers:
  - id: proof
    name: {{vi: Giấy tờ kèm theo, en: Supporting paper}}
    kind: copy
    quantity: 1
    required: 'case.channel != "online"'
    media: [pdf, jpeg, png]
time:
  table: time
  count: whole_days
  supplement: {{rule: restart, limit: {{amount: 15, unit: working_days}}}}
result:
  name: {{vi: Giấy xác nhận, en: Confirmation}}
  type: GXN
  symbol: UBND
  title: {{vi: {name}, en: {name}}}
samples:
  - path: time
    mark: K
    note: {{vi: Thời hạn là mẫu. Hãy kiểm tra trên Cổng., en: The time is a sample. Check the portal.}}
"""

FORM = """\
schema:
  type: object
  properties:
    full_name: {type: string, minLength: 2, maxLength: 100}
    personal_id: {type: string, pattern: "^[0-9]{12}$"}
    purpose: {type: string, minLength: 2, maxLength: 500}
  required: [full_name, personal_id, purpose]
  additionalProperties: false
pages:
  - id: applicant
    title: {vi: Người yêu cầu, en: The applicant}
    fields:
      - name: full_name
        label: {vi: Họ và tên, en: Full name}
        widget: text
      - name: personal_id
        label: {vi: Số định danh cá nhân, en: Personal identification number}
        widget: personal_id
      - name: purpose
        label: {vi: Bạn cần việc này để làm gì?, en: What do you need it for?}
        widget: textarea
"""

TIME = """\
name: time
hit: unique
inputs:
  channel: case.channel
outputs:
  amount: {type: int}
  unit: {type: text}
rules:
  - when: {channel: '"online"'}
    then: {amount: "2", unit: '"working_days"'}
    note: Nộp trực tuyến (mẫu)
  - when: {channel: '"counter", "post"'}
    then: {amount: "3", unit: '"working_days"'}
    note: Nộp tại quầy hoặc qua bưu chính (mẫu)
"""

RESULT = """\
#import "/decree30.typ": *

#if is-refusal {{
  refusal(grounds: ("Nghị định số 118/2025/NĐ-CP",))
}} else [
  #show: official.with(kind: "Giấy xác nhận", recipients: ("Người yêu cầu", "Lưu: VT"))

  #field("Họ và tên", strong(answer("full_name")))
  #field("Số định danh cá nhân", answer("personal_id"))
  #field("Nội dung", answer("purpose"))
]
"""

ANSWERS = """\
answers:
  full_name: Nguyễn Thị An
  personal_id: "056195004112"
  purpose: Bổ sung hồ sơ xin việc
papers: []
"""

ONLINE = (
    """\
name: {vi: Nộp trực tuyến, en: Filed online}
# Monday morning, two working days; 24/11/2026 is a holiday.
filed_at: 2026-11-23T08:00:00+07:00
channel: online
applicant_kind: citizen
"""
    + ANSWERS
    + """\
steps:
  - {at: 2026-11-23T09:00:00+07:00, task: receive, outcome: accept}
  - {at: 2026-11-25T09:00:00+07:00, task: appraise, outcome: approve}
  - {at: 2026-11-25T10:00:00+07:00, task: sign, outcome: sign}
  - {at: 2026-11-25T14:00:00+07:00, task: return_result, outcome: return_result}
expect:
  route: [receive, appraise, sign, return_result]
  due_at: 2026-11-26T17:00:00+07:00
  fee: 0
  status: returned
"""
)

REFUSED = (
    """\
name: {vi: Thiếu giấy tờ tại quầy, en: A paper is missing at the counter}
filed_at: 2026-11-23T08:00:00+07:00
channel: counter
applicant_kind: citizen
"""
    + ANSWERS
    + """\
expect:
  refused: ["papers.proof required"]
"""
)

# The flow, as tables: (lane, id, element, name, x, attributes, what is inside).
LANES = (
    ("intake", "Bộ phận một cửa", 80, 280),
    ("officer", "Bộ phận chuyên môn", 360, 140),
    ("leader", "Lãnh đạo", 500, 140),
)
NODES = (
    ("intake", "filed", "startEvent", "Đã nộp", 250, 150, "", ""),
    (
        "intake", "receive", "userTask", "Kiểm tra, tiếp nhận", 340, 130,
        'motcua:outcomes="accept supplement refuse" motcua:workingTime="PT8H"', "",
    ),
    (
        "intake", "decided", "exclusiveGateway", "Hồ sơ thế nào?", 520, 143,
        'default="decided_appraise"', "",
    ),
    ("intake", "end_refused", "endEvent", "Không tiếp nhận", 640, 100, "", ""),
    ("intake", "await_supplement", "eventBasedGateway", "", 520, 263, "", ""),
    (
        "intake", "supplement_received", "intermediateCatchEvent", "Đã bổ sung", 382, 270, "",
        '<bpmn:messageEventDefinition messageRef="message_supplemented"/>',
    ),
    (
        "intake", "supplement_expired", "intermediateCatchEvent", "Quá 15 ngày làm việc", 640, 270,
        "", '<bpmn:timerEventDefinition motcua:workingDuration="P15D"/>',
    ),
    ("intake", "end_stopped", "endEvent", "Dừng giải quyết", 760, 270, "", ""),
    (
        "intake", "return_result", "userTask", "Trả kết quả", 1100, 130,
        'motcua:outcomes="return_result"', "",
    ),
    ("intake", "end_returned", "endEvent", "Đã trả kết quả", 1270, 150, "", ""),
    (
        "officer", "appraise", "userTask", "Thẩm tra, dự thảo", 795, 390,
        'motcua:outcomes="approve reject" motcua:workingTime="P1D"', "",
    ),
    (
        "leader", "sign", "userTask", "Ký kết quả", 795, 530,
        'motcua:outcomes="sign send_back" motcua:workingTime="PT4H"', "",
    ),
    (
        "leader", "signed", "exclusiveGateway", "Đã ký?", 1020, 543,
        'default="signed_return_result"', "",
    ),
)  # fmt: skip
ARROWS = (
    ("filed", "receive", ""),
    ("receive", "decided", ""),
    ("decided", "end_refused", 'outcome.receive == "refuse"'),
    ("decided", "await_supplement", 'outcome.receive == "supplement"'),
    ("decided", "appraise", ""),
    ("await_supplement", "supplement_received", ""),
    ("await_supplement", "supplement_expired", ""),
    ("supplement_received", "receive", ""),
    ("supplement_expired", "end_stopped", ""),
    ("appraise", "sign", ""),
    ("sign", "signed", ""),
    ("signed", "appraise", 'outcome.sign == "send_back"'),
    ("signed", "return_result", ""),
    ("return_result", "end_returned", ""),
)
WITHDRAWAL = """\
    <bpmn:subProcess id="withdrawal" name="Người dân rút hồ sơ" triggeredByEvent="true">
      <bpmn:startEvent id="withdrawal_asked" name="Yêu cầu rút">
        <bpmn:messageEventDefinition messageRef="message_withdrawn"/>
      </bpmn:startEvent>
      <bpmn:endEvent id="end_withdrawn" name="Đã rút"/>
      <bpmn:sequenceFlow id="asked_withdrawn" sourceRef="withdrawal_asked" targetRef="end_withdrawn"/>
    </bpmn:subProcess>"""
WAYS = {  # where the straight way would cross another shape
    "decided_appraise": ((570, 168), (850, 168), (850, 390)),
    "signed_return_result": ((1070, 568), (1155, 568), (1155, 206)),
}
SIZES = {"userTask": (110, 76), "exclusiveGateway": (50, 50), "eventBasedGateway": (50, 50)}
EVENT = (36, 36)


def files(*, code: str, name: str) -> dict[str, bytes]:
    """Return the files of a new procedure; raises click's BadParameter for a name that cannot be one."""
    clean = name.strip()
    if not clean or len(clean) > LONGEST_NAME or not clean.isprintable():
        raise click.BadParameter(f"give a name of 1 to {LONGEST_NAME} printed characters")
    quoted = json.dumps(clean, ensure_ascii=False)  # one form for YAML and for Typst
    texts = {
        "procedure.yaml": PROCEDURE.format(code=json.dumps(code), name=quoted),
        "form.yaml": FORM,
        "flow.bpmn": "\n".join(_flow(quoteattr(clean))) + "\n",
        "decisions/time.yaml": TIME,
        "result.typ": RESULT.format(name=quoted),
        "examples/online.yaml": ONLINE,
        "examples/refused.yaml": REFUSED,
    }
    return {path: text.encode() for path, text in texts.items()}


def _flow(name: str) -> Iterator[str]:
    yield """\
<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
                  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
                  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
                  xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
                  xmlns:motcua="urn:motcua:bpmn:1"
                  id="definitions" targetNamespace="urn:motcua:procedures">
  <bpmn:message id="message_supplemented" name="supplemented"/>
  <bpmn:message id="message_withdrawn" name="withdrawn"/>"""
    yield f'  <bpmn:process id="process" name={name} isExecutable="true">'
    yield '    <bpmn:laneSet id="lanes">'
    for role, title, _, _ in LANES:
        yield f'      <bpmn:lane id="lane_{role}" name="{title}" motcua:role="{role}">'
        for node in NODES:
            if node[0] == role:
                yield f"        <bpmn:flowNodeRef>{node[1]}</bpmn:flowNodeRef>"
        yield "      </bpmn:lane>"
    yield "    </bpmn:laneSet>"
    for _, identity, element, title, _, _, attributes, inside in NODES:
        named = f' name="{title}"' if title else ""
        start = f'    <bpmn:{element} id="{identity}"{named}{" " if attributes else ""}{attributes}'
        yield f"{start}>{inside}</bpmn:{element}>" if inside else f"{start}/>"
    yield WITHDRAWAL
    for source, target, condition in ARROWS:
        start = f'    <bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"'
        inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>"
        yield f"{start}>{inside}</bpmn:sequenceFlow>" if condition else f"{start}/>"
    yield "  </bpmn:process>"
    yield from _diagram()


def _diagram() -> Iterator[str]:
    yield '  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="process">'
    for role, _, top, height in LANES:
        yield _shape(f"lane_{role}", 190, top, 1180, height, ' isHorizontal="true"')
    boxes: dict[str, tuple[int, int, int, int]] = {}
    for _, identity, element, _, x, y, _, _ in NODES:
        boxes[identity] = (x, y, *SIZES.get(element, EVENT))
        yield _shape(identity, *boxes[identity], is_labelled=element == "exclusiveGateway")
    yield _shape("withdrawal", 240, 380, 240, 100, ' isExpanded="true"')
    yield _shape("withdrawal_asked", 270, 410, 36, 36)
    yield _shape("end_withdrawn", 400, 410, 36, 36)
    yield _edge("asked_withdrawn", ((306, 428), (400, 428)))
    for source, target, _ in ARROWS:
        identity = f"{source}_{target}"
        yield _edge(identity, WAYS.get(identity) or _way(boxes[source], boxes[target]))
    yield "  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    yield "</bpmn:definitions>"


def _shape(
    identity: str,
    x: int,
    y: int,
    width: int,
    height: int,
    more: str = "",
    *,
    is_labelled: bool = False,
) -> str:
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    if is_labelled:  # left of the line that leaves upwards
        place = f'<dc:Bounds x="{x - 58}" y="{y - 22}" width="70" height="14"/>'
        bounds += f"<bpmndi:BPMNLabel>{place}</bpmndi:BPMNLabel>"
    start = f'    <bpmndi:BPMNShape id="shape_{identity}" bpmnElement="{identity}"{more}>'
    return f"{start}{bounds}</bpmndi:BPMNShape>"


def _edge(identity: str, points: tuple[tuple[int, int], ...]) -> str:
    ways = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
    start = f'    <bpmndi:BPMNEdge id="edge_{identity}" bpmnElement="{identity}">'
    return f"{start}{ways}</bpmndi:BPMNEdge>"


def _way(
    source: tuple[int, int, int, int], target: tuple[int, int, int, int]
) -> tuple[tuple[int, int], ...]:
    """Return the corners from one box to another: straight where they overlap, else with one bend."""
    x1, y1 = source[0] + source[2] // 2, source[1] + source[3] // 2
    x2, y2 = target[0] + target[2] // 2, target[1] + target[3] // 2
    if abs(y1 - y2) < 10:
        is_right = x2 > x1
        start = source[0] + (source[2] if is_right else 0)
        end = target[0] + (0 if is_right else target[2])
        return (start, y1), (end, y1)
    below = y2 > y1
    leave = source[1] + (source[3] if below else 0)
    if abs(x1 - x2) < 60:
        return (x1, leave), (x1, target[1] + (0 if below else target[3]))
    side = target[0] + (0 if x2 > x1 else target[2])
    return (x1, leave), (x1, y2), (side, y2)
