"""What a person reads about an error, in Vietnamese and English: the field by its label, then what to do.

One table, since engines have no gettext; a lawyer can read it as it stands.
"""

from collections.abc import Mapping

from motcua.engines.forms.model import Field, FieldError, Form, Part, Text

_UNKNOWN = Text("hãy kiểm tra lại câu trả lời này", "check this answer")

WORDS: Mapping[str, Text] = {
    # what is missing
    "required": Text("Hãy {act} {thing}", "Please {act} {thing}"),
    # texts
    "too_long": Text("hãy viết tối đa {limit} ký tự", "write at most {limit} characters"),
    "too_short": Text("hãy viết ít nhất {limit} ký tự", "write at least {limit} characters"),
    "pattern": Text("hãy viết đúng dạng được yêu cầu", "write it in the form asked for"),
    "control_characters": Text(
        "có ký tự không dùng được; hãy xóa và gõ lại",
        "it holds characters that cannot be used; delete it and type it again",
    ),
    "personal_id": Text(
        "hãy nhập đủ 12 chữ số của số định danh cá nhân",
        "enter the 12 digits of the personal identification number",
    ),
    "phone": Text(
        "hãy nhập số điện thoại gồm 8 đến 15 chữ số", "enter a telephone number of 8 to 15 digits"
    ),
    "format_email": Text(
        "hãy nhập địa chỉ thư điện tử, ví dụ ten@example.vn",
        "enter an e-mail address such as name@example.vn",
    ),
    "format_date": Text(
        "hãy nhập một ngày có thật theo dạng năm-tháng-ngày, ví dụ 2026-01-31",
        "enter a day of the calendar as year-month-day, such as 2026-01-31",
    ),
    "format_time": Text(
        "hãy nhập giờ, ví dụ 08:30:00+07:00", "enter a time such as 08:30:00+07:00"
    ),
    "format_uri": Text(
        "hãy nhập địa chỉ trang mạng đầy đủ, ví dụ https://example.vn",
        "enter a whole web address such as https://example.vn",
    ),
    # numbers
    "minimum": Text("hãy nhập số từ {limit} trở lên", "enter a number of {limit} or more"),
    "maximum": Text("hãy nhập số không quá {limit}", "enter a number of at most {limit}"),
    "exclusive_minimum": Text("hãy nhập số lớn hơn {limit}", "enter a number greater than {limit}"),
    "exclusive_maximum": Text("hãy nhập số nhỏ hơn {limit}", "enter a number less than {limit}"),
    "multiple_of": Text("hãy nhập bội số của {limit}", "enter a multiple of {limit}"),
    # choices and lists
    "not_in_options": Text(
        "hãy chọn một giá trị trong danh sách", "choose one of the values offered"
    ),
    "too_few_items": Text("hãy nhập ít nhất {limit} mục", "give at least {limit} items"),
    "too_many_items": Text("hãy nhập tối đa {limit} mục", "give at most {limit} items"),
    "duplicate_items": Text(
        "có mục bị lặp lại; hãy xóa mục thừa", "an item stands here twice; remove one of them"
    ),
    # what only a program gets wrong
    "type": Text("dữ liệu phải là {expected}", "the value must be {expected}"),
    "unknown_field": Text(
        "biểu mẫu không có mục này; hãy bỏ nó đi", "the form has no such field; leave it out"
    ),
    "too_large": Text(
        "nội dung quá lớn; hãy rút gọn rồi gửi lại",
        "this is too large; shorten it and send it again",
    ),
    "invalid": _UNKNOWN,
    "rule_without_result": Text(
        "không tính được với các câu trả lời này; hãy kiểm tra ngày và số đã nhập",
        "it cannot be worked out from these answers; check the dates and numbers entered",
    ),
    # warnings
    "personal_id_place": Text(
        "ba số đầu không có trong danh mục nơi đăng ký khai sinh; hãy kiểm tra lại",
        "its first three digits are no known place of birth registration; check it",
    ),
    "personal_id_century": Text(
        "chữ số thứ tư không có trong quy định; hãy kiểm tra lại",
        "its fourth digit is not one in use; check it",
    ),
    "personal_id_birth_year": Text(
        "số này không khớp với năm sinh đã khai; hãy kiểm tra lại",
        "it does not agree with the year of birth given; check both",
    ),
    "personal_id_sex": Text(
        "số này không khớp với giới tính đã khai; hãy kiểm tra lại",
        "it does not agree with the sex given; check both",
    ),
}

