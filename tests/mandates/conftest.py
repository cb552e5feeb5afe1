"""The ward of the portal's tests, with every address of the product: people act in the portal and at the desk."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from motcua.portal.tests.conftest import _site, people

__all__ = ["_site", "people"]


@pytest.fixture(autouse=True)
def _whole_site(_site: None) -> Iterator[None]:
    """All addresses, in place of the portal's alone."""
    with override_settings(ROOT_URLCONF="motcua.config.urls"):
        yield
