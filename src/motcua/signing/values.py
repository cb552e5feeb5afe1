"""Credentials and verdicts as other modules see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    """Whose key it is."""

    PERSON = "person"
    SEAL = "seal"  # of an authority


@dataclass(frozen=True, slots=True)
class Credential:
    """The name of a key: of a person by an id, of an authority by its code."""

    kind: Kind
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class Issuance:
    """What a certificate is to say. `key` names the holder in our files and is its serialNumber."""

    key: str  # a person's id, or the authority's code
    common_name: str  # the person's name, or the authority's
    authority_name: str
    authority_code: str
    title: str = ""  # a person's position; empty for a seal


@dataclass(frozen=True, slots=True)
class Trust:
    """What the verifier believes: roots, certificates known beside them, revocation lists; all DER."""

    roots: tuple[bytes, ...]
    certificates: tuple[bytes, ...]
    revocation_lists: tuple[bytes, ...]


class Reason(StrEnum):
    """Why a file or a signature is not accepted: stable codes."""

    TOO_LARGE = "too-large"
    TOO_HARD = "too-hard"
    NOT_A_PDF = "not-a-pdf"
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"
    NOT_SIGNED = "not-signed"
    UNSUPPORTED = "unsupported-signature"
    ALTERED = "altered"
    BAD_SIGNATURE = "bad-signature"
    NOT_WHOLE = "not-whole-document"
    CHANGED_LATER = "changed-later"
    UNKNOWN_ISSUER = "unknown-issuer"
    EXPIRED = "certificate-expired"
    NOT_YET_VALID = "certificate-not-yet-valid"
    REVOKED = "certificate-revoked"
    REVOCATION_UNKNOWN = "revocation-unknown"
    NOT_TRUSTED = "not-trusted"
    WRONG_PURPOSE = "certificate-not-for-signing"
    SIGNED_IN_FUTURE = "signed-in-future"
    SEAL_MISSING = "seal-missing"
    PERSON_MISSING = "person-missing"
    SIGNERS_DISAGREE = "signers-disagree"


WORDS: Mapping[Reason, Promise] = {
    Reason.TOO_LARGE: _("The file is too large to be checked."),
    Reason.TOO_HARD: _("The file could not be checked within the limits of time and memory."),
    Reason.NOT_A_PDF: _("The file is not a PDF."),
    Reason.ENCRYPTED: _("The file is encrypted; a document that anyone may verify is not."),
    Reason.UNREADABLE: _("The file is damaged or cut off: its structure cannot be read."),
    Reason.NOT_SIGNED: _("The file carries no signature."),
    Reason.UNSUPPORTED: _("A signature has a form that we do not accept."),
    Reason.ALTERED: _("The content was altered after it was signed."),
    Reason.BAD_SIGNATURE: _("A signature does not match its certificate."),
    Reason.NOT_WHOLE: _("The last signature does not cover the whole file."),
    Reason.CHANGED_LATER: _("Something was added to the file after it was signed."),
    Reason.UNKNOWN_ISSUER: _("The signer's certificate was not issued by an authority we trust."),
    Reason.EXPIRED: _("The signer's certificate has expired."),
    Reason.NOT_YET_VALID: _("The signer's certificate is not valid yet."),
    Reason.REVOKED: _("The signer's certificate has been revoked."),
    Reason.REVOCATION_UNKNOWN: _("It cannot be told whether the certificate has been revoked."),
    Reason.NOT_TRUSTED: _("The signer's certificate is not trusted."),
    Reason.WRONG_PURPOSE: _("The certificate is not one for signing documents."),
    Reason.SIGNED_IN_FUTURE: _("A signature says that it was made later than now."),
    Reason.SEAL_MISSING: _("The digital signature of the authority is missing."),
    Reason.PERSON_MISSING: _("The digital signature of a competent person is missing."),
    Reason.SIGNERS_DISAGREE: _("The person and the seal belong to different authorities."),
}


@dataclass(frozen=True, slots=True)
class Signature:
    """What one signature says, and whether it holds."""

    field: str
    kind: Kind | None  # from the certificate; None when it tells neither
    name: str
    title: str
    authority_name: str
    authority_code: str
    signed_at: datetime | None  # as the signer's computer said; no time-stamp authority confirms it
    is_intact: bool
    is_trusted: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier says of a file.

    Valid means: every signature is intact and trusted, the last one covers the whole file, and a
    person and the seal of the same authority have signed (Decree 30/2020/NĐ-CP, Article 5).
    """

    is_intact: bool
    is_trusted: bool
    covers_whole: bool
    is_changed_later: bool
    signatures: tuple[Signature, ...]
    reasons: tuple[Reason, ...]

    @property
    def is_valid(self) -> bool:
        """Return whether nothing at all speaks against the file."""
        return self.is_intact and self.is_trusted and self.covers_whole and not self.reasons

    @property
    def person(self) -> Signature | None:
        """Return the signature of the person, when there is one."""
        return next((one for one in self.signatures if one.kind is Kind.PERSON), None)

    @property
    def seal(self) -> Signature | None:
        """Return the signature of the authority, when there is one."""
        return next((one for one in self.signatures if one.kind is Kind.SEAL), None)

    @property
    def words(self) -> tuple[str, ...]:
        """Return the reasons in the active language."""
        return tuple(str(WORDS[reason]) for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Place:
    """Where keys are kept and the passphrase that opens them."""

    folder: Path
    passphrase: str
