"""A supplement at the counter: taken from the person who stands there, whichever way the case was filed."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.cases.actions import tasks
from motcua.cases.queries import cases
from motcua.desk.tests import conftest
from motcua.desk.tests.conftest import BIRTH_ANSWERS, Desk, People, file_birth
from motcua.desk.tests.test_counter import flat
from motcua.intake import queries as intake
from motcua.kit import clock
from motcua.privacy.queries import looks
from motcua.transparency import queries as transparency

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\nstartxref\n9\n%%EOF\n"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: conftest.AT)


@pytest.fixture
def waiting(people: People) -> str:
    """A birth that was filed online and waits for a supplement."""
    code = file_birth(people.mother)
    (task,) = [each for each in cases.as_operator(code).tasks if each.state == "open"]
    tasks.complete(
        task.id,
        outcome="supplement",
        reason="Ảnh mờ, theo Điều 16",
        items=("Giấy chứng sinh bản rõ",),
        by=people.clerk,
        at=conftest.AT,
    )
    return code


def send(browser: Client, code: str, do: str, **more: object) -> Any:
    posted = {**dict(flat(BIRTH_ANSWERS)), "do": do, **more}
    return browser.post(f"/desk/cases/{code}/supplement/", posted)


def scan(name: str = "chứng sinh rõ.pdf", content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or PDF, content_type="application/pdf")


def is_waiting(code: str) -> bool:
    return "supplemented" in cases.as_operator(code).waits


def test_the_clerk_hands_in_what_the_person_brought_and_the_log_says_counter(
    people: People, desk: Desk, waiting: str
) -> None:
    clerk = desk.of(people.clerk)
    page = clerk.get(f"/desk/cases/{waiting}/").content.decode()
    assert f"/desk/cases/{waiting}/supplement/" in page
    asked = clerk.get(f"/desk/cases/{waiting}/supplement/").content.decode()
    assert "Giấy chứng sinh bản rõ" in asked and "Trần Minh Khôi" in asked
    answer = send(
        clerk,
        waiting,
        "send",
        **{"child.full_name": "Trần Minh Khải", "paper.birth_notification": scan()},
    )
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"].endswith("?done=supplemented")
    assert not is_waiting(waiting)
    (told,) = [
        each for each in transparency.history(waiting) if each.kind == "cases.SupplementReceived"
    ]
    assert (told.by, told.facts["channel"]) == (people.clerk.key, "counter")
    filed = intake.filing(cases.as_operator(waiting).filing_id)
    assert str(filed.answers["child"]).count("Trần Minh Khải") == 1
    assert send(clerk, waiting, "send").status_code == 302  # the button once more changes nothing


def test_files_wait_until_they_are_handed_in_and_can_be_taken_back(
    people: People, desk: Desk, waiting: str
) -> None:
    clerk = desk.of(people.clerk)
    kept = send(clerk, waiting, "keep", **{"paper.birth_notification": scan()})
    assert kept.status_code == 200 and "chứng sinh rõ.pdf" in kept.content.decode()
    filing_id = cases.as_operator(waiting).filing_id
    (brought,) = intake.waiting(filing_id, of=people.clerk)
    assert looks.at_data_of(people.mother.id).rows[0].place == "desk.supplement"
    shown = clerk.get(f"/desk/cases/{waiting}/supplement/{brought.attachment_id}/")
    assert b"".join(shown.streaming_content) == PDF  # type: ignore[attr-defined]
    send(clerk, waiting, "keep", remove_file=str(brought.attachment_id))
    assert intake.waiting(filing_id, of=people.clerk) == ()
    assert is_waiting(waiting)


def test_what_is_wrong_is_told_and_nothing_typed_or_brought_is_lost(
    people: People, desk: Desk, waiting: str
) -> None:
    clerk = desk.of(people.clerk)
    wrong = {"child.birth_date.day": "31", "child.birth_date.month": "2"}
    answer = send(clerk, waiting, "send", **wrong, **{"paper.birth_notification": scan()})
    words = answer.content.decode()
    assert answer.status_code == 422 and is_waiting(waiting)
    assert "ngày, tháng, năm có thật" in words and "2026-01-31" not in words
    assert "chứng sinh rõ.pdf" in words and 'value="31"' in words
    empty = send(clerk, waiting, "keep", **{"paper.birth_notification": scan(content=b"<svg/>")})
    assert empty.status_code == 422 and "chứng sinh rõ.pdf: " in empty.content.decode()
    nothing = desk.of(people.clerk)
    send(nothing, waiting, "keep", remove_file=_only(people, waiting))
    assert send(nothing, waiting, "send").status_code == 422
    assert is_waiting(waiting)


def _only(people: People, code: str) -> str:
    (brought,) = intake.waiting(cases.as_operator(code).filing_id, of=people.clerk)
    return str(brought.attachment_id)


def test_only_the_counter_takes_it_and_only_while_it_is_asked_for(
    people: People, desk: Desk, waiting: str
) -> None:
    address = f"/desk/cases/{waiting}/supplement/"
    for other in (people.officer, people.leader):
        assert desk.of(other).get(address).status_code == 302
        assert address not in desk.of(other).get(f"/desk/cases/{waiting}/").content.decode()
        assert desk.of(other).post(address, {"do": "send"}).status_code in (302, 403)
    assert is_waiting(waiting)
    fresh = file_birth(people.other)
    assert desk.of(people.clerk).get(f"/desk/cases/{fresh}/supplement/").status_code == 302
