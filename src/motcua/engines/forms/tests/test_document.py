"""Files that anyone may have written: what is read, and what is refused before it can do harm."""

import pytest

from motcua.engines.forms import document
from motcua.engines.forms.errors import Malformed


def refused(text: bytes) -> set[tuple[str, int]]:
    with pytest.raises(Malformed) as caught:
        document.read(text)
    return {(fault.code, fault.line) for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (b"a: [1\nb: 2", "syntax", 2),
        (b"a: 1\n b: 2", "syntax", 2),
        (b"a: \x00", "syntax", 1),
        (b"a: 1\nb: \xff", "not-utf-8", 2),
        (b"a: 1\nb: 2\na: 3", "duplicate-key", 3),
        (b"a: &x 1\nb: *x", "alias", 2),
        (b"a: &x 1", "tag", 1),
        (b"a: !!python/object/apply:os.system [ls]", "tag", 1),
        (b"a: !!str 1", "tag", 1),
        (b"a: 1\n---\nb: 2", "documents", 2),
        (b"? [1, 2]\n: 3", "bad-key", 1),
        (b"[" * 5_000, "too-deep", 1),
        (b"a: " + b"{a: " * 1_000, "too-deep", 1),
        (b"a: " + b"x" * document.MAX_BYTES, "too-large", 1),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(text: bytes, code: str, line: int) -> None:
    assert (code, line) in refused(text)


def test_many_laughs_cost_nothing() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    assert "alias" in {code for code, _ in refused("\n".join(lines).encode())}


def test_every_repeated_key_is_told() -> None:
    assert refused(b"a: 1\na: 2\nb: {c: 1, c: 2}") == {("duplicate-key", 2), ("duplicate-key", 3)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-12", -12),
        ("1.50", 1.5),
        ("true", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("no", "no"),  # YAML 1.1 would read false: the Norway problem
        ("15:00", "15:00"),  # and 900
        ("2026-01-31", "2026-01-31"),
        ("012", "012"),  # a code, not an amount
        ("1e400", "1e400"),
        (".nan", ".nan"),
        ("9" * 400, "9" * 400),
        ("'1'", "1"),
        ('"true"', "true"),
    ],
)
def test_scalars_are_those_of_plain_yaml(text: str, value: object) -> None:
    assert document.read(f"a: {text}".encode()).data == {"a": value}


def test_every_value_has_its_place_and_quotes_are_stepped_over() -> None:
    read = document.read(b"a:\n  - b: 'x'\n    c: |\n      long\n    d: y\n")
    assert read.data == {"a": [{"b": "x", "c": "long\n", "d": "y"}]}
    places = {path: (place.line, place.column) for path, place in read.places.items()}
    assert places["a", 0, "b"] == (2, 9)
    assert places["a", 0, "c"] == (4, 1)
    assert places["a", 0, "d"] == (5, 8)
    fault = read.fault(("a", 0, "d", "deeper"), "code", "words")
    assert (fault.line, fault.column, fault.element) == (5, 8, "a.0.d.deeper")
