"""What an audit asks of documents: the register, the stored files, links and locked files, as the log tells."""

import hashlib
from collections.abc import Iterator, Sequence

from motcua.documents import events, models
from motcua.documents.errors import FileRemoved
from motcua.documents.queries import PART, open_file
from motcua.kit.errors import Refused, Unavailable
from motcua.privacy.queries import sealed as privacy
from motcua.transparency import queries as transparency
from motcua.transparency.queries import tables
from motcua.transparency.queries.tables import Table
from motcua.transparency.values import Entry, Finding

SHARES = Table(
    name="link",
    rows=models.Share.objects.all,
    begins=(events.DocumentShared,),
    goes_on=(events.ShareEnded,),
    fact=("share",),
    columns={
        **tables.facts(events.DocumentShared, document_id="document", expires_at="expires_at"),
        "created_by_id": tables.by(events.DocumentShared),
        "created_at": tables.at(events.DocumentShared),
        "ended_at": tables.at(events.ShareEnded),
    },
)
# What was locked away stays so, until nothing names it any more and it is forgotten.
LOCKED = Table(
    name="locked file",
    rows=lambda: models.StoredFile.objects.filter(scan=models.Scan.INFECTED),
    begins=(events.FileQuarantined,),
    fact=("digest",),
    may_be_gone=lambda story: (
        not models.StoredFile.objects.filter(pk=story.entries[0].facts["digest"]).exists()
    ),
)


def disagreements() -> Iterator[Finding]:
    """Yield where the register, the stored files and the log do not say the same, for an audit."""
    yield from tables.all_of(SHARES, LOCKED)
    kinds = (events.DocumentReserved, events.DocumentRenumbered, events.DocumentIssued)
    rows = models.Document.objects.order_by("pk").iterator(chunk_size=transparency.TOGETHER)
    for part in transparency.together(rows):
        told = transparency.told({row.subject for row in part}, kinds=kinds)
        for row in part:
            of_row = [
                each for each in told.get(row.subject, ()) if each.facts["document"] == str(row.pk)
            ]
            yield from _row_disagrees(row, of_row)
    for batch in transparency.together(transparency.of_kind(events.DocumentIssued)):
        wanted = {str(entry.facts["document"]): entry for entry in batch}
        there = models.Document.objects.filter(pk__in=wanted, status=models.Status.ISSUED)
        for gone in wanted.keys() - {str(pk) for pk in there.values_list("pk", flat=True)}:
            said = f"document {gone} was issued, and the register has it no more"
            yield Finding("row-removed", said, wanted[gone].id, wanted[gone].subject)


def _row_disagrees(row: models.Document, told: Sequence[Entry]) -> Iterator[Finding]:
    if not told:
        said = f"document {row} stands in the register, and no entry tells of it"
        yield Finding("row-without-entry", said, None, row.subject)
        return
    last = told[-1]
    wanted: dict[str, object] = {"number": last.facts["number"]}
    held: dict[str, object] = {"number": row.number}
    if row.status == models.Status.ISSUED:
        is_issue = last.kind == "documents.DocumentIssued"
        wanted |= {"status": models.Status.ISSUED if is_issue else "reserved", "entry": last.id}
        held |= {"status": row.status, "entry": row.entry_id}
        if is_issue:
            wanted |= {"digest": last.facts["digest"], "type": last.facts["type"]}
            held |= {"digest": row.file_id, "type": row.type}
            wanted["issued at"], held["issued at"] = last.at, row.issued_at
        yield from _file_disagrees(row, last)
    for name, value in wanted.items():
        if held[name] != value:
            said = f"{name} of document {row}: the log says {value}, the table says {held[name]}"
            yield Finding("row-disagrees", said, last.id, row.subject)


def _file_disagrees(row: models.Document, last: Entry) -> Iterator[Finding]:
    """Yield whether the stored file is gone or has other bytes than its name says."""
    try:
        with open_file(row.file_id or "") as stream:
            made = hashlib.sha256()
            while chunk := stream.read(PART):
                made.update(chunk)
            digest = made.hexdigest()
    except FileRemoved:  # its term was over: the entry stays as the proof
        return
    except (Refused, Unavailable, OSError, privacy.Broken) as error:
        digest = f"not to be read: {type(error).__name__} {error}"
    if digest != row.file_id:
        said = f"the stored file of document {row} should be {row.file_id}, and is {digest}"
        yield Finding("file-changed", said, last.id, row.subject)
