"""Who may look, and who may not work: purposes, separate duties, one's own case and a relation's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.cases import errors
from motcua.cases.actions import bulk, tasks
from motcua.cases.queries import access, cases, inbox, page
from motcua.cases.values import Task
from motcua.desk.tests import conftest
from motcua.desk.tests.conftest import AT, Desk, People
from motcua.identity import actions as identity_actions
from motcua.identity import queries as identity
from motcua.identity.errors import NotAllowed, PurposeNeeded
from motcua.identity.values import Actor
from motcua.kit import clock
from motcua.transparency.queries import history

pytestmark = pytest.mark.django_db


def fresh(person: Actor) -> Actor:
    return identity.actor(person.id, at=clock.now())


def open_task(code: str) -> Task:
    return next(each for each in cases.as_operator(code).tasks if each.state == "open")


def give_role(person: Actor, *, unit: int, role: str) -> Actor:
    """Put a person on one more post."""
    post = identity_actions.ensure_post(unit_id=unit, title=f"Kiêm {role}", roles=(role,))
    identity_actions.take_post(person.id, post, by="test", at=AT)
    return identity.actor(person.id, at=AT)


# ---- a reader gives a purpose


def test_who_has_no_task_there_says_why_and_then_sees(people: People, desk: Desk) -> None:
    code, officer = conftest.file_birth(people.mother), desk.of(people.officer)
    asked = officer.get(f"/desk/cases/{code}/")
    assert asked.status_code == 302
    place = asked["Location"]
    assert f"/desk/cases/{code}/purpose/" in place
    words = officer.get(place).content.decode()
    assert "Trần Minh Khôi" not in words and people.mother.name not in words
    short = officer.post(place, {"reason": "xem", "next": f"/desk/cases/{code}/"})
    assert short.status_code == 422 and "xem" in short.content.decode()
    reason = "Bà Hạnh hỏi tại quầy vì sao chậm"
    done = officer.post(place, {"reason": reason, "next": f"/desk/cases/{code}/"})
    assert done["Location"] == f"/desk/cases/{code}/"
    assert people.mother.name in officer.get(done["Location"]).content.decode()
    assert access.purpose(code, reader=fresh(people.officer)).text == reason
    entries = [each for each in history(code) if each.kind == "identity.PurposeStated"]
    assert len(entries) == 1 and reason not in str(entries)


def test_a_purpose_serves_for_one_case_and_for_some_hours(people: People) -> None:
    code, other = conftest.file_birth(people.mother), conftest.file_birth(people.other)
    conftest.state(people.officer, code)
    assert access.purpose(code, reader=fresh(people.officer)).kind == "stated"
    with pytest.raises(PurposeNeeded):
        access.purpose(other, reader=fresh(people.officer))
    later = identity.actor(people.officer.id, at=identity.purpose_ends(clock.now()))
    with pytest.raises(PurposeNeeded):
        access.purpose(code, reader=later)


def test_the_open_task_is_the_purpose(people: People) -> None:
    code = conftest.file_birth(people.mother)
    seen = page.case_page(code, reader=people.clerk, at=AT)
    assert (seen.purpose.kind, seen.purpose.task_id) == ("task", open_task(code).id)
    own = page.case_page(code, reader=people.mother, at=AT)
    assert own.purpose.kind == "own"


@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example", "/cases/", ""])
def test_the_page_leads_nowhere_else(people: People, desk: Desk, following: str) -> None:
    code = conftest.file_birth(people.mother)
    posted = {"reason": "Lãnh đạo hỏi tiến độ", "next": following}
    answer = desk.of(people.officer).post(f"/desk/cases/{code}/purpose/", posted)
    assert answer["Location"] == f"/desk/cases/{code}/"


# ---- appraiser, reviewer and signer differ


def test_one_person_does_not_appraise_and_review(people: People) -> None:
    code = conftest.file_birth(people.mother)
    tasks.complete(open_task(code).id, outcome="accept", by=people.clerk, at=AT)
    tasks.complete(open_task(code).id, outcome="approve", by=people.officer, at=AT)
    review = open_task(code)
    both = give_role(people.officer, unit=review.unit_id, role="reviewer")
    with pytest.raises(errors.DutiesNotSeparate):
        tasks.take(review.id, by=both, at=AT)
    with pytest.raises(errors.DutiesNotSeparate):
        tasks.complete(review.id, outcome="forward", by=both, at=AT)
    with pytest.raises(errors.DutiesNotSeparate):
        tasks.take(review.id, by=people.reviewer, at=AT, give_to=both)
    (told,) = bulk.take([review.id], by=both, at=AT)
    assert told.code == "duties-not-separate"
    candidates = page.colleagues(review.id, reader=people.reviewer, at=AT)
    assert [key for key, _name in candidates] == [people.reviewer.id]


def test_who_reviewed_does_not_sign(people: People, keys: None) -> None:
    code = conftest.file_birth(people.mother)
    for by, outcome in (
        (people.clerk, "accept"),
        (people.officer, "approve"),
        (people.reviewer, "forward"),
    ):
        tasks.complete(open_task(code).id, outcome=outcome, by=by, at=AT)
    sign = open_task(code)
    both = give_role(people.reviewer, unit=sign.unit_id, role="leader")
    with pytest.raises(errors.DutiesNotSeparate):
        tasks.complete(sign.id, outcome="sign", by=both, at=AT)
    assert not inbox.rows(both, queue="to_sign", at=AT).rows
    assert inbox.rows(people.leader, queue="to_sign", at=AT).rows
    appraiser = give_role(people.officer, unit=sign.unit_id, role="leader")
    with pytest.raises(errors.AppraiserCannotSign):
        tasks.complete(sign.id, outcome="sign", by=appraiser, at=AT)


# ---- nobody works a case of their own, or of a close relation


def test_nobody_works_their_own_case_or_one_that_is_about_them(people: People) -> None:
    own = conftest.file_birth(people.clerk)
    about = conftest.file_birth(people.mother)
    task = open_task(own)
    with pytest.raises(errors.OwnCase):
        tasks.take(task.id, by=people.clerk, at=AT)
    assert own not in [
        each.case_code for each in inbox.rows(people.clerk, queue="unit_tasks", at=AT).rows
    ]
    mother = give_role(people.mother, unit=task.unit_id, role="intake")
    with pytest.raises(errors.OwnCase):
        tasks.complete(open_task(about).id, outcome="accept", by=mother, at=AT)
    with pytest.raises(
        errors.OwnCase
    ):  # the mother's number is in the answers of what the clerk filed
        tasks.take(task.id, by=mother, at=AT)


def test_a_declared_relation_bars_everywhere(people: People, desk: Desk) -> None:
    code = conftest.file_birth(people.mother)
    task = open_task(code)
    posted = {"kind": "spouse", "name": "Trần Thị Hạnh", "personal_id": people.mother.personal_id}
    browser = desk.of(people.clerk)
    assert browser.post("/desk/relations/", posted).status_code == 302
    shown = browser.get("/desk/relations/").content.decode()
    assert "Trần Thị Hạnh" in shown and people.mother.personal_id not in shown
    clerk = fresh(people.clerk)
    with pytest.raises(errors.RelationsCase):
        tasks.take(task.id, by=clerk, at=AT)
    (told,) = bulk.assign([task.id], to=clerk.id, by=people.second_clerk, at=clerk.at or AT)
    assert told.code == "relations-case"
    assert not inbox.rows(clerk, queue="unit_tasks", at=AT).rows
    assert not cases.open_tasks(clerk)
    candidates = page.colleagues(task.id, reader=people.second_clerk, at=clock.now())
    assert clerk.id not in [key for key, _name in candidates]
    (relation,) = identity.relations(of=clerk)
    assert desk.of(people.officer).post(f"/desk/relations/{relation.id}/end/").status_code == 404
    assert browser.post(f"/desk/relations/{relation.id}/end/").status_code == 302
    tasks.take(task.id, by=fresh(people.clerk), at=AT)
    assert not identity.relations(of=clerk)


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"kind": "spouse", "name": "", "personal_id": "056195004112"},
        {"kind": "spouse", "name": "Hạnh", "personal_id": "12"},
        {"kind": "king", "name": "Hạnh", "personal_id": "056195004112"},
        {"kind": "spouse", "name": "\x00" * 9_000, "personal_id": "０５６１９５００４１１２"},  # noqa: RUF001
        {"kind": "spouse", "name": "Tôi", "personal_id": "056080900000"},
    ],
)
def test_a_declaration_that_is_not_whole_is_told(
    people: People, desk: Desk, posted: dict[str, str]
) -> None:
    answer = desk.of(people.clerk).post("/desk/relations/", posted)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()
    assert not identity.relations(of=people.clerk)


def test_only_officials_declare(people: People) -> None:
    with pytest.raises(NotAllowed):
        identity_actions.declare_relation(
            kind="spouse", personal_id="056195004113", name="A", by=people.mother, at=AT
        )


# ---- an administrator reads no case


def test_an_administrator_finds_no_case_anywhere(people: People, desk: Desk) -> None:
    code = conftest.file_birth(people.mother)
    unit = people.reviewer.posts[0].unit_id
    admin = give_role(people.other, unit=unit, role="admin")
    browser = desk.of(admin)
    for address in (
        f"/desk/cases/{code}/",
        f"/desk/cases/{code}/purpose/",
        f"/desk/cases/{code}/slips/1.pdf",
        f"/desk/tasks/{open_task(code).id}/preview.pdf",
        "/desk/register/",
        "/desk/register/print.pdf",
    ):
        answer = browser.get(address)
        assert answer.status_code in {403, 404}, address
        assert people.mother.name not in answer.content.decode()
    assert browser.get("/desk/?queue=all&q=hanh")["Location"] == "/desk/office/"
    assert not inbox.rows(admin, queue="all", at=AT, search="hanh").rows
    assert not cases.cases_of_office(admin)
    assert browser.post("/desk/register/spreadsheet/").status_code == 403


def test_an_administrator_puts_nobody_oneself_on_a_post(people: People, desk: Desk) -> None:
    unit = people.reviewer.posts[0].unit_id
    admin = give_role(people.other, unit=unit, role="admin")
    post = people.leader.posts[0]
    posted = {"unit": str(post.unit_id), f"personal_id-{post.id}": admin.personal_id}
    answer = desk.of(admin).post(f"/desk/office/posts/{post.id}/take/", posted)
    assert answer.status_code == 403
    assert [each.id for each in fresh(admin).posts] == [each.id for each in admin.posts]


# ---- and it costs no queries


def test_relations_and_purposes_cost_no_query_of_their_own(people: People) -> None:
    code = conftest.file_birth(people.mother)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            identity.actor(people.officer.id, at=clock.now())
        return len(seen)

    before = queries()
    conftest.state(people.officer, code)
    for number in range(5):
        identity_actions.declare_relation(
            kind="other", personal_id=f"05619500911{number}", name="A", by=people.officer, at=AT
        )
    assert queries() == before
