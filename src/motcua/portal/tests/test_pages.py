"""Pages for everyone, documents and their links, and how often a page asks the database."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from motcua.cases.queries import cases
from motcua.documents import actions as documents
from motcua.documents import queries as issued
from motcua.documents.errors import NoSuchShare
from motcua.intake import actions as intake
from motcua.kit import clock
from motcua.portal.tests.conftest import BIRTH, BUSINESS, PLACE, WARD, Browser, People, publish
from motcua.portal.tests.test_birth import do, file_birth
from motcua.signing import actions as signing
from motcua.signing.values import Issuance


@pytest.fixture
def keys(people: People, tmp_path: Path, settings: Settings) -> None:
    """The ward's seal and its leader's certificate."""
    settings.MOTCUA_KEYS = tmp_path / "keys"
    settings.MOTCUA_KEYS_PASSPHRASE = "a passphrase of tests"
    leader, ward = people.officials["leadership"], "Ủy ban nhân dân phường Nha Trang"
    signing.create_demo_authority(
        seals=[Issuance(WARD, ward, ward, WARD)],
        people=[Issuance(leader.key, leader.name, ward, WARD, "Chủ tịch")],
        at=clock.now(),
    )


def signed(mother: Browser, people: People) -> str:
    """File a birth, have it signed, and return the code of its case."""
    code = file_birth(mother)
    for outcome in ("accept", "approve", "forward", "sign"):
        do(code, people, outcome)
    return code


def begin(people: People) -> None:
    """Begin one more draft."""
    intake.open_draft(
        procedure_code=BIRTH,
        authority_code=WARD,
        channel="online",
        applicant_kind="citizen",
        by=people.mother,
        at=clock.now(),
    )


def queries(browser: Browser, path: str) -> int:
    """Return how often a page asks the database, once it has been seen before."""
    browser.open(path)
    with CaptureQueriesContext(
        connection,
    ) as counted:
        browser.open(path)
    assert browser.status == 200
    return len(counted)


@pytest.mark.parametrize(
    "words",
    ["khai sinh", "Đăng ký khai sinh", "dang ky khai sinh", "KHAI  SINH", "giay chung sinh"],
)
def test_search_minds_no_diacritics(anyone: Browser, words: str) -> None:
    anyone.open(f"/search/?q={words}")
    assert f"/procedures/{BIRTH}/" in anyone.text


@pytest.mark.parametrize(
    "address",
    ["?q=zzz", "?q=%00", "?q=" + "a" * 5_000, "?q=<script>x</script>", "?event=none&after=x"],
)
def test_a_search_that_finds_nothing_says_what_to_do(anyone: Browser, address: str) -> None:
    anyone.open(f"/search/{address}")
    assert anyone.status == 200
    assert "<script>x" not in anyone.text


def test_a_procedure_tells_what_to_bring_what_it_costs_and_on_which_law(anyone: Browser) -> None:
    anyone.open(f"/procedures/{BIRTH}/")
    for words in ("Giấy chứng sinh", "8.000", "Luật Hộ tịch 60/2014/QH13", "Thẩm tra"):
        assert words in anyone.text
    assert "Tờ khai đăng ký khai sinh" not in anyone.text  # only the counter needs it
    anyone.open(f"/procedures/{BIRTH}/flow.bpmn")
    assert anyone.text.startswith("<?xml")
    assert "bpmn:definitions" in anyone.text


def test_a_life_event_leads_to_its_procedures(anyone: Browser) -> None:
    publish(BUSINESS)
    anyone.open("/search/?event=business")
    assert f"/procedures/{BUSINESS}/" in anyone.text
    assert f"/procedures/{BIRTH}/" not in anyone.text


def test_nothing_stands_inline_in_any_page(mother: Browser) -> None:
    code = file_birth(mother)
    for page in ("/", "/search/", f"/procedures/{BIRTH}/", "/cases/", f"/cases/{code}/",
                 f"/cases/{code}/filed/", "/documents/", "/track/", "/verify/", "/account/"):  # fmt: skip
        mother.open(page)
        assert mother.status == 200, page
        assert not re.search(
            r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=", mother.text
        ), page
        assert mother.text.count("<h1") == 1, page


def test_pages_that_need_a_person_lead_to_signing_in_and_back(anyone: Browser) -> None:
    for page in ("/cases/", "/documents/", "/account/", f"/procedures/{BIRTH}/apply/"):
        anyone.open(page)
        assert anyone.path.startswith("/sign-in/?next=")


def test_a_table_of_a_form_grows_and_shrinks_without_scripts(mother: Browser) -> None:
    publish(BUSINESS)
    mother.open(f"/procedures/{BUSINESS}/apply/")
    mother.answer(place=PLACE)
    business = re.sub(r"pages/.*", "pages/business/", mother.path)
    mother.open(business)
    table = "business.sectors"
    mother.answer(**{f"{table}.0.code": "5610", "add_row": table})
    assert mother.fields()[f"{table}.0.code"] == "5610"
    assert f"{table}.1.code" in mother.text
    mother.answer(
        **{
            f"{table}.1.code": "4711",
            "business.capital": "50.000.000 đ",
            "remove_row": f"{table}.0",
        }
    )
    assert mother.fields()[f"{table}.0.code"] == "4711"
    assert mother.fields()["business.capital"] == "50.000.000"
    assert f"{table}.1.code" not in mother.text
    mother.answer(remove_row="../../x.99")
    assert mother.status == 200


def test_the_result_is_kept_verified_and_shared_until_the_link_ends(
    mother: Browser, anyone: Browser, people: People, keys: None
) -> None:
    code = signed(mother, people)
    found = issued.issued(code)[0]
    mother.open("/documents/")
    assert f"/documents/{found.id}/share/" in mother.text
    mother.open(f"/documents/{found.id}/")
    assert mother.text.startswith("%PDF")
    anyone.open(f"/verify/{found.token}")
    assert "mc-banner--done" in anyone.text
    assert "Trần" not in anyone.text  # the child's and the mother's names stand in the PDF alone
    mother.open(f"/documents/{found.id}/share/")
    mother.send({"days": "7"})
    link = re.search(r'value="https?://[^/]+(/shared/[^"]+)"', mother.text)
    assert link
    assert anyone.open(link[1]).status == 200
    anyone.open(f"{link[1]}?file=1")
    assert anyone.text.startswith("%PDF")
    mother.open(f"/documents/{found.id}/share/")
    assert link[1] not in mother.text  # shown once only
    end = re.findall(r'action="([^"]+/end/)"', mother.text)[0]
    mother.send({}, path=end)
    assert anyone.open(link[1]).status == 404
    assert anyone.open("/shared/guessed").status == 404


def test_a_link_expires_by_itself(mother: Browser, people: People, keys: None) -> None:
    found = issued.issued(signed(mother, people))[0]
    made = documents.share(found.id, days=1, by=people.mother, at=clock.now())
    later = clock.now() + timedelta(days=1, seconds=1)
    assert issued.shared(made.secret, at=clock.now())[0].id == found.id
    with pytest.raises(NoSuchShare):
        issued.shared(made.secret, at=later)


@pytest.mark.parametrize("days", ["0", "31", "-1", "", "abc", "٣", "9" * 40])
def test_a_link_has_a_lawful_term(mother: Browser, people: People, keys: None, days: str) -> None:
    found = issued.issued(signed(mother, people))[0]
    mother.send({"days": days}, path=f"/documents/{found.id}/share/")
    assert mother.status == 422
    assert mother.errors


def test_nobody_shares_or_fetches_the_documents_of_others(
    mother: Browser, anyone: Browser, people: People, keys: None
) -> None:
    found = issued.issued(signed(mother, people))[0]
    anyone.sign_in(people.stranger)
    assert anyone.open(f"/documents/{found.id}/").status == 404
    assert anyone.send({"days": "7"}, path=f"/documents/{found.id}/share/").status == 404
    clerk = Browser(Client())
    clerk.sign_in(people.officials["one_stop"])  # works on the case, and still may not share
    assert clerk.send({"days": "7"}, path=f"/documents/{found.id}/share/").status == 404


def test_verifying_says_of_other_files_why_not(anyone: Browser, keys: None) -> None:
    for content in (b"%PDF-1.4\n%%EOF\n", b"not a pdf"):
        anyone.send({"file": SimpleUploadedFile("a.pdf", content)}, path="/verify/")
        assert anyone.status == 200
        assert "mc-banner--late" in anyone.text
    anyone.send({}, path="/verify/")
    assert anyone.status == 422
    assert anyone.open("/verify/guessed").status == 404


def test_the_slip_is_a_pdf_once_the_case_is_accepted(mother: Browser, people: People) -> None:
    code = file_birth(mother)
    assert mother.open(f"/cases/{code}/slips/1/").status == 404
    do(code, people, "accept")
    mother.open(f"/cases/{code}/slips/1/")
    assert mother.text.startswith("%PDF")
    assert mother.open(f"/cases/{code}/slips/6/").status in (403, 404)  # for officials


def test_lists_ask_no_more_often_when_they_grow(mother: Browser, people: People) -> None:
    code = file_birth(mother)
    begin(people)
    few = {page: queries(mother, page) for page in ("/", "/search/", "/cases/", f"/cases/{code}/")}
    for _ in range(4):
        begin(people)
        file_birth(mother)
    publish(BUSINESS)
    for page, count in few.items():
        assert queries(mother, page) <= count, page
    assert max(few.values()) <= 14, few


def test_a_case_is_followed_by_its_applicant_only(mother: Browser, people: People) -> None:
    code = file_birth(mother)
    assert cases.as_operator(code).applicant_id == people.mother.id
    clerk = Browser(Client())
    clerk.sign_in(people.officials["one_stop"])
    clerk.open("/cases/")
    assert code not in clerk.text
