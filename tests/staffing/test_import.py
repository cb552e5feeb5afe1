"""A list of officials: checked whole before anything is written, then carried out in batches."""

import io
import re
import uuid
import zipfile
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.cases.actions import importing, operations
from motcua.cases.adapters import sheets
from motcua.cases.errors import FaultyList, NotASpreadsheet, TooManyRows
from motcua.cases.queries import operations as seen
from motcua.desk.tests.conftest import WARD, Desk, People
from motcua.identity import events, models
from motcua.identity.queries import audit
from motcua.identity.values import Actor
from motcua.kit import clock
from motcua.transparency import queries as transparency

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/office/list/"
HEADS = (
    *("Mã cơ quan", "Loại đơn vị", "Đơn vị", "Vị trí", "Vai trò", "Người đứng đầu đơn vị"),
    *("Thể thức ký", "Số định danh cá nhân", "Họ, chữ đệm, tên", "Ngày sinh", "Điện thoại"),
    *("Thư điện tử", "Từ ngày"),
)
TODAY = clock.local(clock.now()).date()
Row = Sequence[object]


def row(number: int = 1, **changed: object) -> list[object]:
    """Return a line without fault: somebody on a post that is new, in a unit that is new."""
    said: dict[str, object] = {
        "authority": WARD,
        "unit_kind": "culture",
        "unit": "Phòng Văn hóa - Xã hội",
        "post": "Chuyên viên",
        "roles": "thụ lý",
        "head": "",
        "mode": "",
        "personal_id": f"0561900{number:05d}",
        "name": f"Nguyễn Thị {number}",
        "born": "05/03/1990",
        "phone": "0905 000 001",
        "mail": "",
        "first": f"{TODAY:%d/%m/%Y}",
    }
    return list({**said, **changed}.values())


