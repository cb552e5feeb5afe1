"""A ward with its offices, a mother and a stranger, the real birth registration, and a browser without scripts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from motcua.catalogue import actions as catalogue
from motcua.identity import actions as identity_actions
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.kit import clock

ROOT = Path(__file__).resolve().parents[4]
BIRTH, BUSINESS = "1.001193", "1.001612"
WARD, PLACE = "H32.01", "Nha Trang"
SINCE = datetime(2025, 7, 1, tzinfo=UTC)
UNITS = {
    "one_stop": ("intake",),
    "justice": ("officer", "consulted"),
    "office": ("reviewer",),
    "leadership": ("leader",),
    "economy": ("officer", "reviewer", "consulted"),
    "tax": ("consulted",),
}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


@dataclass(frozen=True)
class People:
    """Who acts in these tests."""

    mother: Actor
    stranger: Actor
    officials: Mapping[str, Actor]  # by role


@pytest.fixture(autouse=True)
def _site(tmp_path: Path) -> Iterator[None]:
    """The portal's own addresses, and a place for files that is this test's alone."""
    storage = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    kept = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    }
    with override_settings(ROOT_URLCONF="motcua.portal.tests.urls", STORAGES=storage, CACHES=kept):
        cache.clear()
        yield


@pytest.fixture
def people(db: None) -> People:
    authority_id = identity_actions.ensure_authority(
        code=WARD, name="Ủy ban nhân dân phường Nha Trang", level="commune", place=PLACE
    )
    officials: dict[str, Actor] = {}
    for number, (kind, roles) in enumerate(UNITS.items()):
        unit_id = identity_actions.ensure_unit(authority_id=authority_id, kind=kind, name=kind)
        post_id = identity_actions.ensure_post(
            unit_id=unit_id, title=kind, roles=roles, is_head=True, signing_mode="TM."
        )
        who = person(f"05608000{number:04d}", f"Cán bộ {number}")
        identity_actions.take_post(who.id, post_id, by="test", at=SINCE)
        officials[kind] = identity.actor(who.id, at=clock.now())
    return People(
        person("056195004112", "Trần Thị Hạnh", phone="0905000001"),
        person("056088001287", "Nguyễn Văn Ứng", phone="0905000002"),
        officials,
    )


@pytest.fixture
def birth(people: People) -> int:
    return publish(BIRTH)


@pytest.fixture
def mother(client: Client, people: People, birth: int) -> "Browser":
    browser = Browser(client)
    browser.sign_in(people.mother)
    return browser


@pytest.fixture
def anyone(people: People, birth: int) -> "Browser":
    return Browser(Client())


def publish(code: str) -> int:
    """Publish a procedure of the product and return the version's id."""
    folder = ROOT / "procedures" / code
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return catalogue.publish(files, by="test", at=SINCE).version_id


def person(personal_id: str, name: str, *, phone: str = "") -> Actor:
    """Return somebody of this name who lives in the ward."""
    person_id = identity_actions.ensure_person(
        personal_id=personal_id,
        name=name,
        at=SINCE,
        birth_date=date(1995, 3, 8),
        phone=phone,
        address="12 Lê Thánh Tôn, phường Nha Trang, tỉnh Khánh Hòa",
    )
    return identity.actor(person_id, at=clock.now())


