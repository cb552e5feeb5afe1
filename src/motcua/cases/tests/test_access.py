"""Who may work a task: the policy asked in memory, so each line of it is one line to read."""

import uuid
from dataclasses import replace

import pytest

from motcua.cases import errors, rules
from motcua.cases.queries import access
from motcua.identity.values import Actor, Post

HUSBAND = "056088000777"
POST = Post(
    id=1,
    title="Chuyên viên",
    roles=frozenset({"officer"}),
    unit_id=7,
    unit_kind="economy",
    unit_name="Phòng Kinh tế",
    is_head=False,
    signing_mode="",
    authority_id=3,
    authority_code="H32.01",
)
CLERK = Actor(
    uuid.UUID(int=1), "Lê Văn Phúc", "056088000001", (POST,), relations=frozenset({HUSBAND})
)
DUTY = rules.Duty(
    role="officer",
    unit_id=7,
    unit_name="Phòng Kinh tế",
    signs=False,
    taken_by=None,
    applicant_id=uuid.UUID(int=99),
)


def test_the_right_post_may_work_a_task_that_nobody_has_taken() -> None:
    assert access.admit(DUTY, by=CLERK) is POST
    assert access.admit(replace(DUTY, taken_by=CLERK.id), by=CLERK) is POST


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"role": "leader"}, errors.NotYourTask),
        ({"unit_id": 8}, errors.NotYourTask),
        ({"taken_by": uuid.UUID(int=2)}, errors.TaskTaken),
        ({"applicant_id": CLERK.id}, errors.OwnCase),
        ({"about": frozenset({CLERK.personal_id})}, errors.OwnCase),
        ({"about": frozenset({HUSBAND})}, errors.RelationsCase),
        ({"signs": True, "done_by": {CLERK.id: "appraise"}}, errors.AppraiserCannotSign),
        ({"signs": True, "done_by": {CLERK.id: "review"}}, errors.DutiesNotSeparate),
        ({"done_by": {CLERK.id: "review"}}, errors.DutiesNotSeparate),
    ],
)
def test_anyone_else_is_refused_and_told_why(
    change: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        access.admit(replace(DUTY, **change), by=CLERK)  # type: ignore[arg-type]


def test_a_citizen_has_no_post() -> None:
    with pytest.raises(errors.NotYourTask):
        access.admit(DUTY, by=replace(CLERK, posts=()))
