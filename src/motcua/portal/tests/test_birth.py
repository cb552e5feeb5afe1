"""A mother registers a birth through the pages, with scripts off: from the search to the result."""

import re
import uuid

import pytest

from motcua.cases.actions import tasks as work
from motcua.cases.queries import cases
from motcua.identity.values import Actor
from motcua.kit import clock
from motcua.payments import queries as payments
from motcua.portal.tests.conftest import BIRTH, Browser, People, bring, fill_birth


def file_birth(mother: Browser, *, copies: str = "0") -> str:
    """File a birth and return the code of its case."""
    fill_birth(mother, copies=copies)
    bring(mother)
    mother.send({"next": "1"})
    mother.send({"declared": "true"})
    found = re.fullmatch(r"/cases/([^/]+)/filed/", mother.path)
    assert found, mother.errors
    return found[1]


def do(code: str, people: People, outcome: str, **said: object) -> None:
    """Have an official do the open task of a case."""
    task = next(each for each in cases.as_operator(code).tasks if each.state == "open")
    units = {each.posts[0].unit_id: each for each in people.officials.values()}
    official: Actor = units[task.unit_id]
    work.complete(task.id, outcome=outcome, by=official, at=clock.now(), **said)  # type: ignore[arg-type]


def test_the_whole_way_from_the_search_to_the_case(mother: Browser) -> None:
    mother.open("/search/?q=dang ky khai sinh")
    assert "Đăng ký khai sinh" in mother.text
    mother.open(f"/procedures/{BIRTH}/")
    assert f"/procedures/{BIRTH}/apply/" in mother.text
    fill_birth(mother)
    assert mother.path.endswith("/papers/"), mother.errors
    bring(mother)
    assert "chung-sinh.pdf" in mother.text
    mother.send({"next": "1"})
    assert mother.path.endswith("/check/")
    assert "Trần Minh Khôi" in mother.text
    check = mother.path
    mother.send({"declared": "true"})
    assert mother.path.endswith("/filed/")
    case = mother.path.removesuffix("filed/")
    mother.send({"declared": "true"}, path=check)  # the back button, then once more
    assert mother.path == f"{case}filed/"
    mother.open(case)
    assert mother.status == 200
    assert "Đăng ký khai sinh" in mother.heading


def test_what_is_known_of_her_is_filled_in_and_its_source_named(mother: Browser) -> None:
    mother.open(f"/procedures/{BIRTH}/apply/")
    assert mother.fields()["place"] == "Nha Trang"
    mother.answer()
    fields = mother.fields()
    assert fields["applicant.full_name"] == "Trần Thị Hạnh"
    assert fields["applicant.phone"] == "0905000001"
    assert "field-applicant-full_name-source" in mother.text


def test_every_page_is_saved_also_when_it_is_wrong_and_goes_on_elsewhere(
    mother: Browser, people: People
) -> None:
    mother.open(f"/procedures/{BIRTH}/apply/")
    mother.answer()
    mother.answer(applicant__phone="12", applicant__relation="mother")
    assert "check=1" in mother.path
    assert len(mother.errors) == 1
    other_device = Browser(type(mother.client)())
    other_device.sign_in(people.mother)
    other_device.open("/cases/")
    resume = re.search(r"/apply/[0-9a-f-]{36}/", other_device.text)
    assert resume
    other_device.open(resume[0])
    assert other_device.fields()["applicant.phone"] == "12"
    other_device.answer(applicant__phone="0905000001")
    assert other_device.path.endswith("/pages/child/")


def test_questions_that_an_answer_calls_for_come_without_being_called_wrong(
    mother: Browser,
) -> None:
    fill_birth(mother)
    father = re.sub(r"papers/$", "pages/father/", mother.path)
    mother.open(father)
    assert mother.asked() == ["father_declared"]
    mother.answer(father_declared="true")
    assert mother.path.startswith(father)
    assert "father.full_name" in mother.asked()
    assert mother.errors == []
    mother.answer()
    assert any("cha" in each for each in mother.errors)


def test_a_supplement_is_answered_all_at_once(mother: Browser, people: People) -> None:
    code = file_birth(mother)
    do(code, people, "supplement", reason="Ảnh mờ", items=("Giấy chứng sinh chụp rõ", "Nơi sinh"))
    mother.open(f"/cases/{code}/")
    assert "Giấy chứng sinh chụp rõ" in mother.text
    assert f"/cases/{code}/supplement/" in mother.text
    mother.open(f"/cases/{code}/supplement/child/")
    mother.answer(child__birth_place="Bệnh viện Vinmec Nha Trang")
    assert mother.path == f"/cases/{code}/supplement/"
    bring(mother, name="ro-hon.pdf", content=PDF_AGAIN)
    assert "ro-hon.pdf" in mother.text
    mother.send({"send": "1"})
    assert mother.path == f"/cases/{code}/"
    assert "Vinmec" in mother.text
    assert "ro-hon.pdf" in mother.text
    mother.send({"send": "1"}, path=f"/cases/{code}/supplement/")  # pressed again
    assert mother.path == f"/cases/{code}/"
    assert cases.as_operator(code).summary.status == 1


def test_a_late_birth_is_paid_and_the_case_page_says_so(mother: Browser, people: People) -> None:
    code = file_birth(mother, copies="2")
    do(code, people, "accept")
    due = payments.dues(code)[0]
    mother.open(f"/cases/{code}/")
    assert f"/cases/{code}/payments/{due.id}/" in mother.text
    mother.open(f"/cases/{code}/payments/{due.id}/")
    assert "16.000" in mother.text
    assert "<svg" in mother.text
    mother.send({"next": f"/cases/{code}/?paid=1"}, path=f"/payments/{due.id}/checkout/")
    assert mother.path.startswith(f"/payments/{due.id}/bank/")
    mother.send({"next": f"/cases/{code}/?paid=1"})
    assert mother.path == f"/cases/{code}/?paid=1"
    assert payments.due(due.id).status == "paid"
    mother.send({"next": "https://elsewhere.example/"}, path=f"/payments/{due.id}/bank/")
    assert mother.path == "/"


def test_she_withdraws_after_being_asked_once_more(mother: Browser) -> None:
    code = file_birth(mother)
    mother.open(f"/cases/{code}/withdraw/")
    assert cases.as_operator(code).summary.status == 1
    mother.send({"reason": "Nộp nhầm nơi"})
    assert mother.path == f"/cases/{code}/"
    assert cases.as_operator(code).summary.status == 7
    mother.send({"reason": "lần nữa"}, path=f"/cases/{code}/withdraw/")
    assert mother.status == 409


@pytest.mark.parametrize(
    "page", ["", "filed/", "withdraw/", "supplement/", "flow.bpmn", "slips/1/"]
)
def test_a_case_of_somebody_else_is_not_there(
    mother: Browser, anyone: Browser, people: People, page: str
) -> None:
    code = file_birth(mother)
    anyone.sign_in(people.stranger)
    assert anyone.open(f"/cases/{code}/{page}").status == 404
    assert anyone.open(f"/cases/H32.01-999999-0001/{page}").status == 404
    assert anyone.open(f"/cases/{code}/files/{uuid.uuid4()}/").status == 404


PDF_AGAIN = (
    b"%PDF-1.5\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
)
