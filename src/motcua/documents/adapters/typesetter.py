"""Typst draws a document: PDF/A-2a, tagged, from a template and data, within a limit of time.

Typst runs in our process and keeps what it has read and laid out between runs, which makes a page of
one template cost a tenth of the first. A compiler serves one run at a time, so idle ones are kept in a
stack; the fonts, read once, are shared. Typst lets Python run meanwhile, so each run has a thread that
the caller can stop waiting for; one that never ends loses its compiler and does not hold up the exit.
"""

import io
import json
import re
import threading
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

import segno
import typst

from motcua.documents import rules
from motcua.documents.errors import TemplateFails, TemplateTooSlow, TemplateUnsafe, Unprintable

ROOT = Path(__file__).resolve().parents[1] / "typst"
SECONDS = 5.0
QR_MASK = 3
STANDARD: Literal["a-2a"] = "a-2a"  # ISO 19005-2, level A: tagged, so that it can be read aloud

_unprintable = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed')
_surrogate = re.compile("[\ud800-\udfff]")
_idle: defaultdict[Path | None, list[typst.Compiler]] = defaultdict(list)


def draw(
    source: str,
    data: Mapping[str, object],
    *,
    at: datetime,
    fonts: Path | None = None,
    seconds: float = SECONDS,
) -> bytes:
    """Return the PDF that a template makes of data.

    The same template, data and moment make the same bytes. Raises TemplateUnsafe, TemplateFails,
    TemplateTooSlow, and Unprintable for characters that no font has.
    """
    faults = rules.template_faults(source)
    if faults:
        raise TemplateUnsafe(what="; ".join(faults))
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    halves = _surrogate.findall(text)  # half a character is no text at all
    if halves:
        raise Unprintable(characters=", ".join(f"U+{ord(half):04X}" for half in halves))
    drawing: Future[bytes] = Future()
    terms = (drawing, source.encode(), text, int(at.timestamp()), fonts)
    threading.Thread(target=_draw, args=terms, name="typst", daemon=True).start()
    try:
        return drawing.result(timeout=seconds)
    except TookTooLong:
        raise TemplateTooSlow(seconds=seconds) from None
    except typst.TypstError as error:
        raise _refusal(error) from error


def qr_code(text: str) -> str:
    """Return a QR code as SVG: error level M, with its quiet zone.

    The mask is fixed: choosing the prettiest of eight takes five times as long, and readers take any.
    """
    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False, mask=QR_MASK)
    code.save(out, kind="svg", xmldecl=False, border=4)
    return out.getvalue().decode()


def _draw(
    drawing: Future[bytes], source: bytes, text: str, timestamp: int, fonts: Path | None
) -> None:
    """Draw in a thread of its own, and tell the one that waits."""
    try:
        compiler = _taken(fonts)
        made, _warnings = compiler.compile_with_warnings(
            source,
            format="pdf",
            sys_inputs={"data": text},
            pdf_standards=[STANDARD],
            timestamp=timestamp,
        )
        _idle[fonts].append(compiler)
        if not isinstance(made, bytes):
            raise TypeError("Typst made no PDF")
    except BaseException as error:  # noqa: BLE001 -- handed to the caller, who raises it
        is_plain = isinstance(
            error, Exception
        )  # a panic of Typst is none, and would end the server
        drawing.set_exception(error if is_plain else RuntimeError(f"Typst broke: {error}"))
    else:
        drawing.set_result(made)


def _taken(fonts: Path | None) -> typst.Compiler:
    try:
        return _idle[fonts].pop()
    except IndexError:
        return typst.Compiler(root=ROOT, font_paths=_fonts(fonts))


@lru_cache(maxsize=4)
def _fonts(folder: Path | None) -> typst.Fonts:
    """Return Typst's own fonts and those of a folder; never what else a machine happens to have."""
    return typst.Fonts(
        include_system_fonts=False, font_paths=[str(folder)] if folder is not None else []
    )


def _refusal(error: typst.TypstError) -> TemplateFails | Unprintable:
    missing = _unprintable.search(error.message)
    if missing:
        return Unprintable(characters=missing["text"])
    return TemplateFails(what=error.message)
