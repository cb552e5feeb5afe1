"""An authority with a leader and keys, and files in a folder of the test."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from motcua.identity import actions as identity
from motcua.identity import queries as identities
from motcua.identity.values import Actor
from motcua.signing import actions as signing
from motcua.signing.values import Issuance

AT = datetime(2026, 11, 22, 2, 12, 5, tzinfo=UTC)
CODE = "H26.77"
NAME = "Ủy ban nhân dân phường Láng"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Settings) -> Path:
    """Give the folder where this test's stored files and keys lie."""
    folder = tmp_path / "files"
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": backend, "OPTIONS": {"location": str(folder)}},
    }
    settings.MOTCUA_KEYS = tmp_path / "keys"
    settings.MOTCUA_KEYS_PASSPHRASE = "a passphrase of tests"
    return folder


@pytest.fixture
def leader(db: None, files: Path) -> Actor:
    """Give the leader of an authority, with keys to sign and seal."""
    authority = identity.ensure_authority(code=CODE, name=NAME, level="commune", place="Láng")
    person = identity.ensure_person(personal_id="001080000001", name="Trần Thị Bích", at=AT)
    unit = identity.ensure_unit(authority_id=authority, kind="leadership", name="Lãnh đạo")
    post = identity.ensure_post(unit_id=unit, title="Chủ tịch", roles=("leader",), is_head=True)
    identity.take_post(person, post, by="test", at=AT)
    signing.create_demo_authority(
        seals=[Issuance(CODE, NAME, NAME, CODE)],
        people=[Issuance(str(person), "Trần Thị Bích", NAME, CODE, "Chủ tịch")],
        at=AT,
    )
    return identities.actor(person, at=AT)
