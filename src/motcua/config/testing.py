"""A pytest plugin: the embedded PostgreSQL is there before Django reads its settings, and work is done once.

Named by `-p` in pyproject.toml, since a conftest would come too late.
"""

import functools
import os
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from motcua.engines.procedure import check, parse
from motcua.engines.procedure.model import Procedure
from motcua.kit import database

VAR = Path(__file__).resolve().parents[3] / "var" / "test"

os.environ["MOTCUA_DEMO"] = "1"
os.environ.setdefault("MOTCUA_KEPT_PAGES", "0")  # a page of one test is not another's
os.environ.setdefault("MOTCUA_VAR", str(VAR))
# Each worker of xdist has a server of its own: what one reads of the log waits for every older transaction
# of its server. A database that somebody names serves all of them.
WORKER, OURS = os.environ.get("PYTEST_XDIST_WORKER", ""), "MOTCUA_TESTS_OWN_SERVER"
if WORKER and os.environ.get(OURS):
    for name in (database.URL, database.WEB_URL, database.WORKER_URL):
        os.environ.pop(name, None)
HANDLE = database.ensure(VAR / f"postgres{WORKER}")

# What these tests write need not outlive a loss of power; sites that are struck have servers of their own.
if HANDLE is not None:
    os.environ[OURS] = "1"
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        HANDLE.psql(f"ALTER SYSTEM SET {setting} = off")
    HANDLE.psql("SELECT pg_reload_conf()")

# The same examples on every run of CI; deeper search is `HYPOTHESIS_PROFILE=deep make test`.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis.settings.register_profile("deep", max_examples=2_000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session", autouse=True)
def _read_once() -> Iterator[None]:
    """Read, check and draw each folder once in a session: all are pure, and slow beside these tests."""
    read, once = parse.read, functools.lru_cache(maxsize=64)

    @once
    def read_once(files: tuple[tuple[str, bytes], ...]) -> Procedure:
        return read(dict(files))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parse, "read", lambda files: read_once(tuple(sorted(files.items()))))
        patch.setattr(check, "check", once(check.check))
        # By name, since models need settings, which are not there yet when this file is read.
        drawn = pkgutil.resolve_name("motcua.catalogue.queries:undrawn")
        patch.setattr("motcua.catalogue.queries.undrawn", once(drawn))
        yield
