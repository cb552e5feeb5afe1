"""Drafts and files over HTTP."""

import io
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from motcua.identity.values import Actor
from motcua.intake import models, queries
from motcua.intake.tests import sample, site
from motcua.intake.tests.conftest import ANSWERS, LATER, WARD, People, token_of
from motcua.intake.values import Draft, Filing
from motcua.kit import clock

pytestmark = [pytest.mark.django_db, pytest.mark.urls("motcua.intake.tests.site")]
JSON = "application/json"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


def of(actor: Actor) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(actor)}"}


def upload(content: bytes, **fields: str) -> dict[str, object]:
    return {
        "paper_id": "declaration",
        "file": SimpleUploadedFile("tờ khai.png", content, "image/png"),
        **fields,
    }


WANTED = {"procedure_code": sample.CODE, "authority_code": WARD}


# --- drafts -------------------------------------------------------------------------------------


def test_a_draft_from_its_beginning_to_its_end(
    client: Client, people: People, version: int, files: Path
) -> None:
    mine = of(people.person)
    begun = client.post("/drafts", WANTED, content_type=JSON, headers=mine)
    assert begun.status_code == 201
    path = f"/drafts/{begun.json()['id']}"
    saved = client.patch(path, {"answers": ANSWERS}, content_type=JSON, headers=mine)
    assert saved.status_code == 200
    assert [each["path"] for each in saved.json()["troubles"]] == ["papers.declaration"]
    added = client.post(f"{path}/attachments", upload(sample.png()), headers=mine)
    assert added.status_code == 201
    assert client.get(f"{path}/troubles", headers=mine).json() == []
    shown = client.get(path, headers=mine).json()
    assert (shown["answers"], shown["papers"]) == (ANSWERS, [added.json()])
    assert [each["id"] for each in client.get("/drafts", headers=mine).json()] == [shown["id"]]
    attachment = f"{path}/attachments/{added.json()['attachment_id']}"
    assert client.delete(attachment, headers=mine).status_code == 204
    assert client.post(f"{path}/renewal", headers=mine).status_code == 200
    assert client.delete(path, headers=mine).status_code == 204
    assert client.get(path, headers=mine).status_code == 404


def test_the_counter_names_the_applicant_by_number(
    client: Client, people: People, version: int
) -> None:
    wanted = {**WANTED, "channel": "counter", "applicant_personal_id": people.person.personal_id}
    begun = client.post("/drafts", wanted, content_type=JSON, headers=of(people.counter))
    assert begun.status_code == 201
    assert queries.own_draft(begun.json()["id"], of=people.person)
    refused = client.post("/drafts", wanted, content_type=JSON, headers=of(people.stranger))
    assert (refused.status_code, refused.json()["code"]) == (403, "not-at-this-counter")


def test_nobody_finds_out_by_number_who_is_registered(
    client: Client, people: People, version: int
) -> None:
    answers = set()
    for number in (people.person.personal_id, "099999999999"):
        wanted = {**WANTED, "applicant_personal_id": number}
        answer = client.post("/drafts", wanted, content_type=JSON, headers=of(people.stranger))
        answers.add((answer.status_code, answer.content))
    assert len(answers) == 1


def test_the_moment_of_a_draft_comes_back_as_it_went_out(
    client: Client, people: People, draft: Draft
) -> None:
    mine, path = of(people.person), f"/drafts/{draft.id}"
    stale = client.get(path, headers=mine).json()["updated_at"]
    for expected in (200, 409):
        body = {"answers": {"name": "x"}, "expected_updated_at": stale}
        answer = client.patch(path, body, content_type=JSON, headers=mine)
        assert answer.status_code == expected
    assert answer.json()["code"] == "draft-changed"
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[1]", 422),
        (b'{"answers": []}', 422),
        (b'{"answers": {"a": NaN}}', 422),
        (b'{"answers": {"a": 1e999}}', 422),
        (b'{"answers": {"a": "\\u0000"}}', 422),
        (b'{"answers": {"a": "\\ud800"}}', 422),
        (b'{"answers": {"\\u0000": 1}}', 422),
        (b'{"answers": {"a": ' + b"9" * 5_000 + b"}}", 400),
        (b'{"answers": {"a": ' + b"9" * 2_000 + b"}}", 422),
        (b'{"answers": ' + b'{"a":' * 200 + b"1" + b"}" * 201, 422),
        (b'{"answers": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001, 400),
        (b'{"answers": {"a": "' + b"x" * 70_000 + b'"}}', 413),
        (b'{"answers": {}, "expected_updated_at": "2026-11-23T09:00:00"}', 422),
    ],
)
def test_hostile_answers_are_refused_and_nothing_is_lost(
    client: Client, people: People, complete: Draft, body: bytes, status: int
) -> None:
    answer = client.patch(
        f"/drafts/{complete.id}", body, content_type=JSON, headers=of(people.person)
    )
    assert answer.status_code == status
    assert queries.own_draft(complete.id, of=people.person) == complete


