"""What every part of the HTTP API shares: problem details as a schema, and pages by key."""

from ninja import Schema


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
