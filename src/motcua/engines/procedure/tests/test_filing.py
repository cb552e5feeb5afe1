"""What a person sends: every error at once, in both languages, and only the papers that are needed."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engines.calendar.model import Unit
from motcua.engines.procedure import filing as filings
from motcua.engines.procedure.situation import Filing
from motcua.engines.procedure.tests import sample
from motcua.engines.procedure.tests.sample import COMPILED, OFFICE, at

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=12,
)


def errors(sent: Filing, **options: object) -> dict[str, str]:
    checked = filings.validate(COMPILED, sent, calendar=OFFICE, **options)  # type: ignore[arg-type]
    return {each.path: each.code for each in checked.errors}


def test_a_whole_filing_is_accepted() -> None:
    assert errors(sample.filing()) == {}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (sample.filing(name=""), {"answers.name": "required"}),
        (sample.filing(copies="two"), {"answers.copies": "type"}),
        (sample.filing(copies=51), {"answers.copies": "maximum"}),
        (sample.filing(colour="red"), {"answers.colour": "unknown_field"}),
        (sample.filing(birth="2020-01-01"), {"answers.birth": "eligibility"}),
        (sample.filing(copies=6), {"papers.proof": "required"}),
        (replace(sample.filing(), channel="pigeon"), {"channel": "channel"}),
        (replace(sample.filing(), applicant_kind="agency"), {"applicant_kind": "applicant_kind"}),
        (replace(sample.filing(), papers=("cake",)), {"papers.cake": "unknown_paper"}),
        (replace(sample.filing(), channel="counter"), {"papers.form": "required"}),
    ],
)
def test_what_is_wrong_is_named(sent: Filing, expected: dict[str, str]) -> None:
    assert errors(sent) == expected


def test_each_error_has_words_in_both_languages() -> None:
    checked = filings.validate(COMPILED, sample.filing(name=1, copies=-1), calendar=OFFICE)
    assert len(checked.errors) == 2
    assert all(each.message.vi and each.message.en for each in checked.errors)


def test_a_paper_whose_register_answered_is_not_asked_for() -> None:
    sent = sample.filing(copies=6)
    assert [each.id for each in filings.papers_needed(COMPILED, sent, calendar=OFFICE)] == ["proof"]
    assert filings.papers_needed(COMPILED, sent, calendar=OFFICE, held={"population"}) == ()
    assert errors(sent, held={"population"}) == {}


def test_fee_and_time_come_from_the_tables() -> None:
    sent = sample.filing(copies=3)
    assert filings.fee(COMPILED, sent, calendar=OFFICE) == 15_000
    assert filings.time_allowed(COMPILED, sent, calendar=OFFICE).amount == 3
    counter = replace(sent, channel="counter")
    assert filings.time_allowed(COMPILED, counter, calendar=OFFICE).unit is Unit.SAME_DAY
    due = filings.due_if_accepted(COMPILED, counter, calendar=OFFICE, at=at(25, 9))
    assert due == at(25, 17)


@settings(max_examples=150, deadline=None)
@given(answers=JSON)
def test_whatever_is_sent_is_answered_and_never_crashes(answers: object) -> None:
    sent = Filing(answers, "online", "citizen", at(25, 8))  # type: ignore[arg-type]
    checked = filings.validate(COMPILED, sent, calendar=OFFICE)
    assert checked.is_valid is not bool(checked.errors)
    again = filings.validate(COMPILED, checked.filing, calendar=OFFICE)
    assert again.filing == checked.filing
