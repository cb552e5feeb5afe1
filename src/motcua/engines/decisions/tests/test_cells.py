"""The short cells of a table: what each shape means, and what is none of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.decisions import cells
from motcua.engines.expressions.model import Kind


@pytest.mark.parametrize(
    ("source", "kind", "inside", "outside"),
    [
        ('"online"', Kind.TEXT, ["online"], ["Online", ""]),
        ("'online'", Kind.TEXT, ["online"], ["counter"]),
        ('""', Kind.TEXT, [""], ["a"]),
        ('"a, b"', Kind.TEXT, ["a, b"], ["a", "b"]),
        ('"a", "b"', Kind.TEXT, ["a", "b"], ["c"]),
        ('not("a", "b")', Kind.TEXT, ["c", ""], ["a", "b"]),
        ('!= "a"', Kind.TEXT, ["b"], ["a"]),
        ("5", Kind.INT, [5], [4, 6]),
        ("-5", Kind.INT, [-5], [5]),
        ("> 5", Kind.INT, [6], [5]),
        (">=5", Kind.INT, [5], [4]),
        ("< -5", Kind.INT, [-6], [-5]),
        ("[1..5]", Kind.INT, [1, 3, 5], [0, 6]),
        ("(1..5)", Kind.INT, [2, 4], [1, 5]),
        ("[ 1 .. 5 )", Kind.INT, [1, 4], [5]),
        ("1, [3..4], > 9", Kind.INT, [1, 3, 4, 10], [2, 5, 9]),
        ("not([3..4], 9)", Kind.INT, [2, 5], [3, 9]),
        ("[0.5..1.5)", Kind.NUMBER, [0.5, 1.0], [1.5]),
        ("[1..2]", Kind.NUMBER, [1.0, 2.0], [0.9]),
        ("true", Kind.BOOL, [True], [False]),
        ("not(true)", Kind.BOOL, [False], [True]),
        ("2026-01-31", Kind.DATE, [date(2026, 1, 31)], [date(2026, 1, 30)]),
        ('>= date("2026-01-31")', Kind.DATE, [date(2026, 1, 31)], [date(2026, 1, 30)]),
        ('["2026-01-01".."2026-12-31"]', Kind.DATE, [date(2026, 6, 1)], [date(2027, 1, 1)]),
    ],
)
def test_a_short_cell_holds_for_its_values(
    source: str, kind: Kind, inside: list[cells.Scalar], outside: list[cells.Scalar]
) -> None:
    cell = cells.simple(source, kind=kind)
    assert [value for value in inside if not cell.holds(value)] == []
    assert [value for value in outside if cell.holds(value)] == []


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("online", Kind.TEXT),
        ('> "a"', Kind.TEXT),
        ('"a" "b"', Kind.TEXT),
        ('"a",', Kind.TEXT),
        (r'"a\n"', Kind.TEXT),
        ('"5"', Kind.INT),
        ("5.0", Kind.INT),
        ("copies > 5", Kind.INT),
        ("]1..5[", Kind.INT),
        ("> 5 && poor", Kind.INT),
        ("yes", Kind.BOOL),
        ("< true", Kind.BOOL),
        ("2026-1-1", Kind.DATE),
        ("", Kind.INT),
    ],
)
def test_other_texts_are_not_short_cells(source: str, kind: Kind) -> None:
    with pytest.raises(cells.NotSimple):
        cells.simple(source, kind=kind)


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(-60, 60))
def test_a_cell_changes_only_at_the_values_it_mentions(low: int, high: int, value: int) -> None:
    low, high = sorted((low, high))
    cell = cells.simple(f"[{low}..{high}]", kind=Kind.INT)
    assert cell.holds(value) is (low <= value <= high)
    assert set(cell.mentioned) == {low, high}
