"""Facts that others may react to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DocumentReserved:
    """A number was taken from the register of an authority."""

    document: str  # id
    number: int
    number_and_symbol: str
    year: int
    signer: str  # id


@dataclass(frozen=True, slots=True)
class DocumentRenumbered:
    """A number was given up: the document is signed in another year, or by a successor of its authority."""

    document: str
    former_number: int
    former_year: int
    number: int
    number_and_symbol: str
    year: int
    signer: str


@dataclass(frozen=True, slots=True)
class DocumentIssued:
    """A signed document was issued: anyone can verify it from now on."""

    document: str
    number: int
    number_and_symbol: str
    type: str
    digest: str  # SHA-256 of the signed file
    signer: str


@dataclass(frozen=True, slots=True)
class DocumentShared:
    """A person made a link by which anyone may fetch a document until a moment."""

    document: str
    share: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ShareEnded:
    """A person took a link back before it expired."""

    document: str
    share: str


@dataclass(frozen=True, slots=True)
class FileQuarantined:
    """A file that somebody sent carries harmful software; it was locked away."""

    digest: str
    found: str  # as the scanner names it


@dataclass(frozen=True, slots=True)
class FilesForgotten:
    """Files that nothing named any more were removed, such as those of drafts that were thrown away."""

    count: int
