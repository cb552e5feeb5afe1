"""Authorities that become one: what is refused, what moves, what stays, and who sees what then."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from motcua.cases import errors, events, models
from motcua.cases.actions import filing, operations, tasks, work
from motcua.cases.queries import audit, inbox, page, registers
from motcua.cases.queries import mergers as planning
from motcua.cases.queries import operations as asked
from motcua.config import walls as rules
from motcua.config.demo import keys
from motcua.documents import models as document_rows
from motcua.documents import queries as documents
from motcua.documents.queries import audit as document_audit
from motcua.identity import actions as identity_actions
from motcua.identity import models as people
from motcua.identity import queries as identity
from motcua.identity.errors import CannotMerge, NotAllowed
from motcua.identity.queries import audit as people_audit
from motcua.identity.queries import mergers
from motcua.identity.values import Actor
from motcua.identity.values.mergers import Order
from motcua.intake import actions as intake
from motcua.intake.errors import DraftChanged
from motcua.intake.tests import sample
from motcua.kit import clock
from motcua.kit.database import WEB
from motcua.kit.errors import Absent
from motcua.portal.queries import procedures as portal
from motcua.signing import queries as signing
from motcua.transparency import queries as transparency

from .conftest import ANSWERS, AT, OTHER_WARD, SINCE, WARD, Office
from .test_operations import ready_to_sign, through
from .test_walls import acting, count

Citizen = Callable[..., Actor]
pytestmark = pytest.mark.usefixtures("procedures", "province")
PROVINCE, THIRD = "H32", "H32.03"
TODAY = date(2026, 11, 23)
LATER = AT + timedelta(minutes=5)
ORDER = Order(codes=(OTHER_WARD,), into=WARD, from_date=TODAY)
NEW = Order(
    codes=(WARD, OTHER_WARD), into="H32.90", from_date=TODAY, name="Ủy ban nhân dân phường Mới",
    place="Mới", heads=WARD,
)  # fmt: skip


@pytest.fixture
def province(office: Office, other_office: Office) -> None:
    """The province above the wards, with an administrator; the wards stand in places of their own."""
    above = identity_actions.ensure_authority(
        code=PROVINCE, name="Ủy ban nhân dân tỉnh", level="province", place="Khánh Hòa"
    )
    _post(above, "admin", ("admin",), "056088009001")
    for number, code in enumerate((WARD, OTHER_WARD), start=1):
        rows = people.Authority.objects.filter(code=code)
        rows.update(parent_id=above, place=f"Phường {number}")


@pytest.fixture
def admin(province: None) -> Actor:
    return identity.actor_of_personal_id("056088009001", at=AT)


def _post(authority: int, title: str, roles: tuple[str, ...], number: str) -> uuid.UUID:
    unit = identity_actions.ensure_unit(authority_id=authority, kind="office", name="Văn phòng")
    post = identity_actions.ensure_post(unit_id=unit, title=title, roles=roles)
    person = identity_actions.ensure_person(personal_id=number, name=f"Cán bộ {title}", at=SINCE)
    identity_actions.take_post(person, post, by="test", at=SINCE)
    return person


def merged(order: Order, admin: Actor, *, at: datetime = AT) -> uuid.UUID:
    key = operations.merge_authorities(order, by=admin, at=at)
    through(key, at=at)
    assert asked.operation(key, reader=admin).state == "finished"
    return key


def authority_of(code: str) -> str:
    return models.Case.objects.values_list("authority__code", flat=True).get(code=code)


def reasons(order: Order, admin: Actor) -> set[str]:
    return {each.reason for each in mergers.plan(order, by=admin, at=AT).faults}


# ---- what is refused


@pytest.mark.parametrize(
    "changes, reason",
    [
        ({"codes": ()}, "nothing"),
        ({"codes": (WARD,)}, "itself"),
        ({"codes": (OTHER_WARD, WARD)}, "itself"),
        ({"codes": ("H32.77",)}, "unknown"),
        ({"codes": ("'; DROP TABLE",)}, "unknown"),
        ({"codes": tuple(f"H32.{each}" for each in range(21))}, "too-many"),
        ({"from_date": TODAY - timedelta(days=32)}, "past"),
        ({"from_date": TODAY + timedelta(days=400)}, "far"),
        ({"into": "H32.90"}, "name"),
        ({"into": "H32.90", "name": "Phường Mới", "place": "Mới"}, "heads"),
        ({"into": "h32/90", "name": "Phường Mới", "place": "Mới", "heads": OTHER_WARD}, "code"),
        ({"name": "Phường Mới", "place": "Mới"}, "there"),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_is_refused_and_changes_nothing(
    changes: dict[str, Any], reason: str, admin: Actor
) -> None:
    order = replace(ORDER, **changes)
    assert reason in reasons(order, admin)
    with pytest.raises(CannotMerge) as refused:
        operations.merge_authorities(order, by=admin, at=AT)
    assert str(refused.value)
    assert not people.Merger.objects.exists()
    assert not models.Operation.objects.exists()


def test_only_what_is_of_one_level_under_one_authority_becomes_one(admin: Actor) -> None:
    rows = people.Authority.objects.filter(code=OTHER_WARD)
    rows.update(level="sector")
    assert "level" in reasons(ORDER, admin)
    rows.update(level="commune", parent_id=identity.authority(WARD).id)
    both = _post(identity.authority(WARD).id, "quản trị", ("admin",), admin.personal_id)
    assert "parent" in reasons(ORDER, identity.actor(both, at=AT))


def test_a_unit_without_a_match_is_named_or_made(admin: Actor) -> None:
    other = identity.authority(OTHER_WARD).id
    fire = identity_actions.ensure_unit(authority_id=other, kind="fire", name="Đội cứu hỏa")
    with pytest.raises(CannotMerge, match="Đội cứu hỏa"):
        operations.merge_authorities(ORDER, by=admin, at=AT)
    merged(replace(ORDER, makes_units=True), admin)
    unit = identity.unit_for("fire", authority_code=WARD)
    assert (unit.name, unit.authority_code) == ("Đội cứu hỏa", WARD)
    assert people.Unit.objects.get(pk=fire).successor_id == unit.id


def test_who_stands_beside_merges_nothing(office: Office, admin: Actor) -> None:
    beside = _post(identity.authority(WARD).id, "quản trị", ("admin",), "056088009002")
    for actor in (identity.actor(beside, at=AT), office.actor("leader"), office.actor("officer")):
        with pytest.raises(NotAllowed):
            planning.plan(ORDER, by=actor, at=AT)
        with pytest.raises(NotAllowed):
            operations.merge_authorities(ORDER, by=actor, at=AT)


def test_two_cannot_work_on_it_at_once(admin: Actor) -> None:
    operations.merge_authorities(ORDER, by=admin, at=AT)
    for order in (ORDER, replace(ORDER, codes=(WARD,), into=OTHER_WARD), NEW):
        with pytest.raises(CannotMerge) as refused:
            operations.merge_authorities(order, by=admin, at=AT)
        assert refused.value.values["reason"] == "merging"


def test_what_has_ended_is_not_merged_again_nor_merged_into(admin: Actor) -> None:
    merged(ORDER, admin)
    for order in (ORDER, replace(ORDER, codes=(WARD,), into=OTHER_WARD)):
        with pytest.raises(CannotMerge, match="23/11/2026"):
            operations.merge_authorities(order, by=admin, at=LATER)


# ---- what the plan says


def test_the_plan_counts_and_names_no_case(
    office: Office, other_office: Office, citizen: Citizen, admin: Actor
) -> None:
    code = other_office.file(citizen(1))
    other_office.file(citizen(2))
    closed = other_office.file(citizen(3))
    other_office.do(closed, "intake", "refuse", reason="Không thuộc thẩm quyền giải quyết")
    found = planning.plan(ORDER, by=admin, at=AT)
    (counts,) = found.counts.values()
    assert (counts.cases, counts.tasks, counts.closed, counts.drafts) == (2, 2, 1, 0)
    assert code not in str(found)
    stays = {each.post.title: each.stays for each in found.plan.holders}
    assert (stays["Chủ tịch"], stays["Trưởng bộ phận"], stays["Công chức"]) == (
        "heads",
        "heads",
        "",
    )
    assert not people.Merger.objects.exists()


def _raise_walls() -> None:
    with connection.cursor() as cursor:  # what waits for its check keeps tables from being changed
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    rules.raise_all()


def test_the_counts_pass_the_walls_and_the_cases_do_not(
    other_office: Office, citizen: Citizen, admin: Actor
) -> None:
    _raise_walls()
    other_office.file(citizen(1))
    with acting(WEB, admin) as run:
        assert count(run, "cases_case") == 0
        ((_key, found, *_rest),) = run(
            "SELECT * FROM cases_counts(%s)", [people.Authority.objects.get(code=OTHER_WARD).pk]
        )
        assert found == 1


# ---- what moves


def test_posts_go_on_heads_do_not_and_the_past_stays_as_it_was(
    office: Office, other_office: Office, admin: Actor
) -> None:
    merged(ORDER, admin)
    intake_clerk = other_office.actor("intake", LATER)
    (post,) = intake_clerk.posts
    assert (post.authority_code, post.title) == (WARD, "Cán bộ tiếp nhận")
    assert post.former == ((identity.authority(OTHER_WARD).id, OTHER_WARD),)
    assert other_office.actor("leader", LATER).posts == ()
    (before,) = other_office.actor("leader", AT - timedelta(days=1)).posts
    assert before.authority_code == OTHER_WARD
    held = mergers.held_on(OTHER_WARD, TODAY - timedelta(days=1), reader=office.actor("officer"))
    assert ("Cán bộ leader", "Chủ tịch") in {(each.name, each.title) for each in held}
    after = TODAY + timedelta(days=1)
    assert not mergers.held_on(OTHER_WARD, after, reader=office.actor("officer"))
    names = [each.name for each in mergers.held_on(WARD, after, reader=office.actor("officer"))]
    assert names.count("Cán bộ intake") == 2
    life, now = mergers.line(WARD, reader=office.actor("officer"))
    assert (life.code, life.ends_date, life.successor, now.code) == (OTHER_WARD, TODAY, WARD, WARD)
    assert life.name == "Ủy ban nhân dân phường 2"


def test_what_was_lent_goes_on_with_its_post(other_office: Office, admin: Actor) -> None:
    officer, second = other_office.actor("officer"), other_office.actor("second")
    head = other_office.actor("head")
    for giver, to in ((officer, second), (head, officer)):
        identity_actions.delegate(
            giver.posts[0].id, to=to.id, starts_at=AT - timedelta(hours=1),
            ends_at=AT + timedelta(days=9), by=giver, at=AT - timedelta(hours=1),
        )  # fmt: skip
    merged(ORDER, admin)
    lent = [each for each in other_office.actor("second", LATER).posts if each.delegated_from]
    assert [(each.title, each.authority_code) for each in lent] == [("Công chức", WARD)]
    assert not [each for each in other_office.actor("officer", LATER).posts if each.delegated_from]


def test_open_cases_follow_closed_ones_stay_and_both_are_read(
    office: Office, other_office: Office, citizen: Citizen, admin: Actor
) -> None:
    open_code, closed = other_office.file(citizen(1)), other_office.file(citizen(2))
    other_office.do(closed, "intake", "refuse", reason="Không thuộc thẩm quyền giải quyết")
    tasks.take(other_office.task(open_code), by=other_office.actor("intake"), at=AT)
    own = office.file(citizen(3))
    key = merged(ORDER, admin)
    assert asked.operation(key, reader=admin).done == 2  # the posts, and one case
    assert [authority_of(each) for each in (open_code, closed, own)] == [WARD, OTHER_WARD, WARD]
    row = models.Task.objects.select_related("unit__authority").get(
        case__code=open_code, state="open"
    )
    assert row.unit.authority.code == WARD
    assert row.person_id == other_office.ids["intake"]  # who went along keeps it
    clerk = office.actor("intake", LATER)
    rows = inbox.rows(clerk, queue=inbox.UNIT_TASKS, at=LATER).rows
    assert {each.case_code for each in rows} == {own, open_code}
    found = inbox.rows(clerk, queue="all", at=LATER, search=closed).rows
    assert [each.case_code for each in found] == [closed]
    told = page.case_page(closed, reader=_stated(office, "officer", closed), at=LATER)
    assert told.authority_name == "Ủy ban nhân dân phường 2"
    told = page.case_page(open_code, reader=identity.actor(citizen(1).id, at=LATER), at=LATER)
    assert told.authority_name == "Ủy ban nhân dân phường 1"
    assert "Ủy ban nhân dân phường 1" in told.timeline[-1].title
    listed = registers.register(
        OTHER_WARD, first=TODAY, last=TODAY, reader=office.actor("officer", LATER)
    )
    assert listed.rows == ()  # nothing was accepted there; and it may be asked


def _stated(office: Office, name: str, code: str) -> Actor:
    return office.reader(name, code, LATER)


def test_the_walls_let_the_successor_in_and_nobody_else(
    office: Office, other_office: Office, citizen: Citizen, admin: Actor
) -> None:
    _raise_walls()
    open_code, closed = other_office.file(citizen(1)), other_office.file(citizen(2))
    other_office.do(closed, "intake", "refuse", reason="Không thuộc thẩm quyền giải quyết")
    third = identity_actions.ensure_authority(
        code=THIRD, name="Phường 3", level="commune", place="Phường 3"
    )
    stranger = identity.actor(_post(third, "Công chức", ("officer",), "056088009003"), at=AT)
    codes = "SELECT code FROM cases_case ORDER BY code"
    with acting(WEB, office.actor("officer")) as run:
        assert run(codes) == []
    merged(ORDER, admin)
    tables = ("cases_task", "intake_filing", "intake_draft", "intake_attachment")
    with acting(WEB, office.actor("officer", LATER)) as run:
        assert run(codes) == sorted([(open_code,), (closed,)])
        assert all(count(run, table) > 0 for table in tables)
    for actor in (stranger, admin, other_office.actor("leader", LATER)):
        with acting(WEB, actor) as run:
            assert run(codes) == []
            assert not any(count(run, table) for table in tables)
    with pytest.raises(Absent):
        page.case_page(closed, reader=stranger, at=LATER)


# ---- numbers and documents


@pytest.fixture
def sealed(admin: Actor, tmp_path_factory: pytest.TempPathFactory, settings: Any) -> None:
    settings.MOTCUA_KEYS = tmp_path_factory.getbasetemp() / "keys"
    settings.MOTCUA_KEYS_PASSPHRASE = "demo"
    wards = [identity.authority(code) for code in (WARD, OTHER_WARD)]
    for moment in (SINCE, AT):  # the lists of what was revoked are renewed by then
        keys.ensure(wards, at=moment)


def test_a_moved_case_is_signed_in_the_name_of_the_successor(
    office: Office, other_office: Office, citizen: Citizen, admin: Actor, sealed: None
) -> None:
    first = ready_to_sign(office, citizen(1))
    tasks.complete(first, outcome="sign", by=office.actor("leader"), at=AT)
    old = ready_to_sign(other_office, citizen(2))
    tasks.complete(old, outcome="sign", by=other_office.actor("leader"), at=AT)
    moved = ready_to_sign(other_office, citizen(3))
    reserved = _reserved(moved, other_office.actor("leader"))  # and then the signing broke off
    merged(ORDER, admin)
    tasks.complete(moved, outcome="sign", by=office.actor("leader", LATER), at=LATER)
    issued = document_rows.Document.objects.filter(status="issued").order_by("issued_at", "pk")
    rows = issued.values_list("authority__code", "number")
    assert sorted(rows) == [(WARD, 1), (WARD, 2), (OTHER_WARD, 1)]
    document = issued.get(pk=reserved)
    assert document.authority.code == WARD
    case = models.Task.objects.select_related("case").get(pk=moved).case
    assert (case.authority.code, case.code[: len(OTHER_WARD)]) == (WARD, OTHER_WARD)
    shown = documents.document_value(issued.get(authority__code=OTHER_WARD))
    assert shown.authority_name == "Ủy ban nhân dân phường 2"
    for row, name in ((document, "Ủy ban nhân dân phường 1"), (shown, shown.authority_name)):
        digest = row.file_id if isinstance(row, document_rows.Document) else shown.digest
        assert digest
        with documents.open_file(digest) as stream:
            verdict = signing.verify(stream.read(), at=LATER + timedelta(hours=1))
        assert verdict.is_valid, verdict.reasons
        assert verdict.seal and verdict.seal.authority_name == name
    assert not list(document_audit.disagreements())
    _hold_log()


def _reserved(task_id: uuid.UUID, leader: Actor) -> uuid.UUID:
    with transaction.atomic():
        task = work.lock_task(task_id, by=leader)
        held = work.loaded(task.case)
        return tasks._reserve(held, task, by=leader, at=AT).id


def test_a_new_authority_takes_over_and_its_register_goes_on(
    office: Office, other_office: Office, citizen: Citizen, admin: Actor, sealed: None
) -> None:
    for number in range(2):
        task = ready_to_sign(office, citizen(number))
        tasks.complete(task, outcome="sign", by=office.actor("leader"), at=AT)
    waiting = ready_to_sign(other_office, citizen(3))
    merged(NEW, admin)
    keys.ensure([identity.authority(NEW.into)], at=SINCE)
    leader = office.actor("leader", LATER)
    assert [post.authority_code for post in leader.posts] == [NEW.into]
    assert other_office.actor("leader", LATER).posts == ()
    tasks.complete(waiting, outcome="sign", by=leader, at=LATER)
    (document,) = document_rows.Document.objects.filter(authority__code=NEW.into)
    assert document.number == 3
    found = identity.authority(NEW.into)
    assert (found.name, found.place, found.level) == (NEW.name, NEW.place, "commune")
    assert {each.code for each in identity.authorities(level="commune")} == {NEW.into}
    _hold_log()


# ---- drafts and the portal


def test_a_draft_goes_to_the_successor_when_it_is_sent(
    office: Office, citizen: Citizen, admin: Actor
) -> None:
    person = citizen(1)
    drafts = [_draft(person) for _ in range(2)]
    ready = intake.prepare(drafts[0], idempotency_key="before-the-day", by=person, at=AT)
    merged(ORDER, admin)
    with pytest.raises(DraftChanged):  # it was checked for an authority that is no more
        intake.submit(ready, by=person, at=LATER)
    for number, draft in enumerate(drafts):
        filed = filing.file(draft, idempotency_key=f"after-it-{number}", by=person, at=LATER)
        assert filed.code.startswith(f"{WARD}-")
        assert authority_of(filed.code) == WARD
        office.do(filed.code, "intake", "accept", at=LATER)
    opened = intake.open_draft(
        procedure_code=sample.CODE, authority_code=OTHER_WARD, channel="online",
        applicant_kind="citizen", by=person, at=LATER,
    )  # fmt: skip
    assert opened.authority_code == WARD


def _draft(person: Actor) -> uuid.UUID:
    draft = intake.open_draft(
        procedure_code=sample.CODE, authority_code=OTHER_WARD, channel="online",
        applicant_kind="citizen", by=person, at=AT,
    )  # fmt: skip
    intake.save(draft.id, answers=ANSWERS, by=person, at=AT)
    content = b"%PDF-1.4\n" + b"0" * 600 + b"\n%%EOF\n"
    intake.attach(
        draft.id, paper_id="declaration", name="to-khai.pdf", chunks=[content],
        declared_size=len(content), by=person, at=AT,
    )  # fmt: skip
    return draft.id


def test_the_portal_offers_the_living_and_leads_on_from_the_others(
    citizen: Citizen, admin: Actor
) -> None:
    person = citizen(1)
    people.Person.objects.filter(pk=person.id).update(address="2 Lê Lợi, Phường 2, Khánh Hòa")
    merged(ORDER, admin)
    found = portal.beginning(sample.CODE, of=person)
    assert [(each.value, each.is_chosen) for each in found.places] == [("Phường 1", True)]
    assert portal.authority_in("Phường 2", code=sample.CODE).code == WARD


# ---- long work


def test_it_waits_for_its_day_and_is_cancelled_before_it(
    other_office: Office, admin: Actor
) -> None:
    day = TODAY + timedelta(days=3)
    key = operations.merge_authorities(replace(ORDER, from_date=day), by=admin, at=AT)
    assert not operations.run(key, at=AT)
    assert asked.operation(key, reader=admin).may_cancel
    operations.cancel(key, by=admin, at=AT)
    start = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)  # midnight in Vietnam
    assert clock.local(start).date() == day
    assert operations.run(key, at=start)
    assert other_office.actor("leader", start).posts
    again = operations.merge_authorities(replace(ORDER, from_date=day), by=admin, at=AT)
    through(again, at=start)
    assert identity.authority(OTHER_WARD).is_ended


def test_once_begun_it_is_not_cancelled(admin: Actor) -> None:
    key = operations.merge_authorities(ORDER, by=admin, at=AT)
    operations.run(key, at=AT)
    assert not asked.operation(key, reader=admin).may_cancel
    with pytest.raises(errors.MergerBegun):
        operations.cancel(key, by=admin, at=AT)


def test_what_changed_since_the_order_stops_it_before_anything_moves(
    other_office: Office, admin: Actor
) -> None:
    key = operations.merge_authorities(ORDER, by=admin, at=AT)
    people.Authority.objects.filter(code=WARD).update(level="sector")
    through(key)
    assert asked.operation(key, reader=admin).state == "failed"
    assert other_office.actor("leader", LATER).posts
    people.Authority.objects.filter(code=WARD).update(level="commune")
    merged(ORDER, admin, at=LATER)


def test_an_administrator_who_is_none_any_more_merges_nothing(admin: Actor) -> None:
    key = operations.merge_authorities(ORDER, by=admin, at=AT)
    identity_actions.leave_post(admin.id, admin.posts[0].id, by="test", at=AT)
    through(key, at=LATER)
    assert asked.operation(key, reader=admin).state == "failed"
    assert not identity.authority(OTHER_WARD).is_ended


def test_killed_in_the_middle_it_goes_on_where_it_was(
    other_office: Office, citizen: Citizen, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = [other_office.file(citizen(number)) for number in range(5)]
    monkeypatch.setattr(operations, "SLICE", 2)
    key = operations.merge_authorities(ORDER, by=admin, at=AT)
    killed = 0
    for step in range(4):  # struck dead at the end of each slice, before it is noted

        def die(*_args: object) -> None:
            raise SystemExit(9)

        with monkeypatch.context() as patch, pytest.raises(SystemExit), transaction.atomic():
            patch.setattr(operations, "_note", die)
            operations.run(key, at=AT)
        killed += 1
        operations.run(key, at=AT)
        row = models.Operation.objects.get(pk=key)
        here = sum(authority_of(code) == WARD for code in codes)
        assert here == min(2 * step, 5)
        assert row.done == here + 1
    through(key)
    assert killed == 4
    assert {authority_of(code) for code in codes} == {WARD}
    told = list(transparency.of_kind(events.CasesHandedOver))
    assert [len(each.facts["cases"]) for each in told] == [2, 2, 1]  # type: ignore[arg-type]


def test_broken_off_on_the_way_it_is_taken_up_by_the_same_order(
    other_office: Office, citizen: Citizen, admin: Actor
) -> None:
    code = other_office.file(citizen(1))
    key = operations.merge_authorities(ORDER, by=admin, at=AT)
    operations.run(key, at=AT)  # the posts
    for _ in range(operations.MOST_TRIES):
        assert operations.begin(key, at=AT)
    assert not operations.begin(key, at=AT)
    assert people.Merger.objects.get().state == "stopped"
    with pytest.raises(CannotMerge):
        operations.merge_authorities(replace(ORDER, codes=(WARD,)), by=admin, at=AT)
    merged(ORDER, admin, at=LATER)
    assert people.Merger.objects.get().state == "done"
    assert authority_of(code) == WARD
    _hold_log()


def test_whoever_ends_an_authority_past_the_log_is_found(admin: Actor) -> None:
    successor = people.Authority.objects.get(code=WARD)
    people.Authority.objects.filter(code=OTHER_WARD).update(successor=successor, ends_date=TODAY)
    people.Authority.objects.filter(code=WARD).update(followed=[1])
    told = " ".join(each.said for each in people_audit.disagreements())
    assert f"end of authority {OTHER_WARD}" in told
    assert f"line of authority {successor.pk}" in told


def test_a_case_that_somebody_moves_past_the_log_is_found(
    other_office: Office, citizen: Citizen, admin: Actor
) -> None:
    code = other_office.file(citizen(1))
    models.Case.objects.filter(code=code).update(authority=people.Authority.objects.get(code=WARD))
    assert [each.subject for each in audit.disagreements() if "authority" in each.said] == [code]


# ---- laws


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=some.lists(
        some.tuples(some.sets(some.integers(0, 3), min_size=1, max_size=2), some.integers(0, 3)),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_merged_no_case_is_lost(
    steps: Sequence[tuple[set[int], int]], chains: Any
) -> None:
    """No cycle, every open case with an authority that is alive, all cases and tasks still there."""
    admin, codes = chains
    before = _everything()
    with transaction.atomic():
        for number, (ended, into) in enumerate(steps):
            order = Order(
                codes=tuple(codes[each] for each in sorted(ended)),
                into=codes[into],
                from_date=TODAY + timedelta(days=number),
                makes_units=True,
            )
            at = AT + timedelta(days=number)
            try:
                key = operations.merge_authorities(order, by=admin, at=at)
            except CannotMerge:
                continue
            through(key, at=at)
        assert _everything() == before
        _hold_laws()
        transaction.set_rollback(True)


@pytest.fixture
def chains(office: Office, other_office: Office, citizen: Citizen, admin: Actor) -> Any:
    above = people.Authority.objects.get(code=PROVINCE).pk
    codes = [WARD, OTHER_WARD]
    for number in (3, 4):
        code = f"H32.0{number}"
        made = identity_actions.ensure_authority(
            code=code, name=f"Phường {number}", level="commune", place=f"Phường {number}"
        )
        people.Authority.objects.filter(pk=made).update(parent_id=above)
        _post(made, "Công chức", ("officer",), f"05608800902{number}")
        codes.append(code)
    for number, each in enumerate((office, other_office)):
        each.file(citizen(number))
        closed = each.file(citizen(number + 5))
        each.do(closed, "intake", "refuse", reason="Không thuộc thẩm quyền giải quyết")
    return admin, codes


def _everything() -> tuple[object, ...]:
    open_tasks = models.Task.objects.filter(state="open")
    return (
        sorted(models.Case.objects.values_list("code", "status")),
        open_tasks.count(),
        models.Case.objects.filter(finished_at=None).count(),
    )


def _hold_log() -> None:
    """Hold that the log tells of every authority, term, delegation and case as the tables do."""
    about = ("authority", "unit", "merger", "holding", "delegation", "times of person", "case")
    told = [*audit.disagreements(), *people_audit.disagreements()]
    assert not [each for each in told if any(word in each.said for word in about)]


def _hold_laws() -> None:
    rows = {row.pk: row for row in people.Authority.objects.all()}
    for row in rows.values():
        seen, last = {row.pk}, row
        while last.successor_id is not None:
            assert last.successor_id not in seen, "a cycle"
            seen.add(last.successor_id)
            last = rows[last.successor_id]
        assert last.ends_date is None
        assert seen - {last.pk} <= set(last.followed)
    for case in models.Case.objects.select_related("authority"):
        assert case.finished_at is not None or case.authority.ends_date is None
    for task in models.Task.objects.filter(state="open").select_related("unit", "case"):
        assert task.unit.ends_date is None
        assert task.unit.authority_id == task.case.authority_id
    _hold_log()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM identity_holding h JOIN identity_post p ON p.id = h.post_id"
            " JOIN identity_unit u ON u.id = p.unit_id"
            " WHERE u.ends_date IS NOT NULL AND h.ends_at IS NULL"
        )
        assert cursor.fetchone()[0] == 0
