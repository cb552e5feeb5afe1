"""The two errors that are meant: Refused and Unavailable. Anything else is a bug and is never caught.

Exception
  +-- Refused        understood, and the answer is no   -> 4xx
  |     +-- Forbidden    this person may not            -> 403
  |     +-- Absent       there is no such thing         -> 404
  |     +-- Conflict     the state has moved on         -> 409
  |     +-- TooLarge     over a limit                   -> 413
  +-- Unavailable    an outside system did not answer   -> 503 with Retry-After; jobs try again
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Field:
    """One field of an input that was refused: its dotted path, a stable code, words for the reader."""

    path: str
    code: str
    message: str | Promise


class Refused(Exception):
    """The request is understood and the answer is no.

    Subclasses set `code` (stable, kebab-case), `message` and `remedy` (lazy translations, formatted
    with the named values given), and `basis`, the provision relied on, where there is one.
    """

    status = 422
    code = "refused"
    message: str | Promise = ""
    remedy: str | Promise = ""
    basis = ""
    retry_after = 0  # seconds, where waiting helps

    def __init__(self, fields: Sequence[Field] = (), *, basis: str = "", **values: object) -> None:
        self.fields = tuple(fields)
        self.values: Mapping[str, object] = values
        self.basis = basis or type(self).basis
        super().__init__(self.code)

    def say(self, text: str | Promise) -> str:
        """Return a text in the active language with the values put in."""
        return str(text) % self.values if self.values else str(text)

    def __str__(self) -> str:
        return " ".join(part for part in (self.say(self.message), self.say(self.remedy)) if part)


class Forbidden(Refused):
    """The person may not do this."""

    status = 403
    code = "forbidden"


class Absent(Refused):
    """There is no such thing, or it is not for this person to know."""

    status = 404
    code = "not-found"


class Conflict(Refused):
    """The state has moved on since the person looked."""

    status = 409
    code = "conflict"


class TooLarge(Refused):
    """The input is over a limit."""

    status = 413
    code = "too-large"


class Unavailable(Exception):
    """An outside system, or our own database, did not answer; trying again later may help.

    Subclasses may set `message` and `remedy`, as those of Refused do.
    """

    message: str | Promise = ""
    remedy: str | Promise = ""

    def __init__(self, system: str, *, retry_after: int = 5) -> None:
        self.system = system
        self.retry_after = retry_after  # seconds
        super().__init__(f"{system} did not answer; try again in {retry_after} s")
