"""What a table answers, by each hit policy, and when it answers nothing."""

from datetime import date

import pytest

from motcua.engines.decisions import errors
from motcua.engines.decisions.decide import decide
from motcua.engines.decisions.tests.fees import FEE, fee, table
from motcua.engines.expressions import model as expressions

COLLECTED = """\
name: extra
hit: collect
aggregate: {aggregate}
inputs:
  copies: answers.copies
  area: answers.area
outputs:
  amount: {{type: int, unit: đồng}}
rules:
  - when: {{copies: "> 1"}}
    then: {{amount: "1000 * copies"}}
  - when: {{copies: "> 5"}}
    then: {{amount: "700"}}
  - when: {{area: "> 100.5"}}
    then: {{amount: "20000"}}
"""


def answer(text: str, **answers: object) -> dict[str, expressions.Value]:
    return dict(decide(table(text), {"answers": answers}).outputs)


class TestUnique:
    @pytest.mark.parametrize(
        ("channel", "copies", "poor", "amount", "rule"),
        [
            ("online", 3, False, 12_000, 2),
            ("counter", 5, False, 40_000, 3),
            ("counter", 6, False, 45_000, 4),
            ("counter", 6, True, 0, 1),
        ],
    )
    def test_one_rule_answers_and_is_named(
        self, channel: str, copies: int, poor: bool, amount: int, rule: int
    ) -> None:
        values = {"case": {"channel": channel}, "answers": {"copies": copies, "poor": poor}}
        decision = decide(table(FEE), values)
        assert decision.outputs == {"amount": amount}
        assert decision.inputs == {"channel": channel, "copies": copies, "poor": poor}
        assert [hit.number for hit in decision.rules] == [rule]

    def test_the_note_of_the_rule_goes_with_the_answer(self) -> None:
        decision = decide(table(FEE), {"answers": {"poor": True}})
        assert [(hit.number, hit.line, hit.note) for hit in decision.rules] == [(1, 10, "exempt")]

    def test_no_rule_is_an_error_that_tells_the_inputs_apart_from_its_text(self) -> None:
        with pytest.raises(errors.NoRule) as caught:
            decide(table(FEE), {"case": {"channel": "post"}, "answers": {"copies": 1}})
        assert caught.value.inputs == {"channel": "post", "copies": 1, "poor": False}
        assert "post" not in str(caught.value)

    def test_a_default_answers_when_no_rule_holds(self) -> None:
        decision = decide(
            table(FEE + 'default: {amount: "9000 * copies"}\n'), {"answers": {"copies": 2}}
        )
        assert decision.outputs == {"amount": 18_000}
        assert decision.rules == ()

    def test_two_rules_at_once_are_an_error(self) -> None:
        text = fee(('copies: "> 5"', 'copies: ">= 5"'))
        with pytest.raises(errors.SeveralRules) as caught:
            decide(table(text), {"case": {"channel": "counter"}, "answers": {"copies": 5}})
        assert caught.value.rules == (3, 4)


class TestFirst:
    def test_the_first_rule_that_holds_answers(self) -> None:
        text = fee(("hit: unique", "hit: first"), ('copies: "> 5"', 'copies: ">= 1"'))
        decision = decide(table(text), {"case": {"channel": "counter"}, "answers": {"copies": 5}})
        assert [hit.number for hit in decision.rules] == [3]


class TestCollect:
    @pytest.mark.parametrize(
        ("aggregate", "both", "one", "none"),
        [
            ("sum", 6_700, 20_000, 0),
            ("list", [6_000, 700], [20_000], []),
        ],
    )
    def test_the_rules_that_hold_are_put_together(
        self, aggregate: str, both: object, one: object, none: object
    ) -> None:
        text = COLLECTED.format(aggregate=aggregate)
        assert answer(text, copies=6) == {"amount": both}
        assert answer(text, area=200) == {"amount": one}
        assert answer(text) == {"amount": none}

    def test_the_smallest_and_the_largest(self) -> None:
        assert answer(COLLECTED.format(aggregate="min"), copies=6) == {"amount": 700}
        assert answer(COLLECTED.format(aggregate="max"), copies=6) == {"amount": 6_000}
        with pytest.raises(errors.NoRule):
            answer(COLLECTED.format(aggregate="max"))

    def test_the_latest_of_several_days(self) -> None:
        text = (
            "name: until\nhit: collect\naggregate: max\ninputs: {birth: answers.birth}\n"
            "outputs: {day: {type: date}}\nrules:\n"
            "  - {when: {birth: '-'}, then: {day: birth}}\n"
            "  - {when: {birth: '-'}, then: {day: 'date(\"2000-01-01\")'}}\n"
        )
        assert answer(text, birth="1999-01-01") == {"day": date(2000, 1, 1)}
        assert answer(text, birth="2001-01-01") == {"day": date(2001, 1, 1)}

    def test_a_count_of_the_rules(self) -> None:
        text = (
            "name: points\nhit: collect\naggregate: count\n"
            "inputs: {copies: answers.copies, poor: answers.poor}\n"
            "outputs: {points: {type: int}}\nrules:\n"
            "  - when: {copies: '> 1'}\n  - when: {poor: 'true'}\n  - when: {copies: 'copies > 3 || poor'}\n"
        )
        assert answer(text, copies=2) == {"points": 1}
        assert answer(text, copies=4, poor=True) == {"points": 3}
        assert answer(text) == {"points": 0}

    def test_a_sum_beyond_64_bits_is_an_error(self) -> None:
        text = COLLECTED.format(aggregate="sum").replace('"700"', '"9223372036854775807"')
        with pytest.raises(errors.TooLarge):
            answer(text, copies=6)


def test_a_failing_expression_is_one_clear_error() -> None:
    text = fee(("4000 * copies", "4000 / (copies - 2)"))
    with pytest.raises(expressions.EvaluationFailed, match="division by zero"):
        decide(table(text), {"case": {"channel": "online"}, "answers": {"copies": 2}})


def test_working_days_reach_the_cells() -> None:
    text = fee(
        ("  poor: answers.poor", "  poor: working_days_between(answers.birth, case.filed_on) > 5")
    )
    values = {"case": {"channel": "online"}, "answers": {"copies": 1}}
    decision = decide(table(text), values, working_days=lambda start, end: 6)
    assert decision.outputs == {"amount": 0}
