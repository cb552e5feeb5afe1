"""Files that nothing names go after a day; whatever anything names stays."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps

from motcua.documents import actions, models, queries
from motcua.documents.tests.conftest import AT
from motcua.documents.tests.test_documents import issue
from motcua.documents.tests.test_files import PDF, PNG, store
from motcua.identity.values import Actor
from motcua.transparency import queries as transparency

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1, minutes=1)


def lay(folder: Path, name: str, *, at: datetime) -> Path:
    """Lay bytes where stored files lie, as they were at a moment, without a row."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"left behind")
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def aged(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (AT.timestamp(), AT.timestamp()))


def test_bytes_that_no_row_names_go_after_a_day(files: Path) -> None:
    orphan = lay(files, f"ab/ab{'0' * 62}", at=AT)
    cut_off = lay(files, "incoming/tmp123", at=AT)
    young = lay(files, f"cd/cd{'0' * 62}", at=LATER)
    kept = files / queries.path_of(store(PDF))
    os.utime(kept, (AT.timestamp(), AT.timestamp()))
    assert actions.sweep(at=LATER) == 1
    assert not orphan.exists() and not cut_off.exists()
    assert young.exists() and kept.exists()


def test_a_file_that_nothing_names_is_forgotten_and_its_bytes_go(files: Path) -> None:
    digest = store(PDF)
    aged(files)
    assert actions.forget_unnamed(at=AT + timedelta(hours=23)) == 0
    assert actions.forget_unnamed(at=LATER) == 1
    assert actions.forget_unnamed(at=LATER) == 0
    assert actions.sweep(at=LATER) == 1
    assert not (files / queries.path_of(digest)).exists()
    (told,) = [each for each in transparency.history("") if each.kind == "documents.FilesForgotten"]
    assert told.facts == {"count": 1}


def test_what_a_document_names_stays_however_old(files: Path, leader: Actor) -> None:
    document, content = issue(leader)
    store(PNG)
    aged(files)
    assert actions.forget_unnamed(at=AT + timedelta(days=4_000)) == 1
    assert actions.sweep(at=AT + timedelta(days=4_000)) == 1
    with queries.open_file(document.digest) as stream:
        assert stream.read() == content


def test_a_file_that_comes_again_has_a_day_again(files: Path) -> None:
    digest = store(PDF)
    actions.store(iter((PDF,)), allowed={"pdf"}, limit=10_000, at=LATER)
    assert actions.forget_unnamed(at=LATER) == 0
    assert models.StoredFile.objects.get().pk == digest


def test_every_table_that_names_files_is_known_to_the_database() -> None:
    """The foreign keys that Django knows are those that the sweep asks the database for."""
    expected = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is models.StoredFile
    }
    assert set(queries.references()) == expected and len(expected) >= 3
