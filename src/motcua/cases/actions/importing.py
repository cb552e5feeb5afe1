"""Bring a list of officials: checked whole before anything is written, then carried out as long work."""

import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from motcua.cases import models
from motcua.cases.adapters import sheets, spreadsheet
from motcua.cases.errors import ROLES, FaultyList
from motcua.documents import actions as documents
from motcua.documents import queries as files
from motcua.engines.procedure.model import UNIT_KINDS
from motcua.identity.actions import staffing as putting
from motcua.identity.queries import staffing
from motcua.identity.values import Actor, StaffLine, StaffList
from motcua.kit import text

WRITTEN = "written"  # the place at the end of the file
MOST_BYTES, MOST_ROWS = sheets.MOST_BYTES, sheets.MOST_ROWS  # of a file
BATCH = 100  # lines between two notes of progress, at which the work can be stopped
WIDTHS = (14, 14, 40, 30, 24, 10, 24, 18, 30, 14, 16, 30, 14)


def check(content: bytes, *, by: Actor, at: datetime) -> StaffList:
    """Return what a file would set up, with every fault in it; writes nothing.

    Raises NotASpreadsheet, UnknownEncoding, TooManyRows, NotAllowed.
    """
    return staffing.read(sheets.rows(content), roles=_roles(), kinds=UNIT_KINDS, by=by, at=at)


def keep(content: bytes, *, by: Actor, at: datetime) -> tuple[str, int]:
    """Keep the lines of a file without fault, sealed, and return its digest and how many there are.

    Raises FaultyList, and what `check` raises.
    """
    found = check(content, by=by, at=at)
    if found.faults or not found.lines:
        raise FaultyList(faults=len(found.faults))
    with tempfile.TemporaryFile() as stream:
        spreadsheet.write(
            stream,
            name="staff",
            heads=staffing.columns(),
            widths=WIDTHS,
            rows=_in_place(found.lines),
        )
        kept = documents.store(
            spreadsheet.chunks(stream), allowed={"xlsx"}, limit=sheets.MOST_UNPACKED, at=at
        )
    return kept.digest, len(found.lines)


def batch(
    row: models.Operation, person: Actor, at: datetime, *, tried: Callable[..., dict[str, object]]
) -> tuple[str, Sequence[Mapping[str, object]]]:
    """Carry the next lines out and return how far that is, WRITTEN at the end, with what came of each."""
    if row.place == WRITTEN or row.file_id is None:
        return WRITTEN, []
    place = int(row.place or 1)  # the row of the heads
    with files.open_file(row.file_id) as stream:
        read = sheets.part(stream, after=place, most=BATCH)
    heads = [(1, staffing.columns())]
    found = staffing.lines_of([*heads, *read], roles=_roles())
    results = [
        tried(
            lambda line=line: putting.put(line, kinds=UNIT_KINDS, by=person, at=at),
            subject=_("row %(number)s") % {"number": line.number},
        )
        for line in found
    ]
    return str(read[-1][0]) if len(read) == BATCH else WRITTEN, results


def columns() -> Sequence[str]:
    """Return the heads of the columns that a list has, in the language of the reader."""
    return staffing.columns()


def template() -> bytes:
    """Return an empty list with the heads of its columns, as a spreadsheet to fill in."""
    stream = io.BytesIO()
    spreadsheet.write(stream, name="staff", heads=staffing.columns(), widths=WIDTHS, rows=())
    return stream.getvalue()


def _roles() -> dict[str, str]:
    """Return the role that each name means: its own, and its words in each language."""
    found = {text.folded(each): each for each in (*staffing.known_roles(), *ROLES)}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {text.folded(str(said)): role for role, said in ROLES.items()}
    return found


def _in_place(lines: Sequence[StaffLine]) -> Iterator[Sequence[str]]:
    """Yield the rows of lines, each where it stood in the file that was brought."""
    number = 2
    for line in lines:
        yield from ((),) * (line.number - number)
        yield _cells(line)
        number = line.number + 1


def _cells(line: StaffLine) -> tuple[str, ...]:
    return (
        line.authority,
        line.unit_kind,
        line.unit,
        line.post,
        ", ".join(line.roles),
        "x" if line.is_head else "",
        line.signing_mode,
        line.personal_id,
        line.name,
        f"{line.birth_date:%d/%m/%Y}" if line.birth_date else "",
        line.phone,
        line.email,
        f"{line.first:%d/%m/%Y}",
    )
