"""What people ask about their data, made in the portal, worked in the desk; breaches and the dossier."""

import json
import re

import pytest
from django.test import Client

from motcua.cases import tasks
from motcua.cases.models import Case
from motcua.desk.tests.conftest import AT, WARD, Desk, People, file_birth
from motcua.intake import actions as intake
from motcua.intake import models as drafts
from motcua.kit import clock
from motcua.privacy.actions import requests as asking
from motcua.privacy.queries import breaches, requests
from motcua.transparency import queries as transparency
from tests.privacy.test_looks import officer
from tests.privacy.test_retention import FIVE_YEARS, refused


def signed_in(people: People) -> Client:
    mother = Client(headers={"accept-language": "vi"})
    mother.post("/sign-in/choose/", {"person": people.mother.key})
    return mother


def test_a_request_goes_from_the_portal_to_the_desk_and_back(people: People, desk: Desk) -> None:
    file_birth(people.mother)
    mother = signed_in(people)
    wrong = mother.post("/my-data/requests/", {"kind": "correct", "authority": WARD, "text": ""})
    assert wrong.status_code == 422
    sent = {"kind": "correct", "authority": WARD, "text": "Số điện thoại cũ rồi"}
    page = mother.post("/my-data/requests/", sent)
    assert page.status_code == 302
    protector = desk.of(officer(people))
    listed = protector.get("/desk/privacy/").content.decode()
    link = re.search(r"/desk/privacy/requests/[0-9a-f-]{36}/", listed)
    assert link and "Số điện thoại cũ rồi" in listed
    refused_at = protector.post(link[0], {"do": "refuse", "text": "Không", "basis": ""})
    assert refused_at.status_code == 422
    assert protector.post(link[0], {"do": "take_up", "text": "Sẽ sửa"}).status_code == 302
    assert protector.post(link[0], {"do": "grant", "text": "Đã sửa xong"}).status_code == 302
    told = mother.get(page["Location"]).content.decode()
    assert "Sẽ sửa" in told and "Đã sửa xong" in told
    assert desk.of(people.clerk).get(link[0]).status_code == 403


def test_the_copy_holds_what_the_person_said_and_nobody_else_s(people: People) -> None:
    code = file_birth(people.mother)
    other = file_birth(people.other, child="Nguyễn Văn Khác")
    mother = signed_in(people)
    assert mother.get("/my-data/copy/").status_code == 200
    text = mother.get("/my-data/copy.json").content.decode()
    held = json.loads(text)
    (case,) = held["cases"]
    assert case["code"] == code
    assert case["answers"]["child"]["ethnicity"] == "Kinh"  # sealed, and opened for its owner
    assert held["person"]["personal_id"] == people.mother.personal_id
    assert other not in text and "Nguyễn Văn Khác" not in text


def test_to_erase_keeps_what_the_law_keeps_and_says_so(
    people: People, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, due = file_birth(people.mother), refused(people)
    intake.open_draft(
        procedure_code="1.001193",
        authority_code=WARD,
        channel="online",
        applicant_kind="citizen",
        by=people.mother,
        at=AT,
    )
    key = asking.file("erase", authority_code=WARD, text="Xóa hết", by=people.mother, at=AT)
    protector = officer(people)
    page = desk.of(protector).get(f"/desk/privacy/requests/{key}/").content.decode()
    assert kept in page and due in page and "đang giải quyết" in page
    asking.grant(key, text="Đã hủy hồ sơ cũ", by=protector, at=FIVE_YEARS)
    (told,) = [each for each in transparency.history(str(key)) if "Ended" in each.kind]
    monkeypatch.setattr(clock, "now", lambda: FIVE_YEARS)
    tasks.on_request_ended(entry_id=told.id)
    assert Case.objects.get(code=kept).disposed_at is None
    assert Case.objects.get(code=due).disposed_at == FIVE_YEARS
    assert not drafts.Draft.objects.filter(is_open=True).exists()
    assert requests.one(key, reader=people.mother).state == "granted"


def test_consent_is_pressed_and_taken_back(people: People) -> None:
    mother = signed_in(people)
    assert "Bạn chưa đồng ý" in mother.get("/my-data/consents/").content.decode()
    assert mother.post("/my-data/consents/survey/", {"version": "2"}).status_code == 409
    assert mother.post("/my-data/consents/survey/", {"version": "1"}).status_code == 302
    assert "Bạn đã đồng ý" in mother.get("/my-data/consents/").content.decode()
    mother.post("/my-data/consents/survey/", {"do": "withdraw"})
    assert "Bạn chưa đồng ý" in mother.get("/my-data/consents/").content.decode()


def test_a_breach_is_recorded_and_its_notice_told(people: People, desk: Desk) -> None:
    who = officer(people)
    protector, now = desk.of(who), clock.local(clock.now())
    said = {
        "authority": WARD,
        "found_day": f"{now:%d/%m/%Y}",
        "found_hour": "00:00",
        "what": "Gửi nhầm tệp",
        "kinds": "Họ tên",
        "people": "3",
        "measures": "Đã thu hồi",
    }
    for wrong in ({"found_day": "hôm qua"}, {"found_hour": "25h"}, {"what": ""}):
        answer = protector.post("/desk/privacy/breaches/new/", said | wrong)
        assert answer.status_code == 422
        assert "Đã thu hồi" in answer.content.decode()
    made = protector.post("/desk/privacy/breaches/new/", said)
    assert made.status_code == 302
    assert protector.post(made["Location"], {"reference": ""}).status_code == 422
    assert protector.post(made["Location"], {"reference": "7/TB"}).status_code == 302
    assert breaches.of_officer(who)[0].reference == "7/TB"
    assert desk.of(people.clerk).get("/desk/privacy/breaches/new/").status_code == 403


def test_the_dossier_is_drawn_from_what_stands_in_the_system(people: People, desk: Desk) -> None:
    protector = desk.of(officer(people))
    page = protector.get("/desk/privacy/dossier/").content.decode()
    assert "Dân tộc" in page and "Cán bộ bảo vệ dữ liệu" in page
    (told,) = json.loads(protector.get("/desk/privacy/dossier.json").content)["dossiers"]
    (birth,) = told["procedures"]
    assert len(birth["sensitive"]) == 4 and birth["otherwise"] == 5
    drawn = protector.get("/desk/privacy/dossier.pdf")
    assert drawn["Content-Type"] == "application/pdf" and drawn.content.startswith(b"%PDF-")
    assert desk.of(people.clerk).get("/desk/privacy/dossier.pdf").status_code == 403
    assert told["officers"] and told["purposes"] and told["risks"]
    assert desk.of(people.clerk).get("/desk/privacy/dossier/").status_code == 403
