"""A spreadsheet of plain text in one sheet, written row by row (ECMA-376, SpreadsheetML in a zip).

Every cell is text: so a personal number keeps its leading nought, and nothing that a person typed is
ever a formula. CSV can promise neither. The rows go to the disk as they come, never into memory.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
LONGEST = 32_767  # characters that a cell can hold
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of the zip format: the same rows make the same bytes
CHUNK = 64 * 1024
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # not of XML 1.0

PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPES}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{LINKS}/styles" Target="styles.xml"/></Relationships>',
    # Two looks: plain text, and the bold one of the heads; both kept as text ("@" is number format 49).
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/>'
    '<name val="Times New Roman"/></font><font><b/><sz val="11"/><name val="Times New Roman"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
    '<xf numFmtId="49" fontId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


def write(
    stream: IO[bytes],
    *,
    name: str,
    heads: Sequence[str],
    widths: Sequence[int],
    rows: Iterable[Sequence[str]],
) -> None:
    """Write a workbook with one sheet to a stream that can seek; widths are in characters."""
    workbook = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
        f'<sheet name="{_attribute(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in {**PARTS, "xl/workbook.xml": workbook}.items():
            archive.writestr(_entry(path), HEAD + content)
        with archive.open(_entry("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            for piece in _sheet(heads, widths, rows):
                sheet.write(piece.encode())


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield what a stream holds, from its beginning."""
    stream.seek(0)
    while piece := stream.read(CHUNK):
        yield piece


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, FIRST_DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _sheet(
    heads: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[str]]
) -> Iterator[str]:
    yield f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    yield '<pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews><cols>'
    for number, width in enumerate(widths, start=1):
        yield f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
    yield "</cols><sheetData>"
    yield _row(heads, style=1)
    for row in rows:
        yield _row(row, style=0)
    yield "</sheetData></worksheet>"


def _row(cells: Sequence[str], *, style: int) -> str:
    return "<row>" + "".join(_cell(each, style=style) for each in cells) + "</row>"


def _cell(text: str, *, style: int) -> str:
    said = escape(_UNFIT.sub("", text)[:LONGEST])
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'


def _attribute(name: str) -> str:
    """Return the name of a sheet: 31 characters, without those that a sheet may not have."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", _UNFIT.sub("", name))[:31]
    return escape(plain, {'"': "&quot;"})