class Browser:
    """Django's client as a person uses it: it sends the forms that are on the page, filled in."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.path = ""
        self.status = 0
        self.text = ""
        self.headers: Mapping[str, str] = {}

    def sign_in(self, actor: Actor) -> None:
        """Sign in with an account of the demo."""
        self.client.post("/sign-in/choose/", {"person": actor.key})

    def sign_out(self) -> None:
        """Sign out, as when a session ends."""
        self.client.post("/sign-out/")

    def open(self, path: str) -> "Browser":
        """Open a page and follow where it leads."""
        return self._took(self.client.get(path, follow=True), path)

    def send(self, fields: Mapping[str, object], *, path: str = "") -> "Browser":
        """Send a form of this page and follow where it leads."""
        to = path or self.path
        return self._took(self.client.post(to, dict(fields), follow=True), to)

    def answer(self, **changed: object) -> "Browser":
        """Send the form of this page with what it shows, some of it changed; dots are written `__`."""
        fields = self.fields()
        for name, value in changed.items():
            fields[name.replace("__", ".")] = value
        return self.send({name: value for name, value in fields.items() if value is not None})

    def fields(self) -> dict[str, object]:
        """Return the fields of the page's form with what stands in them."""
        fields: dict[str, object] = {"asked": self.asked()}
        for tag in re.findall(r"<input\b[^>]*>", self.text):
            name, kind = _attribute(tag, "name"), _attribute(tag, "type")
            if not name or name in {"asked", "csrfmiddlewaretoken"} or kind in {"file", "search"}:
                continue
            if kind in {"radio", "checkbox"} and " checked" not in tag:
                continue
            fields[name] = _attribute(tag, "value")
        for name, inner in re.findall(
            r'<select\b[^>]* name="([^"]+)"[^>]*>(.*?)</select>', self.text, re.DOTALL
        ):
            chosen = re.search(r'value="([^"]*)" selected', inner)
            fields[name] = unescape(chosen[1]) if chosen else ""
        return fields

    def asked(self) -> list[str]:
        """Return the names of the questions on the page."""
        return re.findall(r'name="asked" value="([^"]+)"', self.text)

    def _took(self, response: Any, path: str) -> "Browser":
        chain = response.redirect_chain
        self.path = (chain[-1][0] if chain else path).split("#")[0]
        self.status = response.status_code
        self.headers = response.headers
        content = b"".join(response) if response.streaming else response.content
        self.text = content.decode("utf-8", "replace")
        return self

    @property
    def heading(self) -> str:
        """Return the heading of the page."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.text, re.DOTALL)
        return unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""

    @property
    def errors(self) -> list[str]:
        """Return the lines of the error summary."""
        found = re.search(r"data-error-summary.*?</div>", self.text, re.DOTALL)
        lines = re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL) if found else []
        return [unescape(re.sub(r"<[^>]+>", "", line)) for line in lines]


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


def born(days: int = 7) -> dict[str, str]:
    """Return the day of a birth some days ago as three boxes."""
    day = clock.local(clock.now()).date() - timedelta(days=days)
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}


def fill_birth(browser: Browser, *, days: int = 7, copies: str = "0", whom: str = "") -> Browser:
    """Fill in the pages of a birth registration, up to the papers."""
    browser.open(f"/procedures/{BIRTH}/apply/")
    browser.answer(place=PLACE, **({"whom": whom} if whom else {}))
    browser.answer(applicant__relation="mother")
    birth = born(days)
    browser.answer(
        child__full_name="Trần Minh Khôi",
        child__birth_date__day=birth["day"],
        child__birth_date__month=birth["month"],
        child__birth_date__year=birth["year"],
        child__sex="male",
        child__birth_place="Bệnh viện tỉnh Khánh Hòa",
        child__ethnicity="Kinh",
        child__nationality="Việt Nam",
        child__home_place="Khánh Hòa",
        birth_proof="notification",
    )
    browser.answer(
        mother__full_name="Trần Thị Hạnh",
        mother__birth_date__day="8",
        mother__birth_date__month="3",
        mother__birth_date__year="1995",
        mother__personal_id="056195004112",
        mother__ethnicity="Kinh",
        mother__nationality="Việt Nam",
        mother__residence="12 Lê Thánh Tôn",
    )
    browser.answer()  # no father is declared
    return browser.answer(copies=copies, fee_exemption="none", delivery="electronic")


def bring(browser: Browser, *, name: str = "chung-sinh.pdf", content: bytes = PDF) -> Browser:
    """Upload a file for the birth notification from the page that is open."""
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    return browser.send({"paper": "birth_notification", "file": file})
