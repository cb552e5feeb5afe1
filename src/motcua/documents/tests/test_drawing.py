"""Typst draws documents: what they are, what they may not do, what happens when they fail."""

import json
import re
import shutil
import subprocess
import threading
import time
from datetime import date
from pathlib import Path

import pytest
import typst

from motcua.documents import errors, queries, rules
from motcua.documents.adapters import typesetter
from motcua.documents.tests.conftest import AT
from motcua.documents.tests.test_documents import DATA, TEMPLATE

LETTERS = "ẤẦẨẪẬẮẰẲẴẶẾỀỂỄỆỐỒỔỖỘỚỜỞỠỢỨỪỬỮỰẠẢÃĐấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữựỳýỷỹỵạảãđ₫"


def draw(body: str, **data: object) -> bytes:
    source = f'#import "/decree30.typ": *\n#show: sheet.with(title: "thử")\n{body}'
    return typesetter.draw(source, data, at=AT)


def said(expression: str) -> object:
    """Return what an expression over the words of the layout gives."""
    source = f'#import "/words.typ": *\n#metadata({expression}) <said>'
    compiler = typst.Compiler(source.encode(), root=typesetter.ROOT)
    found = compiler.query("<said>", field="value", one=True)
    return json.loads(found)


def test_a_document_is_tagged_pdf_a_in_vietnamese_with_its_fonts() -> None:
    made = typesetter.draw(TEMPLATE, DATA, at=AT)
    assert made.startswith(b"%PDF-1.7")
    assert re.search(rb"pdfaid:part>2<", made) and re.search(rb"pdfaid:conformance>A<", made)
    assert b"/StructTreeRoot" in made and b"/Marked true" in made
    assert re.search(rb"/Lang\s*\(vi", made)
    assert b"/FontFile3" in made and b"/Encrypt" not in made


def test_the_same_data_and_moment_make_the_same_bytes() -> None:
    assert typesetter.draw(TEMPLATE, DATA, at=AT) == typesetter.draw(TEMPLATE, DATA, at=AT)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext reads the page")
def test_a_page_shown_before_it_is_signed_says_so_and_the_signed_one_never_does() -> None:
    signed = typesetter.draw(TEMPLATE, DATA, at=AT)
    draft = printed(queries.preview(TEMPLATE, DATA, at=AT, type="GKS"))
    assert "DỰTHẢO" in draft and "……/GKS-UBND" in draft
    assert "Kýbởi" not in draft and "/verify/" not in draft
    assert "DỰTHẢO" not in printed(signed) and "GIẤYKHAISINH" in printed(signed)


def printed(made: bytes) -> str:
    """Return all letters of a PDF in their order."""
    command = ["pdftotext", "-raw", "-", "-"]
    told = subprocess.run(command, input=made, capture_output=True, check=True)
    return "".join(told.stdout.decode().split())


@pytest.mark.parametrize("style", ["", "*", "_", "*_"], ids=["plain", "bold", "italic", "both"])
def test_every_vietnamese_letter_is_printed(style: str) -> None:
    """PDF/A forbids missing letters, so drawing at all shows that the fonts have them."""
    made = draw(f"{style}{' '.join(LETTERS)}{style[::-1]}")
    if shutil.which("pdftotext"):
        told = subprocess.run(
            ["pdftotext", "-", "-"], input=made, capture_output=True, check=True
        ).stdout.decode()
        assert "".join(told.split()) == LETTERS


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("in-words(0)", "không"),
        ("in-words(15)", "mười lăm"),
        ("in-words(21)", "hai mươi mốt"),
        ("in-words(105)", "một trăm linh năm"),
        ("in-words(2026)", "hai nghìn không trăm hai mươi sáu"),
        ("in-words(1250000)", "một triệu hai trăm năm mươi nghìn"),
        ("in-words(3000000005)", "ba tỷ không trăm linh năm"),
        ("grouped(1234567)", "1.234.567"),
        ("money(75000)", "75.000 đồng"),
        ('vi-date("2026-02-05")', "05/02/2026"),
        ('date-words("2026-02-05")', "ngày 05 tháng 02 năm 2026"),
        ('date-words("2026-11-22T09:30:00+07:00")', "ngày 22 tháng 11 năm 2026"),
        ('moment-words("2026-11-22T09:30:00+07:00")', "09 giờ 30 phút, ngày 22 tháng 11 năm 2026"),
        ('date-in-words("2026-04-05")', "Ngày năm tháng tư năm hai nghìn không trăm hai mươi sáu"),
        ('vi-date("soon")', ""),
        ("vi-date(none)", ""),
        ('at((a: (b: 1)), "a.b")', 1),
        ('at((a: (b: 1)), "a.c.d", default: "x")', "x"),
        ('at((a: none), "a", default: "x")', "x"),
    ],
)
def test_words_of_official_documents(expression: str, words: object) -> None:
    assert said(expression) == words


