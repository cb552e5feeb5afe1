"""What is valid, what is dropped, and what is said about the rest."""

import json
import unicodedata
from typing import Any

import pytest

from motcua.engines.forms import clean, errors, validate
from motcua.engines.forms.messages import message
from motcua.engines.forms.model import Validated
from motcua.engines.forms.tests import samples

FORM = samples.birth()


def run(answers: object) -> Validated:
    return validate.validate(FORM, answers, context=samples.CASE)


def changed(**answers: Any) -> dict[str, Any]:
    return {**samples.GOOD, **answers}


def told(answers: object) -> list[tuple[str, str]]:
    return [(each.path, each.code) for each in run(answers).errors]


def test_good_answers_pass_unchanged() -> None:
    result = run(samples.GOOD)
    assert result.errors == ()
    assert result.warnings == ()
    assert result.answers == samples.GOOD
    assert result.is_valid
    assert result.pages == ("start", "child", "more")


# ---- hostile input


@pytest.mark.parametrize("answers", [None, [], "x", 1, float("nan"), True, [{}]])
def test_answers_that_are_no_object_are_refused(answers: object) -> None:
    assert told(answers) == [("", "type")]


def test_deep_nesting_is_refused_before_anything_else() -> None:
    deep: dict[str, Any] = {}
    for _ in range(50_000):
        deep = {"child": deep}
    assert told(deep) == [("", "too_large")]
    loop: dict[str, Any] = {}
    loop["child"] = loop
    assert told(loop) == [("", "too_large")]


def test_what_is_huge_is_refused() -> None:
    assert told({"kind": "x" * (clean.MAX_CHARACTERS + 1)}) == [("", "too_large")]
    assert told({"k" * (clean.MAX_CHARACTERS + 1): 1}) == [("", "too_large")]
    assert told({"members": [0] * (clean.MAX_VALUES + 1)}) == [("", "too_large")]
    assert told({str(n): n for n in range(clean.MAX_VALUES)}) == [("", "too_large")]


def test_unknown_fields_are_named_but_only_so_many_and_so_long() -> None:
    result = run(
        {**samples.GOOD, **{f"x{n}": 1 for n in range(1_000)}, "k" * 500: 1, "a\x00\ud800": 1}
    )
    assert len(result.errors) == clean.MAX_ERRORS
    assert {each.code for each in result.errors} == {"unknown_field"}
    assert told(changed(child={"name": "An", "birth": "2026-02-01", "x": 1})) == [
        ("child.x", "unknown_field")
    ]
    odd: dict[object, object] = {"k" * 500 + "\x00": 1, "\ud800": 2, 7: 3}
    odd.update(samples.GOOD)
    only = run(odd).errors
    assert all(len(each.path) <= 80 and each.path.isprintable() for each in only)
    assert len(only) == 3


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (10**400, "maximum"),
        (-(10**400), "minimum"),
        (2**63, "maximum"),
        (21, "maximum"),
        (-1, "minimum"),
        (1.5, "type"),
        (float("nan"), "type"),
        (float("inf"), "type"),
        (True, "type"),
        ("2", "type"),
        ([2], "type"),
        ({}, "type"),
        (object(), "type"),
    ],
)
def test_numbers_that_are_none(value: object, code: str) -> None:
    assert told(changed(copies=value)) == [("copies", code)]


def test_a_number_beyond_64_bits_is_answered_with_the_limit_of_the_form() -> None:
    assert run(changed(copies=10**400)).errors[0].params == {"limit": 20}


def test_a_whole_decimal_is_a_whole_number() -> None:
    result = run(changed(copies=2.0))
    assert result.is_valid
    assert isinstance(result.answers["copies"], int)


@pytest.mark.parametrize(
    "text",
    ["An\x00", "An\nBình", "A\ud800n", "A\u202en", "A\u2066n", "\ufeffAn", "A\x85n", "A\u2028n"],
)
def test_characters_that_do_not_belong_in_a_name(text: str) -> None:
    result = run(changed(child={"name": text, "birth": "2026-02-01"}))
    assert [(each.path, each.code) for each in result.errors] == [
        ("child.name", "control_characters")
    ]
    json.dumps(result.answers, ensure_ascii=False).encode()  # what is kept can be stored


def test_a_tower_of_marks_is_refused_before_it_is_put_in_order() -> None:
    tower = "a" + "\u0301\u0323" * 400_000  # sorting these would take an hour
    assert told(changed(child={"name": tower, "birth": "2026-02-01"})) == [
        ("child.name", "control_characters")
    ]
    assert told(changed(child={"name": "a\u0323\u0302 b", "birth": "2026-02-01"})) == []


