"""A ward with a counter, two citizens, a published procedure, a place for files."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from motcua.catalogue import actions as catalogue
from motcua.identity import actions as identity_actions
from motcua.identity import queries as identity
from motcua.identity.actions import access
from motcua.identity.values import Actor
from motcua.intake import actions
from motcua.intake.tests import sample
from motcua.intake.values import Draft, Filing, Paper

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
UNITS = "one_stop justice leadership"
WARD, OTHER_WARD = "H15.50.01", "H15.50.02"
ANSWERS: dict[str, object] = {
    "name": "Trần Thị Hạnh",
    "age": 30,
    "reason": "other",
    "which": "Đi học",
}
KEY = "key-0000-0001"


@dataclass(frozen=True)
class People:
    """Who acts in these tests."""

    person: Actor
    stranger: Actor
    counter: Actor  # at the counter of the ward
    other_counter: Actor  # at the counter of another ward
    officer: Actor  # in the ward, but at no counter


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Path]:
    """A place for files that is this test's alone."""
    place = tmp_path / "files"
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(place)},
    }
    with override_settings(STORAGES={**settings.STORAGES, "default": storage}):
        yield place


@pytest.fixture
def people(db: None) -> People:
    for code in (WARD, OTHER_WARD):
        set_up(code)
    return People(
        person=person("001190000001"),
        stranger=person("001190000002"),
        counter=official("001190000003", WARD, "one_stop", "intake"),
        other_counter=official("001190000004", OTHER_WARD, "one_stop", "intake"),
        officer=official("001190000005", WARD, "justice", "officer"),
    )


def set_up(code: str, *, level: str = "commune", parent_code: str = "", units: str = UNITS) -> None:
    """Set up an authority with units."""
    authority_id = identity_actions.ensure_authority(
        code=code, parent_code=parent_code, name=f"UBND {code}", level=level, place="Phường"
    )
    for kind in units.split():
        identity_actions.ensure_unit(authority_id=authority_id, kind=kind, name=kind)


@pytest.fixture
def version(db: None) -> int:
    return publish()


@pytest.fixture
def draft(people: People, version: int) -> Draft:
    return begin(people.person)


@pytest.fixture
def complete(people: People, draft: Draft, files: Path) -> Draft:
    """A draft that can be sent."""
    add(draft, by=people.person)
    return actions.save(draft.id, answers=ANSWERS, by=people.person, at=AT).draft


@pytest.fixture
def filing(people: People, complete: Draft) -> Filing:
    return send(complete, by=people.person)


def publish(**changes: str) -> int:
    """Publish the sample, changed as is said, and return the version's id."""
    return catalogue.publish(sample.procedure(**changes), by="test", at=AT).version_id


def begin(
    by: Actor,
    *,
    channel: str = "online",
    for_person: Actor | None = None,
    authority_code: str = WARD,
) -> Draft:
    return actions.open_draft(
        procedure_code=sample.CODE,
        authority_code=authority_code,
        channel=channel,
        applicant_kind="citizen",
        by=by,
        at=AT,
        for_person=for_person,
    )


def add(
    draft: Draft,
    *,
    by: Actor,
    content: bytes | None = None,
    paper_id: str = "declaration",
    name: str = "tờ khai.png",
    declared_size: int | None = None,
) -> Paper:
    return actions.attach(
        draft.id,
        paper_id=paper_id,
        name=name,
        chunks=[sample.png() if content is None else content],
        declared_size=declared_size,
        by=by,
        at=AT,
    )


def send(draft: Draft, *, by: Actor, key: str = KEY, at: datetime = LATER) -> Filing:
    ready = actions.prepare(draft.id, idempotency_key=key, by=by, at=at)
    return actions.submit(ready, by=by, at=at)


def person(personal_id: str) -> Actor:
    person_id = identity_actions.ensure_person(personal_id=personal_id, name="Người dân", at=AT)
    return identity.actor(person_id, at=AT)


def official(personal_id: str, authority: str, unit: str, role: str) -> Actor:
    person_id = identity_actions.ensure_person(personal_id=personal_id, name="Cán bộ", at=AT)
    authority_id = identity.authority(authority).id
    unit_id = identity_actions.ensure_unit(authority_id=authority_id, kind=unit, name=unit)
    post_id = identity_actions.ensure_post(unit_id=unit_id, title=role, roles=(role,))
    identity_actions.take_post(person_id, post_id, by="test", at=AT)
    return identity.actor(person_id, at=AT)


def token_of(actor: Actor) -> str:
    """Return a bearer token that is good at the time of these tests."""
    token = f"token-{uuid.uuid4()}"
    access.issue_token(actor.id, token=token, by="test", at=AT)
    return token
