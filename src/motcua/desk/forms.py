"""Read what the pages of the desk post.

Nothing is refused here for being wrong: it is read as it was typed, kept, and told by those who know the
rules (`engines.forms`, `cases`), so that nothing typed is lost. Answers of a form are read by
`engines.forms.posted`.
"""

import base64
import binascii
import io
import uuid
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from django.http import QueryDict

from motcua.desk.errors import FolderTooLarge, NotAFolder
from motcua.engines.procedure import model, parse

MAX_TEXT = (
    20_000  # characters read of one field: more than any rule takes, so that the rule can tell
)
MAX_CHOSEN = 200  # tasks in one bulk action
MAX_PACKED = 1024 * 1024  # bytes of a folder packed as .zip
MEGABYTE = 1024 * 1024
EARLIEST, LATEST = 1900, 2200  # years that a day may lie in


@dataclass(frozen=True, slots=True)
class Said:
    """What an official typed on completing a task, as it stands in the page."""

    task_id: uuid.UUID | None = None
    outcome: str = ""
    reason: str = ""
    items: tuple[str, ...] = ()


def said(posted: QueryDict) -> Said:
    """Return what was said on completing a task; items come one a line."""
    lines = (line.strip() for line in text(posted, "items").splitlines())
    return Said(
        task_id=identifier(posted.get("task", "")),
        outcome=text(posted, "outcome"),
        reason=text(posted, "reason"),
        items=tuple(line for line in lines if line),
    )


def chosen(posted: QueryDict) -> tuple[uuid.UUID, ...]:
    """Return the tasks that were ticked, each once."""
    found = (identifier(value) for value in posted.getlist("task")[:MAX_CHOSEN])
    return tuple(dict.fromkeys(each for each in found if each is not None))


def identifier(value: str) -> uuid.UUID | None:
    """Return a UUID, or None when the text is none."""
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


def day(value: str) -> date | None:
    """Return a day typed as 2026-11-22 or 22/11/2026, or None when it is none."""
    parts = value.strip().split("/")
    written = parts[::-1] if len(parts) == 3 else value.strip().split("-")
    try:
        year, month, number = (int(part) for part in written)
        found = date(year, month, number)
    except ValueError:
        return None
    return found if EARLIEST <= found.year <= LATEST else None


def text(posted: QueryDict, name: str) -> str:
    """Return one text, the last when it came several times, without what no database can hold."""
    return posted.get(name, "")[:MAX_TEXT].replace("\x00", "").replace("\r\n", "\n")


def packed(content: bytes) -> str:
    """Return a packed folder as text that a page can carry to its next step."""
    return base64.b64encode(content).decode()


def unpacked(written: str) -> bytes:
    """Return the packed folder that a page carried; raises NotAFolder."""
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAFolder() from error


def folder(content: bytes) -> dict[str, bytes]:
    """Return the files of a folder packed as .zip, with names from where procedure.yaml lies.

    No more is unpacked than a procedure may hold, whatever the archive claims. Raises NotAFolder and
    FolderTooLarge.
    """
    if len(content) > MAX_PACKED:
        raise FolderTooLarge(files=parse.MAX_FILES, size=MAX_PACKED // MEGABYTE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _files(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        raise NotAFolder() from error


def _files(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [each for each in archive.infolist() if not each.is_dir()]
    if len(entries) > parse.MAX_FILES:
        raise FolderTooLarge(files=parse.MAX_FILES, size=parse.MAX_TOTAL // MEGABYTE)
    found: dict[str, bytes] = {}
    left = parse.MAX_TOTAL
    for entry in entries:
        with archive.open(entry) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise FolderTooLarge(files=parse.MAX_FILES, size=parse.MAX_TOTAL // MEGABYTE)
        found[entry.filename] = content
    return _from_its_root(found)


def _from_its_root(found: dict[str, bytes]) -> dict[str, bytes]:
    """Return files named from the folder that holds procedure.yaml, without hidden ones."""
    roots = [
        PurePosixPath(name).parent for name in found if PurePosixPath(name).name == model.FACTS
    ]
    if not roots:
        raise NotAFolder()
    root = min(roots, key=lambda each: len(each.parts))
    paths = {PurePosixPath(name): content for name, content in found.items()}
    inside = {path: content for path, content in paths.items() if path.is_relative_to(root)}
    return {
        path.relative_to(root).as_posix(): content
        for path, content in inside.items()
        if not any(part.startswith((".", "__MACOSX")) for part in path.parts)
    }
