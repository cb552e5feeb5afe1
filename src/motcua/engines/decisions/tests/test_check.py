"""What the check finds in a table, held against trying every input."""

import itertools
import re
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engines.decisions import regions
from motcua.engines.decisions.check import check
from motcua.engines.decisions.decide import holding
from motcua.engines.decisions.model import Table
from motcua.engines.decisions.tests.fees import FEE, fee, table
from motcua.engines.expressions import model as expressions
from motcua.engines.expressions.model import Limits

HEAD = """\
name: t
hit: {hit}
inputs:
  channel: {{of: case.channel, values: [a, b, c]}}
  copies: {{of: answers.copies, from: 0, to: 6}}
  poor: answers.poor
outputs: {{x: {{type: int}}}}
rules:
"""


def messages(text: str, domains: Mapping[str, Limits] | None = None) -> list[str]:
    return [f"{fault.code} {fault.line}: {fault.message}" for fault in check(table(text), domains)]


class TestExamples:
    def test_a_sound_table_has_no_faults(self) -> None:
        assert messages(FEE) == []

    def test_an_overlap_is_told_with_an_input(self) -> None:
        assert messages(fee(('copies: "> 5"', 'copies: ">= 5"'))) == [
            (
                'overlap 17: rules 3 and 4 both hold with channel = "counter", copies = 5, poor = false: '
                "narrow one of them"
            )
        ]

    def test_a_gap_is_told_with_an_input(self) -> None:
        assert messages(fee(('copies: "> 5"', 'copies: "> 6"'))) == [
            (
                'uncovered 4: no rule covers channel = "counter", copies = 6, poor = false: '
                "add a rule or a default"
            )
        ]

    def test_a_default_fills_every_gap(self) -> None:
        assert messages(fee(('copies: "> 5"', 'copies: "> 6"')) + 'default: {amount: "0"}\n') == []

    def test_an_unlimited_column_needs_a_rule_for_any_value(self) -> None:
        text = fee(("{of: case.channel, values: [counter, online]}", "case.channel"))
        assert messages(text) == [
            (
                'uncovered 4: no rule covers channel = "another", copies = 1, poor = false: '
                "add a rule or a default"
            )
        ]

    @pytest.mark.parametrize("key", ["case.channel", "channel"])
    def test_the_form_can_limit_a_column(self, key: str) -> None:
        text = fee(("{of: case.channel, values: [counter, online]}", "case.channel"))
        assert messages(text, {key: Limits(values=("counter", "online"))}) == []

    def test_a_field_that_may_stay_empty_needs_a_rule_for_that(self) -> None:
        text = fee(("{of: case.channel, values: [counter, online]}", "case.channel"))
        limits = Limits(values=("counter", "online"), optional=True)
        (message,) = messages(text, {"case.channel": limits})
        assert 'channel = "", copies = 1, poor = false ("" is no answer)' in message

    def test_a_rule_that_no_value_fits_is_told(self) -> None:
        assert [line for line in messages(fee(('"> 5"', '"> 20"'))) if "dead" in line] == [
            "dead-rule 17: rule 4 never holds: its cell for copies fits no possible value"
        ]

    def test_a_rule_behind_others_is_told_under_first(self) -> None:
        text = fee(("hit: unique", "hit: first"), ('copies: "> 5"', 'copies: "[2..4]"'))
        assert "unreachable-rule 17: rule 4 is never reached" in messages(text)[1]

    def test_decimals_and_days_are_cut_at_the_values_of_the_cells(self) -> None:
        text = (
            "name: t\nhit: unique\ninputs: {area: answers.area, birth: answers.birth}\n"
            "outputs: {x: {type: int}}\nrules:\n"
            '  - {when: {area: "< 0.5"}, then: {x: "1"}}\n'
            '  - {when: {area: "> 0.5", birth: "<= 2000-01-01"}, then: {x: "1"}}\n'
            '  - {when: {area: ">= 0.5", birth: "> 2000-01-02"}, then: {x: "1"}}\n'
        )
        assert messages(text) == [
            f"uncovered 3: no rule covers area = {area}, birth = {birth}: add a rule or a default"
            for area, birth in [
                ("0.5", "1999-12-31"),
                ("1.5", "2000-01-02"),
            ]
        ]

    def test_full_cells_are_tried_on_a_sample_and_the_fault_says_so(self) -> None:
        text = fee(('copies: "> 5"', 'copies: "copies >= 5 && copies < 20"'))
        overlap, gap = sorted(messages(text))
        assert overlap.startswith("overlap 17: rules 3 and 4 both hold")
        assert 'channel = "counter", copies = 5, poor = false' in overlap
        assert 'channel = "counter", copies = 20, poor = false' in gap
        assert "found by a sample of inputs" in overlap and "found by a sample of inputs" in gap

    def test_a_full_cell_that_fails_is_told_with_an_input(self) -> None:
        text = fee(('copies: "> 5"', 'copies: "copies > 5 && 10 / (copies - 10) > -100"'))
        assert any(
            line.startswith("cell-fails 17: a cell of rule 4 fails, as with")
            and "copies = 10" in line
            and "division by zero" in line
            for line in messages(text)
        )

    @pytest.mark.parametrize("hit", ["unique", "first"])
    def test_a_search_that_is_too_long_says_so(
        self, hit: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(regions, "MOST_STEPS", 2)
        found = messages(fee(("hit: unique", f"hit: {hit}")))
        assert any(line.startswith("not-checked 4: the table is too large") for line in found)


CELLS = {
    "channel": st.sampled_from(['"a"', '"b"', '"a", "c"', 'not("a")', "-", '!= "b"']),
    "copies": st.sampled_from(["-", "< 3", ">= 3", "[1..4]", "(2..6]", "0, 5", "not([2..3])", "6"]),
    "poor": st.sampled_from(["-", "true", "false", "not(true)"]),
}
RULES = st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=6)
DOMAIN: list[dict[str, expressions.Value]] = [
    {"channel": channel, "copies": copies, "poor": poor}
    for channel, copies, poor in itertools.product("abc", range(7), (False, True))
]


