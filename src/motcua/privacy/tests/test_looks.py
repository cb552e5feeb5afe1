"""Looks: one INSERT whatever they show, kept as written, sealed by the log, told to the person alone."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from motcua.identity.values import Purpose
from motcua.privacy import errors, models
from motcua.privacy.actions import complaints, looks
from motcua.privacy.queries import complaints as complaint_queries
from motcua.privacy.queries import looks as queries
from motcua.privacy.tests.conftest import AT, WARD, People
from motcua.privacy.values import Subject
from motcua.transparency import queries as transparency

TASK = Purpose("task", "Tiếp nhận hồ sơ", uuid.UUID(int=7))


def see(people: People, *, reference: str = "H32.01-261102-0001") -> int:
    looks.look(
        by=people.clerk,
        at=AT,
        purpose=TASK,
        subjects=[Subject(people.mother.id, reference)],
        kinds={"answers", "identity"},
        place="desk.case",
        authority_code=WARD,
    )
    return models.Look.objects.latest("id").pk


def test_a_list_of_many_people_is_one_insert(people: People) -> None:
    many = [Subject(people.mother.id, f"case-{number}") for number in range(300)]
    with CaptureQueriesContext(connection) as seen:
        looks.look(
            by=people.clerk,
            at=AT,
            purpose=TASK,
            subjects=many,
            kinds={"identity"},
            place="desk.list",
        )
    assert len(seen) == 1
    assert len(models.Look.objects.get().subjects) == 300


def test_one_s_own_data_is_nobody_s_look(people: People) -> None:
    own = [Subject(people.clerk.id)]
    looks.look(
        by=people.clerk, at=AT, purpose=TASK, subjects=own, kinds={"identity"}, place="desk.case"
    )
    assert not models.Look.objects.exists()


@pytest.mark.parametrize("kinds", [{"identity", "gossip"}, set()])
def test_a_kind_that_nobody_can_explain_is_a_bug(people: People, kinds: set[str]) -> None:
    with pytest.raises(ValueError, match="kinds of data"):
        looks.look(
            by=people.clerk,
            at=AT,
            purpose=TASK,
            subjects=[Subject(people.mother.id)],
            kinds=kinds,
            place="desk.case",
        )


def test_the_person_is_told_who_when_why_and_what(people: People) -> None:
    see(people)
    (row,) = queries.at_data_of(people.mother.id).rows
    assert (row.reader_name, row.post, row.unit) == (
        "Lê Văn Phúc",
        "Cán bộ one_stop",
        "Đơn vị one_stop",
    )
    assert row.authority_name == "Ủy ban nhân dân phường Nha Trang"
    assert (row.purpose_kind, row.purpose_text) == ("task", "Tiếp nhận hồ sơ")
    assert row.kinds == ("answers", "identity")
    assert row.references == ("H32.01-261102-0001",)
    assert row.at == AT


def test_of_the_others_in_a_list_nothing_is_said(people: People) -> None:
    both = [Subject(people.mother.id, "hers"), Subject(people.stranger.id, "his")]
    looks.look(
        by=people.clerk, at=AT, purpose=TASK, subjects=both, kinds={"identity"}, place="desk.list"
    )
    assert queries.at_data_of(people.mother.id).rows[0].references == ("hers",)
    assert queries.at_data_of(people.stranger.id).rows[0].references == ("his",)


def test_pages_go_on_past_a_key_with_a_constant_number_of_queries(people: People) -> None:
    for number in range(7):
        see(people, reference=str(number))
    with CaptureQueriesContext(connection) as seen:
        first = queries.at_data_of(people.mother.id, limit=5)
    second = queries.at_data_of(people.mother.id, before=first.before, limit=5)
    assert [each.references[0] for each in (*first.rows, *second.rows)] == list("6543210")
    assert second.before is None
    assert len(seen) == 2


def test_a_look_stays_as_it_was_written(people: People) -> None:
    look = see(people)
    for wrong in (
        lambda: models.Look.objects.filter(pk=look).update(place="nowhere"),
        lambda: models.Look.objects.filter(pk=look).delete(),
    ):
        with pytest.raises(DatabaseError, match="stays as it was written"), transaction.atomic():
            wrong()


def test_the_log_commits_to_looks_once(people: People) -> None:
    see(people)
    see(people)
    assert looks.seal(at=AT) == 2
    assert looks.seal(at=AT) == 0
    (entry,) = transparency.history("looks")
    assert entry.kind == "privacy.LooksSealed"
    assert entry.facts["count"] == 2
    assert str(people.mother.id) not in str(entry.facts)
    assert queries.seal_is_intact(entry.id)


def test_a_sealed_look_that_was_changed_added_or_taken_out_is_found(people: People) -> None:
    first, second = see(people), see(people)
    looks.seal(at=AT)
    (entry,) = transparency.history("looks")
    for tampering in (
        f"UPDATE privacy_look SET post = 'Người khác' WHERE id = {first}",
        f"UPDATE privacy_look SET subjects = '{{{uuid.UUID(int=1)}}}' WHERE id = {first}",
        f"DELETE FROM privacy_look WHERE id = {second}",
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger
            cursor.execute(tampering)
            assert not queries.seal_is_intact(entry.id)
            transaction.set_rollback(True)
    assert queries.seal_is_intact(entry.id)


def test_a_complaint_goes_to_the_officer_and_comes_back_with_an_answer(people: People) -> None:
    look = see(people)
    complaint = complaints.complain(look, text="Tôi không nộp gì", by=people.mother, at=AT)
    (waiting,) = complaint_queries.open_ones(people.protector)
    assert (waiting.text, waiting.look.reader_name) == ("Tôi không nộp gì", "Lê Văn Phúc")
    assert AT + timedelta(days=9) < waiting.due_at <= AT + timedelta(days=15)
    complaints.answer(complaint, text="Xem nhầm", is_justified=True, by=people.protector, at=AT)
    (own,) = complaint_queries.own(people.mother)
    assert (own.answer, own.is_justified) == ("Xem nhầm", True)
    assert not complaint_queries.open_ones(people.protector)
    kinds = [each.kind for each in transparency.history(str(complaint))]
    assert kinds == ["privacy.ComplaintFiled", "privacy.ComplaintAnswered"]


def test_what_is_not_a_complaint_is_refused(people: People) -> None:
    look = see(people)
    with pytest.raises(errors.NoSuchLook):
        complaints.complain(look, text="Của người khác", by=people.stranger, at=AT)
    for text in ("", "  \x00 ", "x" * 4_001):
        with pytest.raises(errors.NothingSaid):
            complaints.complain(look, text=text, by=people.mother, at=AT)
    complaint = complaints.complain(look, text="Sao lại xem?", by=people.mother, at=AT)
    with pytest.raises(errors.AlreadyComplained):
        complaints.complain(look, text="Lần nữa", by=people.mother, at=AT)
    with pytest.raises(errors.NotProtectionOfficer):
        complaints.answer(complaint, text="Không", is_justified=False, by=people.clerk, at=AT)
    with pytest.raises(errors.NotProtectionOfficer):
        complaint_queries.open_ones(people.clerk)
    complaints.answer(complaint, text="Đúng", is_justified=False, by=people.protector, at=AT)
    with pytest.raises(errors.AlreadyAnswered):
        complaints.answer(complaint, text="Lại", is_justified=True, by=people.protector, at=AT)
