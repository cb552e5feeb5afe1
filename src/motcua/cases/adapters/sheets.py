"""A spreadsheet that somebody brings, as rows of plain text: .xlsx or CSV, within bounds whatever it claims.

Formulas come as they are written, "=A1", so that whoever reads the rows can refuse them: what they would
show is known to the program that made the file and to nobody here.
"""

import csv
import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import IO

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from motcua.cases.errors import NotASpreadsheet, TooManyRows, UnknownEncoding

MOST_BYTES = 1024 * 1024  # of the file as it comes
MOST_UNPACKED = 16 * 1024 * 1024  # bytes of all parts of an .xlsx
MOST_PARTS = 100
MOST_ROWS = 5_000
MOST_COLUMNS = 40
LONGEST = 1_000  # characters of a cell
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SEPARATORS = ",;\t"
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, KeyError, TypeError),
    *(InvalidFileException, SyntaxError, AttributeError, IndexError, OSError),
)
Row = tuple[int, Sequence[str]]


def rows(content: bytes) -> list[Row]:
    """Return the rows that hold something, with their numbers from 1.

    Raises NotASpreadsheet, UnknownEncoding, TooManyRows.
    """
    if not content or len(content) > MOST_BYTES:
        raise NotASpreadsheet(most=MOST_BYTES // 1024)
    reader = _xlsx(content) if content.startswith(b"PK") else _csv(content)
    found = list(itertools.islice(reader, MOST_ROWS + 2))  # the heads, and one too many
    if len(found) > MOST_ROWS + 1:
        raise TooManyRows(most=MOST_ROWS)
    return found


def part(stream: IO[bytes], *, after: int, most: int) -> list[Row]:
    """Return the next rows of an .xlsx of our own, after the one of a number."""
    return list(itertools.islice(_sheet(stream, first=after + 1), most))


def _xlsx(content: bytes) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            # zipfile gives no more of a part than its head says, so these sums bound what is unpacked.
            if len(parts) > MOST_PARTS or sum(each.file_size for each in parts) > MOST_UNPACKED:
                raise TooManyRows(most=MOST_ROWS)
        yield from _sheet(io.BytesIO(content), first=1)
    except BROKEN as error:
        raise NotASpreadsheet(most=MOST_BYTES // 1024) from error


def _sheet(stream: IO[bytes], *, first: int) -> Iterator[Row]:
    book = openpyxl.load_workbook(stream, read_only=True, data_only=False, keep_links=False)
    cells = book.worksheets[0].iter_rows(min_row=first, max_col=MOST_COLUMNS, values_only=True)
    for number, row in enumerate(cells, start=first):
        if any(each is not None for each in row):  # a sheet may have a million empty rows
            yield number, _trimmed([_plain(each) for each in row])


def _csv(content: bytes) -> Iterator[Row]:
    mark = next((name for head, name in MARKS.items() if content.startswith(head)), "utf-8")
    try:
        written = content.decode(mark)
    except UnicodeDecodeError as error:
        raise UnknownEncoding() from error
    if "\x00" in written:
        raise NotASpreadsheet(most=MOST_BYTES // 1024)
    head = written.partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    try:
        reader = csv.reader(io.StringIO(written, newline=""), delimiter=separator, strict=True)
        for number, row in enumerate(reader, start=1):
            if any(row):
                yield number, _trimmed([_plain(each) for each in row[: MOST_COLUMNS + 1]])
    except csv.Error as error:
        raise NotASpreadsheet(most=MOST_BYTES // 1024) from error


def _plain(value: object) -> str:
    """Return a cell as a person reads it, in one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "x" if value else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    return re.sub(r"\s+", " ", str(value)).strip()[:LONGEST]


def _trimmed(cells: list[str]) -> Sequence[str]:
    """Return a row without the empty cells at its end."""
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)
