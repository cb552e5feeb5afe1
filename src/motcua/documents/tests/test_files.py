"""Stored files: the bytes decide, nothing is kept of what is refused, the same bytes are kept once."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.documents import actions, errors, models, queries, rules
from motcua.documents.tests.conftest import AT
from motcua.kit.errors import Refused
from motcua.privacy.queries.sealed import Broken

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\nstartxref\n9\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40) + b"\xff\xd9"
PNG = rules.PNG_START + bytes(30) + rules.PNG_END
LIMIT = 100_000
ALL = ("pdf", "jpeg", "png", "docx", "xlsx")

pytestmark = pytest.mark.django_db


def office(*names: str, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "<xml/>")
        archive.comment = comment
    return out.getvalue()


DOCX = office("word/document.xml")


def store(content: bytes, *, allowed: tuple[str, ...] = ALL, **more: object) -> str:
    chunks = [content[at : at + 7] for at in range(0, len(content), 7)]
    kept = actions.store(chunks, allowed=allowed, limit=LIMIT, at=AT, **more)  # type: ignore[arg-type]
    return kept.digest


def left_behind(files: Path) -> list[Path]:
    return [path for path in files.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (PDF, "application/pdf", "don.pdf"),
        (JPEG, "image/jpeg", "anh.JPG"),
        (PNG, "image/png", "anh.png"),
        (DOCX, rules.MEDIA["docx"].media_type, "don.docx"),
        (office("xl/workbook.xml"), rules.MEDIA["xlsx"].media_type, "bang"),
    ],
)
def test_a_file_is_kept_under_its_digest(
    files: Path, content: bytes, media_type: str, name: str
) -> None:
    digest = store(content, name=name, declared_size=len(content))
    assert digest == hashlib.sha256(content).hexdigest()
    kept = queries.file(digest)
    assert (kept.size, kept.media_type, kept.stored_at) == (len(content), media_type, AT)
    (stored,) = left_behind(files)
    assert stored.name.startswith(digest) and content not in stored.read_bytes()
    with queries.open_file(digest) as stream:
        assert stream.read() == content


def test_the_same_content_twice_is_kept_once(files: Path) -> None:
    assert store(PDF) == store(PDF)
    assert models.StoredFile.objects.count() == 1
    assert len(left_behind(files)) == 1


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"", "", errors.FileEmpty),
        (b"hello", "", errors.TypeNotAllowed),
        (b"MZ\x90\x00" + bytes(100), "don.pdf", errors.TypeNotAllowed),
        (b"<html><script>", "don.pdf", errors.TypeNotAllowed),
        (PDF, "anh.png", errors.TypeMismatch),
        (PDF, "don.pdf.exe", errors.TypeMismatch),
        (PNG, "don.pdf", errors.TypeMismatch),
        (PDF[:-7], "", errors.FileDamaged),
        (PDF + DOCX, "", errors.FileDamaged),
        (JPEG[:-1], "", errors.FileDamaged),
        (JPEG + DOCX, "", errors.FileDamaged),
        (JPEG[:20] + b"%PDF-1.7" + JPEG[20:], "", errors.FileDamaged),
        (JPEG[:20] + b"<script>" + JPEG[20:], "", errors.FileDamaged),
        (PNG[:-3], "", errors.FileDamaged),
        (PNG + b"more", "", errors.FileDamaged),
        (b" " + PDF, "", errors.TypeNotAllowed),
        (DOCX[:-10], "", errors.TypeNotAllowed),
        (PDF + DOCX, "don.docx", errors.FileDamaged),
        (office("word/document.xml", "word/vbaProject.bin"), "", errors.TypeNotAllowed),
        (office("word/document.xml", "xl/workbook.xml"), "", errors.TypeNotAllowed),
        (office("readme.txt"), "", errors.TypeNotAllowed),
        (office("word/document.xml", comment=b"%PDF-1.7"), "", errors.TypeNotAllowed),
        (PDF + bytes(LIMIT), "", errors.FileTooLarge),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    files: Path, content: bytes, name: str, error: type[Refused]
) -> None:
    with pytest.raises(error):
        store(content, name=name)
    assert left_behind(files) == [] and not models.StoredFile.objects.exists()


def test_a_type_that_was_not_asked_for_is_refused_with_what_is(files: Path) -> None:
    with pytest.raises(errors.TypeNotAllowed, match="JPEG, PDF"):
        store(PNG, allowed=("pdf", "jpeg"))
    assert left_behind(files) == []


@pytest.mark.parametrize("declared", [len(PDF) - 1, len(PDF) + 1, 0])
def test_an_upload_that_broke_off_is_refused(files: Path, declared: int) -> None:
    with pytest.raises(errors.FileCutOff):
        store(PDF, declared_size=declared)
    assert left_behind(files) == []


def test_a_sender_that_fails_midway_leaves_nothing_behind(files: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield PDF[:20]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        actions.store(chunks(), allowed=ALL, limit=LIMIT, at=AT)
    assert left_behind(files) == []


def test_reading_stops_at_the_limit() -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += 1000
            yield bytes(1000)

    with pytest.raises(errors.FileTooLarge):
        actions.store(endless(), allowed=ALL, limit=5_000, at=AT)
    assert sent == 6_000


def test_a_damaged_stored_file_is_healed_by_the_same_upload(files: Path) -> None:
    digest = store(PDF)
    (stored,) = left_behind(files)
    stored.write_bytes(b"damaged")
    with pytest.raises(Broken), queries.open_file(digest) as stream:
        stream.read()
    store(PDF)
    assert len(left_behind(files)) == 1
    with queries.open_file(digest) as stream:
        assert stream.read() == PDF


@pytest.mark.parametrize("digest", ["0" * 64, "", "../../etc/passwd", "\x00", "x" * 5000])
def test_an_unknown_digest_is_absent(digest: str) -> None:
    with pytest.raises(errors.NoSuchFile):
        queries.open_file(digest)


@given(st.binary(max_size=300), st.sampled_from([b"", PDF, JPEG, PNG, DOCX, b"PK\x03\x04"]))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_kept_whole_or_refused(files: Path, noise: bytes, begin: bytes) -> None:
    content = begin + noise
    try:
        digest = store(content)
    except Refused:
        return
    with queries.open_file(digest) as stream:
        assert stream.read() == content
