"""Ids of others, and fields that nobody may set: every operation of the API, found in its own description.

An id of somebody else's answers just as one that nothing has: so it tells nothing, not even that it is one.
"""

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings

from motcua.config.api import api
from motcua.identity.actions import access
from tests import world as worlds

HTTP = {"get", "post", "put", "patch", "delete"}
ATTACKERS = (
    "stranger", "other_clerk", "other_officer", "other_reviewer", "other_leader", "other_admin",
    "admin", "consulted",
)  # fmt: skip
PART = re.compile(r"\{(\w+)\}")
PUBLIC = frozenset(  # ids that are told to everyone
    {
        "code:/procedures/{code}",
        "token:/verifications/{token}",
        "token:/verifications/{token}/proof",
    }
)
CODE = "H32.01-260101-9999"
# What may be sent with each operation, so that nothing but the id is in the way of it.
BODIES: Mapping[str, Mapping[str, object]] = {
    "POST /drafts": {"procedure_code": worlds.BIRTH, "authority_code": worlds.WARD},
    "PATCH /drafts/{draft_id}": {"answers": {"child": {"full_name": "Kẻ gian"}}},
    "POST /filings": {"draft_id": "{draft_id}"},
    "POST /cases/{code}/purpose": {"reason": "Tôi rất muốn xem hồ sơ này"},
    "POST /cases/{code}/supplement": {"answers": {}, "attachment_ids": ["{attachment_id}"]},
    "POST /cases/{code}/withdraw": {"reason": "Tôi rút"},
    "POST /cases/{code}/extension": {"reason": "Mất điện", "amount": 2},
    "POST /tasks/{task_id}/take": {},
    "POST /tasks/{task_id}/complete": {"outcome": "approve", "reason": "đủ"},
    "POST /payments/{due_id}/counter": {"receipt_number": "BL-1"},
}
FREE = frozenset({"POST /payments/callback"})  # texts that its signature covers, whatever they are
PRIVILEGED = {
    "id": str(uuid.UUID(int=1)), "by": str(uuid.UUID(int=1)), "at": "2020-01-01T00:00:00Z",
    "person_id_": "x", "applicant_id": str(uuid.UUID(int=1)), "authority_id": 1, "status": 9,
    "roles": ["leader"], "is_head": True, "is_official": True, "fee": 0, "submitted_at": None,
    "counter_id": 1, "version_id": 1, "channel_": "counter", "purpose": "own",
}  # fmt: skip


@pytest.fixture
def world(db: None, tmp_path: Path) -> Iterator[worlds.World]:
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "files")}}
    with override_settings(
        STORAGES={**settings.STORAGES, "default": default},
        MOTCUA_KEYS=tmp_path / "keys",
        MOTCUA_KEYS_PASSPHRASE="of tests",
    ):
        yield worlds.build()


def operations() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield every operation: method, path, description."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in sorted(HTTP & methods.keys()):
            yield method.upper(), path.removeprefix("/api/v1"), methods[method]


def speakers(world: worlds.World) -> Mapping[str, Mapping[str, str]]:
    """Return the headers of each attacker's program."""
    found = {}
    for name in ATTACKERS:
        access.issue_token(world.people[name], token=f"of-{name}", by="test", at=world.at)
        found[name] = {"authorization": f"Bearer of-{name}", "idempotency-key": f"idor-{name}"}
    return found


