"""Writes: store a file; reserve, draw, sign and issue a document."""

import contextlib
import functools
import hashlib
import os
import tempfile
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import puremagic
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app

from motcua.documents import errors, events, models, queries, rules
from motcua.documents.actions import registers
from motcua.documents.adapters import clamav, typesetter
from motcua.documents.values import Document, Share, StoredFile
from motcua.identity import queries as identity
from motcua.identity.values import Actor, Thing
from motcua.kit import clock, ids
from motcua.kit.errors import Absent, Unavailable
from motcua.privacy.actions import sealing
from motcua.privacy.errors import SealBroken
from motcua.privacy.queries import sealed
from motcua.signing import actions as signing
from motcua.transparency import actions as transparency

LARGEST_DOCUMENT = 50 * 1024 * 1024  # bytes: the largest signed file that agencies exchange
PDF = "pdf"
PIECE = 256 * 1024  # bytes read at a time
MOST_DAYS = 30  # that a link to a document may last
MOST_SHARES = 10  # links of one person to one document at once
UNNAMED_FOR = timedelta(days=1)  # that a file waits for something to name it
MOST_AT_ONCE = 500  # files forgotten in one transaction
JUDGED = frozenset({models.Scan.CLEAN, models.Scan.INFECTED})
SCAN = "motcua.documents.scan"  # the job that asks the scanner again
SCANNER = "scanner"  # as the log names who found harm in a file
SWEEPER = "sweeper"  # as the log names the job that removes files


# ---- files --------------------------------------------------------------------------------------


def store(
    chunks: Iterable[bytes],
    *,
    allowed: Collection[str],
    limit: int,
    at: datetime,
    name: str = "",
    declared_size: int | None = None,
    is_from_outside: bool = False,
) -> StoredFile:
    """Keep a file under the SHA-256 of its bytes, once however often it comes.

    `allowed` holds words of `rules.MEDIA`, `limit` is in bytes, `name` the sender's name for the file,
    `declared_size` what the sender said would come. The bytes go to a temporary file while they are
    hashed and counted, are checked, and are then moved into place at once. Raises FileEmpty,
    FileTooLarge, FileCutOff, TypeNotAllowed, TypeMismatch, FileDamaged; nothing is left behind then.
    What comes `is_from_outside` is scanned where a scanner is set: raises FileInfected, and what came
    stays sealed and is opened for nobody. While the scanner is away a job asks it again.
    """
    with _incoming() as (stream, _temporary):
        size, digest = _receive(chunks, stream, limit=limit)
        if declared_size is not None and size != declared_size:
            raise errors.FileCutOff(received=size, declared=declared_size)
        if size == 0:
            raise errors.FileEmpty()
        media = _media(stream, size, allowed=allowed, name=name)
        stream.seek(0)
        scan, found = clamav.judged(stream) if is_from_outside else (models.Scan.UNSCANNED, "")
        with transaction.atomic():
            _claim(digest)
            row = models.StoredFile(
                digest=digest, size=size, media_type=media.media_type, stored_at=at, scan=scan,
                scanned_at=at if scan in JUDGED else None,
            )  # fmt: skip
            _keep_sealed(stream, row)
            if row.scan == models.Scan.WAITING:
                app.configure_task(SCAN, lock=f"scan-{digest}").defer(digest=digest)
            if found:
                _tell_harmful(digest, found, at=at)
    if found:
        raise errors.FileInfected(found=found)
    return queries.stored_file(row)


def scan_again(digest: str, *, at: datetime, of: models.Scan = models.Scan.WAITING) -> str:
    """Scan a file that came while the scanner was away, or before there was one; return how it stands.

    Speaks to the scanner, so it runs in no transaction. Raises Unavailable, and what `open_file` raises.
    """
    waiting = models.StoredFile.objects.filter(pk=digest, scan=of, removed_at=None)
    if not waiting.exists():
        return ""
    with queries.open_file(digest) as stream:
        scan, found = clamav.judged(stream)
    if scan == models.Scan.WAITING:
        raise Unavailable(clamav.SYSTEM, retry_after=clamav.LATER)
    with transaction.atomic():
        _claim(digest)
        if waiting.update(scan=scan, scanned_at=at if scan in JUDGED else None) and found:
            _tell_harmful(digest, found, at=at)
    return str(scan)


def _tell_harmful(digest: str, found: str, *, at: datetime) -> None:
    transparency.append(events.FileQuarantined(digest, found), by=SCANNER, at=at, subject=digest)


