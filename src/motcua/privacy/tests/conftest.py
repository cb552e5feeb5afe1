"""A ward with a clerk and a data protection officer, and two citizens."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from motcua.identity import actions as identity_actions
from motcua.identity import queries as identity
from motcua.identity.values import Actor

AT = datetime.fromisoformat("2026-11-02T08:00:00+07:00")
WARD = "H32.01"


@dataclass(frozen=True)
class People:
    """Who acts in these tests."""

    authority_id: int
    mother: Actor
    stranger: Actor
    clerk: Actor
    protector: Actor


@pytest.fixture
def people(db: None) -> People:
    authority = identity_actions.ensure_authority(
        code=WARD, name="Ủy ban nhân dân phường Nha Trang", level="commune", place="Nha Trang"
    )
    return People(
        authority_id=authority,
        mother=_person("056195004112", "Trần Thị Hạnh"),
        stranger=_person("056088001287", "Nguyễn Văn Ứng"),
        clerk=_official(authority, "056080900001", "Lê Văn Phúc", "one_stop", "intake"),
        protector=_official(authority, "056080900002", "Mai An", "office", "data_protection"),
    )


def _person(personal_id: str, name: str) -> Actor:
    key = identity_actions.ensure_person(personal_id=personal_id, name=name, at=AT)
    return identity.actor(key, at=AT)


def _official(authority: int, personal_id: str, name: str, kind: str, role: str) -> Actor:
    unit = identity_actions.ensure_unit(authority_id=authority, kind=kind, name=f"Đơn vị {kind}")
    post = identity_actions.ensure_post(unit_id=unit, title=f"Cán bộ {kind}", roles=(role,))
    person = _person(personal_id, name)
    identity_actions.take_post(person.id, post, by="test", at=AT)
    return identity.actor(person.id, at=AT)
