"""An example is played by the interpreter of real cases; each difference is told at its own line."""

import pytest

from motcua.engines.procedure import parse, playing
from motcua.engines.procedure.errors import Finding
from motcua.engines.procedure.tests import sample


def played(old: str, new: str) -> list[Finding]:
    procedure = parse.read(sample.folder(whole=(old, new)))
    return list(playing.play(procedure, procedure.examples[0]))


def line_of(text: str) -> int:
    return next(n for n, line in enumerate(sample.EXAMPLE.splitlines(), 1) if text in line)


def test_an_example_that_comes_out_as_expected_says_nothing() -> None:
    assert playing.play(sample.COMPILED, sample.COMPILED.examples[0]) == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("fee: 10000", "fee: 9000", "other-fee", "fee:"),
        ("status: returned", "status: stopped", "other-status", "status:"),
        ("due_at: 2026-11-30T17", "due_at: 2026-11-30T16", "other-due-at", "due_at:"),
        ("due_at: 2026-11-30T17:00:00+07:00", "due_at: null", "other-due-at", "due_at:"),
        ("appraise, sign, return_result]", "sign, return_result]", "other-route", "route:"),
        ("task: sign, outcome: sign", "task: sing, outcome: sign", "task-not-open", "task: sign"),
        ("task: sign, outcome: sign", "task: sign, outcome: no", "outcome-not-offered", "task: sign"),
        ("item: fire", "item: moon", "task-not-open", "item: fire"),
        ("message: payment_settled", "message: supplemented", "not-lawful", "payment_settled"),
        ("message: payment_settled", "timer: late", "timer-not-armed", "payment_settled"),
        ("T15:00:00+07:00, task: return", "T13:00:00+07:00, task: return", "out-of-order", "task: return"),
        ("copies: 2", "copies: 200", "filing-refused", "route:"),
        ("birth: 1990-01-01", "birth: 2020-01-01", "filing-refused", "route:"),
    ],
)  # fmt: skip
def test_a_difference_is_told_where_it_stands(old: str, new: str, code: str, place: str) -> None:
    found = played(old, new)
    assert [each.code for each in found] == [code]
    assert found[0].file == "examples/whole.yaml"
    if code != "filing-refused":
        assert found[0].line == line_of(place)


def test_a_timer_that_runs_out_before_a_step_is_fired_as_in_a_real_case() -> None:
    head = sample.EXAMPLE.split("steps:")[0]
    text = (
        head
        + """\
steps:
  - {at: 2026-11-25T09:00:00+07:00, task: receive, outcome: supplement}
  - {at: 2026-12-28T09:00:00+07:00, task: receive, outcome: accept}
expect: {status: stopped}
"""
    )
    procedure = parse.read(sample.folder() | {"examples/whole.yaml": text.encode()})
    found = playing.play(procedure, procedure.examples[0])
    assert [each.code for each in found] == ["task-not-open"]


def refusal(answers: str, expected: str, channel: str = "online") -> list[str]:
    text = (
        "name: {vi: Từ chối, en: Refused}\n"
        "filed_at: 2026-11-25T08:00:00+07:00\n"
        f"channel: {channel}\napplicant_kind: citizen\nanswers: {answers}\n"
        f"expect: {{refused: {expected}}}\n"
    )
    procedure = parse.read(sample.folder() | {"examples/whole.yaml": text.encode()})
    return [each.code for each in playing.play(procedure, procedure.examples[0])]


def test_a_filing_that_must_be_refused_is_refused_for_exactly_that() -> None:
    young = "{name: An Nguyễn, birth: 2010-01-01, copies: 1}"
    assert refusal(young, '["answers.birth eligibility"]') == []
    assert refusal("{birth: 1990-01-01, copies: 1}", '["answers.name required"]') == []
    many = "{name: An Nguyễn, birth: 1990-01-01, copies: 9}"
    assert refusal(many, '["papers.proof required", "papers.form required"]', "counter") == []
    assert refusal(many, '["papers.proof required"]', "counter") == ["filing-refused"]
    assert refusal(many, '["answers.name required", "papers.proof required"]') == ["not-refused"]


def test_answers_of_a_supplement_are_laid_over_the_old_ones() -> None:
    old = {"a": {"b": 1, "c": [1, 2]}, "d": 1}
    assert playing.laid_over(old, {"a": {"c": [3]}, "e": 2}) == {
        "a": {"b": 1, "c": [3]},
        "d": 1,
        "e": 2,
    }
    assert old == {"a": {"b": 1, "c": [1, 2]}, "d": 1}
