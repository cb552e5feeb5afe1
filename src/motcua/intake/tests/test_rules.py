"""Pure rules: names of files, what can be stored, the moments of saved states."""

import json
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.intake import errors, rules

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("tờ khai.pdf", "tờ khai.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\Lan\ảnh.jpg", "ảnh.jpg"),
        ("a\x00b\x1b[31m.pdf", "ab[31m.pdf"),
        ("hóa đơn\u202efdp.exe", "hóa đơnfdp.exe"),
        ("  two   words .pdf ", "two words .pdf"),
        ("...", "declaration"),
        ("", "declaration"),
        ("\u200b\u2066", "declaration"),
        ("x" * 200 + ".pdf", "x" * 146 + ".pdf"),
        ("x" * 200, "x" * 150),
        (".hidden", "hidden"),
        ("e\u0302\u0301.png", "ế.png"),
    ],
)
def test_a_name_keeps_what_can_be_shown(name: str, clean: str) -> None:
    assert rules.clean_name(name, otherwise="declaration") == clean


@given(st.text())
def test_a_clean_name_is_short_printable_and_has_no_path(name: str) -> None:
    clean = rules.clean_name(name, otherwise="declaration")
    assert 0 < len(clean) <= rules.MAX_NAME
    assert not {"/", "\\"} & set(clean)
    assert all(unicodedata.category(sign)[0] != "C" for sign in clean)
    assert clean == clean.strip()


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_what_is_called_storable_survives_as_json(answers: dict[str, object]) -> None:
    try:
        rules.check_storable(answers)
    except errors.Unstorable as refusal:
        assert refusal.fields
    else:
        text = json.dumps(answers, ensure_ascii=False, allow_nan=False)
        assert json.loads(text.encode()) == answers
        assert "\\u0000" not in text


@given(MOMENTS, MOMENTS)
def test_each_saved_state_has_a_later_moment(at: datetime, previous: datetime) -> None:
    first = rules.next_version(previous)
    second = rules.next_version(at, previous=first)
    assert second > first
    assert second.microsecond % 1_000 == 0
    assert second >= rules.next_version(at)
