"""A refused step says in words what happened and what to do, never a bare code."""

import pytest
from django.utils import translation

from motcua.cases import errors


@pytest.mark.parametrize("reason", sorted(errors.STEPS))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_known_reason_has_its_own_words(reason: str, language: str) -> None:
    refusal = errors.StepRefused(reason=reason)
    with translation.override(language):
        said, remedy = refusal.say(refusal.message), refusal.say(refusal.remedy)
    assert refusal.code == "step-refused"
    assert reason not in said
    assert said.endswith(".")
    assert remedy.endswith(".")


def test_the_same_reason_is_said_in_the_language_of_each_reader() -> None:
    refusal = errors.StepRefused(reason="already-extended")
    with translation.override("vi"):
        assert str(refusal).startswith("Hồ sơ này đã được hẹn lại ngày trả kết quả một lần")
    with translation.override("en"):
        assert str(refusal).startswith("The appointment was put off once already")


def test_a_reason_without_words_is_named_by_its_code() -> None:
    with translation.override("en"):
        assert "(too-early)" in str(errors.StepRefused(reason="too-early"))


def test_a_task_of_another_role_names_the_unit_and_the_role_in_words() -> None:
    refusal = errors.NotYourTask(role="leader", unit="Lãnh đạo UBND phường")
    with translation.override("vi"):
        assert (
            refusal.say(refusal.message) == "Việc này của Lãnh đạo UBND phường, vai trò: lãnh đạo."
        )
    with translation.override("en"):
        assert "leadership" in refusal.say(refusal.message)


def test_a_role_of_a_procedures_own_is_shown_as_it_is_named() -> None:
    refusal = errors.NotYourTask(role="tax", unit="Thuế cơ sở 1")
    with translation.override("vi"):
        assert refusal.say(refusal.message) == "Việc này của Thuế cơ sở 1, vai trò: tax."
