"""Sealed texts and files open with their key and at their place alone; keys are wrapped anew unnoticed."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from motcua.privacy import errors, models
from motcua.privacy.actions import sealing
from motcua.privacy.adapters import aead
from motcua.privacy.queries import sealed
from motcua.privacy.tests.conftest import AT
from motcua.signing.errors import KeysUnreadable

KEY = b"k" * 32


@pytest.fixture
def folder(tmp_path: Path, settings: Settings, db: None) -> Path:
    settings.MOTCUA_KEYS = tmp_path / "keys"
    settings.MOTCUA_KEYS_PASSPHRASE = "a passphrase of tests"
    return tmp_path / "keys" / "data"


def test_a_text_opens_at_its_place_alone(folder: Path) -> None:
    key, other = sealing.new_key(at=AT), sealing.new_key(at=AT)
    content = sealing.seal("Khánh Hòa".encode(), key=key, binding="intake.draft:1")
    assert sealed.unseal(content, key=key, binding="intake.draft:1").decode() == "Khánh Hòa"
    assert b"Kh" not in content
    for wrong_key, binding, text in (
        (key, "intake.draft:2", content),
        (other, "intake.draft:1", content),
        (key, "intake.draft:1", content[:-1] + bytes([content[-1] ^ 1])),
        (key, "intake.draft:1", b"short"),
    ):
        with pytest.raises(errors.SealBroken):
            sealed.unseal(text, key=wrong_key, binding=binding)


def test_nothing_of_a_key_stands_in_the_database(folder: Path) -> None:
    key = sealing.new_key(at=AT)
    row = models.DataKey.objects.get()
    assert sealed.opened(key) not in bytes(row.wrapped)
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert sealed.opened(key) not in file.read_bytes()


def test_keys_are_wrapped_anew_and_old_ones_read_meanwhile(folder: Path) -> None:
    keys = sorted((sealing.new_key(at=AT) for _ in range(5)), key=lambda each: each.id)
    texts = [sealing.seal(b"text", key=each, binding="place") for each in keys]
    first = sealed.present()
    second = sealing.make_key(at=AT)
    assert sealed.present() == second != first
    assert sealing.rewrap(at=AT, limit=3) == 3
    assert sealed.unused() == []
    for row, text in zip(models.DataKey.objects.order_by("pk"), texts, strict=True):
        assert sealed.unseal(text, key=sealed.value(row), binding="place") == b"text"
    assert [sealing.rewrap(at=AT, limit=3) for _ in range(2)] == [2, 0]
    assert sealed.unused() == [first]
    (folder / f"{first}.key").unlink()
    for row, text in zip(models.DataKey.objects.order_by("pk"), texts, strict=True):
        assert row.key_id == second
        assert sealed.unseal(text, key=sealed.value(row), binding="place") == b"text"


def test_a_key_that_is_away_is_said_and_comes_back(folder: Path) -> None:
    key = sealing.new_key(at=AT)
    text = sealing.seal(b"text", key=key, binding="place")
    away = folder.with_name("away")
    os.rename(folder, away)
    with pytest.raises(errors.KeyAway):
        sealed.unseal(text, key=key, binding="place")
    os.rename(away, folder)
    assert sealed.unseal(text, key=key, binding="place") == b"text"


def test_another_passphrase_opens_nothing(folder: Path, settings: Settings) -> None:
    key = sealing.new_key(at=AT)
    text = sealing.seal(b"text", key=key, binding="place")
    settings.MOTCUA_KEYS_PASSPHRASE = "another"
    with pytest.raises(errors.KeyAway):
        sealed.unseal(text, key=key, binding="place")


def test_outside_the_demo_no_key_is_made_unasked(folder: Path, settings: Settings) -> None:
    settings.MOTCUA_DEMO = False
    with pytest.raises(errors.KeyAway):
        sealing.new_key(at=AT)
    assert not folder.exists()
    settings.MOTCUA_KEYS_PASSPHRASE = ""
    with pytest.raises(KeysUnreadable):
        sealing.make_key(at=AT)


def _file(content: bytes) -> io.BytesIO:
    target = io.BytesIO()
    aead.seal_file(io.BytesIO(content), target, key=KEY, binding="digest")
    return target


SIZES = (0, 1, aead.PIECE - 1, aead.PIECE, aead.PIECE + 1, 3 * aead.PIECE, 3 * aead.PIECE + 7)


@pytest.mark.parametrize("size", SIZES)
def test_a_file_reads_as_it_was(size: int) -> None:
    content = os.urandom(size)
    opened = aead.open_file(_file(content), key=KEY, binding="digest", size=size)
    assert opened.read() == content
    assert opened.seek(0, io.SEEK_END) == size


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 200_000), st.integers(0, 70_000)), max_size=5))
def test_a_file_reads_from_anywhere(places: list[tuple[int, int]]) -> None:
    content = bytes(range(256)) * 700
    opened = aead.open_file(_file(content), key=KEY, binding="digest", size=len(content))
    for start, length in places:
        opened.seek(start)
        assert opened.read(length) == content[start : start + length]


def test_a_file_that_was_changed_cut_off_or_swapped_does_not_open() -> None:
    content = os.urandom(3 * aead.PIECE)
    whole = _file(content).getvalue()
    piece = aead.PIECE + aead.TAG
    swapped = whole[piece : 2 * piece] + whole[:piece] + whole[2 * piece :]
    for wrong, binding, size in (
        (whole[:10] + bytes([whole[10] ^ 1]) + whole[11:], "digest", len(content)),
        (swapped, "digest", len(content)),
        (whole[: 2 * piece], "digest", 2 * aead.PIECE),
        (whole, "another", len(content)),
    ):
        with pytest.raises(aead.Broken):
            aead.open_file(io.BytesIO(wrong), key=KEY, binding=binding, size=size).read()