def test_a_draft_of_another_is_not_there(client: Client, people: People, complete: Draft) -> None:
    path, other = f"/drafts/{complete.id}", of(people.stranger)
    attachment = f"{path}/attachments/{complete.papers[0].attachment_id}"
    answers = [
        client.get(path, headers=other),
        client.patch(path, {"answers": {}}, content_type=JSON, headers=other),
        client.delete(path, headers=other),
        client.get(f"{path}/troubles", headers=other),
        client.post(f"{path}/renewal", headers=other),
        client.post(f"{path}/attachments", upload(sample.png()), headers=other),
        client.delete(attachment, headers=other),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert queries.own_draft(complete.id, of=people.person) == complete


def test_without_a_token_nobody_is_known(client: Client) -> None:
    assert client.get("/drafts").status_code == 401


def test_the_list_is_bounded(client: Client, people: People) -> None:
    for limit in ("0", "101", "x", "-1"):
        answer = client.get("/drafts", {"limit": limit}, headers=of(people.person))
        assert answer.status_code == 422


# --- uploads ------------------------------------------------------------------------------------


def stored(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    place = tmp_path / "temporary"
    place.mkdir()
    return place


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (upload(b""), 422, "file-empty"),
        (upload(b"just text"), 415, "type-not-allowed"),
        (upload(sample.png()[:-4]), 422, "file-damaged"),
        (upload(sample.png(), size="99999"), 400, "file-cut-off"),
        (upload(sample.png(), size="many"), 400, "malformed-upload"),
        (upload(sample.png(), paper_id="passport"), 422, "no-such-paper"),
        (upload(sample.png(), paper_id=""), 400, "malformed-upload"),
        (upload(sample.png(padding=3_000)), 413, "upload-too-large"),
        ({"paper_id": "declaration"}, 400, "malformed-upload"),
        ({"paper_id": "declaration", "file": "text"}, 400, "malformed-upload"),
        ({**upload(sample.png()), "more": SimpleUploadedFile("b", b"b")}, 400, "malformed-upload"),
        ({"paper_id": "x" * 3_000_000}, 400, "malformed-upload"),
    ],
)
def test_an_upload_that_will_not_do_leaves_nothing_behind(
    client: Client,
    people: People,
    draft: Draft,
    files: Path,
    temporary: Path,
    sent: dict[str, object],
    status: int,
    code: str,
) -> None:
    for value in sent.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    with override_settings(MOTCUA_UPLOAD_LIMIT=2_000, FILE_UPLOAD_TEMP_DIR=str(temporary)):
        answer = client.post(f"/drafts/{draft.id}/attachments", sent, headers=of(people.person))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not models.Attachment.objects.exists()
    assert stored(files) == []
    assert stored(temporary) == []


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.999])
def test_an_upload_cut_off_on_its_way_leaves_nothing_behind(
    client: Client, people: People, draft: Draft, files: Path, temporary: Path, kept: float
) -> None:
    whole = encode_multipart(BOUNDARY, upload(sample.png(padding=200_000)))
    with override_settings(FILE_UPLOAD_TEMP_DIR=str(temporary)):
        cut: dict[str, Any] = {"wsgi.input": io.BytesIO(whole[: int(len(whole) * kept)])}
        answer = client.generic(
            "POST",
            f"/drafts/{draft.id}/attachments",
            whole,
            content_type=MULTIPART_CONTENT,
            headers=of(people.person),
            **cut,
        )
    assert (answer.status_code, answer.json()["code"]) == (400, "upload-cut-off")
    assert not models.Attachment.objects.exists()
    assert stored(files) == []
    assert stored(temporary) == []


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=", 400),
        (f"multipart/form-data; boundary={'x' * 300}", 400),
        (MULTIPART_CONTENT, 400),
        (JSON, 415),
        ("image/png", 415),
    ],
)
def test_a_body_that_is_no_upload_is_refused(
    client: Client, people: People, draft: Draft, content_type: str, status: int
) -> None:
    answer = client.generic(
        "POST",
        f"/drafts/{draft.id}/attachments",
        b"--nothing\r\n\r\n\x00\xff",
        content_type=content_type,
        headers=of(people.person),
    )
    assert answer.status_code == status


def test_a_file_is_brought_for_a_supplement(client: Client, people: People, filing: Filing) -> None:
    path = f"/filings/{filing.id}/attachments"
    sent = upload(sample.png(shade=3))
    assert client.post(path, sent, headers=of(people.stranger)).status_code == 404
    answer = client.post(path, upload(sample.png(shade=3)), headers=of(people.person))
    assert answer.status_code == 201
    found = queries.attachment(uuid.UUID(answer.json()["attachment_id"]))
    assert (found.draft_id, found.filing_id) == (filing.draft_id, None)


def test_the_description_tells_how_to_upload() -> None:
    described = json.loads(json.dumps(site.api.get_openapi_schema(path_prefix="")))
    body = described["paths"]["/drafts/{draft_id}/attachments"]["post"]["requestBody"]
    fields = body["content"]["multipart/form-data"]["schema"]["properties"]
    assert set(fields) == {"paper_id", "size", "file"}
