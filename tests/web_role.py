"""Requests of the test client under the role of the web, as the server makes them: behind the walls."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from motcua.kit.database import WEB


@contextlib.contextmanager
def served() -> Iterator[None]:
    """Have each request of the test client asked under the web's role; what is around it stays the owner's."""
    plain = Client.request

    def request(self: Client, **asked: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {WEB}")
        try:
            return plain(self, **asked)
        finally:
            if not connection.needs_rollback:
                with connection.cursor() as cursor:
                    cursor.execute("RESET ROLE")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", request)
        yield