@transaction.atomic
def forget_unnamed(*, at: datetime) -> int:
    """Forget files that came more than a day ago and that nothing names; return how many.

    Who may name a file is asked of the database, which knows every foreign key that leads to one. The
    bytes are for `sweep`, once it is settled that nothing names them.
    """
    forgotten = queries.unnamed_files(before=at - UNNAMED_FOR, limit=MOST_AT_ONCE)
    for digest in sorted(forgotten):  # in one order, so that two sweeps do not wait for each other
        _claim(digest)
    still = queries.unnamed_files(before=at - UNNAMED_FOR, limit=MOST_AT_ONCE)
    gone = [each for each in forgotten if each in set(still)]
    rows = models.StoredFile.objects.filter(pk__in=gone)
    keys = [key for key in rows.values_list("data_key", flat=True) if key]
    rows.delete()
    sealing.destroy(keys)
    if gone:
        transparency.append(events.FilesForgotten(len(gone)), by=SWEEPER, at=at)
    return len(gone)


@transaction.atomic
def remove_of(subject: str, *, at: datetime) -> None:
    """Remove the files of the documents issued for a subject; numbers and digests stay in the register.

    Without their key the bytes say nothing; the next sweep of the disk need not be waited for.
    """
    issued = models.Document.objects.filter(subject=subject).exclude(file=None)
    rows = models.StoredFile.objects.select_for_update().filter(pk__in=issued.values("file"))
    for row in rows.filter(removed_at=None).order_by("pk"):
        key, path = row.data_key_id, queries.path_of(row.pk)
        row.removed_at, row.data_key_id = at, None
        row.save(update_fields=["removed_at", "data_key"])
        sealing.destroy([key] if key else [])
        transaction.on_commit(functools.partial(default_storage.delete, path))


def sweep(*, at: datetime) -> int:
    """Remove bytes that lie in the storage for more than a day and that no row names; return how many.

    What an upload left that never ended goes too. A file that comes again meanwhile is kept.
    """
    before = (at - UNNAMED_FOR).timestamp()
    for left in Path(default_storage.path("incoming")).glob("*"):
        if left.stat().st_mtime < before:
            left.unlink(missing_ok=True)
    removed = 0
    for folder in sorted(Path(default_storage.path("")).glob("[0-9a-f][0-9a-f]")):
        old = [each for each in folder.iterdir() if each.stat().st_mtime < before]
        named = queries.known([each.name for each in old])
        removed += sum(_remove(each, before=before) for each in old if each.name not in named)
    return removed


@transaction.atomic
def _remove(path: Path, *, before: float) -> bool:
    """Remove bytes while nobody can store the same ones."""
    _claim(path.name)
    if queries.known([path.name]) or not path.exists() or path.stat().st_mtime >= before:
        return False
    path.unlink()
    return True


