"""`motcua verify`: the exit code and the words, with and without a database."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import OperationalError
from pytest_django import Settings

from motcua.config.commands import verify
from motcua.documents import actions, queries
from motcua.identity import actions as identity
from motcua.identity import queries as identities
from motcua.kit import clock
from motcua.signing import actions as signing
from motcua.signing.values import Issuance

CODE, NAME = "H26.77", "Ủy ban nhân dân phường Láng"
AT = clock.now()
TEMPLATE = '#import "/decree30.typ": *\n#show: official.with(kind: "Giấy phép")\nNội dung'


@pytest.fixture
def paper(db: None, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an issued document as a file."""
    monkeypatch.setenv("COLUMNS", "200")
    settings.MOTCUA_KEYS = tmp_path / "keys"
    backend = "django.core.files.storage.FileSystemStorage"
    options = {"location": str(tmp_path / "files")}
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": backend, "OPTIONS": options}}
    authority = identity.ensure_authority(code=CODE, name=NAME, level="commune", place="Láng")
    person = identity.ensure_person(personal_id="001080000001", name="Trần Thị Bích", at=AT)
    unit = identity.ensure_unit(authority_id=authority, kind="leadership", name="Lãnh đạo")
    post = identity.ensure_post(unit_id=unit, title="Chủ tịch", roles=("leader",), is_head=True)
    identity.take_post(person, post, by="test", at=AT)
    signing.create_demo_authority(
        seals=[Issuance(CODE, NAME, NAME, CODE)],
        people=[Issuance(str(person), "Trần Thị Bích", NAME, CODE, "Chủ tịch")],
        at=AT,
    )
    leader = identities.actor(person, at=AT)
    document = actions.reserve(
        subject=f"{CODE}-261122-0001",
        purpose="sign",
        authority_code=CODE,
        type="GP",
        symbol="UBND",
        title="Giấy phép",
        signer=leader,
        at=AT,
    )
    content = actions.produce(document, template=TEMPLATE, data={}, at=AT)
    actions.issue(document.id, content, by=leader, at=AT)
    target = tmp_path / "paper.pdf"
    target.write_bytes(content)
    return target


def asked(paper: Path) -> Result:
    return CliRunner().invoke(verify.verify, [str(paper)])


def test_a_valid_document_is_told_with_who_for_whom_when_and_its_entry(paper: Path) -> None:
    told = asked(paper)
    assert told.exit_code == 0
    for words in (
        "paper.pdf: VALID",
        f"Trần Thị Bích, Chủ tịch, for {NAME} ({CODE})",
        f"{NAME} ({CODE})",
        "01/GP-UBND of",
        "documents.DocumentIssued",
        clock.local(AT).isoformat(timespec="seconds"),
    ):
        assert words in told.output


def test_a_tampered_document_is_not_valid_and_says_why(paper: Path) -> None:
    content = paper.read_bytes()
    paper.write_bytes(content + b"more")
    told = asked(paper)
    assert told.exit_code == 1
    assert "NOT VALID" in told.output and "Why not:" in told.output
    assert "no document was issued" in told.output


def test_without_its_database_the_file_still_speaks_for_itself(
    paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(content: bytes, *, at: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(queries, "verify_file", away)
    told = asked(paper)
    assert told.exit_code == 0
    assert "VALID" in told.output and "not asked (no database)" in told.output


def test_what_is_no_pdf_is_not_valid(paper: Path) -> None:
    paper.write_bytes(b"hello")
    told = asked(paper)
    assert told.exit_code == 1 and "not-a-pdf" in told.output