def xlsx(rows: Sequence[Row], heads: Row = HEADS) -> bytes:
    """Return a spreadsheet as a common program writes it."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for each in (heads, *rows):
        sheet.append(list(each))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def text(rows: Sequence[Row], heads: Row = HEADS, *, separator: str = ",") -> str:
    """Return a list as CSV."""
    return "".join(separator.join(f'"{each}"' for each in line) + "\r\n" for line in (heads, *rows))


def bring(browser: Client, content: bytes, do: str = "check") -> Any:
    """Bring a list as a file."""
    sent = SimpleUploadedFile("danh-sach.xlsx", content)
    return browser.post(ADDRESS, {"list": sent, "do": do})


def counted() -> tuple[int, ...]:
    """Return how much there is of what a list may set up."""
    tables = (models.Unit, models.Post, models.Person, models.Holding)
    return tuple(table.objects.count() for table in tables)


def carried_out(answer: Any, by: Actor) -> uuid.UUID:
    """Do the long work that an answer leads to, and return its id."""
    found = re.search(r"operations/([0-9a-f-]{36})/", answer["Location"])
    assert found, answer
    key = uuid.UUID(found[1])
    while not operations.run(key, at=clock.now()):
        pass
    return key


# ---- bad input


FAULTS: Sequence[tuple[dict[str, object], str]] = [
    ({"authority": "H99"}, "Mã cơ quan"),
    ({"authority": ""}, "Mã cơ quan"),
    ({"unit_kind": "circus"}, "Loại đơn vị"),
    ({"unit_kind": "justice", "unit": "Phòng khác"}, "Đơn vị"),
    ({"unit": "x" * 201}, "Đơn vị"),
    ({"roles": "vua"}, "Vai trò"),
    ({"roles": "", "post": "Vị trí khác"}, "Vai trò"),
    ({"head": "có lẽ"}, "Người đứng đầu đơn vị"),
    ({"personal_id": "56190000001"}, "Số định danh cá nhân"),
    ({"personal_id": 56190000001}, "Số định danh cá nhân"),
    ({"personal_id": "056080900099", "name": "Bùi An"}, "Số định danh cá nhân"),
    ({"personal_id": "056195004112"}, "Họ, chữ đệm, tên"),
    ({"name": "=1+1"}, "Họ, chữ đệm, tên"),
    ({"born": "31/02/1990"}, "Ngày sinh"),
    ({"phone": "gọi sau"}, "Điện thoại"),
    ({"mail": "không có"}, "Thư điện tử"),
    ({"first": "sớm"}, "Từ ngày"),
    ({"first": f"{TODAY + timedelta(days=1):%d/%m/%Y}"}, "Từ ngày"),
]


def test_each_fault_is_named_by_row_and_column_and_nothing_is_written(
    people: People, administrator: Actor
) -> None:
    before = counted()
    for changed, column in FAULTS:
        content = xlsx([row(1), row(2, **changed)])
        found = importing.check(content, by=administrator, at=clock.now())
        told = {(each.line, each.column_name) for each in found.faults}
        assert (3, column) in told, (changed, found.faults)
        assert {line for line, _ in told} == {3}
        with pytest.raises(FaultyList):
            operations.import_staff(content, by=administrator, at=clock.now())
    assert counted() == before


def test_faults_are_told_on_the_page(people: People, desk: Desk, administrator: Actor) -> None:
    before, browser = counted(), desk.of(administrator)
    content = xlsx([row(1), row(2, phone="gọi sau")])
    for do in ("check", "import"):
        answer = bring(browser, content, do)
        assert answer.status_code == 422
        assert "govuk-error-summary" in answer.content.decode()
    assert "Điện thoại" in bring(browser, content).content.decode()
    assert counted() == before


def test_every_fault_is_told_at_once(people: People, administrator: Actor) -> None:
    lines = [row(1, phone="x", born="y"), row(2, authority="H99"), row(1, phone="")]
    found = importing.check(xlsx(lines), by=administrator, at=clock.now())
    said = [(each.line, each.column) for each in found.faults]
    assert said == [(2, "birth_date"), (2, "phone"), (3, "authority")]
    twice = importing.check(xlsx([row(1), row(1)]), by=administrator, at=clock.now())
    assert [(each.line, each.column) for each in twice.faults] == [(3, "personal_id")]


def test_the_heads_are_as_they_should_be(people: People, administrator: Actor) -> None:
    heads: Sequence[tuple[Row, str]] = (
        (HEADS[:-1], "first_day"),  # missing
        ((*HEADS, "Vị trí"), "post"),  # twice
        ((*HEADS, "Lương"), ""),  # none of ours
        (("1", "2"), "authority"),
        ((), "authority"),
    )
    for each, wrong in heads:
        found = importing.check(xlsx([row()], each), by=administrator, at=clock.now())
        assert wrong in {fault.column for fault in found.faults}, each
        assert not found.lines


def zipped(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">'
    + b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><workbook><sheets>&l9;</sheets></workbook>"
)


HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "broken": b"PK\x03\x04 no archive",
    "other": zipped(**{"readme.txt": b"nothing"}),
    "many": zipped(**{f"{number}.xml": b"" for number in range(500)}),
    "laughs": zipped(**{"[Content_Types].xml": LAUGHS, "xl/workbook.xml": LAUGHS}),
    "cut-off": xlsx([row()])[:-400],
    "picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    "quote": b'a,"b\r\n' * 10,
    "encoding": b"M\xe3 c\xf4 quan,T\xean\r\n",
    "half-letters": b"\xff\xfe" + b"\x00\xd8" * 9,
    "large": b"x" * (sheets.MOST_BYTES + 1),
}


def test_a_hostile_file_is_refused_on_the_page(
    people: People, desk: Desk, administrator: Actor
) -> None:
    before, browser = counted(), desk.of(administrator)
    bomb = zipped(**{"xl/workbook.xml": b"\x00" * 100_000_000})
    for name, content in {**HOSTILE, "bomb": bomb}.items():
        answer = bring(browser, content, "import")
        assert answer.status_code in {413, 422}, name
        assert "govuk-error-summary" in answer.content.decode(), name
    for carried in ("", "not base64 !", "UEs=", "\x00"):
        answer = browser.post(ADDRESS, {"content": carried, "do": "import"})
        assert answer.status_code == 422, carried
    assert counted() == before


def test_a_hundred_thousand_rows_are_refused_before_they_are_read() -> None:
    lines = "a,b\r\n" * 100_000
    with pytest.raises(TooManyRows):
        sheets.rows(lines.encode())
    far = zipped(
        **{name: content for name, content in _parts(xlsx([row()])).items() if "sheet1" not in name}
        | {"xl/worksheets/sheet1.xml": _sheet_with(f'<row r="{2**20}"><c r="A{2**20}"/></row>')}
    )
    assert sheets.rows(far) == []  # a million rows, all empty
    with pytest.raises(NotASpreadsheet):
        sheets.rows(b"=" * (sheets.MOST_BYTES + 1))


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {each.filename: archive.read(each) for each in archive.infolist()}


def _sheet_with(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def test_only_an_administrator_brings_a_list(people: People, desk: Desk) -> None:
    for browser in (desk.of(people.clerk), desk.of(people.leader)):
        assert bring(browser, xlsx([row()]), "import").status_code == 403
        assert browser.get(ADDRESS).status_code == 403


# ---- what works


@pytest.mark.parametrize(
    "content",
    [
        xlsx([row(1), row(2)]),
        text([row(1), row(2)]).encode("utf-8-sig"),
        text([row(1), row(2)], separator=";").encode(),
        text([row(1), row(2)], separator="\t").encode("utf-16"),
        xlsx([(), row(1, first=TODAY, roles="officer"), (), row(2, born=date(1990, 3, 5))]),
    ],
    ids=["xlsx", "csv-mark", "csv-semicolon", "csv-utf-16", "xlsx-dates-and-gaps"],
)
def test_a_list_is_checked_and_then_carried_out_once(
    people: People, desk: Desk, administrator: Actor, content: bytes
) -> None:
    before, browser = counted(), desk.of(administrator)
    page = bring(browser, content)
    assert page.status_code == 200, page.content.decode()
    assert counted() == before, "checking writes nothing"
    carried = re.search(r'name="content" value="([^"]+)"', page.content.decode())
    assert carried
    posted = {"content": carried[1], "do": "import"}
    key = carried_out(browser.post(ADDRESS, posted), administrator)
    done = seen.operation(key, reader=administrator)
    assert (done.state, done.done, done.failed, done.has_file) == ("finished", 2, 0, False)
    assert counted() == tuple(a + b for a, b in zip(before, (1, 1, 2, 2), strict=True))
    again = carried_out(browser.post(ADDRESS, posted), administrator)
    assert seen.operation(again, reader=administrator).done == 2
    assert counted() == tuple(a + b for a, b in zip(before, (1, 1, 2, 2), strict=True))
    holding = models.Holding.objects.get(person__personal_id="056190000001")
    assert clock.local(holding.starts_at).date() == TODAY
    assert holding.post.roles == ["officer"]


def test_what_is_carried_out_stands_in_the_log(
    people: People, desk: Desk, administrator: Actor
) -> None:
    before = set(audit.disagreements())
    earlier = f"{TODAY - timedelta(days=400):%d/%m/%Y}"
    content = xlsx([row(first=earlier)])
    carried_out(bring(desk.of(administrator), content, "import"), administrator)
    assert set(audit.disagreements()) == before, "rows and log agree, also about the first day"
    for kind in (events.UnitSetUp, events.PostSetUp, events.PersonRegistered, events.PostTaken):
        by = [each.by for each in transparency.of_kind(kind)]
        assert by.count(administrator.key) == 1, kind


def test_it_is_stopped_between_batches_and_what_is_done_stays(
    people: People, desk: Desk, administrator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    browser = desk.of(administrator)
    answer = bring(browser, xlsx([row(number) for number in range(1, 6)]), "import")
    key = uuid.UUID(answer["Location"].split("/")[-2])
    assert not operations.run(key, at=clock.now())
    found = seen.operation(key, reader=administrator)
    assert (found.done, found.total) == (2, 5)
    assert browser.post(f"/desk/operations/{key}/cancel/").status_code == 302
    assert operations.run(key, at=clock.now())
    found = seen.operation(key, reader=administrator)
    assert (found.state, found.done) == ("cancelled", 2)
    assert models.Holding.objects.filter(person__personal_id__startswith="0561900000").count() == 2


def test_what_changed_since_the_check_is_refused_line_by_line(
    people: People, desk: Desk, administrator: Actor
) -> None:
    browser = desk.of(administrator)
    answer = bring(browser, xlsx([row(1), row(2)]), "import")
    models.Person.objects.create(id=uuid.uuid4(), personal_id="056190000001", name="Một người khác")
    key = carried_out(answer, administrator)
    found = seen.operation(key, reader=administrator)
    assert (found.state, found.done, found.failed) == ("finished", 1, 1)
    assert [(each.subject, each.code) for each in found.results] == [("dòng 2", "bad-staff-line")]


def test_the_empty_list_can_be_filled_in(people: People, desk: Desk, administrator: Actor) -> None:
    given = desk.of(administrator).get(f"{ADDRESS}template.xlsx")
    assert given["Content-Disposition"].startswith("attachment")
    (heads,) = sheets.rows(given.content)
    found = importing.check(xlsx([row()], heads[1]), by=administrator, at=clock.now())
    assert found.faults == () and len(found.lines) == 1
