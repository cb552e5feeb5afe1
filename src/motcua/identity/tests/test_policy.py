"""The policy: what no row allows is refused, lists reach what may be read, and a bad table does not start."""

import uuid
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from motcua.identity import rules
from motcua.identity.adapters import policy as table
from motcua.identity.values import Actor, Policy, Post, Reach, Thing

POLICY = table.load()
TEXT = table.FILE.read_text(encoding="utf-8")
ME = uuid.UUID(int=1)


def post(
    *roles: str,
    unit: int = 7,
    authority: int = 3,
    head: bool = False,
    former_unit: int | None = None,
    former: int | None = None,
) -> Post:
    return Post(
        1, "Post", frozenset(roles), unit, "kind", "Unit", head, "", authority, "H32",
        former_units=frozenset([former_unit] if former_unit else []),
        former=((former, "H33"),) if former else (),
    )  # fmt: skip


def actor(*posts: Post) -> Actor:
    return Actor(ME, "Name", "056088000001", posts)


def allowed(by: Actor | None, action: str, thing: Thing) -> bool:
    return rules.decide(POLICY, by, action, thing).is_allowed


def test_what_the_policy_does_not_know_is_refused() -> None:
    leader = actor(post("leader", head=True))
    assert not allowed(leader, "burn", Thing("case", owner_id=ME))
    assert not allowed(leader, "read", Thing("secret", owner_id=ME))
    assert not rules.opens(POLICY, leader, "burn", "case")
    assert rules.reach(POLICY, leader, "burn", "case") == Reach()


def test_nobody_who_is_not_signed_in_does_what_is_not_for_anyone() -> None:
    for (action, kind), several in POLICY.rules.items():
        is_open = any(rule.subject == "anyone" for rule in several)
        assert rules.opens(POLICY, None, action, kind) is is_open


def test_an_administrator_reads_no_case_whatever_they_state() -> None:
    by = replace(actor(post("admin")), stated=(("H32-1", "I am curious"),))
    for subject in ("case", "note", "register"):
        thing = Thing(
            subject, authority_id=3, units=frozenset({7}), busy={7: None}, subject="H32-1"
        )
        for action in POLICY.actions:
            verdict = rules.decide(POLICY, by, action, thing)
            assert not verdict.is_allowed or (action, subject) == ("oversee", "case")
    assert not rules.opens(POLICY, by, "read", "register")


CASE = Thing(
    "case", owner_id=uuid.UUID(int=9), authority_id=3, units=frozenset({8}), subject="H32-1"
)


def test_a_reader_of_personal_data_has_work_in_it_or_says_why() -> None:
    officer = actor(post("officer"))
    assert rules.decide(POLICY, officer, "read", CASE).rule == rules.PURPOSE_NEEDED
    task = uuid.UUID(int=5)
    at_work = replace(CASE, units=frozenset({7}), busy={7: task})
    found = rules.decide(POLICY, officer, "read", at_work)
    assert (found.is_allowed, found.purpose.kind, found.purpose.task_id) == (True, "task", task)
    found = rules.decide(POLICY, replace(officer, stated=(("H32-1", "why"),)), "read", CASE)
    assert (found.is_allowed, found.purpose.kind, found.purpose.text) == (True, "stated", "why")
    other = replace(officer, stated=(("H32-2", "why"),))
    assert not allowed(other, "read", CASE)
    assert rules.decide(POLICY, officer, "read", replace(CASE, owner_id=ME)).purpose.kind == "own"


def test_a_stranger_who_states_a_reason_sees_nothing() -> None:
    stranger = actor(post("officer", unit=70, authority=30))
    found = rules.decide(POLICY, replace(stranger, stated=(("H32-1", "why"),)), "read", CASE)
    assert (found.is_allowed, found.rule) == (False, rules.NOT_ALLOWED)


@given(
    posts=some.lists(
        some.builds(
            post,
            some.sampled_from(["intake", "officer", "reviewer", "leader", "admin"]),
            unit=some.integers(1, 4),
            authority=some.integers(1, 2),
            head=some.booleans(),
            former_unit=some.sampled_from([None, 4]),
            former=some.sampled_from([None, 2]),
        ),
        max_size=3,
    ),
    thing=some.builds(
        Thing,
        some.just("case"),
        owner_id=some.sampled_from([ME, uuid.UUID(int=9)]),
        authority_id=some.integers(1, 2),
        units=some.frozensets(some.integers(1, 4), max_size=2),
        unit_id=some.integers(1, 4),
        role=some.sampled_from(["intake", "officer", "reviewer", "leader"]),
    ),
    asked=some.sampled_from(
        [("list", "case"), ("list", "task"), ("assign", "task"), ("prepare", "draft"),
         ("read", "register"), ("read", "payment"), ("oversee", "case")]
    ),
)  # fmt: skip
def test_a_list_reaches_exactly_what_the_policy_allows(
    posts: list[Post], thing: Thing, asked: tuple[str, str]
) -> None:
    by, (action, kind) = actor(*posts), asked
    reach = rules.reach(POLICY, by, action, kind)
    has_role = any("has_role" in rule.when for rule in POLICY.rules[action, kind])
    is_reached = (
        reach.is_anything
        or (reach.is_own and thing.owner_id == by.id)
        or thing.authority_id in reach.authorities
        or bool(thing.units & reach.units)
        or any(
            unit == thing.unit_id and (not has_role or thing.role in roles)
            for unit, roles in reach.works
        )
    )
    assert is_reached is allowed(by, action, replace(thing, kind=kind))


@pytest.mark.parametrize(
    "was, becomes, fault",
    [
        ("who: head, action: assign", "who: king, action: assign", "no subject king"),
        ("object: note, when: [same_authority", "object: diary, when: [same_authority", "no object"),
        ("when: [holds_oneself], basis", "when: [holds_it], basis", "no condition holds_it"),
        ("same_authority, has_purpose], basis", "same_authority], basis", "without a purpose"),
        ("desk:inbox: enter unit", "desk:inbox: enter case", "nobody may enter case"),
        ("class: internal, en: a note", "class: secret, en: a note", "no class secret"),
        ("action: staff, object: post, when: is_own", "action: pay, object: post, when: is_own",
         "forbids what nothing allows"),
    ],
)  # fmt: skip
def test_a_table_with_a_hole_does_not_start(was: str, becomes: str, fault: str) -> None:
    assert TEXT.count(was) >= 1
    with pytest.raises(table.BadPolicy, match=fault):
        table.read(TEXT.replace(was, becomes, 1))


def test_every_word_is_said_in_both_languages() -> None:
    policy: Policy = POLICY
    for words in (policy.actions, policy.things, policy.conditions):
        for name, said in words.items():
            assert said["en"] and said["vi"], name
    assert all(each.words["en"] and each.words["vi"] for each in policy.subjects.values())
