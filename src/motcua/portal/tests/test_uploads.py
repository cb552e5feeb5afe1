"""Uploads in parts: what broke off goes on, nothing is added twice, and nobody adds to another's."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from motcua.intake import queries as intake
from motcua.portal.adapters import partial
from motcua.portal.tests.conftest import PDF, Browser, People, fill_birth


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Settings) -> None:
    settings.MOTCUA_VAR = tmp_path


def begun(mother: Browser, *, size: int = len(PDF), name: str = "../../chung-sinh.pdf") -> str:
    """Begin an upload and return its address."""
    fill_birth(mother)
    draft = re.match(r"/apply/[0-9a-f-]{36}/", mother.path)
    assert draft
    fields = {"paper": "birth_notification", "name": name, "size": str(size)}
    answer = mother.client.post(f"{draft[0]}uploads/", fields)
    assert answer.status_code == 201
    return f"{draft[0]}uploads/{answer.json()['token']}/"


def add(client: Client, address: str, at: int, content: bytes) -> int:
    """Send a part and return the status."""
    headers = {"Upload-Offset": str(at), "Accept": "application/json"}
    return client.patch(
        address, content, content_type="application/octet-stream", headers=headers
    ).status_code


def test_an_upload_cut_off_goes_on_where_it_ended(mother: Browser, people: People) -> None:
    address = begun(mother)
    cut = len(PDF) * 9 // 10
    assert add(mother.client, address, 0, PDF[:cut]) == 200
    assert mother.client.get(address).json() == {"offset": cut, "is_whole": False}
    assert add(mother.client, address, 0, PDF[:cut]) == 409  # the same part again
    assert add(mother.client, address, cut, PDF[cut:]) == 200
    paper = intake.drafts(of=people.mother)[0].papers[0]
    assert (paper.name, paper.size) == ("chung-sinh.pdf", len(PDF))
    assert add(mother.client, address, len(PDF), b"x") == 400
    assert mother.client.get(address).status_code == 400  # the parts are gone


def test_more_than_was_declared_and_offsets_that_are_none_are_refused(mother: Browser) -> None:
    address = begun(mother)
    assert add(mother.client, address, 0, PDF + b"x") == 400
    assert mother.client.patch(address, PDF, content_type="a/b").status_code == 400
    assert add(mother.client, address, -1, PDF) == 400
    assert mother.client.get(address).json()["offset"] == 0


def test_a_file_that_is_not_what_it_says_is_refused_and_forgotten(
    mother: Browser, people: People, tmp_path: Path
) -> None:
    content = b"<svg><script>alert(1)</script></svg>"
    address = begun(mother, size=len(content))
    assert add(mother.client, address, 0, content) == 415
    assert intake.drafts(of=people.mother)[0].papers == ()
    assert list((tmp_path / "uploads").iterdir()) == []


def test_sizes_that_are_too_large_or_none(mother: Browser) -> None:
    address = begun(mother).split("uploads/")[0] + "uploads/"
    for size, status in (("0", 422), ("", 422), ("-5", 422), (str(10**12), 413), ("9" * 30, 422)):
        fields = {"paper": "birth_notification", "name": "a.pdf", "size": size}
        assert mother.client.post(address, fields).status_code == status


def test_nobody_adds_to_the_upload_of_another(mother: Browser, people: People) -> None:
    address = begun(mother)
    stranger = Browser(Client())
    stranger.sign_in(people.stranger)
    assert add(stranger.client, address, 0, PDF) == 400
    assert add(mother.client, address[:-2] + "x/", 0, PDF) == 400
    assert mother.client.get(address).json()["offset"] == 0


def test_what_is_old_is_swept_away_and_many_at_once_are_refused(
    tmp_path: Path, people: People
) -> None:
    owner, folder = people.mother.id, tmp_path / "uploads"
    for number in range(partial.MOST):
        assert partial.begin(folder, owner, str(number), now=0)
    now = (folder / partial.path_of(folder, owner, "0").name).stat().st_mtime
    assert not partial.begin(folder, owner, "one more", now=now)
    assert partial.begin(folder, owner, "later", now=now + partial.KEPT + 60)
    assert partial.offset(folder, owner, "0") is None