def test_many_lines_may_have_line_ends_and_no_other_controls() -> None:
    child = {"name": "An", "birth": "2026-02-01", "note": "một\r\nhai\rba"}
    result = run(changed(child=child))
    assert result.is_valid
    assert result.answers["child"] == {**child, "note": "một\nhai\nba"}
    assert told(changed(child={**child, "note": "a\x1bb"})) == [
        ("child.note", "control_characters")
    ]


def test_vietnamese_is_written_in_one_way() -> None:
    name = "  " + unicodedata.normalize("NFD", "Nguyễn Thị Ánh") + "\t"
    result = run(changed(child={"name": name, "birth": "2026-02-01"}))
    assert result.answers["child"] == {"name": "Nguyễn Thị Ánh", "birth": "2026-02-01"}


def test_texts_have_a_limit_even_where_the_schema_has_none() -> None:
    result = run(changed(place={"ward": "x" * 1_001}))
    assert [(each.path, each.code) for each in result.errors] == [("place.ward", "too_long")]
    assert result.errors[0].params == {"limit": 1_000}
    assert told(changed(child={"name": "x" * 61, "birth": "2026-02-01"})) == [
        ("child.name", "too_long")
    ]


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({"kind": "other"}, [("kind", "not_in_options")]),
        ({"email": "an"}, [("email", "format_email")]),
        ({"phone": "call me"}, [("phone", "phone")]),
        ({"phone": "+84 24 3825.1234"}, []),
        ({"fee": 1500}, [("fee", "multiple_of")]),
        ({"child": {"name": "A", "birth": "2026-02-01"}}, [("child.name", "too_short")]),
        ({"child": {"name": "An", "birth": "2026-02-30"}}, [("child.birth", "format_date")]),
        ({"child": {"name": "An", "birth": "0000-01-01"}}, [("child.birth", "format_date")]),
        ({"child": {"name": "An", "birth": "20260201"}}, [("child.birth", "format_date")]),
        ({"owner_id": "00109012345"}, [("owner_id", "personal_id")]),
        ({"owner_id": "٠٠١٠٩٠١٢٣٤٥٦"}, [("owner_id", "personal_id")]),  # digits, but not ours
        ({"owner_id": 1090123456}, [("owner_id", "type")]),
        ({"members": [{"share": 1}]}, [("members.0.name", "required")]),
        ({"members": [{"name": "B"}, {"name": "B2"}]}, [("members.1.name", "pattern")]),
        ({"members": [{"name": "B", "id": "12"}]}, [("members.0.id", "personal_id")]),
        ({"members": [{"name": "B"}] * 2}, [("members", "duplicate_items")]),
        ({"members": [{"name": "B" * n} for n in range(1, 5)]}, [("members", "too_many_items")]),
        ({"members": [{"name": "B"}, 7]}, [("members.1", "type")]),
        ({"members": [None]}, [("members", "type")]),
        ({"members": {"name": "B"}}, [("members", "type")]),
        ({"services": ["copy", "tea"]}, [("services.1", "not_in_options")]),
        ({"place": {"street": "Lê Lợi"}}, [("place.ward", "required")]),
        ({"place": {"ward": " "}}, []),
        ({"child": 5}, [("child", "type")]),
        ({"agreed": False}, [("agreed", "required")]),
        ({"agreed": 1}, [("agreed", "type")]),
    ],
)
def test_each_wrong_answer_has_its_code_and_place(
    answers: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert told(changed(**answers)) == found


# ---- required, and hidden


@pytest.mark.parametrize("nothing", [None, "", "  ", [], {}])
def test_nothing_is_no_answer(nothing: object) -> None:
    answers = changed(kind="again", agreed=nothing, owner_id=nothing)
    expected = "type" if nothing in ([], {}) else "required"
    assert told(answers) == [("owner_id", expected), ("agreed", expected)]


def test_what_is_required_is_told_in_the_order_of_the_form() -> None:
    assert told({}) == [
        ("kind", "required"),
        ("owner_id", "required"),
        ("phone", "rule"),
        ("agreed", "required"),
    ]


def test_within_an_optional_object_an_answer_makes_the_others_required() -> None:
    assert told(changed(child={"name": "An"})) == [("child.birth", "required")]
    assert told(changed(child={"note": "x"})) == [
        ("child.name", "required"),
        ("child.birth", "required"),
    ]
    assert told(changed(child={})) == []


def test_a_hidden_answer_is_dropped_and_what_it_showed_is_hidden_too() -> None:
    answers = changed(copies=9, why_many="vì cần")
    assert run(answers).answers["why_many"] == "vì cần"
    result = run({**answers, "kind": "again"})
    assert result.is_valid
    assert not {"child", "copies", "why_many"} & set(result.answers)
    assert result.pages == ("start", "more")
    assert "copies" not in result.visible


def test_a_hidden_question_is_neither_required_nor_wrong() -> None:
    hidden = {"name": 5, "birth": "never", "x": "\ud800"}
    assert [code for _, code in told(changed(kind="again", child=hidden))] == ["unknown_field"]
    assert told(changed(kind="again", copies="many", why_many="\x00")) == []


def test_errors_of_what_is_hidden_never_crowd_out_those_of_what_is_shown() -> None:
    flood = {"members": [{"name": "B", "share": "x", "id": 1}] * 200, "kind": "again"}
    hidden = {f"x{n}": 1 for n in range(500)}
    found = told(changed(**flood, child=hidden, fee="much"))
    assert ("fee", "type") in found
    assert len(found) == clean.MAX_ERRORS


def test_a_question_never_asked_takes_no_answer() -> None:
    result = run(changed(old="x"))
    assert result.is_valid
    assert "old" not in result.answers


# ---- rules and warnings


def test_rules_speak_at_their_field() -> None:
    assert told(changed(child={"name": "An", "birth": "2026-03-03"})) == [("child.birth", "rule")]
    assert told(changed(owner_birth="2008-03-03", owner_id="001208123456")) == [
        ("owner_birth", "rule")
    ]
    assert told(changed(owner_birth="2008-03-02", owner_id="001208123456")) == []


def test_a_rule_waits_while_what_it_reads_is_wrong_or_hidden() -> None:
    assert told(changed(email="an")) == [("email", "format_email")]
    assert told(changed(kind="again", child={"name": "An", "birth": "2027-01-01"})) == []


def test_a_personal_number_that_disagrees_is_doubted_and_not_refused() -> None:
    result = run(changed(owner_birth="1991-05-01", owner_sex="female"))
    assert result.is_valid
    assert [(each.path, each.code) for each in result.warnings] == [
        ("owner_id", "personal_id_birth_year"),
        ("owner_id", "personal_id_sex"),
    ]


# ---- one page


def test_a_page_is_told_of_its_own_errors_only() -> None:
    answers = {"kind": "new", "child": {"name": "A"}, "copies": -1}
    page = validate.validate_page(FORM, "child", answers, context=samples.CASE)
    assert [(each.path, each.code) for each in page.errors] == [
        ("child.name", "too_short"),
        ("child.birth", "required"),
    ]
    start = validate.validate_page(FORM, "start", answers, context=samples.CASE)
    assert {each.path for each in start.errors} == {"owner_id", "agreed", "phone"}
    with pytest.raises(errors.NoSuchPage, match="'nowhere'"):
        validate.validate_page(FORM, "nowhere", answers)


# ---- words


@pytest.mark.parametrize(
    ("answers", "vi", "en"),
    [
        (
            {"child": {"birth": "2026-02-01"}},
            "Hãy nhập họ tên của trẻ",
            "Please enter the child's name",
        ),
        ({"kind": None}, "Hãy chọn loại đăng ký", None),
        ({"agreed": False}, "Hãy đánh dấu “Tôi cam đoan”", None),
        (
            {"copies": 21},
            "Số bản sao: hãy nhập số không quá 20",
            "Copies: enter a number of at most 20",
        ),
        ({"fee": 1500}, "Phí: hãy nhập bội số của 1.000", "Fee: enter a multiple of 1,000"),
        (
            {"members": [{"name": "B"}, {"name": "C", "id": "1"}]},
            "Thành viên, dòng 2, Số CCCD: hãy nhập đủ 12 chữ số của số định danh cá nhân",
            "Members, row 2, Personal number: enter the 12 digits of the personal identification number",
        ),
        (
            {"email": None},
            "Điện thoại: hãy cho biết cách liên hệ",
            "Telephone: tell us how to reach you",
        ),
        (
            {"copies": "2"},
            "Số bản sao: dữ liệu phải là số nguyên",
            "Copies: the value must be a whole number",
        ),
        ({"{x}": 1}, "{x}: biểu mẫu không có mục này; hãy bỏ nó đi", None),
    ],
)
def test_errors_name_the_field_and_say_what_to_do(
    answers: dict[str, Any], vi: str, en: str | None
) -> None:
    error = run(changed(**answers)).errors[0]
    assert message(error, FORM, "vi") == vi
    if en is not None:
        assert message(error, FORM, "en-GB") == en
