"""A ward with officials, citizens, and procedures whose cases stand where a test wants them."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from motcua.cases.actions import filing, purposes, tasks
from motcua.cases.queries import cases
from motcua.catalogue import actions as catalogue
from motcua.catalogue.adapters import folders
from motcua.config.demo import papers
from motcua.engines.procedure import parse
from motcua.identity import actions as identity_actions
from motcua.identity import queries as identity
from motcua.identity.values import Actor
from motcua.intake import actions as intake
from motcua.intake.tests import sample

ROOT = Path(__file__).parents[2]
SINCE = datetime(2025, 7, 1, tzinfo=UTC)
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 09:00 in Vietnam
WARD, OTHER_WARD = "H32.01", "H32.02"
BIRTH, SHOP = "1.001193", "1.001612"
ANSWERS: Mapping[str, object] = {
    "name": "Lê Thị Mơ",
    "age": 30,
    "reason": "other",
    "which": "Đi học",
}
POSTS = (
    ("intake", "one_stop", "Cán bộ tiếp nhận", ("intake",), False),
    ("officer", "justice", "Công chức", ("officer",), False),
    ("second", "justice", "Công chức thứ hai", ("officer",), False),
    ("head", "justice", "Trưởng bộ phận", ("officer", "reviewer"), True),
    ("economist", "economy", "Chuyên viên", ("officer", "consulted"), False),
    ("tax", "tax", "Công chức thuế", ("tax", "consulted"), True),
    ("reviewer", "office", "Chánh Văn phòng", ("reviewer",), True),
    ("leader", "leadership", "Chủ tịch", ("leader",), True),
    ("deputy", "leadership", "Phó Chủ tịch", ("leader",), False),
)


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> Iterator[Path]:
    """A place for files that is this test's alone."""
    place = tmp_path / "files"
    backend = "django.core.files.storage.FileSystemStorage"
    storage = {"BACKEND": backend, "OPTIONS": {"location": str(place)}}
    with override_settings(STORAGES={**settings.STORAGES, "default": storage}):
        yield place


@dataclass(frozen=True)
class Office:
    """A ward at work: its officials by name, and what a test does through them."""

    code: str
    ids: Mapping[str, uuid.UUID]

    def actor(self, name: str, at: datetime = AT) -> Actor:
        return identity.actor(self.ids[name], at=at)

    def reader(self, name: str, code: str, at: datetime = AT) -> Actor:
        """Return an official who has stated why they have to see a case."""
        purposes.state(code, text="Lãnh đạo hỏi về tiến độ", by=self.actor(name, at), at=at)
        return self.actor(name, at)

    def file(self, person: Actor, *, at: datetime = AT, **answers: object) -> str:
        """File the small procedure for a person and return the case's code."""
        return _file(self.code, sample.CODE, person, {**ANSWERS, **answers}, ["declaration"], at=at)

    def file_birth(self, person: Actor, *, at: datetime = AT) -> str:
        """File the birth of the online example and return the case's code."""
        return self.file_example(BIRTH, person, at=at)

    def file_example(
        self, procedure_code: str, person: Actor, *, at: datetime = AT, **answers: object
    ) -> str:
        """File what a procedure's online example says, with other answers, and return the case's code."""
        procedure = parse.read(folders.read(ROOT / "procedures" / procedure_code))
        example = next(each for each in procedure.examples if each.file.endswith("online.yaml"))
        held = [each.id for each in procedure.facts.papers if each.register in example.held]
        attached = list(dict.fromkeys([*example.papers, *held]))
        said = {**example.answers, **answers}
        return _file(self.code, procedure_code, person, said, attached, at=at)

    def task(self, code: str, element: str = "") -> uuid.UUID:
        """Return an open task of a case."""
        found = cases.as_operator(code).tasks
        return next(
            each.id for each in found if each.state == "open" and element in ("", each.element)
        )

    def do(
        self, code: str, name: str, outcome: str, *, at: datetime = AT, reason: str = ""
    ) -> None:
        """Complete the open task of a case."""
        items = ("Giấy chứng sinh bản rõ",) if outcome == "supplement" else ()
        tasks.complete(
            self.task(code),
            outcome=outcome,
            by=self.actor(name, at),
            at=at,
            reason=reason,
            items=items,
        )


@pytest.fixture
def office(db: None) -> Office:
    return _office(WARD, 1)


@pytest.fixture
def other_office(office: Office) -> Office:
    return _office(OTHER_WARD, 2)


@pytest.fixture
def procedures(office: Office) -> None:
    """The small procedure, the birth registration and the household business, published."""
    catalogue.publish(sample.procedure(), by="test", at=SINCE)
    for code in (BIRTH, SHOP):
        catalogue.publish(folders.read(ROOT / "procedures" / code), by="test", at=SINCE)


@pytest.fixture
def citizen() -> Callable[..., Actor]:
    """Return citizens by number and name."""

    def make(number: int = 1, name: str = "Trần Thị Hạnh") -> Actor:
        person = identity_actions.ensure_person(
            personal_id=f"05619500{number:04d}", name=name, at=SINCE, phone="0905000001"
        )
        return identity.actor(person, at=AT)

    return make


def _office(code: str, number: int) -> Office:
    authority = identity_actions.ensure_authority(
        code=code, name=f"Ủy ban nhân dân phường {number}", level="commune", place="Phường"
    )
    ids = {}
    for order, (name, unit, title, roles, is_head) in enumerate(POSTS):
        unit_id = identity_actions.ensure_unit(
            authority_id=authority, kind=unit, name=f"Phòng {unit}"
        )
        post = identity_actions.ensure_post(
            unit_id=unit_id, title=title, roles=roles, is_head=is_head, signing_mode="TM. UBND"
        )
        personal_id = f"0010900{number}{order:04d}"
        ids[name] = identity_actions.ensure_person(
            personal_id=personal_id, name=f"Cán bộ {name}", at=SINCE
        )
        identity_actions.take_post(ids[name], post, by="test", at=SINCE)
    return Office(code, ids)


def _file(
    ward: str,
    procedure: str,
    person: Actor,
    answers: Mapping[str, object],
    attached: list[str],
    *,
    at: datetime,
) -> str:
    draft = intake.open_draft(
        procedure_code=procedure,
        authority_code=ward,
        channel="online",
        applicant_kind="citizen",
        by=person,
        at=at,
    )
    intake.save(draft.id, answers=answers, by=person, at=at)
    for paper in attached:
        content = papers.scan(paper, person.name)
        intake.attach(
            draft.id, paper_id=paper, name=f"{paper}.pdf", chunks=[content],
            declared_size=len(content), by=person, at=at,
        )  # fmt: skip
    key = f"test-{uuid.uuid4()}"
    return filing.file(draft.id, idempotency_key=key, by=person, at=at).code
