"""People in a real Chromium: who they are, what they press, and what must never happen on their pages.

Playwright keeps an event loop in the thread while it runs, and our own signing needs the loop for itself,
so the browser lives as long as one file of tests; each story has contexts of its own.
"""

import contextlib
import re
import shutil
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    ViewportSize,
    sync_playwright,
)

from motcua.catalogue.adapters import folders
from motcua.config.demo import journeys, papers
from motcua.config.demo import site as sites
from motcua.engines.procedure import model, parse
from motcua.kit import clock

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / "var" / "screenshots"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")  # 2.2 AA and all before it
QUIET = (
    "--no-sandbox",  # containers run as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE = 15_000  # milliseconds that a page may take on a busy machine
DESKTOP, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)

# How the sign-in page of the demo names its accounts: a citizen by number, an official by post and unit.
MOTHER, ENTREPRENEUR = "056195004112", "056088001287"
STUDENT, BUILDER = "056190007740", "079093002233"
CLERK = "Cán bộ tiếp nhận, Trung tâm Phục vụ hành chính công"
CLERK_HEAD = "Giám đốc Trung tâm, Trung tâm Phục vụ hành chính công"
REGISTRAR = "Công chức Tư pháp - Hộ tịch, Bộ phận Tư pháp - Hộ tịch"
REGISTRAR_HEAD = "Trưởng bộ phận, Bộ phận Tư pháp - Hộ tịch"
BUILDING, BUILDING_HEAD = (
    f"{post}, Phòng Kinh tế, Hạ tầng và Đô thị" for post in ("Chuyên viên", "Trưởng phòng")
)
REVIEWER = "Chánh Văn phòng, Văn phòng HĐND và UBND"
LAND = "Viên chức, Chi nhánh Văn phòng đăng ký đất đai"
FIRE = "Cán bộ thẩm duyệt, Phòng Cảnh sát PCCC và CNCH"
ENVIRONMENT = "Chuyên viên, Sở Nông nghiệp và Môi trường"
PROTECTOR = "Cán bộ bảo vệ dữ liệu, Bộ phận Bảo vệ dữ liệu cá nhân"
ADMINISTRATOR = "Quản trị viên hệ thống, Văn phòng HĐND và UBND"
ABOVE = "Quản trị viên hệ thống cấp tỉnh, Văn phòng UBND tỉnh"
CHAIR, DEPUTY = (f"{post}, Lãnh đạo Ủy ban nhân dân" for post in ("Chủ tịch", "Phó Chủ tịch"))
BIRTH = "1.001193"
Answers = Mapping[str, Any]
PAGES: pytest.StashKey[list[Page]] = pytest.StashKey()


