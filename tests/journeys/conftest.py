"""The stories in this folder are told over HTTP and in a real browser."""

import pytest

pytest.register_assert_rewrite("tests.journeys.browser")

from tests.journeys.browser import chromium, pytest_runtest_makereport, visit

__all__ = ["chromium", "pytest_runtest_makereport", "visit"]
