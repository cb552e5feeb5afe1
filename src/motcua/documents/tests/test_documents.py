"""Documents: numbered once, signed, issued with their file, verified by anyone."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.documents import actions, errors, models, queries
from motcua.documents.adapters import typesetter
from motcua.documents.tests.conftest import AT, CODE
from motcua.documents.values import Document
from motcua.identity.values import Actor
from motcua.signing.values import Kind, Reason
from motcua.transparency import queries as transparency

TEMPLATE = """#import "/decree30.typ": *
#show: official.with(kind: "Giấy khai sinh")
#fields(("Họ, chữ đệm, tên", strong(answer("child.name"))))
"""
DATA: Mapping[str, object] = {
    "kind": "result",
    "reason": "",
    "answers": {"child": {"name": "NGUYỄN THỊ ƯỚC"}},
    "person": {"name": "Nguyễn Văn An"},
    "case": {"code": "H26.77-261122-0001", "accepted_at": "2026-11-22T09:00:00+07:00"},
    "authority": {
        "code": CODE,
        "name": "Ủy ban nhân dân phường Láng",
        "parent_name": "Ủy ban nhân dân thành phố Hà Nội",
        "place": "Láng",
    },
    "signer": {"mode": "TM. Ủy ban nhân dân", "position": "Chủ tịch", "name": "Trần Thị Bích"},
    "decision": {},
    "outcome": {},
}


def reserve(leader: Actor, *, subject: str = "H26.77-261122-0001", at: datetime = AT) -> Document:
    return actions.reserve(
        subject=subject,
        purpose="sign.7",
        authority_code=CODE,
        type="GKS",
        symbol="UBND",
        title="Giấy khai sinh",
        signer=leader,
        at=at,
    )


def issue(leader: Actor) -> tuple[Document, bytes]:
    document = reserve(leader)
    content = actions.produce(document, template=TEMPLATE, data=DATA, at=AT)
    return actions.issue(document.id, content, by=leader, at=AT), content


def test_a_document_is_issued_and_anyone_can_verify_it(leader: Actor) -> None:
    document, content = issue(leader)
    assert document.is_issued and document.number_and_symbol == "01/GKS-UBND"
    found = queries.verify_file(content, at=AT)
    assert found.is_valid and found.is_registered and found.verdict.reasons == ()
    assert found.document == document
    assert found.entry is not None and found.entry.kind == "documents.DocumentIssued"
    assert found.entry.facts["digest"] == found.digest
    person, seal = found.verdict.signatures
    assert (person.kind, person.name, person.title) == (Kind.PERSON, "Trần Thị Bích", "Chủ tịch")
    assert (seal.kind, seal.authority_code) == (Kind.SEAL, CODE)
    assert person.signed_at == AT


def test_the_printed_code_leads_to_the_document(leader: Actor) -> None:
    document, content = issue(leader)
    found = queries.verify_token(document.token, at=AT)
    assert found.is_valid and found.document == document
    assert document.token in document.verification_url
    with queries.open_file(document.digest) as stream:
        assert stream.read() == content
    with pytest.raises(errors.NoSuchDocument):
        queries.verify_token(document.token[:-1] + "?", at=AT)


def test_a_tampered_file_is_neither_valid_nor_registered(leader: Actor) -> None:
    _, content = issue(leader)
    at = content.index(b"/Type /Catalog")
    found = queries.verify_file(content[:at] + b"/Type /Cutalog" + content[at + 14 :], at=AT)
    assert not found.is_valid and not found.is_registered
    assert Reason.ALTERED in found.verdict.reasons or Reason.UNREADABLE in found.verdict.reasons


def test_a_document_that_was_never_issued_is_valid_but_not_registered(leader: Actor) -> None:
    content = actions.produce(reserve(leader), template=TEMPLATE, data=DATA, at=AT)
    found = queries.verify_file(content, at=AT)
    assert found.is_valid and not found.is_registered and found.entry is None


def test_a_retry_keeps_its_number(leader: Actor) -> None:
    first, again = reserve(leader), reserve(leader, at=AT + timedelta(minutes=5))
    assert (first.id, first.number, first.token) == (again.id, again.number, again.token)
    assert again.reserved_at == AT + timedelta(minutes=5)
    assert reserve(leader, subject="H26.77-261122-0002").number == 2


def test_numbers_begin_again_on_the_first_of_january_in_vietnam(leader: Actor) -> None:
    reserve(leader)
    last_second = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    old = reserve(leader, subject="old", at=last_second)
    new = reserve(leader, subject="new", at=last_second + timedelta(seconds=1))
    assert (old.year, old.number) == (2026, 2)
    assert (new.year, new.number, new.number_and_symbol) == (2027, 1, "01/GKS-UBND")


def test_a_reservation_of_last_year_takes_a_number_of_this_year_and_the_log_tells(
    leader: Actor,
) -> None:
    old = reserve(leader)
    new = reserve(leader, at=datetime(2027, 1, 4, 2, tzinfo=UTC))
    assert (old.id, old.year, new.year, new.number) == (new.id, 2026, 2027, 1)
    kinds = [entry.kind for entry in transparency.history(old.subject)]
    assert kinds == ["documents.DocumentReserved", "documents.DocumentRenumbered"]


def test_an_issued_document_is_not_issued_or_reserved_again(leader: Actor) -> None:
    document, content = issue(leader)
    with pytest.raises(errors.AlreadyIssued):
        actions.issue(document.id, content, by=leader, at=AT)
    with pytest.raises(errors.AlreadyIssued):
        reserve(leader)
    assert len(queries.issued(document.subject)) == 1


def test_only_a_signed_pdf_is_issued(leader: Actor) -> None:
    document = reserve(leader)
    with pytest.raises(errors.NotSigned):
        actions.issue(document.id, b"%PDF-1.7\nnot signed\n%%EOF\n", by=leader, at=AT)
    with pytest.raises(errors.NoSuchDocument):
        queries.document(document.id)
    assert not models.StoredFile.objects.exists()


def test_the_database_itself_keeps_numbers_unique_and_issued_documents_whole(
    leader: Actor,
) -> None:
    document, other = reserve(leader), reserve(leader, subject="other")
    rows = models.Document.objects
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.filter(pk=other.id).update(number=document.number)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.filter(pk=document.id).update(status=models.Status.ISSUED)


@pytest.mark.django_db(transaction=True)
def test_numbers_taken_at_the_same_time_have_no_gap_and_no_double(leader: Actor) -> None:
    taken: list[int] = []

    def take(number: int) -> None:
        try:
            taken.append(reserve(leader, subject=f"case {number % 6}").number)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted([1, 2, 3, 4, 5, 6] * 2)


def test_signing_adds_signatures_and_leaves_page_and_metadata_as_they_were(leader: Actor) -> None:
    document = reserve(leader)
    told = {**DATA, "document": queries.printed(document, at=AT)}
    drawn = typesetter.draw(TEMPLATE, told, at=AT)
    signed = actions.produce(document, template=TEMPLATE, data=DATA, at=AT)
    assert signed.startswith(drawn)
    added = signed[len(drawn) :]
    assert b"<x:xmpmeta" not in added and b"/ModDate" not in added
    assert added.count(b"/SubFilter /ETSI.CAdES.detached") == 2
    assert len(added) < 18_000


def test_the_log_holds_no_personal_data(leader: Actor) -> None:
    document, _ = issue(leader)
    told = str([entry.facts for entry in transparency.history(document.subject)])
    assert "ƯỚC" not in told and "Trần" not in told and leader.personal_id not in told
