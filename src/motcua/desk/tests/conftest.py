"""A ward that registers births: a mother, a clerk, an officer, a reviewer, two leaders, and keys to sign."""

import struct
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from motcua.cases.actions import filing, purposes
from motcua.catalogue import actions as catalogue
from motcua.identity import actions as identity_actions
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.intake import actions as intake
from motcua.kit import clock
from motcua.signing import actions as signing
from motcua.signing.values import Issuance

ROOT = Path(__file__).parents[4]
WARD = "H15.50.01"
WARD_NAME = "Ủy ban nhân dân phường Nha Trang"
BIRTH = "1.001193"
AT = datetime.fromisoformat("2026-11-02T08:00:00+07:00")
POSTS = {  # who: (unit kind, unit name, title, roles, is head)
    "clerk": ("one_stop", "Trung tâm Phục vụ hành chính công", "Cán bộ tiếp nhận", "intake", False),
    "second_clerk": (
        "one_stop",
        "Trung tâm Phục vụ hành chính công",
        "Giám đốc Trung tâm",
        "intake",
        True,
    ),
    "officer": ("justice", "Bộ phận Tư pháp - Hộ tịch", "Công chức", "officer", False),
    "reviewer": ("office", "Văn phòng HĐND và UBND", "Chánh Văn phòng", "reviewer", True),
    "leader": ("leadership", "Lãnh đạo Ủy ban nhân dân", "Chủ tịch", "leader", True),
}
NAMES = {
    "clerk": "Lê Văn Phúc",
    "second_clerk": "Võ Thu Hà",
    "officer": "Phạm Minh Khoa",
    "reviewer": "Đỗ Ngọc Lan",
    "leader": "Huỳnh Quốc Nam",
}


@dataclass(frozen=True)
class People:
    """Who acts in these tests."""

    mother: Actor
    other: Actor
    clerk: Actor
    second_clerk: Actor
    officer: Actor
    reviewer: Actor
    leader: Actor


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Settings) -> Path:
    """Give the folder where this test's stored files and keys lie."""
    folder = tmp_path / "files"
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": backend, "OPTIONS": {"location": str(folder)}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MOTCUA_KEYS = tmp_path / "keys"
    settings.MOTCUA_KEYS_PASSPHRASE = "a passphrase of tests"
    return folder


def folder_of(code: str) -> dict[str, bytes]:
    """Return the files of one of the project's own procedures."""
    root = ROOT / "procedures" / code
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def people(db: None) -> People:
    """Set up the ward with its posts, and two citizens."""
    authority = identity_actions.ensure_authority(
        code=WARD, name=WARD_NAME, level="commune", place="Nha Trang"
    )
    made = {who: _official(authority, who, number) for number, who in enumerate(POSTS)}
    catalogue.publish(folder_of(BIRTH), by="test", at=AT)
    return People(
        mother=citizen("056195004112", "Trần Thị Hạnh"),
        other=citizen("056088001287", "Nguyễn Văn Ứng"),
        **made,
    )


@pytest.fixture
def keys(people: People) -> None:
    """Give the leader and the head of the office a key each, and the ward a seal."""
    signers = ((people.leader, "Chủ tịch"), (people.reviewer, "Chánh Văn phòng"))
    signing.create_demo_authority(
        seals=[Issuance(WARD, WARD_NAME, WARD_NAME, WARD)],
        people=[Issuance(who.key, who.name, WARD_NAME, WARD, title) for who, title in signers],
        at=AT,
    )


def citizen(personal_id: str, name: str) -> Actor:
    person_id = identity_actions.ensure_person(
        personal_id=personal_id, name=name, at=AT, address="12 Lê Thánh Tôn", phone="0905000001"
    )
    return identity.actor(person_id, at=AT)


def _official(authority_id: int, who: str, number: int) -> Actor:
    kind, unit, title, role, is_head = POSTS[who]
    unit_id = identity_actions.ensure_unit(authority_id=authority_id, kind=kind, name=unit)
    post_id = identity_actions.ensure_post(
        unit_id=unit_id,
        title=title,
        roles=(role,),
        is_head=is_head,
        signing_mode="TM. Ủy ban nhân dân" if role == "leader" else "",
    )
    person = identity_actions.ensure_person(
        personal_id=f"05608090000{number}", name=NAMES[who], at=AT
    )
    identity_actions.take_post(person, post_id, by="test", at=AT)
    return identity.actor(person, at=AT)


BIRTH_ANSWERS: dict[str, object] = {
    "applicant": {
        "full_name": "Trần Thị Hạnh",
        "personal_id": "056195004112",
        "residence": "12 Lê Thánh Tôn, phường Nha Trang",
        "phone": "0905000001",
        "relation": "mother",
    },
    "child": {
        "full_name": "Trần Minh Khôi",
        "birth_date": "2026-10-20",
        "sex": "male",
        "birth_place": "Bệnh viện Đa khoa tỉnh Khánh Hòa",
        "ethnicity": "Kinh",
        "nationality": "Việt Nam",
        "home_place": "Phường Nha Trang, tỉnh Khánh Hòa",
    },
    "birth_proof": "notification",
    "mother": {
        "full_name": "Trần Thị Hạnh",
        "birth_date": "1995-03-08",
        "personal_id": "056195004112",
        "ethnicity": "Kinh",
        "nationality": "Việt Nam",
        "residence": "12 Lê Thánh Tôn, phường Nha Trang",
    },
    "father_declared": False,
    "copies": 0,
    "fee_exemption": "none",
    "delivery": "electronic",
}


def png() -> bytes:
    """Return a small whole picture: one grey pixel."""
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0\x80")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


def file_birth(
    by: Actor, *, at: datetime = AT, child: str = "Trần Minh Khôi", copies: int = 0
) -> str:
    """File a birth online and return the case's code."""
    draft = intake.open_draft(
        procedure_code=BIRTH,
        authority_code=WARD,
        channel="online",
        applicant_kind="citizen",
        by=by,
        at=at,
    )
    said = {**BIRTH_ANSWERS, "child": {**_child(), "full_name": child}, "copies": copies}
    intake.save(draft.id, answers=said, by=by, at=at)
    intake.attach(
        draft.id,
        paper_id="birth_notification",
        name="giấy chứng sinh.png",
        chunks=[png()],
        declared_size=None,
        by=by,
        at=at,
    )
    key = f"test-{uuid.uuid4()}"
    return filing.file(draft.id, idempotency_key=key, by=by, at=at).code


def _child() -> Mapping[str, object]:
    child = BIRTH_ANSWERS["child"]
    assert isinstance(child, Mapping)
    return child


def state(by: Actor, code: str) -> None:
    """State why an official has to see a case, now: their unit has no task in it."""
    purposes.state(code, text="Lãnh đạo hỏi về tiến độ", by=by, at=clock.now())


class Desk:
    """Browsers of officials, each signed in."""

    def of(self, person: Actor) -> Client:
        """Return a browser in which a person is signed in."""
        client = Client(headers={"accept-language": "vi"})
        client.post("/sign-in/choose/", {"person": person.key})
        return client


@pytest.fixture
def desk(people: People) -> Desk:
    """Give browsers in which officials are signed in."""
    return Desk()
