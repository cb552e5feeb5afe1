"""The laws of validating, tried on random answers: any JSON, and answers near to good ones."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engines.forms import messages, validate
from motcua.engines.forms.tests import samples

FORM = samples.birth()
quick = settings(max_examples=150, deadline=None)
texts = st.text(st.characters(codec=None), max_size=20)
words = st.sampled_from(
    ["new", "again", "male", "001090123456", "2026-02-01", "1990-01-01", "an@example.vn", "", " "]
)
scalars = st.one_of(
    words, texts, st.none(), st.booleans(), st.integers(), st.integers(0, 30), st.floats()
)
names = st.sampled_from(
    [*FORM.record.fields, "name", "birth", "note", "ward", "street", "id", "share"]
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(names, texts), inner, max_size=8)
    ),
    max_leaves=25,
)


@st.composite
def near(draw: st.DrawFn) -> dict[str, Any]:
    """Draw good answers with a few of them replaced by anything, or left out."""
    answers: dict[str, Any] = copy.deepcopy(samples.GOOD)
    for name in draw(st.lists(names, max_size=4)):
        answers[name] = draw(anything)
    for name in draw(st.lists(st.sampled_from(sorted(answers)), max_size=2)):
        answers.pop(name, None)
    return answers


@quick
@given(st.one_of(anything, near()))
def test_it_never_raises_and_every_error_has_words(answers: object) -> None:
    result = validate.validate(FORM, answers, context=samples.CASE)
    for error in result.errors + result.warnings:
        for language in ("vi", "en"):
            text = messages.message(error, FORM, language)
            assert text
            text.encode()
            assert messages.WORDS.get(error.code) is not None or error.code == "rule"


@quick
@given(st.one_of(anything, near()))
def test_what_was_kept_is_kept_again(answers: object) -> None:
    once = validate.validate(FORM, answers, context=samples.CASE)
    twice = validate.validate(FORM, once.answers, context=samples.CASE)
    assert twice.answers == once.answers
    assert twice.visible == once.visible
    if once.is_valid:
        assert twice == once


@quick
@given(near())
def test_what_is_hidden_never_survives(answers: dict[str, Any]) -> None:
    result = validate.validate(FORM, answers, context=samples.CASE)
    flat = {
        name
        for name, question in FORM.questions.items()
        if _has(dict(result.answers), question.field.path)
    }
    assert flat <= set(result.visible)
    assert "old" not in result.answers
    if result.answers.get("kind") != "new":
        assert "child" not in result.answers
        assert "copies" not in result.answers


@quick
@given(near())
def test_the_pages_together_say_what_the_whole_says(answers: dict[str, Any]) -> None:
    whole = validate.validate(FORM, answers, context=samples.CASE)
    pages = {
        (error.path, error.code)
        for page in FORM.pages
        for error in validate.validate_page(FORM, page.id, answers, context=samples.CASE).errors
    }
    assert pages == {(error.path, error.code) for error in whole.errors}


def _has(tree: Any, path: tuple[str, ...]) -> bool:
    for step in path:
        if not isinstance(tree, dict) or step not in tree:
            return False
        tree = tree[step]
    return True
