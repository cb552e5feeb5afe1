"""Every page in both languages: axe finds nothing, nothing scrolls sideways, and a person can look at it.

Pictures go to `var/screenshots/<language>/<name>-<width>.jpg`: at three widths in Vietnamese, of a phone alone
in English. Pages that only a press gives are pressed for, each time anew.
"""

import io
import shutil
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core import signing
from playwright.sync_api import Browser

from motcua.config.demo import papers, province
from motcua.kit import clock
from tests.conftest import People, done
from tests.journeys import browser
from tests.journeys.browser import Visitor

pytestmark = pytest.mark.xdist_group("site")
LODGING, SHOP = "1.004194", "1.001612"
NARROW = 320  # CSS pixels: a phone, or 400 % zoom on a desktop (WCAG 1.4.10)
WIDTHS = {"vi": (1280, 768, 360), "en": (360,)}
ZOOMED = 640  # CSS pixels: 200 % zoom on a desktop of 1280 (WCAG 1.4.4)
ACCOUNTS = {
    "stranger": "",
    "mother": browser.MOTHER,
    "clerk": browser.CLERK,
    "clerk-head": browser.CLERK_HEAD,
    "officer": browser.REGISTRAR,
    "leader": browser.CHAIR,
    "administrator": browser.ADMINISTRATOR,
    "protector": browser.PROTECTOR,
    "above": browser.ABOVE,
}
# Who looks, and at what; the words in braces are in `places`.
PUBLIC = {
    "home": "/",
    "procedures": "/search/",
    "search": "/search/?q=khai+sinh",
    "search-nothing": "/search/?q=qwxz",
    "search-event": "/search/?event=birth",
    "procedure-birth": "/procedures/1.001193/",
    "procedure-business": "/procedures/1.001612/",
    "procedure-lodging": "/procedures/1.004194/",
    "procedure-building": "/procedures/1.013225/",
    "procedure-tax": "/procedures/3.000001/",
    "track": "/track/",
    "verify": "/verify/",
    "verify-printed": "{printed}",
    "verify-proof": "/verify/proof/",
    "shared": "{shared}",
    "letters-stop": "/letters/stop/{stop}/",
    "letters-confirm": "/letters/confirm/{confirm}/",
    "sign-in": "/sign-in/",
    "sign-in-official": "/sign-in/official/",
    "nothing-here": "/nothing/here/",
    "gallery": "/design/",
    "gallery-official": "/design/official/",
}
OWN = {
    "begin": "/procedures/1.001193/apply/",
    "apply-applicant": "/apply/{draft}/pages/applicant/",
    "apply-child": "/apply/{draft}/pages/child/",
    "apply-mother": "/apply/{draft}/pages/mother/",
    "apply-father": "/apply/{draft}/pages/father/",
    "apply-result": "/apply/{draft}/pages/result/",
    "apply-errors": "/apply/{empty}/pages/child/?check=1",
    "apply-papers": "/apply/{draft}/papers/",
    "apply-papers-errors": "/apply/{paperless}/papers/?check=1",
    "apply-check": "/apply/{draft}/check/",
    "apply-check-errors": "/apply/{empty}/check/",
    "apply-delete": "/apply/{draft}/delete/",
    "cases": "/cases/",
    "case-new": "/cases/{filed}/",
    "case-filed": "/cases/{filed}/filed/",
    "case-asked": "/cases/{asked}/",
    "case-returned": "/cases/{returned}/",
    "case-to-pay": "/cases/{owing}/",
    "case-proofs": "/cases/{filed}/proofs/",
    "case-withdraw": "/cases/{filed}/withdraw/",
    "supplement": "/cases/{asked}/supplement/",
    "supplement-answers": "/cases/{asked}/supplement/child/",
    "pay": "/cases/{owing}/payments/{due}/",
    "bank": "/payments/{due}/bank/?next=/cases/",
    "documents": "/documents/",
    "share": "/documents/{document}/share/",
    "apply-outdated": "/apply/{outdated}/check/",
    "notices": "/notices/",
    "channels": "/account/channels/",
    "account": "/account/",
    "security-citizen": "/account/security/",
    "sign-in-more": "/sign-in/more/?level=2&next=/cases/",
    "my-data": "/my-data/",
    "my-data-requests": "/my-data/requests/",
    "my-data-request": "{request}",
    "my-data-consents": "/my-data/consents/",
    "my-data-copy": "/my-data/copy/",
    "my-data-looks": "/my-data/looks/",
    "my-data-look": "/my-data/looks/{look}/",
    "not-mine": "/cases/H32.01-200101-0001/",
}
DESK = {
    "clerk": {
        "desk-inbox": "/desk/",
        "desk-mine": "/desk/?queue=my_tasks",
        "desk-today": "/desk/?queue=due_today",
        "desk-late": "/desk/?queue=overdue",
        "desk-waiting": "/desk/?queue=waiting",
        "desk-all": "/desk/?queue=all",
        "desk-found": "/desk/?queue=all&q=tran+thi+hanh&status=1",
        "desk-case-new": "/desk/cases/{filed}/",
        "desk-case-asked": "/desk/cases/{asked}/",
        "desk-case-returned": "/desk/cases/{returned}/",
        "desk-case-owing": "/desk/cases/{owing}/",
        "desk-counter": "/desk/counter/",
        "desk-fill": "{fill}",
        "desk-register": "/desk/register/",
        "desk-operations": "/desk/operations/",
        "desk-operation": "{operation}",
        "desk-delegation": "/desk/delegation/",
        "desk-no-case": "/desk/cases/H32.01-200101-0001/",
    },
    "officer": {
        "desk-case-appraise": "/desk/cases/{accepted}/",
    },
    "leader": {
        "desk-signing": "/desk/signing/",
        "security": "/account/security/",
        "security-app": "/account/security/app/",
        "security-passkey": "/account/security/passkey/",
        "desk-read": "/desk/signing/{to_sign}/",
    },
    "protector": {
        "desk-privacy": "/desk/privacy/",
        "desk-complaint": "{complaint}",
        "desk-request": "/desk/privacy/requests/{asked_about}/",
        "desk-breach-new": "/desk/privacy/breaches/new/",
        "desk-breach": "{breach}",
        "desk-dossier": "/desk/privacy/dossier/",
    },
    "administrator": {
        "desk-units": "/desk/office/",
        "desk-procedures": "/desk/procedures/",
        "desk-procedure": "/desk/procedures/1.001193/",
        "desk-authority": "/desk/authorities/H32.01/",
    },
    "above": {
        "desk-authorities": "/desk/authorities/",
        "desk-merge": "/desk/authorities/merge/",
        "desk-merge-wrong": "/desk/authorities/merge/?codes=H32.05&into=H32.05&from_date=1/1/1999",
        "desk-merge-plan": "/desk/authorities/merge/?codes=H32.02&into=H32.01&from_date={today}",
    },
}
# Pages that a press gives: who presses, and what.
Press = Callable[[Visitor, Mapping[str, str]], None]
PRESSES: dict[str, tuple[str, Press]] = {}


