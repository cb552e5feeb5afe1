"""Pages of a browser: what was typed becomes typed answers, and is shown again as it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.forms import parse, posted, validate
from motcua.engines.forms.model import Form, Json

FORM = b"""
schema:
  type: object
  additionalProperties: false
  required: [child, married, copies]
  properties:
    child:
      type: object
      additionalProperties: false
      required: [name]
      properties:
        name: {type: string, maxLength: 100}
        birth: {type: string, format: date}
        sex: {type: string, enum: [male, female]}
    married: {type: boolean}
    copies: {type: integer, minimum: 0}
    area: {type: number}
    floors: {type: integer, enum: [1, 2, 3]}
    wants: {type: array, items: {type: string, enum: [paper, mail]}}
    home:
      type: object
      additionalProperties: false
      properties: {ward: {type: string}, street: {type: string}}
    members:
      type: array
      items: {$ref: "#/$defs/member"}
  $defs:
    member:
      type: object
      additionalProperties: false
      required: [name]
      properties: {name: {type: string}, share: {type: integer}, main: {type: boolean}}
pages:
  - id: one
    title: {vi: Trang, en: Page}
    fields:
      - {name: child.name, label: {vi: a, en: a}, widget: text}
      - {name: child.birth, label: {vi: a, en: a}, widget: date}
      - {name: child.sex, label: {vi: a, en: a}, widget: radio, options: {male: {vi: a, en: a}, female: {vi: a, en: a}}}
      - {name: married, label: {vi: a, en: a}, widget: checkbox}
      - {name: copies, label: {vi: a, en: a}, widget: number}
      - {name: area, label: {vi: a, en: a}, widget: number}
      - {name: floors, label: {vi: a, en: a}, widget: select, options: {"1": {vi: a, en: a}, "2": {vi: a, en: a}, "3": {vi: a, en: a}}}
      - {name: wants, label: {vi: a, en: a}, widget: checkbox, options: {paper: {vi: a, en: a}, mail: {vi: a, en: a}}}
      - name: home
        label: {vi: a, en: a}
        widget: address
        parts: [{name: ward, label: {vi: a, en: a}, widget: text}, {name: street, label: {vi: a, en: a}, widget: text}]
      - name: members
        label: {vi: a, en: a}
        widget: table
        parts:
          - {name: name, label: {vi: a, en: a}, widget: text}
          - {name: share, label: {vi: a, en: a}, widget: money}
          - {name: main, label: {vi: a, en: a}, widget: checkbox}
