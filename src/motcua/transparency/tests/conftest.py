"""A public log of its own for each test, in a folder that goes away."""

from pathlib import Path

import pytest
from pytest_django import Settings

from motcua.engines.merkle import notes
from motcua.transparency import actions

ORIGIN = "test.example/log"


@pytest.fixture
def public_log(tmp_path: Path, settings: Settings) -> notes.Key:
    """Give the public key of an empty log."""
    settings.MOTCUA_KEYS = tmp_path / "keys"
    settings.MOTCUA_KEYS_PASSPHRASE = "test"
    settings.MOTCUA_LOG = tmp_path / "log"
    settings.MOTCUA_LOG_ORIGIN = ORIGIN
    settings.MOTCUA_LOG_POLICY = tmp_path / "keys" / "log.policy"
    return actions.make_key()
