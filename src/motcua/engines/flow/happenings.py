"""What the outside tells the engine. `values` are the case's data now, for conditions; they are never kept."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Completed:
    """The work of a user, manual, service, business rule or receive task is done."""

    token: int
    values: Mapping[str, object]
    outcome: str = ""  # one of those the task offers, "" when it offers none


@dataclass(frozen=True, slots=True)
class Failed:
    """A service or a decision ended in a business error, which an error event may catch by its code."""

    token: int
    code: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Fired:
    """A timer that was armed is due."""

    token: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Received:
    """A message came in; `token` names who it is for when several wait for it."""

    message: str
    values: Mapping[str, object]
    token: int | None = None


Happening = Completed | Failed | Fired | Received
