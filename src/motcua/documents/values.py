"""Files and documents as other modules see them."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from motcua.signing.values import Verdict
from motcua.transparency.values import Entry


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes kept once under the SHA-256 of those bytes."""

    digest: str  # 64 hexadecimal digits
    size: int  # bytes
    media_type: str
    stored_at: datetime
    scan: str  # unscanned, waiting for the scanner, clean, or infected


@dataclass(frozen=True, slots=True)
class Document:
    """An official document in an authority's register."""

    id: uuid.UUID
    subject: str  # code of the case
    authority_code: str
    authority_name: str
    type: str  # abbreviation: "QĐ", "GPXD"
    symbol: str  # "UBND"
    number: int
    year: int
    title: str
    signer_id: uuid.UUID
    signer_name: str
    is_issued: bool
    token: str  # of the verification address; unguessable
    verification_url: str
    digest: str  # of the signed file; empty until issued
    size: int  # bytes of the signed file; 0 until issued
    reserved_at: datetime
    issued_at: datetime | None
    entry_id: int | None  # of the log

    @property
    def figures(self) -> str:
        """Return the number as it is printed: below 10 with a leading 0 (Decree 30/2020)."""
        return f"{self.number:02d}"

    @property
    def number_and_symbol(self) -> str:
        """Return number and symbol as printed after "Số:"; a letter has no type: 15/UBND-VP."""
        tail = "-".join(part for part in (self.type, self.symbol) if part)
        return f"{self.figures}/{tail}" if tail else self.figures


@dataclass(frozen=True, slots=True)
class Verification:
    """What there is to say of a file or of a verification code.

    `verdict` speaks of the file alone. `document` is the registered document whose issued file has the
    very same bytes; `entry` is the log entry of its issue.
    """

    verdict: Verdict
    digest: str
    document: Document | None
    entry: Entry | None

    @property
    def is_valid(self) -> bool:
        """Return whether the file is an intact original signed by an authority we trust."""
        return self.verdict.is_valid

    @property
    def is_registered(self) -> bool:
        """Return whether exactly this file was issued from the register."""
        return self.document is not None and self.document.is_issued


@dataclass(frozen=True, slots=True)
class Form:
    """One numbered form of a set, with its template."""

    number: int
    name: str
    template: str
    circular: str


@dataclass(frozen=True, slots=True)
class Share:
    """A link by which anyone may fetch one issued document until a moment."""

    id: uuid.UUID
    document_id: uuid.UUID
    created_at: datetime
    expires_at: datetime
    secret: str = ""  # the end of its address; known only when it is made
