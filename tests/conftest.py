"""What whole stories share: a site of their own, and people who speak to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pytest_django import DjangoDbBlocker

from motcua.catalogue.adapters import folders
from motcua.config import walls
from motcua.config.demo import journeys, papers, province
from motcua.config.demo import site as sites
from motcua.engines.procedure import parse
from motcua.kit import clock
from tests import web_role

ROOT = Path(__file__).parents[1]
WARD = f"{province.PROVINCE}.01"
UNITS = {"intake": "one_stop", "officer": "justice", "reviewer": "office", "leader": "leadership"}


@dataclass(frozen=True, slots=True)
class People:
    """Clients of the site's API, each speaking for one person."""

    site: sites.Site
    citizen: httpx.Client
    stranger: httpx.Client
    officials: Mapping[str, httpx.Client]  # by role

    def file_birth(self, *, key: str, copies: int = 0) -> httpx.Response:
        """File the demo birth and return the answer to the submission."""
        draft = self.draft_birth(copies=copies)
        return self.citizen.post(
            "/filings", json={"draft_id": draft}, headers={"Idempotency-Key": key}
        )

    def draft_birth(self, *, copies: int = 0) -> str:
        """Begin a birth registration, complete it up to submission, and return the draft's id."""
        answers, scans = birth()
        wanted = {"procedure_code": "1.001193", "authority_code": WARD}
        draft = str(done(self.citizen.post("/drafts", json=wanted)).json()["id"])
        answers = {**answers, "copies": copies}
        done(self.citizen.patch(f"/drafts/{draft}", json={"answers": answers}))
        for paper in scans:
            file = (f"{paper}.pdf", papers.scan(paper, "test"), "application/pdf")
            path = f"/drafts/{draft}/attachments"
            done(self.citizen.post(path, files={"file": file}, data={"paper_id": paper}))
        return draft

    def open_task(self, code: str, role: str) -> dict[str, Any]:
        """Return the open task of a case, as an official sees it."""
        tasks = done(self.officials[role].get(f"/cases/{code}")).json()["tasks"]
        found: dict[str, Any] = next(task for task in tasks if task["state"] == "open")
        return found

    def complete(self, code: str, role: str, outcome: str) -> httpx.Response:
        """Complete the open task of a case."""
        task = self.open_task(code, role)
        body = {"outcome": outcome, "reason": "theo hồ sơ"}
        return self.officials[role].post(f"/tasks/{task['id']}/complete", json=body)


def birth() -> tuple[Mapping[str, Any], Sequence[str]]:
    """Return what a person answers who registers a birth of these days, and the papers they scan."""
    procedure = parse.read(folders.read(ROOT / "procedures" / "1.001193"))
    example = next(each for each in procedure.examples if each.file.endswith("online.yaml"))
    days = (clock.local(clock.now()).date() - example.filed_at.date()).days
    return journeys.moved(example.answers, days=days), example.papers


def tokens_of(site: sites.Site) -> tuple[Sequence[str], Mapping[str, str]]:
    """Return tokens of two citizens, and of the officials of the first ward by their role."""
    ids = {
        role: str(each["personal_id"])
        for each in site.officials(WARD)
        for role, unit in UNITS.items()
        if each["unit"] == unit and role in str(each["roles"])
    }
    citizens = [citizen.personal_id for citizen in province.CITIZENS[:2]]
    tokens = site.tokens(*citizens, *ids.values())
    return [tokens[each] for each in citizens], {role: tokens[ids[role]] for role in ids}


def done(answer: httpx.Response) -> httpx.Response:
    """Return an answer that must not be a refusal."""
    assert answer.is_success, answer.text
    return answer


# What takes longest, so that it is not begun last: each worker takes the files in this order.
LONGEST = (
    "tests/faults/test_killed.py",
    "tests/journeys/test_every_page.py",
    "tests/architecture/test_matrix.py",
    "tests/journeys/",
    "tests/conformance/",
    "tests/faults/",
    "tests/desk/",
    "tests/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first."""

    def place(item: pytest.Item) -> int:
        return next(
            (at for at, begins in enumerate(LONGEST) if item.nodeid.startswith(begins)),
            len(LONGEST),
        )

    items.sort(key=place)


@pytest.fixture(scope="session")
def _walls(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Raise the walls once in a session: the owner, under whom most tests run, passes through them."""
    with django_db_blocker.unblock():
        walls.raise_all()


@pytest.fixture
def raised(_walls: None, db: None) -> None:
    """The walls stand."""


@pytest.fixture
def as_the_web(raised: None) -> Iterator[None]:
    """Requests are asked under the role of the web, as the server makes them."""
    with web_role.served():
        yield


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sites.Site]:
    """A site that runs for the whole session of this worker."""
    with sites.running(tmp_path_factory.mktemp("site"), workers=1, has_identity=True) as running:
        yield running


@pytest.fixture(scope="session")
def people(site: sites.Site) -> Iterator[People]:
    """Clients for two citizens and four officials of the first ward."""
    citizens, officials = tokens_of(site)
    client = _client_of(site)
    clients = {token: client(token) for token in (*citizens, *officials.values())}
    yield People(
        site=site,
        citizen=clients[citizens[0]],
        stranger=clients[citizens[1]],
        officials={role: clients[token] for role, token in officials.items()},
    )
    for each in clients.values():
        each.close()


def _client_of(site: sites.Site) -> Callable[[str], httpx.Client]:
    def make(token: str) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "vi"}
        return httpx.Client(base_url=f"{site.address}/api/v1", headers=headers, timeout=30.0)

    return make