def written(hit: str, rules: list[dict[str, str]]) -> Table:
    text = HEAD.format(hit=hit)
    for rule in rules:
        cells = ", ".join(f"{name}: '{cell}'" for name, cell in rule.items())
        text += f"  - {{when: {{{cells}}}, then: {{x: '1'}}}}\n"
    return table(text)


def held(read: Table, inputs: dict[str, expressions.Value]) -> list[int]:
    return [rule.number for rule in holding(read, inputs)]


def example(message: str) -> dict[str, expressions.Value]:
    found = re.search(r'channel = "(\w+)", copies = (\d+), poor = (\w+)', message)
    assert found, message
    return {"channel": found[1], "copies": int(found[2]), "poor": found[3] == "true"}


@settings(max_examples=60, deadline=None)
@given(RULES)
def test_overlaps_and_gaps_are_exactly_those_of_trying_every_input(
    rules: list[dict[str, str]],
) -> None:
    read = written("unique", rules)
    tried = [held(read, inputs) for inputs in DOMAIN]
    overlapping = {pair for numbers in tried for pair in itertools.combinations(numbers, 2)}
    faults = check(read)
    told = set()
    for fault in faults:
        if fault.code == "overlap":
            pair = re.search(r"rules (\d+) and (\d+)", fault.message)
            assert pair
            told.add((int(pair[1]), int(pair[2])))
            assert {int(pair[1]), int(pair[2])} <= set(held(read, example(fault.message)))
        elif fault.code == "uncovered":
            assert held(read, example(fault.message)) == []
    assert told == overlapping
    assert any(fault.code == "uncovered" for fault in faults) is ([] in tried)


@settings(max_examples=60, deadline=None)
@given(RULES)
def test_unreachable_rules_are_exactly_those_no_input_reaches(rules: list[dict[str, str]]) -> None:
    read = written("first", rules)
    reached = {number for inputs in DOMAIN for number in held(read, inputs)}
    told = {
        read.rules[[rule.line for rule in read.rules].index(fault.line)].number
        for fault in check(read)
        if fault.code in {"unreachable-rule", "dead-rule"}
    }
    assert told == {rule.number for rule in read.rules} - reached


@settings(max_examples=30, deadline=None)
@given(RULES)
def test_a_full_cell_is_searched_as_well_as_the_short_one_it_repeats(
    rules: list[dict[str, str]],
) -> None:
    full = {"-": "true", "< 3": "copies < 3", ">= 3": "copies >= 3", "6": "copies == 6"}
    kept = [rule | {"copies": full.get(rule["copies"], rule["copies"])} for rule in rules]
    by_sample, exact = check(written("unique", kept)), check(written("unique", rules))

    def kinds(faults: tuple[expressions.Fault, ...]) -> set[tuple[str, int]]:
        return {(fault.code, fault.line) for fault in faults}

    assert kinds(by_sample) == kinds(exact)