# How a person answers with each widget: the verb of "please ...".
_ENTER, _CHOOSE = Text("nhập", "enter"), Text("chọn", "choose")
_ACTS: Mapping[str, Text] = {
    "radio": _CHOOSE,
    "select": _CHOOSE,
    "checkbox": Text("đánh dấu", "tick"),
    "date": Text("nhập", "enter"),
    "table": Text("khai", "fill in"),
    "file": Text("tải lên", "upload"),
}

_TYPES: Mapping[str, Text] = {
    "string": Text("văn bản", "a text"),
    "integer": Text("số nguyên", "a whole number"),
    "number": Text("số", "a number"),
    "boolean": Text("có hoặc không", "true or false"),
    "array": Text("danh sách", "a list"),
    "object": Text("một nhóm các mục", "an object with named values"),
}
_ANSWER = Text("Hãy chọn hoặc viết câu trả lời", "Choose or write an answer")
_ROW = Text("dòng {row}", "row {row}")
_FORM = Text("Biểu mẫu", "The form")


def message(error: FieldError, form: Form, language: str) -> str:
    """Return an error as a sentence for people: "Số bản sao: hãy nhập số không quá 20".

    language: "en" or any of its kinds gives English, everything else Vietnamese.
    """
    label, asked = _place(error.path, form, language)
    if error.code == "rule":
        at = error.params.get("rule")
        if isinstance(at, int) and 0 <= at < len(form.rules):
            return f"{label}: {form.rules[at].message.in_language(language)}"
    words = WORDS.get(error.code, _UNKNOWN).in_language(language)
    values = {key: _figure(value, language) for key, value in error.params.items()}
    if error.code == "type":
        values["expected"] = _types(str(error.params.get("expected", "")), language)
    elif error.code == "required":
        return _missing(label, asked, words, language)
    return f"{label}: {words.format(**values)}"


def _missing(label: str, asked: Field | Part | None, words: str, language: str) -> str:
    """Return what to do where nothing was answered: "Hãy nhập họ tên của trẻ", said once."""
    name = asked.label.in_language(language) if asked else label
    act = _ACTS.get(asked.widget if asked else "", _ENTER).in_language(language)
    if name.endswith("?"):
        return f"{label} {_ANSWER.in_language(language)}"
    thing = f"“{name}”" if asked and asked.widget == "checkbox" else _lower(name)
    place = label.removesuffix(name).removesuffix(", ")
    said = words.format(act=act, thing=thing)
    return f"{place}: {_lower(said)}" if place else said


def label(path: str, form: Form, language: str) -> str:
    """Return the words for a place in a form: "Thành viên, dòng 2, Họ tên"."""
    return _place(path, form, language)[0]


def _place(path: str, form: Form, language: str) -> tuple[str, Field | Part | None]:
    if not path:
        return _FORM.in_language(language), None
    steps = path.split(".")
    for depth in range(len(steps), 0, -1):
        question = form.questions.get(".".join(steps[:depth]))
        if question is not None:
            return _within(question.field, steps[depth:], language)
    return path, None


def _within(field: Field, steps: list[str], language: str) -> tuple[str, Field | Part | None]:
    words = [field.label.in_language(language)]
    asked: Field | Part = field
    for step in steps:
        if step.isdecimal():
            words.append(_ROW.in_language(language).format(row=int(step) + 1))
            continue
        part = next((each for each in field.parts if each.name == step), None)
        words.append(part.label.in_language(language) if part else step)
        asked = part or asked
    return ", ".join(words), asked


def _lower(text: str) -> str:
    """Return a label as it stands within a sentence; abbreviations such as CCCD keep their capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _figure(value: str | float, language: str) -> str:
    """Return a number as it is written in a language: 1.000.000 in Vietnamese, 1,000,000 in English."""
    if isinstance(value, str):
        return value
    text = f"{value:,}"
    return text if language.startswith("en") else text.translate(str.maketrans(",.", ".,"))


def _types(words: str, language: str) -> str:
    known = [_TYPES[word].in_language(language) for word in words.split() if word in _TYPES]
    return (" hoặc " if not language.startswith("en") else " or ").join(known)
