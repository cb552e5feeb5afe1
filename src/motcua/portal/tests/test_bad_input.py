"""Bad input gets a page that says what happened and what to do, and loses nothing."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from motcua.intake import queries as intake
from motcua.portal.tests.conftest import BIRTH, PDF, Browser, People, born, bring, fill_birth
from motcua.portal.tests.test_birth import file_birth

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
POLYGLOT = b"%PDF-1.4\n<html><script>alert(1)</script></html>"


def begun(mother: Browser) -> str:
    """Begin a draft and return its address."""
    mother.open(f"/procedures/{BIRTH}/apply/")
    mother.answer()
    found = re.match(r"/apply/[0-9a-f-]{36}/", mother.path)
    assert found
    return found[0]


def test_a_session_that_ends_in_the_middle_of_a_page_loses_nothing(
    mother: Browser, people: People
) -> None:
    begun(mother)
    page = mother.path
    mother.answer(applicant__relation="mother")
    child = mother.path
    mother.sign_out()
    mother.answer(child__full_name="Trần Minh Khôi", child__home_place="Nha Trang")
    assert mother.path.startswith("/sign-in/?next=")
    mother.sign_in(people.mother)
    mother.open(child)
    assert mother.fields()["child.full_name"] == "Trần Minh Khôi"
    assert mother.fields()["child.home_place"] == "Nha Trang"
    mother.open(page)
    assert mother.fields()["applicant.relation"] == "mother"


def test_what_was_kept_is_not_shown_to_the_next_person_at_the_same_computer(
    mother: Browser, people: People
) -> None:
    begun(mother)
    mother.answer(applicant__relation="mother")
    child = mother.path
    mother.sign_out()
    mother.answer(child__full_name="Trần Minh Khôi")
    mother.sign_in(people.stranger)
    mother.open(child)
    assert mother.status == 404
    assert "Minh Khôi" not in mother.text


def test_repeated_missing_and_unknown_values_are_taken_as_they_are(mother: Browser) -> None:
    begun(mother)
    mother.send(
        {
            "asked": ["applicant.relation", "applicant.phone", "nothing", "__proto__"],
            "applicant.relation": ["father", "mother"],
            "applicant.phone": ["<b>1</b>"],
            "child.full_name": "không thuộc trang này",
            "is_admin": "true",
        }
    )
    fields = mother.fields()
    assert fields["applicant.relation"] == "mother"
    assert fields["applicant.phone"] == "<b>1</b>"
    assert "<b>1</b>" not in mother.text
    mother.open(mother.path.split("pages/")[0] + "pages/child/")
    assert mother.fields()["child.full_name"] == ""


@pytest.mark.parametrize("text", ["x" * 70_000, "a\x00b"])
def test_what_cannot_be_saved_is_refused_with_what_was_typed_still_there(
    mother: Browser, people: People, text: str
) -> None:
    begun(mother)
    mother.answer(applicant__relation="mother")
    mother.answer(child__full_name=text, child__home_place="Nha Trang")
    assert mother.status in (413, 422)
    assert mother.errors
    assert mother.fields()["child.home_place"] == "Nha Trang"
    draft = intake.drafts(of=people.mother)[0]
    assert "child" not in draft.answers
    assert draft.answers["applicant"]["relation"] == "mother"  # type: ignore[index]


def test_a_page_that_is_not_there_and_a_draft_of_somebody_else(
    mother: Browser, anyone: Browser, people: People
) -> None:
    draft = begun(mother)
    assert mother.open(f"{draft}pages/nothing/").status == 404
    assert mother.open(f"/apply/{uuid.uuid4()}/").status == 404
    anyone.sign_in(people.stranger)
    for page in ("", "pages/applicant/", "papers/", "check/", "delete/"):
        assert anyone.open(draft + page).status == 404
    assert anyone.send({"applicant.phone": "1"}, path=f"{draft}pages/applicant/").status == 404
    assert anyone.send({}, path=f"{draft}delete/").status == 404


def test_a_place_and_a_kind_that_are_not_offered(mother: Browser) -> None:
    mother.open(f"/procedures/{BIRTH}/apply/")
    mother.answer(place="Sao Hỏa")
    assert mother.status == 422
    assert mother.errors
    mother.answer(place="Nha Trang", kind="enterprise")
    assert mother.status == 422
    assert mother.open("/procedures/9.999999/apply/").status == 404
    assert mother.open("/procedures/9.999999/").status == 404


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("virus.svg", SVG, 415),
        ("giay.pdf", SVG, 415),
        ("giay.pdf", POLYGLOT, 422),
        ("giay.png", PDF, 415),
        ("rong.pdf", b"", 422),
    ],
)
def test_files_that_are_not_what_they_say(
    mother: Browser, name: str, content: bytes, status: int
) -> None:
    fill_birth(mother)
    bring(mother, name=name, content=content)
    assert mother.status == status
    assert mother.errors
    assert "mc-file__name" not in mother.text


def test_a_name_with_a_path_loses_the_path(mother: Browser) -> None:
    fill_birth(mother)
    papers = mother.path
    body = (
        (
            b'--b\r\nContent-Disposition: form-data; name="paper"\r\n\r\nbirth_notification\r\n'
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="../../x.pdf"\r\n'
            b"Content-Type: application/pdf\r\n\r\n"
        )
        + PDF
        + b"\r\n--b--\r\n"
    )
    mother.client.post(papers, body, content_type="multipart/form-data; boundary=b")
    mother.open(papers)
    assert ">x.pdf<" in mother.text
    assert ".." not in re.findall(r"mc-file__name.*?</span>", mother.text)[0]


def test_no_file_too_many_files_and_too_large_a_file(mother: Browser) -> None:
    fill_birth(mother)
    mother.send({"paper": "birth_notification"})
    assert mother.status == 422
    many = [SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(12)]
    mother.send({"paper": "birth_notification", "file": many})
    assert mother.status == 422
    with override_settings(MOTCUA_UPLOAD_LIMIT=50):
        bring(mother)
    assert mother.status == 413
    bring(mother)
    assert mother.status == 200
    mother.send({"paper": "nothing", "file": SimpleUploadedFile("a.pdf", PDF)})
    assert mother.status == 422
    mother.send({"remove_file": "no id"})
    assert mother.status == 404


def test_a_file_is_shown_removed_and_only_ones_own(
    mother: Browser, anyone: Browser, people: People
) -> None:
    fill_birth(mother)
    bring(mother)
    address = re.findall(r'href="(/apply/[0-9a-f-]+/files/[0-9a-f-]+/)"', mother.text)[0]
    papers = mother.path
    anyone.sign_in(people.stranger)
    assert anyone.open(address).status == 404
    mother.open(address)
    assert mother.status == 200
    assert mother.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert mother.headers["Content-Disposition"].startswith("attachment")
    mother.open(papers)
    mother.send({"remove_file": address.split("/")[-2]})
    assert "chung-sinh.pdf" not in mother.text


def test_nothing_is_sent_without_the_declaration_or_while_papers_are_missing(
    mother: Browser,
) -> None:
    fill_birth(mother)
    mother.send({"next": "1"})
    assert mother.path.endswith("/papers/?check=1")
    assert mother.errors
    check = mother.path.replace("papers/?check=1", "check/")
    mother.send({"declared": "true"}, path=check)
    assert mother.status == 422
    bring(mother, name="a.pdf")  # from the check page nothing is taken
    mother.open(check.replace("check/", "papers/"))
    bring(mother)
    mother.send({}, path=check)
    assert mother.status == 422
    mother.send({"declared": "true"}, path=check)
    assert mother.path.endswith("/filed/")


def test_the_pages_of_a_sent_draft_lead_to_its_case(mother: Browser) -> None:
    fill_birth(mother)
    bring(mother)
    draft = re.match(r"/apply/[0-9a-f-]{36}/", mother.path)
    assert draft
    mother.send({"next": "1"})
    mother.send({"declared": "true"})
    case = mother.path.removesuffix("filed/")
    for page in ("", "pages/child/", "papers/", "check/", "delete/"):
        mother.open(draft[0] + page)
        assert mother.path == case
    mother.send({"child.full_name": "Tên khác"}, path=f"{draft[0]}pages/child/")
    assert mother.path == case
    assert "Tên khác" not in mother.text


def test_a_day_that_is_not_in_the_calendar_stays_as_it_was_typed(mother: Browser) -> None:
    begun(mother)
    mother.answer(applicant__relation="mother")
    year = born()["year"]
    mother.answer(
        child__birth_date__day="31", child__birth_date__month="2", child__birth_date__year=year
    )
    fields = mother.fields()
    assert fields["child.birth_date.day"] == "31"
    assert fields["child.birth_date.month"] == "2"


def test_rules_of_law_are_told_before_sending_with_the_way_to_mend_it(mother: Browser) -> None:
    fill_birth(mother, days=-3)  # born in three days
    bring(mother)
    mother.send({"next": "1"})
    assert mother.path.endswith("/check/")
    assert "/pages/child/?check=1#field-child-birth_date" in mother.text
    assert 'name="declared"' not in mother.text


def test_pages_refuse_forged_posts(mother: Browser, people: People) -> None:
    forged = Browser(type(mother.client)(enforce_csrf_checks=True))
    forged.client.cookies = mother.client.cookies
    draft = begun(mother)
    for page in ("pages/applicant/", "papers/", "check/", "delete/", "renewal/"):
        assert forged.send({"x": "1"}, path=draft + page).status == 403


def test_case_codes_are_not_guessed(anyone: Browser, mother: Browser) -> None:
    code = file_birth(mother)
    anyone.send({"code": code, "phone": "0905 000 001"}, path="/track/")
    assert anyone.status == 200
    assert code in anyone.text
    assert "Trần" not in anyone.text
    for number in range(5):
        anyone.send({"code": code, "phone": f"090500000{number + 2}"}, path="/track/")
        assert anyone.status == 404
    anyone.send({"code": code, "phone": "0905000001"}, path="/track/")
    assert anyone.status == 429


@pytest.mark.parametrize(
    "code", ["", "x", "'; drop table", "H32.01-261122-9999", "\x00" * 9, "ế" * 80]
)
def test_tracking_anything_else_finds_nothing(anyone: Browser, code: str) -> None:
    anyone.send({"code": code, "phone": "0905000001"}, path="/track/")
    assert anyone.status == 404
    assert anyone.errors


@pytest.mark.parametrize("address", ["/procedures/9.999999/", "/shared/unknown/"])
def test_where_asking_again_cannot_help_other_ways_are_offered(
    anyone: Browser, address: str
) -> None:
    page = anyone.client.get(address, headers={"accept": "text/html"})
    words = page.content.decode()
    assert page.status_code == 404
    assert "Thử lại" not in words
    for way in ('href="/"', 'action="/search/"', 'href="/track/"', 'href="/cases/"'):
        assert way in words
