"""What every part of the HTTP API shares: problem details as a schema, and pages by key."""

from ninja import Schema
from pydantic import ConfigDict


class ProblemField(Schema):
    """One field that was refused."""

    path: str
    code: str
    message: str


class Problem(Schema):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    remedy: str = ""
    basis: str = ""
    errors: tuple[ProblemField, ...] = ()


PROBLEMS = frozenset({400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 503})


class Said(Schema):
    """What somebody sends: a name that the description does not know is told, not passed over."""

    model_config = ConfigDict(extra="forbid")
