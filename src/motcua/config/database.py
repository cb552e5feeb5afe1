"""The database of a command: the one that is named, or the embedded one, started for it."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from motcua.config import walls
from motcua.kit import database

P = ParamSpec("P")
R = TypeVar("R")


def start() -> None:
    """Start the embedded server unless another database is named, and point Django at it."""
    folder = Path(settings.MOTCUA_VAR) / "postgres"
    if database.ensure(folder) is not None:
        # A long path makes the server choose another folder for its socket: ask where it is.
        settings.DATABASES["default"].update(database.settings(folder))
        connections["default"].settings_dict.update(settings.DATABASES["default"])


def bring_up() -> None:
    """Bring the tables to the present version, and the walls around them."""
    call_command("migrate", verbosity=0)
    walls.raise_all()


def needs_database(command: Callable[P, R]) -> Callable[P, R]:
    """Start the database before a command that needs it."""

    @functools.wraps(command)
    def started(*args: P.args, **kwargs: P.kwargs) -> R:
        start()
        return command(*args, **kwargs)

    return started