"""


@pytest.fixture(scope="module")
def form() -> Form:
    read = parse.parse(FORM)
    assert read.faults == ()
    return read


def read(form: Form, sent: dict[str, list[str]], **before: Json) -> dict[str, Json]:
    return posted.read(form, form.pages[0], sent, before=before)


def test_each_widget_gives_the_type_of_its_schema(form: Form) -> None:
    answers = read(
        form,
        {
            "child.name": [" Trần An "],
            "child.birth.day": ["1"],
            "child.birth.month": ["02"],
            "child.birth.year": ["2026"],
            "child.sex": ["female"],
            "married": ["true"],
            "copies": ["3"],
            "area": ["12,5"],
            "floors": ["2"],
            "wants": ["paper", "mail", "paper"],
            "home.ward": ["Nha Trang"],
            "members.0.name": ["An"],
            "members.0.share": ["1.000.000 đồng"],
            "members.7.name": ["Bình"],
            "members.7.main": ["true"],
        },
    )
    assert answers == {
        "child": {"name": " Trần An ", "birth": "2026-02-01", "sex": "female"},
        "married": True,
        "copies": 3,
        "area": 12.5,
        "floors": 2,
        "wants": ["paper", "mail"],
        "home": {"ward": "Nha Trang"},
        "members": [
            {"name": "An", "share": 1_000_000, "main": False},
            {"name": "Bình", "main": True},
        ],
    }
    assert validate.validate(form, answers).is_valid


def test_an_unticked_box_that_was_shown_is_no_and_one_that_was_not_is_nothing(form: Form) -> None:
    assert read(form, {"asked": ["married"]}) == {"married": False}
    assert read(form, {"asked": ["copies"], "copies": [""]}, married=True) == {"married": True}


def test_what_was_emptied_is_no_answer_and_empty_groups_go(form: Form) -> None:
    assert read(form, {"asked": ["child.name"], "child.name": ["  "]}, child={"name": "An"}) == {}


def test_what_cannot_be_typed_is_kept_as_it_was_written(form: Form) -> None:
    sent = {
        "asked": ["copies", "child.sex", "child.birth", "floors"],
        "copies": ["ba"],
        "child.sex": ["<script>"],
        "child.birth.day": ["mồng 2"],
        "child.birth.year": ["2026"],
        "floors": ["9"],
    }
    answers = read(form, sent)
    assert answers == {
        "copies": "ba",
        "child": {"sex": "<script>", "birth": "2026--mồng 2"},
        "floors": "9",
    }
    assert posted.day_parts("2026--mồng 2") == ("mồng 2", "", "2026")
    told = {(each.path, each.code) for each in validate.validate(form, answers).errors}
    assert {("copies", "type"), ("child.sex", "not_in_options")} <= told


def test_names_that_the_page_does_not_have_are_ignored(form: Form) -> None:
    assert read(form, {"asked": ["role", "child"], "role": ["admin"], "child": ["x"]}) == {}


def test_repeated_values_count_once_and_rows_without_end_are_cut(form: Form) -> None:
    rows = {f"members.{number}.name": ["a"] for number in range(900)}
    answers = read(form, {"copies": ["1", "2"], "asked": ["copies", "members"], **rows})
    assert answers["copies"] == 2
    members = answers["members"]
    assert isinstance(members, list) and len(members) == posted.MAX_ROWS


@pytest.mark.parametrize(
    ("text", "whole", "language", "value"),
    [
        ("1.000", True, "vi", 1_000),
        ("1,000", True, "en", 1_000),
        ("1 000 000", True, "vi", 1_000_000),
        ("75.000 ₫", True, "vi", 75_000),
        ("1.5", True, "vi", "1.5"),
        ("12,5", False, "vi", 12.5),
        ("12.5", False, "vi", 12.5),
        ("1.234", False, "vi", 1_234),
        ("1.234", False, "en", 1.234),
        ("1.234,5", False, "vi", 1_234.5),
        ("1e5", False, "vi", "1e5"),
        ("inf", False, "vi", "inf"),
        ("٣", True, "vi", "٣"),
        ("9" * 40, True, "vi", "9" * 40),
        ("-5", True, "vi", -5),
    ],
)
def test_numbers_as_people_write_them(text: str, whole: bool, language: str, value: Json) -> None:
    assert posted.number(text, whole=whole, language=language) == value


def test_rows_are_added_and_taken_away(form: Form) -> None:
    one: dict[str, Json] = {"members": [{"name": "An"}]}
    two = posted.with_row(one, ("members",))
    assert two == {"members": [{"name": "An"}, {}]}
    assert posted.without_row(two, ("members",), 0) == {"members": [{}]}
    assert posted.without_row(one, ("members",), 0) == {}
    assert posted.without_row(one, ("members",), 5) == one
    assert one == {"members": [{"name": "An"}]}


NAMES = st.sampled_from(
    [
        "asked",
        "child.name",
        "child.birth.day",
        "copies",
        "wants",
        "members.0.name",
        "members.x",
        "home.ward",
    ]
)


@given(st.dictionaries(NAMES, st.lists(st.text(max_size=20), max_size=3)))
def test_whatever_is_sent_is_read_and_validated(form: Form, sent: dict[str, list[str]]) -> None:
    answers = read(form, sent)
    validate.validate(form, answers)
    again = posted.shown(posted.at(answers, ("copies",)), "number")
    assert posted.number(again, whole=True) == (posted.at(answers, ("copies",)) or again)


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_money_is_read_as_it_is_shown(amount: int) -> None:
    for language in ("vi", "en"):
        text = posted.shown(amount, "money", language)
        assert posted.number(text, whole=True, language=language) == amount
