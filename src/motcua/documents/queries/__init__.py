"""Reads: files, documents of the register, slips, verification."""

import hashlib
import json
import re
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from motcua.documents import models
from motcua.documents.adapters import typesetter
from motcua.documents.errors import (
    FileInfected,
    FileRemoved,
    NoSuchDocument,
    NoSuchFile,
    NoSuchForm,
    NoSuchShare,
)
from motcua.documents.values import Document, Form, Share, StoredFile, Verification
from motcua.identity import queries as identity
from motcua.identity.values import Actor, Thing
from motcua.kit import clock, walls
from motcua.privacy.queries import sealed as privacy
from motcua.signing import queries as signing
from motcua.transparency import queries as transparency
from motcua.transparency.queries import log

WITHIN = (
    "id", "subject", "authority__code", "authority__name", "type", "symbol", "number", "year",
    "title", "signer_id", "signer__name", "token", "file_id", "file__size", "reserved_at",
    "issued_at", "entry_id",
)  # fmt: skip
# Every column of the database that leads to a table, quoted as SQL writes it.
_REFERENCES = """
    SELECT link.conrelid::regclass::text, quote_ident(held.attname)
    FROM pg_constraint AS link
    JOIN pg_attribute AS held ON held.attrelid = link.conrelid AND held.attnum = link.conkey[1]
    WHERE link.contype = 'f' AND link.confrelid = %s::regclass
"""
BLANK = "……"  # where the number of a draft will stand
SLIPS, DOSSIER = typesetter.ROOT / "slips", typesetter.ROOT / "dossier.typ"
PART = 1024 * 1024  # bytes read at a time


def file(digest: str) -> StoredFile:
    """Return what is known of a stored file; raises NoSuchFile."""
    is_digest = re.fullmatch(models.DIGEST, digest) is not None
    row = models.StoredFile.objects.filter(pk=digest).first() if is_digest else None
    if row is None:
        raise NoSuchFile()
    return stored_file(row)


def open_file(digest: str) -> IO[bytes]:
    """Return a stored file's bytes, open for reading; raises NoSuchFile, FileRemoved, FileInfected, KeyAway."""
    is_digest = re.fullmatch(models.DIGEST, digest) is not None
    rows = models.StoredFile.objects.select_related("data_key")
    row = rows.filter(pk=digest).first() if is_digest else None
    if row is None:
        raise NoSuchFile()
    if row.removed_at is not None:
        raise FileRemoved()
    if row.scan == models.Scan.INFECTED:
        raise FileInfected(found="ClamAV")
    try:
        opened: IO[bytes] = default_storage.open(path_of(row.pk))
    except FileNotFoundError:
        raise NoSuchFile() from None
    if row.data_key is None:
        return opened
    try:
        key = privacy.value(row.data_key)
        return privacy.open_file(opened, key=key, binding=row.pk, size=row.size)
    except BaseException:
        opened.close()
        raise


def known(digests: Collection[str]) -> frozenset[str]:
    """Return which of some digests are those of stored files, in one query."""
    rows = models.StoredFile.objects.filter(pk__in=digests)
    return frozenset(rows.values_list("pk", flat=True))


def unnamed_files(*, before: datetime, limit: int) -> Sequence[str]:
    """Return the digests of files that came before a moment and that no row of any table refers to."""
    table = models.StoredFile._meta.db_table
    with connection.cursor() as cursor:
        unnamed = "".join(
            f" AND NOT EXISTS (SELECT 1 FROM {naming} AS r WHERE r.{column} = file.digest)"  # noqa: S608  (likewise)
            for naming, column in references()
        )
        cursor.execute(
            f"SELECT digest FROM {table} AS file"  # noqa: S608  (names that the database gave)
            f" WHERE stored_at < %s{unnamed} ORDER BY digest LIMIT %s",
            [before, limit],
        )
        return [digest for (digest,) in cursor.fetchall()]


def unscanned(*, after: str = "", limit: int = 100) -> Sequence[str]:
    """Return files that no scanner has judged and that are still there, past one, in the order of digests."""
    rows = models.StoredFile.objects.filter(scan=models.Scan.UNSCANNED, removed_at=None)
    return list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:limit])


def count_unscanned() -> int:
    """Return how many files no scanner has judged, for the progress of one that does."""
    return models.StoredFile.objects.filter(scan=models.Scan.UNSCANNED, removed_at=None).count()


def references() -> Sequence[tuple[str, str]]:
    """Return each table and column that leads to stored files, as the database knows them."""
    with connection.cursor() as cursor:
        cursor.execute(_REFERENCES, [models.StoredFile._meta.db_table])
        return [(str(table), str(column)) for table, column in cursor.fetchall()]


def path_of(digest: str) -> str:
    """Return where in the storage a file lies: 256 folders keep each of them small."""
    return f"{digest[:2]}/{digest}"


def document(document_id: uuid.UUID) -> Document:
    """Return an issued document; raises NoSuchDocument."""
    row = _rows().filter(pk=document_id, status=models.Status.ISSUED).first()
    if row is None:
        raise NoSuchDocument()
    return document_value(row)