def send(method: str, path: str, body: object, *, headers: Mapping[str, str]) -> tuple[int, str]:
    """Send a request, undo it, and return the status with the text of the answer."""
    point = transaction.savepoint()
    try:
        client = Client(raise_request_exception=False)
        address = f"/api/v1{path}"
        if path.endswith("/attachments") and method == "POST":
            file = SimpleUploadedFile("x.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
            answer = client.post(
                address, {"paper_id": "birth_notification", "file": file}, headers=headers
            )
        else:
            content = "" if body is None else json.dumps(body)
            answer = client.generic(
                method, address, content, content_type="application/json", headers=headers
            )
        text = "" if answer.streaming else answer.content.decode()
        return answer.status_code, text
    finally:
        transaction.savepoint_rollback(point)


def filled(said: object, ids: Mapping[str, str]) -> Any:
    """Return a body with its ids put in."""
    return json.loads(PART.sub(lambda part: ids[part[1]], json.dumps(said)))


def unknown(ids: Mapping[str, str]) -> dict[str, str]:
    """Return ids that nothing has."""
    found = {name: str(uuid.uuid4()) for name in ids}
    return found | {"code": CODE, "paid_code": CODE, "version": "1.0", "entry_id": "999999999"}


def test_ids_of_others_answer_as_ids_of_nothing(world: worlds.World) -> None:
    wrong, walked = [], 0
    everyone, nothing = speakers(world), unknown(world.ids)
    ids = [
        each for each in world.ids.values() if len(each) > 8
    ]  # a shorter one is a word or a number
    secrets = ("056195004112", "Công dân applicant", "Gọi lại chiều nay", *ids)
    for method, path, _told in operations():
        name, asked = f"{method} {path}", path
        if path == "/payments":
            asked = "/payments?subject={paid_code}"
        said = BODIES.get(name)
        if any(f"{part}:{path}" in PUBLIC for part in PART.findall(path)):
            continue
        if not PART.findall(asked) and not PART.findall(json.dumps(said or {})):
            continue
        for who, headers in everyone.items():
            walked += 1
            real = PART.sub(lambda part: world.ids[part[1]], asked)
            none = PART.sub(lambda part: nothing[part[1]], asked)
            status, text = send(method, real, filled(said, world.ids), headers=headers)
            other = send(method, none, filled(said, nothing), headers=headers)
            is_empty_list = (status, text) == (200, "[]")
            if not is_empty_list and status not in (403, 404):
                wrong.append(f"{name} as {who}: {status} {text[:200]}")
            if any(secret in text for secret in secrets):
                wrong.append(f"{name} as {who} tells: {text[:200]}")
            if (status, text) != other:
                wrong.append(f"{name} as {who}: {status} {text[:150]} but for nothing {other}")
    assert not wrong, "\n".join(wrong)
    assert walked > 20 * len(ATTACKERS)


def test_lists_hold_nothing_of_others(world: worlds.World) -> None:
    for who, headers in speakers(world).items():
        for path in ("/drafts", "/cases", "/cases?scope=office", "/tasks", "/tasks?scope=mine"):
            status, text = send("GET", path, None, headers=headers)
            assert status == 403 or (status == 200 and isinstance(json.loads(text), list)), path
            mine = [] if who == "consulted" else [world.ids["code"], world.ids["asked_code"]]
            assert not [code for code in mine if code in text], (who, path)


def test_a_draft_does_not_take_the_files_of_another(world: worlds.World) -> None:
    headers = speakers(world)["stranger"]
    body = {"procedure_code": worlds.BIRTH, "authority_code": worlds.WARD}
    answer = Client().post("/api/v1/drafts", body, "application/json", headers=headers)
    draft = answer.json()["id"]
    status, _text = send(
        "DELETE", f"/drafts/{draft}/attachments/{world.ids['attachment_id']}", None, headers=headers
    )
    assert status == 404


# ---- mass assignment


def bodies() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every JSON body that may be sent: the operation and its schema."""
    schemas = api.get_openapi_schema()["components"]["schemas"]
    for method, path, told in operations():
        content = told.get("requestBody", {}).get("content", {}).get("application/json")
        if content:
            schema = content["schema"]
            yield f"{method} {path}", schemas.get(schema.get("$ref", "").split("/")[-1], schema)


def test_every_body_of_the_api_is_known_here() -> None:
    assert {name for name, _schema in bodies()} == set(BODIES) | FREE


@pytest.mark.parametrize("name, schema", list(bodies()), ids=lambda each: str(each)[:40])
def test_no_body_takes_a_field_that_it_does_not_name(name: str, schema: Mapping[str, Any]) -> None:
    if name not in FREE:
        assert schema["additionalProperties"] is False
        assert not set(PRIVILEGED) & set(schema["properties"])


def test_fields_that_nobody_may_set_are_refused_and_change_nothing(world: worlds.World) -> None:
    access.issue_token(world.people["applicant"], token="of-applicant", by="test", at=world.at)
    access.issue_token(world.people["officer"], token="of-officer", by="test", at=world.at)
    for name, said in BODIES.items():
        method, _space, path = name.partition(" ")
        by_official = any(word in path for word in ("/tasks/", "/extension", "/counter"))
        headers = {
            "authorization": f"Bearer of-{'officer' if by_official else 'applicant'}",
            "idempotency-key": "mass-assignment",
        }
        where = PART.sub(lambda part: world.ids[part[1]], path)
        for field, value in PRIVILEGED.items():
            body = {**filled(said, world.ids), field: value}
            status, text = send(method, where, body, headers=headers)
            assert status in (403, 422), (name, field, status)
            assert status == 403 or json.loads(text)["errors"][0]["code"] == "extra_forbidden"
