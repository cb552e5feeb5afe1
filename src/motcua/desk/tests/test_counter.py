"""The counter: file for a person who stands there, with nothing typed lost on the way."""

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.desk.tests import conftest
from motcua.desk.tests.conftest import BIRTH, BIRTH_ANSWERS, Desk, People
from motcua.identity import queries as identity
from motcua.intake import queries as intake
from motcua.kit import clock

pytestmark = pytest.mark.django_db
BEGUN = re.compile(r"/desk/counter/([0-9a-f-]{36})/")


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: conftest.AT)


def flat(answers: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield answers as the page posts them."""
    for name, value in answers.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from flat(value, f"{path}.")
        elif isinstance(value, bool):
            if value:
                yield path, "true"
        elif name.endswith("_date"):
            year, month, day = str(value).split("-")
            yield from (
                (f"{path}.{part}", typed)
                for part, typed in (("year", year), ("month", month), ("day", day))
            )
        else:
            yield path, str(value)


def begin(browser: Client, personal_id: str, **more: str) -> Any:
    posted = {"procedure": BIRTH, "personal_id": personal_id, "channel": "counter"}
    return browser.post("/desk/counter/", {**posted, "applicant_kind": "citizen", **more})


def begun(answer: Any) -> str:
    """Return the id of the draft that was begun."""
    assert answer.status_code == 302, answer.content.decode()
    found = BEGUN.search(answer["Location"])
    assert found
    return found[1]


def fill(browser: Client, draft: str, do: str, **more: object) -> Any:
    return browser.post(f"/desk/counter/{draft}/", {**dict(flat(BIRTH_ANSWERS)), "do": do, **more})


def scan(name: str = "giấy chứng sinh.png", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, conftest.png() if content is None else content)


def test_a_birth_is_filed_for_the_mother_who_stands_there(people: People, desk: Desk) -> None:
    clerk = desk.of(people.clerk)
    draft = begun(begin(clerk, people.mother.personal_id))
    first = clerk.get(f"/desk/counter/{draft}/").content.decode()
    assert "12 Lê Thánh Tôn" in first, "what is known of her is filled in"
    brought = {"paper.birth_notification": scan(), "paper.declaration": scan("tờ khai.png")}
    answer = fill(clerk, draft, "file", **brought)
    assert answer.status_code == 302, answer.content.decode()
    case = clerk.get(answer["Location"]).content.decode()
    assert people.mother.name in case
    again = fill(clerk, draft, "file")
    assert again.status_code == 302
    assert again["Location"] in answer["Location"], "the same press again leads to the same case"


def test_a_person_nobody_knows_is_registered_first(people: People, desk: Desk) -> None:
    clerk = desk.of(people.clerk)
    answer = begin(clerk, "056199123456")
    assert answer.status_code == 404
    assert 'name="address"' in answer.content.decode()
    begun(
        begin(clerk, "056199123456", name="Lý Thị Mai", birth_date="3/9/1999", address="Vĩnh Hải")
    )
    found = identity.actor_of_personal_id("056199123456", at=conftest.AT)
    assert identity.person(found.id).birth_date is not None


def test_what_is_wrong_is_told_and_all_that_was_typed_stays(people: People, desk: Desk) -> None:
    clerk = desk.of(people.clerk)
    draft = begun(begin(clerk, people.mother.personal_id))
    wrong = {"child.birth_date.day": "31", "child.birth_date.month": "2", "copies": "nhiều"}
    answer = fill(clerk, draft, "file", **wrong)
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "govuk-error-summary" in words
    assert 'value="nhiều"' in words
    assert "Trần Minh Khôi" in words
    saved = intake.own_draft(uuid.UUID(draft), of=people.clerk).answers
    assert saved["copies"] == "nhiều"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("../../x.pdf", b""),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("a.png", b"%PDF-1.7 not a picture"),
        ("a.pdf", b"GIF89a" + b"\0" * 100),
    ],
)
def test_a_hostile_file_is_refused_and_the_rest_is_kept(
    people: People, desk: Desk, name: str, content: bytes
) -> None:
    clerk = desk.of(people.clerk)
    draft = begun(begin(clerk, people.mother.personal_id))
    files = {"paper.birth_notification": scan(name, content), "paper.declaration": scan("t.png")}
    answer = fill(clerk, draft, "save", **files)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()
    kept = intake.own_draft(uuid.UUID(draft), of=people.clerk)
    assert [each.paper_id for each in kept.papers] == ["declaration"]
    assert kept.answers["birth_proof"] == "notification"


def test_a_scanned_paper_is_shown_safely_and_can_be_taken_back(people: People, desk: Desk) -> None:
    clerk = desk.of(people.clerk)
    draft = begun(begin(clerk, people.mother.personal_id))
    fill(clerk, draft, "save", **{"paper.declaration": scan()})
    (paper,) = intake.own_draft(uuid.UUID(draft), of=people.clerk).papers
    shown = clerk.get(f"/desk/counter/{draft}/papers/{paper.attachment_id}/")
    assert shown["Content-Type"] == "image/png"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in shown["Content-Security-Policy"]
    clerk.post(f"/desk/counter/{draft}/", {"remove_file": str(paper.attachment_id)})
    assert not intake.own_draft(uuid.UUID(draft), of=people.clerk).papers


@pytest.mark.parametrize("personal_id", ["", "12", "abcdefghijkl", "\uff10" * 12, "0" * 10_000])
def test_a_number_that_is_none_is_told(people: People, desk: Desk, personal_id: str) -> None:
    answer = begin(desk.of(people.clerk), personal_id)
    assert answer.status_code in {404, 422}
    assert "govuk-error-summary" in answer.content.decode()


def test_the_counter_is_not_for_others(people: People, desk: Desk) -> None:
    answer = begin(desk.of(people.officer), people.mother.personal_id)
    assert answer.status_code in {403, 422}
    draft = begun(begin(desk.of(people.clerk), people.mother.personal_id))
    assert desk.of(people.officer).get(f"/desk/counter/{draft}/").status_code == 403


def test_a_day_that_does_not_exist_is_told_as_people_write_days(people: People, desk: Desk) -> None:
    clerk = desk.of(people.clerk)
    draft = begun(begin(clerk, people.mother.personal_id))
    wrong = {"child.birth_date.day": "31", "child.birth_date.month": "2"}
    words = fill(clerk, draft, "check", **wrong).content.decode()
    assert "ngày, tháng, năm có thật" in words and "2026-01-31" not in words
