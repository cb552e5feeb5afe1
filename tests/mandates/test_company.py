"""A company files by its representative: asked for, confirmed at the desk, filed, supplemented, withdrawn, ended."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.cases.queries import cases
from motcua.config.demo import journeys
from motcua.engines.procedure import parse
from motcua.engines.procedure.status import Status
from motcua.identity import events
from motcua.identity import queries as identity
from motcua.identity.actions import mandates as actions
from motcua.identity.errors import BadMandate, NoSuchMandate
from motcua.identity.queries import mandates
from motcua.identity.values import Actor
from motcua.intake import actions as intake
from motcua.kit import clock
from motcua.notifications import queries as notices
from motcua.notifications.values import SUPPLEMENT
from motcua.portal import actions as portal
from motcua.portal.tests.conftest import PDF, PLACE, ROOT, Browser, People, publish
from motcua.portal.tests.test_birth import do
from motcua.transparency import queries as transparency

pytestmark = pytest.mark.django_db
LAND_TAX, COMPANY, CODE = "3.000001", "Công ty TNHH Hải Âu", "0401234567"
PROOF, COURT = "GCN đăng ký doanh nghiệp 0401234567", "Nghị quyết thay người đại diện 05/2026"


@pytest.fixture
def clerk(people: People) -> Browser:
    browser = Browser(Client())
    browser.sign_in(people.officials["one_stop"])
    return browser


@pytest.fixture
def head(people: People) -> Browser:
    """The representative, in her browser."""
    browser = Browser(Client())
    browser.sign_in(people.mother)
    return browser


def confirmed(head: Browser, clerk: Browser, people: People) -> str:
    """Ask to be confirmed as representative and have the clerk do it; return the company's id."""
    head.open("/account/mandates/ask/")
    head.answer(kind="representative", number=CODE, name=COMPANY, address="2 Trần Phú, Nha Trang")
    assert head.path == "/account/mandates/", head.errors
    clerk.open("/desk/mandates/")
    clerk.send({"personal_id": people.mother.personal_id})
    assert COMPANY in clerk.text and CODE in clerk.text
    (asked,) = mandates.mandates(of=people.mother, at=clock.now())
    form = {"personal_id": people.mother.personal_id, f"proof-{asked.id}": ""}
    refused = clerk.send(form, path=f"/desk/mandates/{asked.id}/")
    assert refused.status == 422 and refused.errors
    done = clerk.send({**form, f"proof-{asked.id}": PROOF}, path=f"/desk/mandates/{asked.id}/")
    assert done.path == "/desk/mandates/" and done.status == 200
    return str(asked.represented_id)


def filed(head: Browser, company: str, by: Actor) -> str:
    """File the tax on land for the company through the pages, and return the code of the case."""
    head.open(f"/procedures/{LAND_TAX}/apply/")
    assert COMPANY in head.text
    head.answer(place=PLACE, whom=company, kind="enterprise")
    found = re.match(r"/apply/([^/]+)/", head.path)
    assert found, (head.path, head.errors)
    folder = ROOT / "procedures" / LAND_TAX
    content = {
        each.relative_to(folder).as_posix(): each.read_bytes()
        for each in folder.rglob("*")
        if each.is_file()
    }
    example = next(
        each
        for each in parse.read(content).examples
        if each.file.endswith("enterprise-over-tet.yaml")
    )
    now = clock.now()
    days = (clock.local(now).date() - example.filed_at.date()).days
    answers = journeys.moved(example.answers, days=days)
    said = {each: value for each, value in answers.items() if each != "delivery_address"}
    actor = identity.actor(by.id, at=now)
    draft = uuid.UUID(found[1])
    intake.save(draft, answers={**said, "delivery": "electronic"}, by=actor, at=now)
    intake.attach(
        draft, paper_id="land_right", name="so-do.pdf", chunks=[PDF], declared_size=None,
        by=actor, at=now,
    )  # fmt: skip
    head.send({"declared": "true"}, path=f"/apply/{draft}/check/")
    assert head.path.endswith("/filed/"), head.errors
    return head.path.split("/")[2]


def test_a_company_files_supplements_and_withdraws_by_its_representative_until_that_ends(
    head: Browser, clerk: Browser, people: People
) -> None:
    publish(LAND_TAX)
    company = confirmed(head, clerk, people)
    code = filed(head, company, people.mother)
    assert COMPANY in head.open(f"/cases/{code}/").text
    assert COMPANY in head.open("/cases/").text

    page = clerk.open(f"/desk/cases/{code}/").text
    for said in (COMPANY, CODE, "Mã số doanh nghiệp", people.mother.name, PROOF):
        assert said in page, said
    assert page.count(people.mother.name) >= 2  # beside the applicant, and in the head of the page

    do(code, people, "supplement", reason="Ảnh mờ", items=("Chụp rõ sổ đỏ",))
    for entry in transparency.history(code):
        portal.tell(entry.id, at=clock.now())
    of_company = Actor(uuid.UUID(company), COMPANY, CODE)
    for reader in (identity.actor(people.mother.id, at=clock.now()), of_company):
        (notice,) = notices.notices(of=reader).items
        assert (notice.subject, notice.kind) == (code, SUPPLEMENT)
    assert clerk.open(f"/desk/cases/{code}/slips/2.pdf").status == 200

    head.open(f"/cases/{code}/supplement/")
    file = SimpleUploadedFile(
        "ro-hon.pdf", PDF.replace(b"1.4", b"1.5"), content_type="application/pdf"
    )
    head.send({"paper": "land_right", "file": file})
    head.send({"send": "1"})
    assert cases.as_operator(code).summary.status == Status.NEW, (head.path, head.errors)
    head.open(f"/cases/{code}/withdraw/")
    head.send({"reason": "Khai lại"})
    assert cases.as_operator(code).summary.status == Status.WITHDRAWN
    acted = [
        (each.kind, each.by) for each in transparency.history(code) if each.facts.get("mandate")
    ]
    kinds = ("cases.CaseFiled", "cases.SupplementReceived", "cases.CaseWithdrawn")
    assert acted == [(kind, people.mother.key) for kind in kinds]

    ended(code, head, clerk, people)


def ended(code: str, head: Browser, clerk: Browser, people: People) -> None:
    """Have the clerk end the mandate by a paper: nobody acts by it, and what was filed stays."""
    (held,) = mandates.mandates(of=people.mother, at=clock.now())
    clerk.open("/desk/mandates/")
    assert PROOF in clerk.send({"personal_id": CODE}).text  # found by the company's code too
    form = {"personal_id": CODE, "end": "true"}
    refused = clerk.send({**form, f"why-{held.id}": "x"}, path=f"/desk/mandates/{held.id}/")
    assert refused.status == 422 and refused.errors
    assert head.open(f"/cases/{code}/").status == 200
    clerk.send({**form, f"why-{held.id}": COURT}, path=f"/desk/mandates/{held.id}/")
    assert head.open(f"/cases/{code}/").status == 404
    (entry,) = transparency.of_kind(events.MandateEnded)
    official = people.officials["one_stop"]
    assert (entry.facts["how"], entry.by) == ("ended_by_official", official.key)
    assert COURT not in str(entry.facts)
    assert PROOF in clerk.open(f"/desk/cases/{code}/").text  # who acted, and by what, stays known
    with pytest.raises(BadMandate):
        actions.end_by_official(held.id, why=COURT, by=official, at=clock.now())
    for other in (people.stranger, people.officials["justice"]):
        with pytest.raises(NoSuchMandate):
            actions.end_by_official(held.id, why=COURT, by=other, at=clock.now())