def _claim(digest: str) -> None:
    """Keep others from storing or removing the same bytes until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [digest])


@contextlib.contextmanager
def _incoming() -> Iterator[tuple[IO[bytes], Path]]:
    """Give a temporary file beside the stored ones, so that moving it is one step of the disk."""
    folder = Path(default_storage.path("incoming"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(descriptor, "w+b") as stream:
            yield stream, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _receive(chunks: Iterable[bytes], stream: IO[bytes], *, limit: int) -> tuple[int, str]:
    size, hashed = 0, hashlib.sha256()
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise errors.FileTooLarge(limit=limit)
        hashed.update(chunk)
        stream.write(chunk)
    return size, hashed.hexdigest()


def _media(stream: IO[bytes], size: int, *, allowed: Collection[str], name: str) -> rules.Media:
    """Return the type that the bytes are of, when it is allowed, whole, and what the name says."""
    stream.seek(0)
    head = stream.read(rules.HEAD)
    stream.seek(max(0, size - rules.HEAD))
    tail = stream.read()
    begun = rules.begins_as(head)
    kind = rules.office_kind(stream) if begun == "zip" else begun
    if kind not in allowed or kind not in rules.MEDIA:
        raise errors.TypeNotAllowed(found=_guess(head), allowed=rules.words(allowed))
    if begun != "zip" and not rules.is_whole(kind, head, tail):
        raise errors.FileDamaged(found=kind.upper())
    media = rules.MEDIA[kind]
    if not rules.fits_name(media, name):
        raise errors.TypeMismatch(named=Path(name).suffix, found=kind.upper())
    return media


def _guess(head: bytes) -> str:
    """Return what a file looks like, for people: the library knows many types that we do not take."""
    try:
        return str(puremagic.from_string(head, mime=True) or "?")
    except (puremagic.PureError, ValueError):
        return "?"


def _is_whole(row: models.StoredFile) -> bool:
    """Return whether what is stored is there and undamaged; raises KeyAway."""
    try:
        with queries.open_file(row.pk) as stored:
            hashed = hashlib.sha256()
            while piece := stored.read(PIECE):
                hashed.update(piece)
            return hashed.hexdigest() == row.pk
    except (Absent, SealBroken, sealed.Broken):
        return False


def _keep_sealed(stream: IO[bytes], row: models.StoredFile) -> None:
    """Keep a received file sealed with a key of its own, unless it is there whole already.

    The caller holds the claim on its bytes.
    """
    former = models.StoredFile.objects.filter(pk=row.pk).first()
    if former is not None and row.scan not in JUDGED and former.scan in JUDGED:
        row.scan, row.scanned_at = former.scan, former.scanned_at
    if former is not None and _is_whole(former):
        row.data_key_id = former.data_key_id
        row.save()  # it has a day again in which something may name it
        return
    key = sealing.new_key(at=row.stored_at)
    with _incoming() as (target, temporary):
        stream.seek(0)
        sealing.seal_file(stream, target, key=key, binding=row.pk)
        _keep(target, temporary, row.pk)
    row.data_key_id = key.id
    row.save()
    if former is not None and former.data_key_id:
        sealing.destroy([former.data_key_id])


def _keep(stream: IO[bytes], temporary: Path, digest: str) -> None:
    """Move a file into place, durably."""
    stream.flush()
    os.fsync(stream.fileno())
    target = Path(default_storage.path(queries.path_of(digest)))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary.replace(target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # the name is durable only when its folder is
    finally:
        os.close(descriptor)


# ---- documents ----------------------------------------------------------------------------------


@transaction.atomic
def reserve(
    *,
    subject: str,
    purpose: str,
    authority_code: str,
    type: str,
    symbol: str,
    title: str,
    signer: Actor,
    at: datetime,
) -> Document:
    """Take the next number of an authority's register for a document that is about to be signed.

    A retry for the same subject and purpose keeps its number, unless the year has changed meanwhile:
    numbers run from 01 on 1 January to 31 December (Decree 30/2020/NĐ-CP, Article 15). The series is
    locked until the caller's transaction ends, so keep that short. Raises AlreadyIssued and
    NoSuchAuthority.
    """
    identity.require(signer, "sign", Thing("document"))
    authority = identity.authority(authority_code)
    wanted = models.Document(
        id=ids.at(at),
        subject=subject,
        purpose=purpose,
        authority_id=authority.id,
        type=type,
        symbol=symbol,
        title=title,
        signer_id=signer.id,
        status=models.Status.RESERVED,
        token=ids.token(),
        year=clock.local(at).year,
        reserved_at=at,
    )
    row = _reserved(subject, purpose)
    if row is None:
        try:
            with transaction.atomic():
                return _first(wanted, by=signer, at=at)
        except IntegrityError:  # another transaction reserved it between our look and our insert
            row = _reserved(subject, purpose)
            if row is None:
                raise
    return _again(row, wanted, by=signer, at=at)


def produce(
    document: Document, *, template: str, data: Mapping[str, object], at: datetime
) -> bytes:
    """Return the signed and sealed PDF of a reserved document. Writes nothing and holds no lock.

    `data` is as docs/reference/typst-template.md says, without its key `document`. Raises
    TemplateUnsafe, TemplateFails, TemplateTooSlow, Unprintable, NoSuchCredential, KeysUnreadable.
    """
    told = {**data, "document": queries.printed(document, at=at)}
    drawn = typesetter.draw(template, told, at=at, fonts=queries.fonts())
    authority = data.get("authority")
    place = authority.get("place", "") if isinstance(authority, Mapping) else ""
    return signing.sign_and_seal(
        drawn,
        person=str(document.signer_id),
        authority=document.authority_code,
        at=clock.local(at),
        reason=f"Ban hành {document.number_and_symbol}",
        location=str(place),
    )


@transaction.atomic
def issue(document_id: uuid.UUID, content: bytes, *, by: Actor, at: datetime) -> Document:
    """Issue a reserved document: keep its signed file and tell the log.

    Raises NoSuchDocument, NotSigned, and AlreadyIssued, also when the very same file comes again.
    """
    identity.require(by, "sign", Thing("document"))
    row = _locked().filter(pk=document_id).first()
    if row is None:
        raise errors.NoSuchDocument()
    found = queries.document_value(row)
    if found.is_issued:
        raise errors.AlreadyIssued(number=found.number_and_symbol)
    if b"/ByteRange" not in content:
        raise errors.NotSigned()
    kept = store(iter((content,)), allowed={PDF}, limit=LARGEST_DOCUMENT, at=at)
    event = events.DocumentIssued(
        document=str(row.pk),
        number=row.number,
        number_and_symbol=found.number_and_symbol,
        type=row.type,
        digest=kept.digest,
        signer=str(row.signer_id),
    )
    row.entry_id = transparency.append(
        event, by=by.key, at=at, subject=row.subject, authority=found.authority_code
    )
    row.file_id, row.issued_at, row.status = kept.digest, at, models.Status.ISSUED
    row.save(update_fields=["file", "issued_at", "status", "entry"])
    row.refresh_from_db()
    return queries.document_value(row)


# ---- sharing ------------------------------------------------------------------------------------


@transaction.atomic
def share(document_id: uuid.UUID, *, days: int, by: Actor, at: datetime) -> Share:
    """Make a link to an issued document that lasts some days; its secret is told this once only.

    Whether the document is theirs is for the caller to know. Raises NoSuchDocument, BadTerm,
    TooManyShares.
    """
    if not 1 <= days <= MOST_DAYS:
        raise errors.BadTerm(most=MOST_DAYS)
    found = queries.document(document_id)
    if len(queries.shares([document_id], of=by, at=at).get(document_id, ())) >= MOST_SHARES:
        raise errors.TooManyShares(most=MOST_SHARES)
    secret = ids.token()
    row = models.Share.objects.create(
        id=ids.at(at),
        document_id=document_id,
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        created_by_id=by.id,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    _tell(found, events.DocumentShared(str(document_id), str(row.pk), row.expires_at), by=by, at=at)
    return queries.share_value(row, secret=secret)


@transaction.atomic
def end_share(share_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Take a link of one's own back; one that opens nothing any more stays as it is.

    Raises NoSuchShare for a link of somebody else's.
    """
    rows = models.Share.objects.select_for_update(of=("self",))
    row = rows.filter(pk=share_id).first()
    thing = Thing("document", owner_id=row.created_by_id if row else None)
    if row is None or not identity.decide(by, "share", thing).is_allowed:
        raise errors.NoSuchShare()
    if row.ended_at is None and row.expires_at > at:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        event = events.ShareEnded(str(row.document_id), str(row.pk))
        _tell(queries.document(row.document_id), event, by=by, at=at)


