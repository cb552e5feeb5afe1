"""What a file's bytes say it is; what a template may say. Pure."""

import re
import struct
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

HEAD = 1024  # bytes at the start in which a reader may still look for another type's mark
MOST_ENTRIES = 2_000  # files in an office document
MOST_UNPACKED = 200 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Media:
    """A type of file that we take."""

    name: str  # the word that procedures use: pdf, jpeg ...
    media_type: str
    extensions: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA: Mapping[str, Media] = {
    media.name: media
    for media in (
        Media("pdf", "application/pdf", (".pdf",)),
        Media("jpeg", "image/jpeg", (".jpg", ".jpeg", ".jpe")),
        Media("png", "image/png", (".png",)),
        Media("docx", _OFFICE + "wordprocessingml.document", (".docx",)),
        Media("xlsx", _OFFICE + "spreadsheetml.sheet", (".xlsx",)),
    )
}
_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}

PNG_START = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
ZIP_START = b"PK\x03\x04"
ZIP_END = b"PK\x05\x06"
_FOREIGN = re.compile(rb"%PDF-|<\s*(?:html|script|svg|\?php|!doctype)|PK\x03\x04", re.IGNORECASE)


def begins_as(head: bytes) -> str:
    """Return which type the first bytes are of ("zip" for an office document), or nothing."""
    if re.match(rb"%PDF-[12]\.\d", head):
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(PNG_START):
        return "png"
    if head.startswith(ZIP_START):
        return "zip"
    return ""


def is_whole(kind: str, head: bytes, tail: bytes) -> bool:
    """Return whether an image or PDF ends as its type must, and is nothing else besides.

    `head` and `tail` are the first and last bytes, at most HEAD of each. A second type is looked for
    where its readers would: at the start, and after the end (a ZIP is read from its end).
    """
    match kind:
        case "pdf":
            return tail.rstrip(b"\r\n \t\x00").endswith(b"%%EOF")
        case "jpeg":
            return tail.endswith(b"\xff\xd9") and not _FOREIGN.search(head)
        case "png":
            return tail.endswith(PNG_END) and not _FOREIGN.search(head)
    return False


def office_kind(stream: IO[bytes]) -> str:
    """Return docx or xlsx for a whole office document without macros, or nothing."""
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            is_plain = not archive.comment and len(entries) <= MOST_ENTRIES
            unpacked = sum(entry.file_size for entry in entries)
            hidden = any(entry.flag_bits & 0x1 for entry in entries)
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError):
        return ""
    if not is_plain or hidden or unpacked > MOST_UNPACKED or "[Content_Types].xml" not in names:
        return ""
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return ""
    kinds = [kind for kind, part in _MAIN_PART.items() if part in names]
    return kinds[0] if len(kinds) == 1 else ""


def fits_name(media: Media, name: str) -> bool:
    """Return whether a file's name agrees with its content; a name without extension says nothing."""
    extension = PurePath(name).suffix.lower()
    return not extension or extension in media.extensions


def words(allowed: Collection[str]) -> str:
    """Return types for people: PDF, JPEG."""
    return ", ".join(sorted(name.upper() for name in allowed))


# ---- templates ----------------------------------------------------------------------------------

_IMPORT = re.compile(r"\b(?:import|include)\b(?P<rest>[^\n]*)")
_LAYOUT = re.compile(r'\s*"/(?:decree30|words|slip)\.typ"')
_FORBIDDEN = re.compile(r"\b(?:eval|std|plugin)\b")
MOST_TEMPLATE = 200_000  # characters


def template_faults(source: str) -> tuple[str, ...]:
    """Return what a template says that it may not say, each with its line.

    A template can never reach outside the folder of layouts: Typst sees to that. What is refused here
    is what would make it reach the network (packages, which `import` and `eval` can name) or read
    layouts as data.
    """
    if len(source) > MOST_TEMPLATE:
        return (f"it is longer than {MOST_TEMPLATE} characters",)
    faults = []
    for number, line in enumerate(source.splitlines(), 1):
        faults += [
            f"line {number}: import or include of anything but the layout"
            for found in _IMPORT.finditer(line)
            if not _LAYOUT.match(found["rest"])
        ]
        faults += [f"line {number}: {found[0]}" for found in _FORBIDDEN.finditer(line)]
    return tuple(faults)
