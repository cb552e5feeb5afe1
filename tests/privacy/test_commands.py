"""The commands that look after personal data: nothing is erased unasked, a breach shows its clock."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_django import Settings

from motcua.cases.models import Case
from motcua.config.commands import privacy as command
from motcua.desk.tests.conftest import WARD, People
from motcua.kit import clock
from motcua.privacy import models
from motcua.privacy.actions import sealing
from tests.privacy.test_retention import FIVE_YEARS, refused


def test_the_command_changes_nothing_until_it_is_told(
    people: People,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = refused(people)
    monkeypatch.setattr(clock, "now", lambda: FIVE_YEARS)
    dry = CliRunner().invoke(command.retention, [])
    assert dry.output.splitlines() == [code, "1 cases are past their time of keeping"]
    assert Case.objects.get(code=code).disposed_at is None
    assert "erased: 1" in CliRunner().invoke(command.retention, ["--remove"]).output
    assert CliRunner().invoke(command.retention, []).output.startswith("0 cases")


def test_keys_are_rotated_and_the_old_one_is_named(
    db: None, tmp_path: Path, settings: Settings
) -> None:
    settings.MOTCUA_KEYS, settings.MOTCUA_KEYS_PASSPHRASE = tmp_path, "a passphrase of tests"
    sealing.new_key(at=clock.now())
    (old,) = (tmp_path / "data").glob("*.key")
    told = CliRunner().invoke(command.rotate_keys, []).output
    assert "wrapped anew: 1" in told and f"no longer used: {old.name}" in told
    assert models.DataKey.objects.get().key_id != old.stem
    again = CliRunner().invoke(command.rotate_keys, ["--rewrap-only"]).output
    assert "made" not in again and "wrapped" not in again


def test_a_breach_is_recorded_at_the_console_and_listed_with_its_hours(
    people: People,
) -> None:
    found = clock.local(clock.now() - timedelta(hours=70))
    said = ["--authority", WARD, "--found", f"{found:%Y-%m-%dT%H:%M}", "--what", "Mất máy tính"]
    said += ["--kinds", "họ tên", "--people", "5", "--measures", "đã khóa"]
    made = CliRunner().invoke(command.breach, said)
    assert "notify by" in made.output, made.output
    listed = CliRunner().invoke(command.breaches_, []).output
    assert WARD in listed and " 1 h " in listed