def issued(subject: str) -> Sequence[Document]:
    """Return the documents issued for a subject, oldest first."""
    rows = _rows().filter(subject=subject, status=models.Status.ISSUED)
    return [document_value(row) for row in rows.order_by("issued_at", "id")]


def issued_within(subject: OuterRef) -> QuerySet[models.Document, Any]:
    """Return the documents issued for a subject, oldest first, to be read within another query."""
    rows = models.Document.objects.filter(subject=subject, status=models.Status.ISSUED)
    one = JSONObject(**{name: name for name in WITHIN})
    return rows.order_by("issued_at", "id").values(one=one)


def issued_of(given: Iterable[Mapping[str, Any]]) -> tuple[Document, ...]:
    """Return the documents that came by `issued_within`."""
    return tuple(
        Document(
            id=uuid.UUID(each["id"]),
            subject=each["subject"],
            authority_code=each["authority__code"],
            authority_name=each["authority__name"],
            type=each["type"],
            symbol=each["symbol"],
            number=each["number"],
            year=each["year"],
            title=each["title"],
            signer_id=uuid.UUID(each["signer_id"]),
            signer_name=each["signer__name"],
            is_issued=True,
            token=each["token"],
            verification_url=verification_url(each["token"]),
            digest=each["file_id"] or "",
            size=each["file__size"] or 0,
            reserved_at=datetime.fromisoformat(each["reserved_at"]),
            issued_at=datetime.fromisoformat(each["issued_at"]) if each["issued_at"] else None,
            entry_id=each["entry_id"],
        )
        for each in given
    )


def issued_for(subjects: Collection[str]) -> Sequence[Document]:
    """Return the documents issued for several subjects, newest first, in one query."""
    rows = _rows().filter(subject__in=subjects, status=models.Status.ISSUED)
    return [document_value(row) for row in rows.order_by("-issued_at", "-id")]


def shares(
    document_ids: Collection[uuid.UUID], *, of: Actor, at: datetime
) -> Mapping[uuid.UUID, tuple[Share, ...]]:
    """Return a person's links that still open something, by document, in one query."""
    identity.require(of, "share", Thing("document", owner_id=of.id))
    found: dict[uuid.UUID, tuple[Share, ...]] = {}
    rows = models.Share.objects.filter(
        created_by_id=of.id, document_id__in=document_ids, ended_at=None, expires_at__gt=at
    )
    for row in rows.order_by("expires_at", "id"):
        found[row.document_id] = (*found.get(row.document_id, ()), share_value(row))
    return found


def shared(secret: str, *, at: datetime) -> tuple[Document, Share]:
    """Return what a link opens; raises NoSuchShare when it expired, was taken back or is unknown."""
    digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
    rows = models.Share.objects.filter(digest=digest, ended_at=None, expires_at__gt=at)
    with walls.presented(digest):
        row = rows.first()
        if row is None:
            raise NoSuchShare()
        return document(row.document_id), share_value(row)


def share_value(row: models.Share, *, secret: str = "") -> Share:
    """Return a row as a value."""
    return Share(row.pk, row.document_id, row.created_at, row.expires_at, secret)


def register(
    authority_code: str, *, year: int, type: str, below: int | None = None, limit: int = 100
) -> Sequence[Document]:
    """Return a page of an authority's register, highest number first, from below a number."""
    rows = _rows().filter(authority__code=authority_code, year=year, type=type)
    if below is not None:
        rows = rows.filter(number__lt=below)
    return [document_value(row) for row in rows.order_by("-number")[:limit]]


def verify_file(content: bytes, *, at: datetime) -> Verification:
    """Return what there is to say of a PDF: its signatures, and whether we issued this very file."""
    digest = hashlib.sha256(content).hexdigest()
    with walls.presented(digest):
        row = _rows().filter(file_id=digest, status=models.Status.ISSUED).first()
    return _verification(content, digest, row, at=at)


def verify_token(token: str, *, at: datetime) -> Verification:
    """Return what there is to say of the document behind a printed code; raises NoSuchDocument."""
    row = _of_token(token)
    with open_file(row.file_id or "") as stream:
        content = stream.read()
    return _verification(content, hashlib.sha256(content).hexdigest(), row, at=at)


def form(number: int, *, on: date) -> Form:
    """Return a numbered form as it is on a day; raises NoSuchForm."""
    for effective, forms in reversed(_circulars()):
        if effective <= on:
            if number in forms:
                return forms[number]
            break
    raise NoSuchForm(form=number, day=on.isoformat())


def slip(number: int, data: Mapping[str, object], *, at: datetime, on: date) -> bytes:
    """Return a numbered form as PDF/A, drawn now and not signed; raises NoSuchForm, TemplateFails."""
    chosen = form(number, on=on)
    source = _template(SLIPS / chosen.template)
    said = data.get("slip")
    told = {**data, "form": {"number": number, "name": chosen.name, "circular": chosen.circular}}
    if isinstance(said, Mapping) and said.get("lookup_url"):
        told["slip"] = {**said, "qr_svg": typesetter.qr_code(str(said["lookup_url"]))}
    return typesetter.draw(source, told, at=at, fonts=fonts())


