"""What happened."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProcedurePublished:
    """A version of a procedure is the one that new filings come under from now on."""

    code: str
    version: int
    digest: str
    name: str