@pytest.mark.parametrize(
    "source",
    [
        '#import "@preview/cetz:0.3.0"',
        '#import ("@pre" + "view/cetz:0.3.0")',
        '#import/**/"@preview/cetz:0.3.0"',
        "#import data.package",
        'x https://a#import data.package; "',
        '#include "other.typ"',
        '#include "/slips/receipt.typ"',
        '#eval("1")',
        '#std.eval("1")',
        '#dictionary(std).at("ev" + "al")("1")',
        '#plugin("x.wasm")',
        "a" * (rules.MOST_TEMPLATE + 1),
    ],
)
def test_a_template_that_reaches_out_is_refused_before_it_runs(source: str) -> None:
    with pytest.raises(errors.TemplateUnsafe):
        typesetter.draw(source, {}, at=AT)


@pytest.mark.parametrize(
    "source",
    [
        '#read("/../../queries.py")',
        '#read("../../../../../../../../etc/passwd")',
        '#read("/etc/passwd")',
        '#image("/../apps.py")',
        "#let f(x) = f(x + 1)\n#f(1)",
        "#while true {}",
        "#nothing",
        "$",
    ],
)
def test_a_template_that_fails_or_reaches_outside_its_folder_is_told(source: str) -> None:
    with pytest.raises(errors.TemplateFails):
        typesetter.draw(source, {}, at=AT)


def test_a_template_that_takes_too_long_is_left() -> None:
    slow = "#for a in range(2000) { for b in range(1500) { let x = a * b } }"
    begun = time.monotonic()
    with pytest.raises(errors.TemplateTooSlow):
        typesetter.draw(slow, {}, at=AT, seconds=0.1)
    assert time.monotonic() - begun < 1.0
    assert typesetter.draw(TEMPLATE, DATA, at=AT).startswith(b"%PDF")


@pytest.mark.parametrize("text", ["😀", "漢字", "\u0001", "\ufffe", "\ud800", "\x00"])
def test_what_no_font_can_print_is_refused_and_named(text: str) -> None:
    with pytest.raises(errors.Unprintable) as refused:
        draw("#data.name", name=f"An {text}")
    assert refused.value.values["characters"]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_a_word_longer_than_a_line_is_printed_whole() -> None:
    data = {**DATA, "answers": {"child": {"name": "n" * 400}}}
    made = typesetter.draw(TEMPLATE, data, at=AT)
    told = subprocess.run(["pdftotext", "-", "-"], input=made, capture_output=True, check=True)
    assert "n" * 400 in told.stdout.decode().replace("\u200b", "").replace("\n", "")


@pytest.mark.parametrize("text", ["#panic()", '"; #read("/x")', "*_`$@<>\\", "]", "{{}}"])
def test_answers_are_text_and_never_markup(text: str) -> None:
    assert draw("#data.name", name=text).startswith(b"%PDF")


def test_a_template_can_be_tried_before_it_is_published() -> None:
    assert queries.preview(TEMPLATE, DATA, at=AT).startswith(b"%PDF")
    assert queries.preview(TEMPLATE, {}, at=AT).startswith(b"%PDF")
    with pytest.raises(errors.TemplateFails):
        queries.preview('#import "/decree30.typ": *\n#data.no-such-key', DATA, at=AT)


def test_many_threads_draw_at_once() -> None:
    made: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: made.append(typesetter.draw(TEMPLATE, DATA, at=AT)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8 and len(set(made)) == 1


@pytest.mark.parametrize("number", range(1, 9))
def test_every_slip_is_drawn_with_full_and_with_no_data(number: int) -> None:
    told = {**DATA, "slip": {"items": ["a", "b"], "reason": "x", "officer": {"name": "Thủy"}}}
    for data in (told, {}):
        made = queries.slip(number, data, at=AT, on=date(2026, 11, 22))
        assert made.startswith(b"%PDF") and b"/StructTreeRoot" in made


def test_a_form_is_the_one_of_its_day() -> None:
    assert queries.form(1, on=date(2026, 1, 1)).circular.startswith("Thông tư 03/2025")
    before = date(2025, 9, 15)  # signed that day, and not yet in force
    for number, day in ((9, date(2026, 1, 1)), (1, date(2024, 1, 1)), (1, before)):
        with pytest.raises(errors.NoSuchForm):
            queries.form(number, on=day)


def test_every_template_of_the_product_is_one_a_procedure_could_have_written() -> None:
    for path in sorted(Path(typesetter.ROOT).rglob("slips/*.typ")):
        assert rules.template_faults(path.read_text(encoding="utf-8")) == ()
