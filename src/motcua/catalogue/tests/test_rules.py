"""Search folds Vietnamese; a digest tells folders apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue import rules
from motcua.kit import text as fold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đăng ký  Khai sinh", "dang ky khai sinh"),
        ("ĐƯỜNG ĐỜI", "duong doi"),
        ("Thường trú\ttạm trú\n", "thuong tru tam tru"),
        ("đất đai", "dat dai"),  # composed and decomposed letters are the same
        ("a\x00b\ud800c", "a b c"),
    ],
)
def test_folding(text: str, expected: str) -> None:
    assert fold.folded(text) == expected


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold.folded(text)
    assert fold.folded(once) == once
    once.encode()  # what goes to the database can always be written


def test_a_search_has_at_most_twelve_words() -> None:
    assert len(rules.search_words(" ".join(f"w{number}" for number in range(50)))) == 12


@given(
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=4),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=4),
)
def test_two_folders_have_one_digest_only_when_they_are_equal(
    one: dict[str, str], other: dict[str, str]
) -> None:
    assert (rules.digest(one) == rules.digest(other)) is (one == other)