def _reserved(subject: str, purpose: str) -> models.Document | None:
    return _locked().filter(subject=subject, purpose=purpose).first()


def _locked() -> QuerySet[models.Document]:
    rows = models.Document.objects.select_for_update(of=("self",))
    return rows.select_related("authority", "signer", "file")


def _first(wanted: models.Document, *, by: Actor, at: datetime) -> Document:
    wanted.number = registers.next_number(wanted)
    wanted.save(force_insert=True)
    found = queries.document_value(_locked().get(pk=wanted.pk))
    event = events.DocumentReserved(
        document=str(wanted.pk),
        number=wanted.number,
        number_and_symbol=found.number_and_symbol,
        year=wanted.year,
        signer=by.key,
    )
    _tell(found, event, by=by, at=at)
    return found


def _again(row: models.Document, wanted: models.Document, *, by: Actor, at: datetime) -> Document:
    """Take up a reservation that did not lead to a document: another signer, day, year or authority."""
    if row.status == models.Status.ISSUED:
        raise errors.AlreadyIssued(number=queries.document_value(row).number_and_symbol)
    former_number, former_year = row.number, row.year
    row.signer_id, row.reserved_at, row.title = by.id, at, wanted.title
    is_elsewhere = row.authority_id != wanted.authority_id  # its case went on to a successor
    if row.year != wanted.year or is_elsewhere:
        row.number, row.year = registers.next_number(wanted), wanted.year
        row.authority_id = wanted.authority_id
    row.save(update_fields=["signer", "reserved_at", "title", "number", "year", "authority"])
    found = queries.document_value(_locked().get(pk=row.pk))
    if former_year != found.year or is_elsewhere:
        event = events.DocumentRenumbered(
            document=str(row.pk),
            former_number=former_number,
            former_year=former_year,
            number=found.number,
            number_and_symbol=found.number_and_symbol,
            year=found.year,
            signer=by.key,
        )
        _tell(found, event, by=by, at=at)
    return found


def _tell(document: Document, event: object, *, by: Actor, at: datetime) -> None:
    transparency.append(
        event, by=by.key, at=at, subject=document.subject, authority=document.authority_code
    )
