"""Delegation while away: the post goes to a colleague for a time, and the law's bars stay."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from motcua.cases import errors as case_errors
from motcua.cases import models
from motcua.cases.actions import delegation
from motcua.cases.queries import inbox, page
from motcua.identity import actions, errors, queries
from motcua.identity.values import Actor, Scope
from motcua.transparency import queries as transparency

from .conftest import AT, Office

Citizen = Callable[..., Actor]
WEEK = timedelta(days=7)


def give(office: Office, giver: str, to: str, **changes: Any) -> uuid.UUID:
    by = office.actor(giver)
    asked: dict[str, Any] = {"starts_at": AT, "ends_at": AT + WEEK, "at": AT, **changes}
    post = asked.pop("post", by.posts[0].id)
    return actions.delegate(post, to=office.ids[to], by=by, **asked)


def on_behalf(actor: Actor) -> list[str]:
    return [post.delegated_from_name for post in actor.posts if post.delegated_from]


def test_the_delegate_has_the_post_for_the_time_and_no_longer(office: Office) -> None:
    give(office, "leader", "reviewer", starts_at=AT + timedelta(hours=1))
    deputy = office.ids["reviewer"]
    for at, expected in (
        (AT, []),
        (AT + timedelta(hours=1), ["Cán bộ leader"]),
        (AT + WEEK - timedelta(seconds=1), ["Cán bộ leader"]),
        (AT + WEEK, []),
    ):
        actor = queries.actor(deputy, at=at)
        assert on_behalf(actor) == expected
        assert actor.posts[0].delegated_from is None  # one's own come first
    lent = queries.actor(deputy, at=AT + timedelta(hours=2)).posts[-1]
    assert lent.signing_mode == "TM. UBND" and lent.roles == {"leader"}


def test_the_giver_keeps_the_post_and_both_are_holders(office: Office) -> None:
    give(office, "leader", "reviewer")
    unit = office.actor("leader").posts[0].unit_id
    holders = {each.id for each in queries.holders(unit, "leader", at=AT)}
    assert {office.ids[each] for each in ("leader", "deputy", "reviewer")} == holders


def test_who_leaves_a_post_leaves_no_delegate_on_it(office: Office) -> None:
    give(office, "leader", "reviewer")
    post = office.actor("leader").posts[0].id
    actions.leave_post(office.ids["leader"], post, by="test", at=AT)
    assert on_behalf(office.actor("reviewer", AT + timedelta(minutes=1))) == []


def test_only_some_roles_may_be_given(office: Office) -> None:
    give(office, "head", "officer", scope=Scope(roles=frozenset({"reviewer"})))
    (lent,) = [post for post in office.actor("officer").posts if post.delegated_from]
    assert lent.roles == {"reviewer"}


@pytest.mark.parametrize(
    "giver, to, changes, reason",
    [
        ("leader", "leader", {}, "to-oneself"),
        ("leader", "reviewer", {"ends_at": AT}, "term-reversed"),
        ("leader", "reviewer", {"starts_at": AT - WEEK, "ends_at": AT}, "term-over"),
        ("leader", "reviewer", {"ends_at": AT + timedelta(days=91)}, "term-too-long"),
        ("leader", "reviewer", {"scope": Scope(roles=frozenset({"intake"}))}, "not-a-role"),
    ],
)
def test_what_cannot_be_delegated_is_refused(
    office: Office, giver: str, to: str, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(errors.CannotDelegate) as refusal:
        give(office, giver, to, **changes)
    assert refusal.value.values["reason"] == reason and str(refusal.value)


def test_strangers_cannot_be_delegates(
    office: Office, other_office: Office, citizen: Citizen
) -> None:
    by = office.actor("leader")
    for to in (other_office.ids["deputy"], citizen().id):
        with pytest.raises(errors.CannotDelegate):
            actions.delegate(by.posts[0].id, to=to, starts_at=AT, ends_at=AT + WEEK, by=by, at=AT)
    with pytest.raises(errors.NoSuchPerson):
        actions.delegate(
            by.posts[0].id, to=uuid.uuid4(), starts_at=AT, ends_at=AT + WEEK, by=by, at=AT
        )


def test_a_post_is_not_given_twice_nor_passed_on(office: Office) -> None:
    give(office, "leader", "reviewer")
    with pytest.raises(errors.CannotDelegate):
        give(office, "leader", "deputy", starts_at=AT + timedelta(days=1))
    give(office, "leader", "deputy", starts_at=AT + WEEK, ends_at=AT + 2 * WEEK)
    with pytest.raises(errors.NotYourPost):
        give(office, "reviewer", "officer", post=office.actor("leader").posts[0].id)


def test_a_delegation_can_be_ended_by_both_and_by_nobody_else(office: Office) -> None:
    key = give(office, "leader", "reviewer")
    with pytest.raises(errors.NoSuchDelegation):
        actions.end_delegation(key, by=office.actor("deputy"), at=AT)
    actions.end_delegation(key, by=office.actor("reviewer"), at=AT)
    actions.end_delegation(key, by=office.actor("leader"), at=AT)
    assert on_behalf(office.actor("reviewer")) == []
    (told,) = queries.delegations(of=office.actor("leader"), at=AT)
    assert told.revoked_at == AT and told.delegate_name == "Cán bộ reviewer"
    give(office, "leader", "deputy")  # the time is free again


def test_the_delegate_works_in_the_givers_place_and_the_log_says_so(
    office: Office, procedures: None, citizen: Citizen
) -> None:
    code = office.file(citizen())
    office.do(code, "intake", "accept")
    clerk = office.ids["intake"]
    give(office, "officer", "intake")
    assert [
        row.case_code
        for row in inbox.rows(queries.actor(clerk, at=AT), queue="unit_tasks", at=AT).rows
    ] == [code]
    office.do(code, "intake", "approve")
    facts = transparency.history(code)[-1].facts
    assert facts["on_behalf_of"] == str(office.ids["officer"])


@pytest.mark.parametrize("by_field", [True, False])
def test_a_post_is_lent_for_some_procedures_only(
    office: Office, procedures: None, citizen: Citizen, by_field: bool
) -> None:
    code = office.file(citizen())
    office.do(code, "intake", "accept")
    row = models.Case.objects.get(code=code)
    clerk = office.ids["intake"]

    def found() -> list[str]:
        rows = inbox.rows(queries.actor(clerk, at=AT), queue="unit_tasks", at=AT).rows
        return [each.case_code for each in rows]

    other = Scope(procedures=frozenset({"9.999999"}), fields=frozenset({"of-nobody"}))
    key = give(office, "officer", "intake", scope=other)
    assert found() == []
    with pytest.raises(case_errors.NotYourTask):
        office.do(code, "intake", "approve")
    actions.end_delegation(key, by=office.actor("officer"), at=AT)
    own = (
        Scope(fields=frozenset({row.field_code}))
        if by_field
        else Scope(procedures=frozenset({row.procedure_code}))
    )
    give(office, "officer", "intake", scope=own)
    assert found() == [code]
    office.do(code, "intake", "approve")


def test_a_post_is_lent_only_for_what_there_is(office: Office, procedures: None) -> None:
    by = office.actor("officer")
    for scope in (
        Scope(procedures=frozenset({"9.999999"})),
        Scope(fields=frozenset({"of-nobody", "\x41' OR 1=1"})),
    ):
        with pytest.raises(case_errors.NoSuchScope):
            delegation.delegate(
                by.posts[0].id,
                to=office.ids["intake"],
                starts_at=AT,
                ends_at=AT + WEEK,
                by=by,
                at=AT,
                scope=scope,
            )


def test_a_delegate_who_appraised_cannot_sign(
    office: Office, procedures: None, citizen: Citizen
) -> None:
    code = office.file(citizen())
    office.do(code, "intake", "accept")
    office.do(code, "officer", "approve")
    give(office, "leader", "officer")
    with pytest.raises(case_errors.AppraiserCannotSign):
        office.do(code, "officer", "sign")
    officer = office.actor("officer")
    assert inbox.rows(officer, queue="to_sign", at=AT).rows == ()
    (task,) = page.case_page(code, reader=officer, at=AT).tasks
    assert not task.may_work and task.why_not


def test_an_actor_takes_as_many_queries_however_many_delegations(
    office: Office, django_assert_num_queries: Any
) -> None:
    reviewer = office.ids["reviewer"]

    def read(at: datetime = AT) -> Actor:
        with django_assert_num_queries(1):
            return queries.actor(reviewer, at=at)

    read()
    for giver in ("leader", "deputy", "officer", "second", "head"):
        give(office, giver, "reviewer")
    assert len(on_behalf(read())) == 5
    leader = office.actor("leader")
    with django_assert_num_queries(2):
        found = queries.colleagues(leader, at=AT)
    assert leader.id not in {each.id for each in found} and len(found) > 5


def test_posts_and_units_are_listed_with_their_holders(office: Office) -> None:
    units = queries.units(office.code)
    justice = next(each for each in units if each.kind == "justice")
    rows = queries.posts(justice.id, at=AT)
    assert rows[0].is_head and rows[0].holders == ((office.ids["head"], "Cán bộ head"),)
    assert len(rows) == 3
