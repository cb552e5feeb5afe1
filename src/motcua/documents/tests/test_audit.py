"""What an audit asks of documents: a row or a file that says other than the log is named."""

from pathlib import Path

import pytest

from motcua.documents import actions, models, queries
from motcua.documents.queries import audit
from motcua.documents.tests.conftest import AT, CODE
from motcua.documents.values import Document
from motcua.identity.values import Actor

TEMPLATE = '#import "/decree30.typ": *\n#show: official.with(kind: "Giấy phép")\nNội dung'


@pytest.fixture
def issued(leader: Actor) -> Document:
    reserved = actions.reserve(
        subject=f"{CODE}-261122-0001",
        purpose="sign",
        authority_code=CODE,
        type="GP",
        symbol="UBND",
        title="Giấy phép",
        signer=leader,
        at=AT,
    )
    content = actions.produce(reserved, template=TEMPLATE, data={}, at=AT)
    return actions.issue(reserved.id, content, by=leader, at=AT)


def codes() -> list[str]:
    return [each.code for each in audit.disagreements()]


def test_what_was_issued_and_left_alone_agrees(issued: Document) -> None:
    assert codes() == []


@pytest.mark.parametrize("change", [{"number": 77}, {"type": "QĐ"}, {"issued_at": None}])
def test_a_changed_row_is_named(issued: Document, change: dict[str, object]) -> None:
    if "issued_at" in change:
        change = {"issued_at": AT.replace(year=2020)}
    models.Document.objects.filter(pk=issued.id).update(**change)
    (finding,) = audit.disagreements()
    assert (finding.code, finding.entry_id) == ("row-disagrees", issued.entry_id)
    assert finding.subject == issued.subject


def test_a_row_that_no_entry_tells_of_and_one_that_is_gone_are_named(issued: Document) -> None:
    models.Document.objects.filter(pk=issued.id).update(subject="H26.77-261122-9999")
    assert codes() == ["row-without-entry"]
    models.Document.objects.all().delete()
    assert codes() == ["row-removed"]


def test_a_changed_or_missing_file_is_named(issued: Document, files: Path) -> None:
    path = files / queries.path_of(issued.digest)
    path.chmod(0o600)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert codes() == ["file-changed"]
    path.unlink()
    assert codes() == ["file-changed"]