def pressing(name: str, who: str) -> Callable[[Press], Press]:
    """Name the page that a function comes to."""

    def keep(press: Press) -> Press:
        PRESSES[name] = (who, press)
        return press

    return keep


@pressing("track-found", "stranger")
def find_case(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Follow a case by its code and the applicant's phone number."""
    visitor.open("/track/")
    visitor.page.fill("[name=code]", places["accepted"])
    visitor.page.fill("[name=phone]", "0905000001")
    visitor.press("main form .mc-button--go")
    visitor.see(places["accepted"])


@pressing("verify-uploaded", "stranger")
def verify_file(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Upload a signed PDF and read the verdict."""
    visitor.open("/verify/")
    visitor.page.set_input_files("main input[type=file]", places["signed"])
    visitor.press("main form .mc-button--go")
    assert visitor.page.locator("main .mc-banner--done").count()


@pressing("verify-not-signed", "stranger")
def verify_other(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Upload a PDF that nobody signed."""
    visitor.open("/verify/")
    visitor.page.set_input_files(
        "main input[type=file]",
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": papers.scan("a", "b")},
    )
    visitor.press("main form .mc-button--go")


@pressing("desk-assign", "clerk-head")
def give_task(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Ask to whom a task shall be given."""
    pick(visitor, places["filed"])
    visitor.press("button[name=do][value=assign]")
    assert visitor.page.locator("main [name=to]").count()


@pressing("desk-bulk", "clerk-head")
def put_back(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Put two tasks back that nobody has taken, and read what came of each."""
    pick(visitor, places["filed"], places["free"])
    visitor.press("button[name=do][value=release]")
    visitor.refusals.clear()  # what cannot be put back is told on the page


def pick(visitor: Visitor, *codes: str) -> None:
    """Tick the tasks of some cases in the list of one's unit."""
    visitor.open("/desk/?queue=unit_tasks")
    for code in codes:
        row = visitor.page.locator("tr").filter(has_text=code)
        row.locator("input[data-pick]").first.check()


@pressing("desk-compare", "administrator")
def compare_version(visitor: Visitor, places: Mapping[str, str]) -> None:
    """Bring a folder and see what it changes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path in sorted((browser.ROOT / "procedures" / browser.BIRTH).rglob("*")):
            if path.is_file():
                name = path.relative_to(browser.ROOT / "procedures").as_posix()
                archive.writestr(name, renamed(path.read_bytes()))
    visitor.open("/desk/procedures/")
    visitor.page.set_input_files(
        "main input[type=file]",
        {"name": "a.zip", "mimeType": "application/zip", "buffer": stream.getvalue()},
    )
    visitor.press("main form:has(input[type=file]) button")
    visitor.see("Birth registration, anew")


def renamed(content: bytes) -> bytes:
    """Return a file of a procedure as a next version has it: under another name."""
    return content.replace(b"en: Birth registration}", b'en: "Birth registration, anew"}').replace(
        b"en: Registration of a household business}", b'en: "Registration of a shop"}'
    )


PAGES = {
    **{name: ("stranger", path) for name, path in PUBLIC.items()},
    **{name: ("mother", path) for name, path in OWN.items()},
    **{name: (who, path) for who, pages in DESK.items() for name, path in pages.items()},
}
EVERYTHING = (*PAGES, *PRESSES)
REFUSALS = {
    "nothing-here",
    "not-mine",
    "desk-no-case",
    "desk-merge-wrong",
}  # pages that tell of a refusal


@dataclass(slots=True)
class Rooms:
    """Visitors who stay for all pages: one for each account and language."""

    chromium: Browser
    address: str
    held: dict[tuple[str, str], Visitor] = field(default_factory=dict)

    def visitor(self, account: str, language: str) -> Visitor:
        """Return somebody who has signed in and chosen a language."""
        if (account, language) not in self.held:
            context = self.chromium.new_context(viewport=browser.DESKTOP, bypass_csp=True)
            context.add_init_script(path=browser.AXE)
            visitor = browser.arrive(context, self.address)
            if ACCOUNTS[account]:
                visitor.sign_in(ACCOUNTS[account])
            visitor.open(f"/language/{language}/")
            self.held[account, language] = visitor
        return self.held[account, language]


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
    return found | pressed(rooms, found) | looked(rooms, found)


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
        file = (f"{paper}.pdf", papers.scan(paper, "test"), "application/pdf")
        path = f"/drafts/{draft}/attachments"
        done(citizen.post(path, files={"file": file}, data={"paper_id": paper}))
    headers = {"Idempotency-Key": f"lodging-{uuid.uuid4()}"}
    filed = citizen.post("/filings", json={"draft_id": draft}, headers=headers)
    return str(done(filed).json()["code"])


def pressed(rooms: Rooms, found: Mapping[str, str]) -> dict[str, str]:
    """Return addresses that only a press of a button gives: a shared link, a filing, long work."""
    mother, clerk = rooms.visitor("mother", "vi"), rooms.visitor("clerk", "vi")
    mother.open(f"/cases/{found['owing']}/")
    due = str(mother.page.locator('main a[href*="/payments/"]').get_attribute("href"))
    mother.open("/documents/")
    verify = str(mother.page.locator('main a[href^="/verify/"]').first.get_attribute("href"))
    mother.open(f"/documents/{found['document']}/share/")
    mother.press("main form .mc-button--go")
    link = mother.page.input_value("#made-link")
    clerk.open("/desk/counter/")
    clerk.fill_in("procedure", browser.BIRTH)
    clerk.fill_in("personal_id", browser.MOTHER)
    clerk.press("main form .mc-button--go")
    fill = clerk.path
    clerk.open("/desk/register/")
    clerk.press('form[action="/desk/register/spreadsheet/"] button')
    shared = link[link.index("/shared/") :]
    made = {"printed": verify, "shared": shared, "fill": fill, "operation": clerk.path}
    return made | {"due": due.rstrip("/").rsplit("/", 1)[-1]}


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
    breach = protector.path
    protector.open("/desk/privacy/")
    complaint = protector.page.locator('main a[href*="/complaints/"]').first
    look = addresses[0].rstrip("/").rsplit("/", 1)[-1]
    asked = mother.path
    return {
        "look": look,
        "complaint": str(complaint.get_attribute("href")),
        "breach": breach,
        "request": asked,
        "asked_about": asked.rstrip("/").rsplit("/", 1)[-1],
    }


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", EVERYTHING)
def test_a_page_is_for_everyone(
    name: str, language: str, rooms: Rooms, places: Mapping[str, str]
) -> None:
    account, path = PAGES.get(name) or (PRESSES[name][0], "")
    visitor = rooms.visitor(account, language)
    visitor.wrongs.clear()
    visitor.refusals.clear()
    page = visitor.page
    page.set_viewport_size(browser.DESKTOP)
    if path:
        visitor.open(path.format_map(places))
    else:
        PRESSES[name][1](visitor, places)
    assert page.get_attribute("html", "lang") == language
    assert page.locator("h1").count() == 1
    assert bool(visitor.refusals) == (name in REFUSALS)
    faults = visitor.axe()
    for width in WIDTHS[language]:
        page.set_viewport_size({"width": width, "height": 800})
        folder = browser.PICTURES / language
        # A JPEG takes a third of the time of a PNG, and words can be read in it as well.
        picture = folder / f"{name}-{width}.jpg"
        page.screenshot(path=picture, type="jpeg", quality=80, full_page=True)
    for width in (NARROW, ZOOMED) if language == "vi" else (NARROW,):
        page.set_viewport_size({"width": width, "height": 450})
        wide = page.evaluate(WIDER, width)
        faults += [f"wider than {width} px: {each}" for each in wide]
    assert not faults, "\n".join(faults)
    assert not visitor.wrongs, visitor.wrongs


# What stands out on the right while the page itself can be scrolled there.
WIDER = """(narrow) => {
    if (document.documentElement.scrollWidth <= narrow) return [];
    return [...document.querySelectorAll("body *")]
        .filter((each) => each.getBoundingClientRect().right > narrow + 1)
        .map((each) => each.outerHTML.slice(0, 120)).slice(0, 5);
}"""
