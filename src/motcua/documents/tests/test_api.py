"""The HTTP API: anyone may ask whether a paper is genuine; nobody learns more than is printed on it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.documents.tests.conftest import CODE
from motcua.documents.tests.test_documents import issue
from motcua.identity.values import Actor
from motcua.signing import queries as signing

ADDRESS = "/api/v1/verifications"


def asked(client: Client, content: bytes) -> dict[str, object]:
    file = SimpleUploadedFile("paper.pdf", content, content_type="application/pdf")
    answer = client.post(ADDRESS, {"file": file})
    assert answer.status_code == 200
    told: dict[str, object] = answer.json()
    return told


def test_a_signed_document_is_valid_and_registered(client: Client, leader: Actor) -> None:
    document, content = issue(leader)
    told = asked(client, content)
    assert told["is_valid"] is True and told["is_registered"] is True and told["reasons"] == []
    assert told["document"]["number_and_symbol"] == "01/GKS-UBND"  # type: ignore[index]
    assert told["document"]["entry_id"] == document.entry_id  # type: ignore[index]
    kinds = [(one["kind"], one["authority_code"]) for one in told["signatures"]]  # type: ignore[attr-defined]
    assert kinds == [("person", CODE), ("seal", CODE)]


def test_the_printed_code_answers_without_a_token_and_without_personal_data(
    client: Client, leader: Actor
) -> None:
    document, _ = issue(leader)
    answer = client.get(f"{ADDRESS}/{document.token}")
    assert answer.status_code == 200 and answer.json()["is_valid"] is True
    text = answer.content.decode()
    assert "ƯỚC" not in text and leader.personal_id not in text and document.subject not in text


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"hello", b"%PDF-1.7\n" + b"[" * 9_000])
def test_any_other_file_gets_a_verdict_with_reasons(
    client: Client, leader: Actor, content: bytes
) -> None:
    told = asked(client, content)
    assert told["is_valid"] is False and told["document"] is None
    assert all(reason["code"] and reason["message"] for reason in told["reasons"])  # type: ignore[attr-defined]
    assert told["reasons"]


def test_a_file_over_the_limit_is_refused(
    client: Client, leader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "LIMIT", 10)
    file = SimpleUploadedFile("paper.pdf", b"%PDF-1.7 and more")
    answer = client.post(ADDRESS, {"file": file})
    assert (answer.status_code, answer.json()["code"]) == (413, "file-too-large")


@pytest.mark.django_db
@pytest.mark.parametrize(("token", "status"), [("unknown", 404), ("a b", 422), ("x" * 65, 422)])
def test_a_code_that_is_none_is_refused(client: Client, token: str, status: int) -> None:
    answer = client.get(f"{ADDRESS}/{token}")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_no_file_is_refused(client: Client) -> None:
    assert client.post(ADDRESS, {}).status_code == 422