@dataclass(slots=True)
class Visitor:
    """Somebody at a screen. What a page must never do is gathered in `wrongs` and fails the story."""

    page: Page
    address: str
    is_touching: bool = False
    name: str = ""
    wrongs: list[str] = field(default_factory=list)
    refusals: list[tuple[int, str]] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Return where the visitor is, without the query."""
        return urlsplit(self.page.url).path

    def open(self, path: str) -> None:
        """Go to an address of the site."""
        self.page.goto(f"{self.address}{path}")

    def press(self, target: str | Locator) -> None:
        """Press what leads to another page and wait until that page is there."""
        found = self.page.locator(target) if isinstance(target, str) else target
        with self.page.expect_navigation():
            if self.is_touching:
                found.tap()
            else:
                found.click()

    def refused(self, status: int) -> None:
        """Expect that the last page was a refusal; any that a story does not expect fails it."""
        assert self.refusals, f"{self.page.url} was no refusal"
        assert self.refusals.pop()[0] == status

    def sign_in(self, account: str) -> None:
        """Choose an account of the demo on the sign-in page, from wherever the visitor is."""
        if self.path != "/sign-in/":
            self.open("/sign-in/")
        button = self.page.locator(f'button[name=person]:has(span:text-is("{account}"))')
        self.name = button.locator("strong").inner_text()
        self.press(button)

    def see(self, words: str) -> None:
        """Expect words in the main part of the page."""
        seen = self.page.locator("main").inner_text()
        assert words in seen, f"{words!r} is not on {self.page.url}:\n{seen[:2000]}"

    def asked(self) -> list[str]:
        """Return the names of the questions that the page asks."""
        boxes = self.page.locator("main input[type=hidden][name=asked]")
        return [str(each.get_attribute("value")) for each in boxes.all()]

    def answer(self, answers: Answers) -> None:
        """Fill in every question of this page that there is an answer for."""
        for name in self.asked():
            value = at(answers, name)
            if value is not None:
                self.fill_in(name, value)

    def fill_in(self, name: str, value: object) -> None:
        """Fill in one question, whatever it is asked with."""
        named = self.page.locator(f'main [name="{name}"]:not([type=hidden])')
        if isinstance(value, Mapping):
            for part, inner in value.items():
                self.fill_in(f"{name}.{part}", inner)
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            self._fill_rows(name, value)
        elif self.page.locator(f'main [name="{name}.day"]').count():
            day = date.fromisoformat(str(value))
            for part in ("day", "month", "year"):
                self.page.fill(f'main [name="{name}.{part}"]', str(getattr(day, part)))
        else:
            _put(named, value)
            self.page.locator(".htmx-request").first.wait_for(state="detached")

    def _fill_rows(self, name: str, rows: Sequence[object]) -> None:
        for number, row in enumerate(rows):
            if not self.page.locator(f'main [name^="{name}.{number}."]').count():
                self.press(f'button[name=add_row][value="{name}"]')
            self.fill_in(f"{name}.{number}", row)

    def answer_pages(self, answers: Answers) -> None:
        """Answer one page after another until the form asks nothing more."""
        for _ in range(30):
            if "/pages/" not in self.path:
                return
            self.answer(answers)
            self.press("#form .mc-button--go")
            assert not self.errors(), (self.path, self.errors())
        raise AssertionError(f"the form does not end: {self.page.url}")

    def errors(self) -> list[str]:
        """Return the lines of the error summary."""
        return self.page.locator("[data-error-summary] li").all_inner_texts()

    def bring(self, paper: str, content: bytes, *, name: str = "") -> None:
        """Choose a file for a paper that is asked for; the page sends it by itself."""
        kind = "image/jpeg" if content.startswith(b"\xff\xd8") else "application/pdf"
        name = name or f"{paper}.{'jpg' if kind == 'image/jpeg' else 'pdf'}"
        with self.page.expect_navigation():
            self.page.set_input_files(
                f"#file-{paper}", {"name": name, "mimeType": kind, "buffer": content}
            )

    def bring_all(self, wanted: Sequence[str]) -> None:
        """Bring a scan of each paper."""
        for paper in wanted:
            self.bring(paper, papers.scan(paper, "test"))

    def photograph(self) -> bytes:
        """Return a picture as a phone's camera makes it: a JPEG of what is on the screen."""
        return self.page.screenshot(type="jpeg", quality=60)

    def download(self, target: str | Locator) -> bytes:
        """Press a link that gives a file, and return the file."""
        found = self.page.locator(target) if isinstance(target, str) else target
        with self.page.expect_download() as given:
            found.click()
        return given.value.path().read_bytes()

    def work(self, code: str, outcome: str, *, reason: str = "", items: Sequence[str] = ()) -> None:
        """Open a case at the desk and complete its task with an outcome that it offers."""
        self.open(f"/desk/cases/{code}/")
        self.wait_for(f'main button[name=outcome][value="{outcome}"]')
        self.complete(outcome, reason=reason, items=items)

    def complete(self, outcome: str, *, reason: str = "", items: Sequence[str] = ()) -> None:
        """Press an outcome on the page of a case, with the reason that it asks for."""
        button = self.page.locator(f'main button[name=outcome][value="{outcome}"]').first
        assert button.count(), f"{outcome} is not offered on {self.page.url}"
        form = button.locator("xpath=ancestor::form")
        if not button.is_visible():
            button.locator("xpath=ancestor::details/summary").click()
        if items:
            form.locator("textarea[name=items]").fill("\n".join(items))
        if reason:
            remark = form.locator("textarea[name=reason]")
            if not remark.is_visible():
                form.locator("summary").click()
            remark.fill(reason)
        self.press(button)

    def wait_for(self, target: str) -> None:
        """Load the page again until something is there that the worker has to do first.

        Before a task is open the page asks for a purpose; then the page behind that one is asked for.
        """
        for _ in range(60):
            if self.page.locator(target).count():
                return
            self.page.wait_for_timeout(500)
            (behind,) = parse_qs(urlsplit(self.page.url).query).get("next", [""])
            self.page.goto(f"{self.address}{behind}" if behind else self.page.url)
        raise AssertionError(f"{target} does not come on {self.page.url}")

    def axe(self) -> list[str]:
        """Return what axe finds against WCAG 2.2 AA, one line each; the context brings the script."""
        found: list[Mapping[str, Any]] = self.page.evaluate(
            """async (tags) => {
                const options = {runOnly: tags, resultTypes: ["violations"], iframes: false};
                const told = await axe.run(document, options);
                return told.violations.map(({id, nodes}) => ({
                    id, places: nodes.map(({html, failureSummary}) => `${html} ${failureSummary}`),
                }));
            }""",
            list(WCAG),
        )
        return [f"{each['id']}: {place[:400]}" for each in found for place in each["places"]]


Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, once for a file of tests."""
    found = shutil.which("chromium")
    if found is None:
        pytest.fail("Chromium is missing: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, site: sites.Site, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Make visitors of the site, each with a browser profile of their own; fail on what went wrong."""
    made: list[Visitor] = []
    with contextlib.ExitStack() as contexts:

        def come(
            account: str = "",
            *,
            screen: ViewportSize = DESKTOP,
            is_touching: bool = False,
            **options: Any,  # of the browser's context, such as java_script_enabled
        ) -> Visitor:
            context = chromium.new_context(
                viewport=screen, has_touch=is_touching, is_mobile=is_touching, **options
            )
            contexts.callback(context.close)
            visitor = arrive(context, site.address, is_touching=is_touching)
            made.append(visitor)
            request.node.stash.setdefault(PAGES, []).append(visitor.page)
            if account:
                visitor.sign_in(account)
            return visitor

        yield come
        for each in made:
            each.wrongs += [f"{path} answered {status}" for status, path in each.refusals]
        wrongs = [wrong for each in made for wrong in each.wrongs]
    assert not wrongs, "\n".join(wrongs)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a picture of every screen of a story that fails."""
    report = yield
    pages: list[Page] = item.stash.get(PAGES, [])
    if report.failed and report.when == "call":
        for number, page in enumerate(pages):
            with contextlib.suppress(Exception):  # the page may be gone
                page.screenshot(path=PICTURES / "failed" / f"{item.name}-{number}.png")
    return report


def arrive(
    context: BrowserContext, address: str, *, is_touching: bool = False, also: str = ""
) -> Visitor:
    """Return a visitor whose page is watched: errors, refusals, and whatever comes from elsewhere.

    also: another site that the story leads to.
    """
    context.set_default_timeout(PATIENCE)
    visitor = Visitor(context.new_page(), address, is_touching)

    def said(message: ConsoleMessage) -> None:
        # A refused page is told by its own status, below.
        if message.type == "error" and "Failed to load resource" not in message.text:
            visitor.wrongs.append(f"{visitor.page.url}: {message.text}")

    def asked(request: Request) -> None:
        homes = (address, also) if also else (address,)
        if urlsplit(request.url).scheme in {"http", "https"} and not request.url.startswith(homes):
            visitor.wrongs.append(f"{visitor.page.url} asks another site: {request.url}")

    def answered(response: Response) -> None:
        if response.status < 400:
            return
        is_page = response.request.is_navigation_request()
        if is_page and response.status < 500:
            visitor.refusals.append((response.status, urlsplit(response.url).path))
        else:
            visitor.wrongs.append(f"{response.url} answered {response.status}")

    visitor.page.on("console", said)
    visitor.page.on("request", asked)
    visitor.page.on("response", answered)
    visitor.page.on("pageerror", lambda error: visitor.wrongs.append(str(error)))
    return visitor


def example(code: str, name: str) -> tuple[model.Example, dict[str, Any]]:
    """Return an example of a procedure, and its answers with the days moved to today."""
    procedure = parse.read(folders.read(ROOT / "procedures" / code))
    found = next(each for each in procedure.examples if each.file.endswith(f"{name}.yaml"))
    days = (clock.local(clock.now()).date() - clock.local(found.filed_at).date()).days
    return found, cast(dict[str, Any], journeys.moved(found.answers, days=days))


def birth(*, copies: int = 0) -> dict[str, Any]:
    """Return what the mother of the demo says of her child."""
    _, answers = example(BIRTH, "online")
    home = "12 Lê Thánh Tôn, phường Nha Trang, tỉnh Khánh Hòa"
    herself = {"full_name": "Trần Thị Hạnh", "personal_id": MOTHER, "residence": home}
    answers["applicant"] |= {**herself, "phone": "0905000001", "relation": "mother"}
    answers["mother"] |= {**herself, "birth_date": "1995-03-08"}
    return answers | {"copies": copies}


def begin_birth(mother: Visitor) -> None:
    """Find the registration of a birth by search, and begin to apply."""
    mother.open("/")
    mother.page.fill("main input[name=q]", "dang ky khai sinh")
    mother.press("main form[role=search] button")
    mother.press(f'main a[href="/procedures/{BIRTH}/"]')
    mother.press(f'a[href="/procedures/{BIRTH}/apply/"]')
    mother.press("main form .mc-button--go")


def begin(visitor: Visitor, procedure: str) -> None:
    """Begin to apply where the page proposes, in the first ward where it proposes nothing."""
    visitor.open(f"/procedures/{procedure}/apply/")
    if not visitor.page.input_value("select[name=place]"):
        visitor.page.select_option("select[name=place]", index=1)
    kinds = visitor.page.locator("input[type=radio][name=kind]")
    if kinds.count():
        kinds.and_(visitor.page.locator("[value=citizen]")).check()
    visitor.press("main form .mc-button--go")


def send(visitor: Visitor) -> str:
    """Go from the papers, or from the last page where none are asked for, to the code of the case."""
    if visitor.path.endswith("/papers/"):
        visitor.press("button[name=next]")
    assert visitor.path.endswith("/check/"), visitor.errors()
    visitor.page.locator("#field-declared").check()
    visitor.press("main form:has(#field-declared) .mc-button--go")
    found = re.fullmatch(r"/cases/([^/]+)/filed/", visitor.path)
    assert found, visitor.errors()
    visitor.see(found[1])
    return found[1]


def at(answers: Answers, name: str) -> object:
    """Return the answer under a dotted name, or None."""
    value: object = answers
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _put(named: Locator, value: object) -> None:
    """Put a value into an input, a choice or boxes to tick."""
    kind = named.first.evaluate("each => each.type")
    chosen = value if isinstance(value, list) else [value]
    if kind in {"radio", "checkbox"} and not isinstance(value, bool):
        for each in chosen:
            named.and_(named.page.locator(f'[value="{each}"]')).check()
    elif kind == "radio":
        named.and_(named.page.locator(f'[value="{str(value).lower()}"]')).check()
    elif kind == "checkbox":
        named.set_checked(bool(value))
    elif kind == "select-one":
        named.select_option(str(value).lower() if isinstance(value, bool) else str(value))
    else:
        named.fill(str(value))
