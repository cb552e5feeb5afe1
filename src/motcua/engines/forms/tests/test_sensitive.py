"""Sensitive answers are taken out and put back, whatever else was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.forms import check, parse, sensitive
from motcua.engines.forms.model import Form

FORM = """
schema:
  type: object
  properties:
    name: {type: string}
    health: {type: string}
    child:
      type: object
      properties:
        name: {type: string}
        origin: {type: string}
pages:
  - id: only
    title: {vi: Trang, en: Page}
    fields:
      - {name: name, label: {vi: Tên, en: Name}, widget: text, privacy: basic}
      - {name: health, label: {vi: Bệnh, en: Health}, widget: text, privacy: sensitive}
      - {name: child.name, label: {vi: Tên, en: Name}, widget: text}
      - {name: child.origin, label: {vi: Gốc, en: Origin}, widget: text, privacy: sensitive}
"""


@pytest.fixture(scope="module")
def form() -> Form:
    return parse.parse(FORM.encode())


def test_the_class_is_basic_where_nothing_is_said(form: Form) -> None:
    assert not check.check(form)
    told = {each.name: each.privacy for each in form.fields}
    assert told == {
        "name": "basic",
        "health": "sensitive",
        "child.name": "basic",
        "child.origin": "sensitive",
    }


@pytest.mark.parametrize("wrong", ["secret", "[sensitive]", "true", "''"])
def test_an_unknown_class_is_refused_at_its_line(wrong: str) -> None:
    text = FORM.replace("privacy: basic", f"privacy: {wrong}")
    (fault,) = check.check(parse.parse(text.encode()))
    assert (fault.code, fault.line) == ("unknown-privacy", 16)


def test_only_the_sensitive_ones_are_taken(form: Form) -> None:
    answers = {"name": "A", "health": "B", "child": {"name": "C", "origin": "D"}}
    basic, taken = sensitive.split(form, answers)
    assert basic == {"name": "A", "child": {"name": "C"}}
    assert taken == {"health": "B", "child.origin": "D"}
    assert answers["health"] == "B"


def test_what_stands_where_an_object_should_is_hidden_too(form: Form) -> None:
    basic, taken = sensitive.split(form, {"child": "D"})
    assert basic == {} and sensitive.merge(basic, taken) == {"child": "D"}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda each: (
        st.lists(each, max_size=2)
        | st.dictionaries(st.sampled_from(["name", "origin", "x"]), each, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["name", "health", "child", "other"]), VALUES))
def test_split_and_merge_give_back_what_was_typed(answers: dict[str, object]) -> None:
    form = parse.parse(FORM.encode())
    basic, taken = sensitive.split(form, answers)
    assert sensitive.merge(basic, taken) == answers
