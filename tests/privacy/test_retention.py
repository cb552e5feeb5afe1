"""What need not be kept is erased when its time comes, not a day before, and the proof stays."""

from datetime import datetime, timedelta
from pathlib import Path

from motcua.cases.actions import retention, tasks
from motcua.cases.models import Case, Note, SearchEntry, Slip, Task
from motcua.cases.queries import retention as queries
from motcua.desk.tests.conftest import AT, WARD, Desk, People, file_birth
from motcua.documents import actions as documents
from motcua.intake import models as intake
from motcua.privacy import models as privacy
from motcua.privacy.events import RequestEnded
from motcua.transparency import queries as transparency
from tests.privacy.test_sealed import found_in_tables

FIVE_YEARS = datetime.fromisoformat("2031-11-02T08:00:00+07:00")
CHILD = "Trần Thị Bảo Ngọc Anh"


def refused(people: People) -> str:
    """Return the code of a case that was refused, and so is kept for five years."""
    code = file_birth(people.mother, child=CHILD)
    task = Task.objects.get(case__code=code, state="open")
    tasks.complete(
        task.pk, outcome="refuse", reason="Cháu Ngọc Anh có giấy rồi", by=people.clerk, at=AT
    )
    return code


def test_nothing_goes_before_its_time(people: People) -> None:
    code = refused(people)
    open_case = file_birth(people.mother, child=CHILD)
    assert retention.dispose_due(at=FIVE_YEARS - timedelta(seconds=1)) == 0
    kept = {each.code: each for each in queries.kept(people.mother.id, authority_code=WARD)}
    assert kept[code].until == FIVE_YEARS and not kept[code].is_open
    assert kept[open_case].is_open and not kept[open_case].may_be_erased(FIVE_YEARS)
    assert "intake_filing.answers" in found_in_tables(CHILD)


def test_what_is_due_goes_and_the_proof_stays(people: People, desk: Desk, files: Path) -> None:
    code = refused(people)
    before = [(each.id, each.kind, each.facts) for each in transparency.history(code)]
    assert retention.dispose_due(at=FIVE_YEARS) == 1
    assert retention.dispose_due(at=FIVE_YEARS) == 0
    assert found_in_tables(CHILD) == []
    assert found_in_tables("Cháu Ngọc Anh có giấy rồi") == []
    assert not intake.Attachment.objects.exists()
    assert not SearchEntry.objects.exists() and not Note.objects.exists()
    row = intake.Filing.objects.get()
    assert (row.answers, bytes(row.sealed), row.data_key_id) == ({}, b"", None)
    assert Slip.objects.filter(case__code=code).exists()
    after = transparency.history(code)
    assert [(each.id, each.kind, each.facts) for each in after][: len(before)] == before
    assert (after[-1].kind, after[-1].by, after[-1].facts["reason"]) == (
        "cases.CaseDisposed",
        "retention",
        "term",
    )
    assert Case.objects.get(code=code).disposed_at == FIVE_YEARS
    clerk, address = desk.of(people.clerk), f"/desk/cases/{code}/"
    assert clerk.get(address).status_code == 302  # years later one says why
    clerk.post(f"{address}purpose/", {"reason": "Tra cứu hồ sơ cũ", "next": address})
    page = clerk.get(address)
    assert page.status_code == 200 and CHILD not in page.content.decode()
    later = FIVE_YEARS + timedelta(days=2)
    assert documents.forget_unnamed(at=later) == 1
    assert not privacy.DataKey.objects.exists()


def test_who_asks_is_given_what_need_not_be_kept(people: People) -> None:
    code = refused(people)
    told = RequestEnded("request", people.mother.key, "erase", "granted", "")
    seeing = RequestEnded("request", people.mother.key, "see", "granted", "")
    for ended, authority, at, expected in (
        (told, WARD, AT, ()),
        (told, "H15.50.02", FIVE_YEARS, ()),
        (seeing, WARD, FIVE_YEARS, ()),
        (told, WARD, FIVE_YEARS, (code,)),
        (told, WARD, FIVE_YEARS, ()),
    ):
        done = retention.on_request_ended(ended, authority_code=authority, by="x", at=at)
        assert done == expected
    assert transparency.history(code)[-1].facts["reason"] == "request"
