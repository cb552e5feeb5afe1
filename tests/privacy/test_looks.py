"""Every page of the desk that shows people's data says so before it is shown, and the person reads it."""

import re
from unittest import mock

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.desk.tests.conftest import AT, Desk, People, file_birth
from motcua.identity import actions as identity_actions
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.privacy import models
from motcua.privacy.queries import looks

PERSONAL = ("Hạnh", "056195004112", "0905000001", "Kinh")  # never in a line of the log
MOTHER_SEES = "/my-data/looks/"


def places(people: People) -> list[str]:
    return [each.place for each in looks.at_data_of(people.mother.id).rows]


def test_each_page_leaves_its_look(people: People, desk: Desk) -> None:
    code, clerk = file_birth(people.mother), desk.of(people.clerk)
    page = clerk.get(f"/desk/cases/{code}/").content.decode()
    paper = re.search(r"/desk/papers/[0-9a-f-]{36}/", page)
    assert paper
    for path in (
        "/desk/",
        "/desk/?queue=all&q=tran+thi+hanh",
        paper[0],
        f"/desk/cases/{code}/slips/6.pdf",
    ):
        assert clerk.get(path).status_code == 200, path
    assert places(people) == [
        "desk.slip",
        "desk.paper",
        "desk.search",
        "desk.list",
        "desk.case",
    ]
    opened = models.Look.objects.order_by("id").first()
    assert opened and (opened.purpose_kind, opened.purpose_text) == (
        "task",
        "Kiểm tra, tiếp nhận hồ sơ",
    )
    searched = models.Look.objects.get(place="desk.search")
    assert (searched.purpose_kind, searched.purpose_text) == ("stated", "")


def test_the_case_page_writes_one_row(people: People, desk: Desk) -> None:
    code, clerk = file_birth(people.mother), desk.of(people.clerk)
    with CaptureQueriesContext(connection) as seen:
        clerk.get(f"/desk/cases/{code}/")
    written = [each["sql"] for each in seen if each["sql"].startswith("INSERT")]
    assert len(written) == 1 and "privacy_look" in written[0]


@pytest.mark.parametrize(
    "path", ["/desk/cases/{code}/", "/desk/", "/desk/cases/{code}/slips/6.pdf"]
)
def test_what_cannot_be_written_down_is_not_shown(
    people: People, desk: Desk, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    code, clerk = file_birth(people.mother), desk.of(people.clerk)
    clerk.raise_request_exception = False
    caplog.clear()
    with mock.patch.object(models.Look, "save", side_effect=DatabaseError("disk full")):
        answer = clerk.get(path.format(code=code))
    assert answer.status_code == 500
    assert "Hạnh" not in answer.content.decode()
    assert caplog.text and not any(each in caplog.text for each in PERSONAL)


def test_the_applicant_leaves_no_look_at_their_own(people: People) -> None:
    code = file_birth(people.mother)
    mother = Client()
    mother.post("/sign-in/choose/", {"person": people.mother.key})
    assert mother.get(f"/cases/{code}/").status_code == 200
    assert places(people) == []


def test_the_person_reads_who_looked_complains_and_is_answered(people: People, desk: Desk) -> None:
    code, clerk = file_birth(people.mother), desk.of(people.clerk)
    clerk.get(f"/desk/cases/{code}/")
    mother = Client(headers={"accept-language": "vi"})
    mother.post("/sign-in/choose/", {"person": people.mother.key})
    page = mother.get(MOTHER_SEES).content.decode()
    assert "Lê Văn Phúc, Cán bộ tiếp nhận" in page and code in page
    look = looks.at_data_of(people.mother.id).rows[0].id
    refused = mother.post(f"{MOTHER_SEES}{look}/", {"text": " "})
    assert refused.status_code == 422
    mother.post(f"{MOTHER_SEES}{look}/", {"text": "Tôi không quen người này"})
    protector = officer(people)
    officer_page = desk.of(protector).get("/desk/privacy/").content.decode()
    link = re.search(r"/desk/privacy/complaints/[0-9a-f-]{36}/", officer_page)
    assert link and "Tôi không quen người này" in officer_page
    assert desk.of(protector).post(link[0], {"text": "x"}).status_code == 422
    told = {"text": "Cán bộ đang tiếp nhận hồ sơ của bạn", "verdict": "in-order"}
    assert desk.of(protector).post(link[0], told).status_code == 302
    answered = mother.get(f"{MOTHER_SEES}{look}/").content.decode()
    assert "Cán bộ đang tiếp nhận hồ sơ của bạn" in answered
    assert desk.of(people.clerk).get("/desk/privacy/").status_code == 403
    assert mother.get(f"{MOTHER_SEES}999999999/").status_code == 404


def officer(people: People) -> Actor:
    post = people.reviewer.posts[0]
    made = identity_actions.ensure_post(
        unit_id=post.unit_id, title="Cán bộ bảo vệ dữ liệu", roles=("data_protection",)
    )
    identity_actions.take_post(people.other.id, made, by="test", at=AT)
    return identity.actor(people.other.id, at=AT)
