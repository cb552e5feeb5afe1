"""Who may do which step of a case, and with what: pure, so each rule is one line to read."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from motcua.cases import errors, rules
from motcua.engines.procedure.situation import Offer
from motcua.identity.values import Actor, Post

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


def test_a_code_names_the_agency_the_day_and_a_number() -> None:
    assert rules.code("H32.12.03", date(2026, 11, 22), 7) == "H32.12.03-261122-0007"
    assert rules.code("H32", date(2026, 1, 2), 12345) == "H32-260102-12345"


def test_a_supplement_names_everything_and_why() -> None:
    offers = (Offer("supplement", needs_reason=True, needs_items=True),)
    with pytest.raises(errors.ReasonMissing):
        rules.demand(offers, "supplement", post=POST, reason=" ", items=("bản vẽ",))
    with pytest.raises(errors.ItemsMissing):
        rules.demand(offers, "supplement", post=POST, reason="thiếu bản vẽ", items=(" ",))
    rules.demand(offers, "supplement", post=POST, reason="thiếu bản vẽ", items=("bản vẽ",))


def test_a_second_supplement_needs_the_head_of_the_unit() -> None:
    offers = (Offer("supplement", needs_head=True),)
    with pytest.raises(errors.HeadMissing):
        rules.demand(offers, "supplement", post=POST, reason="", items=())
    rules.demand(offers, "supplement", post=replace(POST, is_head=True), reason="", items=())


def test_a_rejected_case_gets_a_refusal_to_sign() -> None:
    assert rules.is_refusal({"review": "reject", "consult": ("agree", "agree")})
    assert not rules.is_refusal({"review": "forward", "consult": ("reject",)})


CHAIR = replace(
    POST,
    id=20,
    title="Chủ tịch",
    roles=frozenset({"leader"}),
    unit_id=9,
    is_head=True,
    signing_mode="TM. Ủy ban nhân dân",
)
DEPUTY = replace(CHAIR, id=21, title="Phó Chủ tịch", is_head=False, signing_mode="KT. Chủ tịch")
LENT = replace(CHAIR, delegated_from=uuid.UUID(int=7), delegated_from_name="Huỳnh Quốc Nam")


@pytest.mark.parametrize(
    ("posts", "on", "mode", "position"),
    [
        ((CHAIR,), CHAIR, "TM. Ủy ban nhân dân", "Chủ tịch"),
        ((DEPUTY,), DEPUTY, "KT. Chủ tịch", "Phó Chủ tịch"),
        ((DEPUTY, LENT), LENT, "KT. Chủ tịch", "Phó Chủ tịch"),
        ((POST, LENT), LENT, "TUQ. Chủ tịch", "Chuyên viên"),
        (
            (POST, replace(POST, id=3, title="Trưởng phòng", is_head=True), LENT),
            LENT,
            "TUQ. Chủ tịch",
            "Trưởng phòng",
        ),
        (
            (replace(POST, authority_id=99, title="Ở nơi khác"), POST, LENT),
            LENT,
            "TUQ. Chủ tịch",
            "Chuyên viên",
        ),
    ],
)
def test_who_signs_says_in_what_capacity_and_with_a_position_of_their_own(
    posts: tuple[Post, ...], on: Post, mode: str, position: str
) -> None:
    signer = Actor(uuid.UUID(int=1), "Lê Văn Phúc", "056088000001", posts)
    expected = {"mode": mode, "position": position, "name": signer.name}
    assert rules.signature(signer, on) == expected


def test_a_post_to_sign_with_goes_only_to_who_can_sign() -> None:
    rules.check_lent(CHAIR, (), to="Lê Văn Phúc", can_sign=True)
    rules.check_lent(POST, (), to="Lê Văn Phúc", can_sign=False)
    both = replace(CHAIR, roles=frozenset({"leader", "reviewer"}))
    rules.check_lent(both, ("reviewer",), to="Lê Văn Phúc", can_sign=False)
    for roles in ((), ("leader",)):
        with pytest.raises(errors.DelegateCannotSign, match="Lê Văn Phúc"):
            rules.check_lent(both, roles, to="Lê Văn Phúc", can_sign=False)


def test_a_deputy_does_not_pass_on_the_signing_for_the_head() -> None:
    with pytest.raises(errors.DeputyCannotPassOn):
        rules.check_lent(DEPUTY, (), to="Lê Văn Phúc", can_sign=True)


def test_papers_tell_the_day_that_it_was_here() -> None:
    early = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)  # 5:30 the next morning
    assert rules.moment(early) == "2026-11-22T05:30:00+07:00"
    assert rules.moment(None) == ""
