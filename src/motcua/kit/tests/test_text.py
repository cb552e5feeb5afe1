"""Folding: what a person types without diacritics finds what was written with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kit import text


@pytest.mark.parametrize(
    "written, folded",
    [
        ("Đăng ký  Khai sinh", "dang ky khai sinh"),
        ("NGUYỄN VĂN ỨNG", "nguyen van ung"),
        ("Nguye\u0302\u0303n", "nguyen"),  # decomposed, as some keyboards send it
        ("a\x00b\tc", "a b c"),
        ("", ""),
    ],
)
def test_diacritics_and_spaces_do_not_matter(written: str, folded: str) -> None:
    assert text.folded(written) == folded


@given(st.text())
def test_folding_twice_changes_nothing(written: str) -> None:
    once = text.folded(written)
    assert text.folded(once) == once


def test_words_come_once_and_not_without_end() -> None:
    assert text.words("Lê lê LE thị", most=5) == ("le", "thi")
    assert len(text.words(" ".join(str(number) for number in range(99)), most=12)) == 12