def dossier(data: Mapping[str, object], *, at: datetime) -> bytes:
    """Return the dossier of the impact assessment as PDF/A, not signed; raises TemplateFails, Unprintable."""
    return typesetter.draw(_template(DOSSIER), data, at=at, fonts=fonts())


def preview(
    template: str,
    data: Mapping[str, object],
    *,
    at: datetime,
    type: str = "MẪU",
    symbol: str = "UBND",
    title: str = "",
) -> bytes:
    """Return the page that a template makes, marked as a draft: no number, no signature, no code to verify.

    For reading a decision before it is signed, and for trying a template before it is published. Raises
    TemplateUnsafe, TemplateFails, TemplateTooSlow, Unprintable.
    """
    moment = clock.local(at)
    told = {
        "number": BLANK,
        "type": type,
        "symbol": symbol,
        "number_and_symbol": f"{BLANK}/{type}-{symbol}",
        "title": title,
        "date": _date(moment),
        "signed_at": "",
        "verification_url": "",
        "qr_svg": "",
    }
    return typesetter.draw(
        template, {**data, "document": told, "is_draft": True}, at=at, fonts=fonts()
    )


def printed(document: Document, *, at: datetime) -> Mapping[str, object]:
    """Return what a template may print of a document (docs/reference/typst-template.md)."""
    moment = clock.local(at)
    return {
        "number": document.figures,
        "type": document.type,
        "symbol": document.symbol,
        "number_and_symbol": document.number_and_symbol,
        "title": document.title,
        "date": _date(moment),
        "signed_at": moment.isoformat(timespec="seconds"),  # Decree 30/2020, Appendix I
        "verification_url": document.verification_url,
        "qr_svg": typesetter.qr_code(document.verification_url),
    }


def _date(moment: datetime) -> Mapping[str, object]:
    day = moment.date()
    return {"day": day.day, "month": day.month, "year": day.year, "iso": day.isoformat()}


def fonts() -> Path | None:
    """Return the folder of the authority's own fonts, if one is set."""
    folder: Path | None = settings.MOTCUA_FONTS
    return folder


def verification_url(token: str) -> str:
    """Return the address that is printed on a document."""
    return f"{settings.MOTCUA_PUBLIC_URL}/verify/{token}"


def stored_file(row: models.StoredFile) -> StoredFile:
    """Return a row as a value."""
    return StoredFile(row.digest, row.size, row.media_type, row.stored_at, row.scan)


def document_value(row: models.Document) -> Document:
    """Return a row, read with its authority, signer and file, as a value."""
    return Document(
        id=row.pk,
        subject=row.subject,
        authority_code=row.authority.code,
        authority_name=row.authority.name,
        type=row.type,
        symbol=row.symbol,
        number=row.number,
        year=row.year,
        title=row.title,
        signer_id=row.signer_id,
        signer_name=row.signer.name,
        is_issued=row.status == models.Status.ISSUED,
        token=row.token,
        verification_url=verification_url(row.token),
        digest=row.file_id or "",
        size=row.file.size if row.file else 0,
        reserved_at=row.reserved_at,
        issued_at=row.issued_at,
        entry_id=row.entry_id,
    )


def _rows() -> QuerySet[models.Document]:
    return models.Document.objects.select_related("authority", "signer", "file")


def _verification(
    content: bytes, digest: str, row: models.Document | None, *, at: datetime
) -> Verification:
    is_same = row is not None and row.file_id == digest
    found = document_value(row) if row is not None and is_same else None
    entry = transparency.get(found.entry_id) if found and found.entry_id else None
    return Verification(signing.verify(content, at=at), digest, found, entry)


@lru_cache(maxsize=1)
def _circulars() -> Sequence[tuple[date, Mapping[int, Form]]]:
    """Return the sets of forms with the day each takes effect, in that order."""
    loaded = json.loads((SLIPS / "slips.json").read_text(encoding="utf-8"))
    return sorted(
        (
            (
                date.fromisoformat(circular["effective"]),
                {
                    one["number"]: Form(
                        one["number"], one["name"], one["template"], circular["name"]
                    )
                    for one in circular["forms"]
                },
            )
            for circular in loaded["circulars"]
        ),
        key=lambda pair: pair[0],
    )


@lru_cache(maxsize=32)
def _template(source: Path) -> str:
    return source.read_text(encoding="utf-8")


def proof(token: str) -> bytes:
    """Return the proof that a document's issue is in the public log, as a C2SP tlog-proof file.

    Whoever has the code printed on it may fetch it. Raises NoSuchDocument, NotYetInLog.
    """
    return log.proof(_of_token(token).entry_id or 0)


def _of_token(token: str) -> models.Document:
    """Return the issued document behind a printed code; raises NoSuchDocument."""
    is_token = re.fullmatch(r"[A-Za-z0-9_-]{1,64}", token) is not None
    found = _rows().filter(token=token, status=models.Status.ISSUED)
    with walls.presented(token if is_token else ""):
        row = found.first() if is_token else None
    if row is None:
        raise NoSuchDocument()
    return row
