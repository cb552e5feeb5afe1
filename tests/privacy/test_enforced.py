"""What a person asked of their data, once granted, holds: on pages, in lists, for a program."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from motcua.cases import tasks
from motcua.cases.actions import notes, purposes
from motcua.cases.errors import DataRestricted
from motcua.cases.models import Case, SearchEntry
from motcua.cases.queries import audit, cases, inbox, registers
from motcua.desk import queries as desk_queries
from motcua.desk.tests.conftest import AT, BIRTH, WARD, Desk, People, file_birth
from motcua.identity import actions as identity_actions
from motcua.identity import models as people_rows
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.intake import actions as intake
from motcua.intake.values import Draft
from motcua.kit import clock
from motcua.kit.errors import Refused
from motcua.privacy import models as privacy_rows
from motcua.privacy.actions import requests as asking
from motcua.privacy.errors import NoSuchLook
from motcua.privacy.queries import looks
from motcua.transparency import queries as transparency
from tests.privacy.test_looks import officer
from tests.privacy.test_retention import refused
from tests.privacy.test_rights import signed_in

HIDDEN = ("Hạnh", "0905000001", "12 Lê Thánh Tôn")


@pytest.fixture
def granted(people: People) -> Callable[[str], uuid.UUID]:
    """Return how the mother is granted what she asks, with what the worker does of it."""

    def grant(kind: str) -> uuid.UUID:
        key = asking.file(kind, authority_code=WARD, text="Theo luật", by=people.mother, at=AT)
        asking.grant(key, text="Đã làm", by=officer(people), at=AT)
        followed(key, "RequestEnded", tasks.on_request_ended)
        return key

    return grant


def followed(key: uuid.UUID, kind: str, task: Callable[..., object]) -> None:
    for entry in transparency.history(str(key)):
        if entry.kind == f"privacy.{kind}":
            task(entry_id=entry.id)
            task(entry_id=entry.id)  # told twice, done once


def reader(people: People, code: str) -> Actor:
    """Return an official who stated why they have to see a case."""
    now = clock.now()
    purposes.state(code, text="Lãnh đạo hỏi về kết quả", by=people.officer, at=now)
    return identity.actor(people.officer.id, at=now)


# ---- to restrict


def test_a_finished_case_that_is_restricted_is_only_kept(
    people: People, desk: Desk, granted: Callable[[str], uuid.UUID]
) -> None:
    code = refused(people)
    told = reader(people, code)
    assert cases.case_of(code, reader=told)
    key = granted("restrict")
    assert Case.objects.get(code=code).restricted_at is not None
    assert [each.kind for each in transparency.history(code)][-1] == "cases.CaseRestricted"
    for do in (
        lambda: cases.case_of(code, reader=told),
        lambda: cases.history(code, reader=told),
        lambda: purposes.state(code, text="Lý do mới rất chính đáng", by=told, at=clock.now()),
        lambda: notes.write(code, text="x", by=told, at=clock.now()),
    ):
        with pytest.raises(DataRestricted):
            do()
    page = desk.of(people.officer).get(f"/desk/cases/{code}/")
    assert page.status_code == 403
    said = page.content.decode()
    assert "hạn chế xử lý" in said and not any(each in said for each in HIDDEN)
    assert cases.case_of(code, reader=people.mother)  # it is hers still
    Case.objects.filter(code=code).update(restricted_at=None)  # by somebody with all rights
    assert "restriction" in "".join(each.said for each in audit.disagreements())
    Case.objects.filter(code=code).update(restricted_at=AT)
    asking.lift(key, by=people.mother, at=AT)
    followed(key, "RequestLifted", tasks.on_request_lifted)
    assert Case.objects.get(code=code).restricted_at is None
    assert cases.case_of(code, reader=told)
    assert SearchEntry.objects.filter(case__code=code).exists()


def test_lists_and_the_register_do_not_name_who_restricted(
    people: People, desk: Desk, granted: Callable[[str], uuid.UUID]
) -> None:
    code = refused(people)
    Case.objects.filter(code=code).update(accepted_at=AT)
    granted("restrict")
    row = next(
        each
        for each in inbox.rows(people.officer, queue=inbox.ALL, at=AT).rows
        if each.case_code == code
    )
    assert (row.applicant_id, row.shows) == ("", None)
    assert not inbox.rows(people.officer, queue=inbox.ALL, at=AT, search="hanh").rows
    day = clock.local(AT).date()
    (line,) = registers.register(WARD, first=day, last=day, reader=people.officer).rows
    page = desk.of(people.officer).get("/desk/?queue=all").content.decode()
    for shown in (*registers.cells(1, line), row.applicant_name, page):
        assert not any(each in shown for each in HIDDEN)
    assert not looks.at_data_of(people.mother.id).rows


def test_what_is_under_way_goes_on_for_those_who_work_on_it(
    people: People, granted: Callable[[str], uuid.UUID]
) -> None:
    code = file_birth(people.mother)
    granted("restrict")
    assert cases.case_of(code, reader=people.clerk)  # the task is open there
    with pytest.raises(DataRestricted):
        cases.case_of(code, reader=people.leader)
    later = file_birth(people.mother)
    assert Case.objects.get(code=later).restricted_at is None, "what is filed later is not meant"


def test_only_who_is_concerned_lifts_it(
    people: People, granted: Callable[[str], uuid.UUID]
) -> None:
    key = granted("restrict")
    for by in (people.clerk, people.other):
        with pytest.raises(Refused):
            asking.lift(key, by=by, at=AT)
    asking.lift(key, by=officer(people), at=AT)
    with pytest.raises(Refused):  # once
        asking.lift(key, by=people.mother, at=AT)
    seen = asking.file("see", authority_code=WARD, text="", by=people.mother, at=AT)
    asking.grant(seen, text="Đã cho xem", by=officer(people), at=AT)
    with pytest.raises(Refused):  # nothing of it holds on
        asking.lift(seen, by=people.mother, at=AT)


# ---- to object


def test_who_objects_is_asked_everything_anew(
    people: People, granted: Callable[[str], uuid.UUID]
) -> None:
    mother = signed_in(people)
    before = draft(people)
    assert 'value="Trần Thị Hạnh"' in first_page(mother, before)
    assert desk_queries.prefilled(before)
    key = granted("object")
    assert 'value="Trần Thị Hạnh"' not in first_page(mother, before)
    assert desk_queries.prefilled(before) == {}
    request = mother.get(f"/my-data/requests/{key}/").content.decode()
    assert "không còn điền sẵn" in request
    assert mother.post(f"/my-data/requests/{key}/", {"do": "lift"}).status_code == 302
    assert desk_queries.prefilled(before)


def draft(people: People) -> Draft:
    return intake.open_draft(
        procedure_code=BIRTH, authority_code=WARD, channel="online",
        applicant_kind="citizen", by=people.mother, at=AT,
    )  # fmt: skip


def first_page(mother: Client, begun: Draft) -> str:
    answer = mother.get(f"/apply/{begun.id}/pages/applicant/")
    assert answer.status_code == 200
    return answer.content.decode()


# ---- to correct


def test_a_correction_changes_what_is_known_and_tells_the_log(people: People, desk: Desk) -> None:
    code, over = file_birth(people.mother), refused(people)
    key = asking.file(
        "correct", authority_code=WARD, text="Số điện thoại cũ rồi", by=people.mother, at=AT
    )
    protector = desk.of(officer(people))
    address = f"/desk/privacy/requests/{key}/"
    page = protector.get(address).content.decode()
    assert "0905000001" in page and code in page and over in page  # by supplement; by a procedure
    said = {"do": "grant", "text": "Đã sửa", "is_known": "1", "email": "", "address": "9 Trần Phú"}
    wrong = protector.post(address, said | {"phone": "không có số"})
    assert wrong.status_code == 422 and "9 Trần Phú" in wrong.content.decode()
    assert people_rows.Person.objects.get(pk=people.mother.id).phone == "0905000001"
    assert protector.post(address, said | {"phone": "0912345678"}).status_code == 302
    person = people_rows.Person.objects.get(pk=people.mother.id)
    assert (person.phone, person.address, person.name) == (
        "0912345678",
        "9 Trần Phú",
        "Trần Thị Hạnh",
    )
    (entry,) = [
        each for each in transparency.history(str(key)) if each.kind == "identity.PersonCorrected"
    ]
    assert entry.facts["fields"] == ["phone", "address"] and "0912" not in str(entry.facts)


def test_nobody_corrects_without_the_duty_or_for_themselves(people: People) -> None:
    protector = officer(people)
    for by, whose in ((people.clerk, people.mother.id), (protector, protector.id)):
        with pytest.raises(Refused):
            identity_actions.correct(
                whose, {"phone": "0912345678"}, request="x", authority=WARD, by=by, at=AT
            )


# ---- those whom others name


def test_who_is_named_in_answers_is_told_of_the_look(people: People, desk: Desk) -> None:
    mother, code = people.mother, file_birth(people.other)  # whose answers name her by her number
    clerk = desk.of(people.clerk)
    clerk.get(f"/desk/cases/{code}/")
    clerk.get("/desk/")  # a list shows the applicant alone
    (told,) = looks.at_data_of(mother.id, number=mother.personal_id).rows
    assert told.is_named and told.references == (), "whose case it is, is not theirs to know"
    nobody = uuid.uuid4()  # who was never here is known by number alone
    assert looks.one(told.id, of=nobody, number=mother.personal_id) == told
    with pytest.raises(NoSuchLook):
        looks.one(told.id, of=nobody, number="001099999999")
    assert not looks.at_data_of(nobody, number="001099999999").rows
    page = signed_in(people).get("/my-data/looks/").content.decode()
    assert "xem hồ sơ có nêu tên bạn" in page and code not in page
    usage = looks.at_data_of(people.other.id, number=people.other.personal_id).rows[-1]
    assert usage.id == told.id and not usage.is_named and usage.references == (code,)


def test_an_official_on_the_citizens_pages_leaves_a_look_too(people: People, desk: Desk) -> None:
    code, clerk = file_birth(people.mother), desk.of(people.clerk)
    for path in (f"/cases/{code}/", f"/cases/{code}/proofs/", f"/cases/{code}/slips/6/"):
        before = privacy_rows.Look.objects.count()
        if clerk.get(path).status_code == 200:
            assert privacy_rows.Look.objects.count() == before + 1, path
    assert privacy_rows.Look.objects.filter(place="portal.case").exists()


def test_the_log_commits_to_who_was_named(people: People, desk: Desk) -> None:
    code = file_birth(people.other)
    desk.of(people.clerk).get(f"/desk/cases/{code}/")
    row = privacy_rows.Look.objects.get(place="desk.case")
    assert row.named == [people.mother.personal_id] and looks.is_intact(row)
    row.named = []
    assert not looks.is_intact(row)
