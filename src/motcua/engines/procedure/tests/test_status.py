"""The table of statuses holds together, and the picture in the manual is drawn from it."""

from pathlib import Path

from motcua.engines.procedure.status import FINAL, RULES, TABLE, Source, Status, Turn, diagram

MANUAL = Path(__file__).resolve().parents[5] / "docs" / "reference" / "procedure-format.md"


def test_every_status_can_be_reached_and_left_unless_it_is_final() -> None:
    reached = {rule.after for rule in RULES} | {Status.NEW}
    assert reached == set(Status)
    left = {status for rule in RULES for status in rule.before}
    assert left == set(Status) - FINAL


def test_each_word_has_one_meaning() -> None:
    assert len(TABLE) == len(RULES)


def test_only_acceptance_starts_the_clock() -> None:
    assert [rule.word for rule in RULES if rule.turn is Turn.START] == ["accept"]


def test_nothing_can_be_taken_back_after_the_result_is_signed() -> None:
    words = {rule.word for rule in RULES if Status.PROCESSED in rule.before}
    assert words == {"return_result", "returned"}


def test_messages_never_decide_a_case_but_for_a_withdrawal() -> None:
    deciding = {r.word for r in RULES if r.source is Source.MESSAGE and r.after in FINAL}
    assert deciding == {"withdrawn"}


def test_the_picture_in_the_manual_is_drawn_from_the_table() -> None:
    assert f"```mermaid\n{diagram()}```" in MANUAL.read_text(encoding="utf-8")
