"""A form that the tests share, and short ways to make others."""

from motcua.engines.forms.model import Form
from motcua.engines.forms.parse import parse

CASE = {"case": {"channel": "online", "applicant_kind": "person", "filed_on": "2026-03-02"}}

BIRTH = """
schema:
  type: object
  additionalProperties: false
  required: [kind, owner_id, agreed]
  properties:
    kind: {type: string, enum: [new, again]}
    owner_id: {type: string}
    owner_birth: {type: string, format: date}
    owner_sex: {type: string, enum: [male, female]}
    email: {type: string, format: email}
    phone: {type: string}
    agreed: {type: boolean, const: true}
    child:
      type: object
      required: [name, birth]
      properties:
        name: {type: string, maxLength: 60, minLength: 2}
        birth: {type: string, format: date}
        note: {type: string}
    copies: {type: integer, minimum: 0, maximum: 20}
    fee: {type: integer, multipleOf: 1000}
    why_many: {type: string}
    members: {type: array, maxItems: 3, uniqueItems: true, items: {$ref: "#/$defs/member"}}
    services: {type: array, items: {type: string, enum: [copy, card]}}
    place: {$ref: "#/$defs/place"}
    old: {type: string}
  $defs:
    member:
      type: object
      required: [name]
      properties: {name: {type: string, pattern: "^[^0-9]+$"}, id: {type: string}, share: {type: number}}
    place:
      type: object
      required: [ward]
      properties: {ward: {type: string}, street: {type: string}}
pages:
  - id: start
    title: {vi: Yêu cầu, en: Request}
    fields:
      - name: kind
        label: {vi: Loại đăng ký, en: Kind of registration}
        widget: radio
        options: {new: {vi: Mới, en: New}, again: {vi: Lại, en: Again}}
      - name: owner_id
        label: {vi: Số định danh, en: Personal number}
        widget: personal_id
        agrees_with: {birth_date: owner_birth, sex: owner_sex}
        prefill: population.personal_id
      - {name: owner_birth, label: {vi: Ngày sinh, en: Date of birth}, widget: date}
      - name: owner_sex
        label: {vi: Giới tính, en: Sex}
        widget: select
        options: {male: {vi: Nam, en: Male}, female: {vi: Nữ, en: Female}}
      - {name: email, label: {vi: Thư điện tử, en: E-mail}, widget: email}
      - {name: phone, label: {vi: Điện thoại, en: Telephone}, widget: phone}
      - {name: agreed, label: {vi: Tôi cam đoan, en: I declare}, widget: checkbox}
  - id: child
    title: {vi: Trẻ em, en: The child}
    visible: answers.kind == "new"
    fields:
      - {name: child.name, label: {vi: Họ tên của trẻ, en: The child's name}, widget: text}
      - {name: child.birth, label: {vi: Ngày sinh của trẻ, en: Date of the birth}, widget: date}
      - {name: child.note, label: {vi: Ghi chú, en: Note}, widget: textarea}
  - id: more
    title: {vi: Thêm, en: More}
    fields:
      - name: copies
        label: {vi: Số bản sao, en: Copies}
        widget: number
        visible: answers.child.name != ""
      - {name: why_many, label: {vi: Lý do, en: Reason}, widget: text, visible: answers.copies > 5}
      - {name: fee, label: {vi: Phí, en: Fee}, widget: money}
      - name: members
        label: {vi: Thành viên, en: Members}
        widget: table
        parts:
          - {name: name, label: {vi: Họ tên, en: Name}, widget: text}
          - {name: id, label: {vi: Số CCCD, en: Personal number}, widget: personal_id}
          - {name: share, label: {vi: Phần góp, en: Share}, widget: number}
      - name: services
        label: {vi: Dịch vụ, en: Services}
        widget: checkbox
        options: {copy: {vi: Bản sao, en: Copy}, card: {vi: Thẻ, en: Card}}
      - name: place
        label: {vi: Nơi ở, en: Residence}
        widget: address
        parts:
          - {name: ward, label: {vi: Xã, en: Ward}, widget: text}
          - {name: street, label: {vi: Đường, en: Street}, widget: text}
      - {name: old, hidden: true}
rules:
  - check: "!has(answers.child.birth) || answers.child.birth <= case.filed_on"
    field: child.birth
    message: {vi: ngày sinh phải trước ngày nộp, en: the birth must come before the filing}
  - check: "!has(answers.owner_birth) || age(answers.owner_birth, case.filed_on) >= 18"
    field: owner_birth
    message: {vi: người khai phải đủ 18 tuổi, en: you must be 18 or older}
  - check: has(answers.email) || has(answers.phone)
    field: phone
    message: {vi: hãy cho biết cách liên hệ, en: tell us how to reach you}
"""

GOOD = {
    "kind": "new",
    "owner_id": "001090123456",
    "owner_birth": "1990-05-01",
    "owner_sex": "male",
    "email": "an@example.vn",
    "agreed": True,
    "child": {"name": "Nguyễn An", "birth": "2026-02-01"},
    "copies": 2,
    "members": [{"name": "Bình", "share": 1.5}],
    "services": ["copy"],
    "place": {"ward": "Phường 1"},
}


def birth() -> Form:
    """Return the sample form."""
    return parse(BIRTH.encode())


def form(properties: str, fields: str, rest: str = "") -> bytes:
    """Return a form of one page from its properties and fields, each a line of YAML flow style."""
    listed = "\n".join(f"      - {each.strip()}" for each in fields.strip().splitlines())
    return (
        f"schema: {{type: object, properties: {{{properties}}}}}\n"
        "pages:\n  - id: one\n    title: {vi: Một, en: One}\n    fields:\n"
        f"{listed}\n{rest}"
    ).encode()
