"""A pytest plugin: the embedded PostgreSQL is there before Django reads its settings.

Named by `-p` in pyproject.toml, since a conftest would come too late.
"""

import os
from pathlib import Path

import hypothesis

from motcua.kit import database

VAR = Path(__file__).resolve().parents[3] / "var" / "test"

os.environ["MOTCUA_DEMO"] = "1"
os.environ.setdefault("MOTCUA_KEPT_PAGES", "0")  # a page of one test is not another's
os.environ.setdefault("MOTCUA_VAR", str(VAR))
HANDLE = database.ensure(VAR / "postgres")  # xdist's workers inherit the address, not the handle

# The same examples on every run of CI; deeper search is `HYPOTHESIS_PROFILE=deep make test`.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis.settings.register_profile("deep", max_examples=2_000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
