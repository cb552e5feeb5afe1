"""Writes: the demo authority, its certificates and revocations; signatures on PDFs."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from pyhanko.pdf_utils.misc import PdfError

from motcua.signing.adapters import issuing, keys, pdf
from motcua.signing.errors import NoSuchCredential, NotForSigning
from motcua.signing.values import Credential, Issuance, Kind, Place


def create_demo_authority(
    *, seals: Iterable[Issuance] = (), people: Iterable[Issuance] = (), at: datetime
) -> int:
    """Make the demo authority and issue what is missing: seals of authorities, keys of leaders.

    Doing it again changes nothing but lists that grow old and certificates that end soon or name
    another post. Returns how many credentials there are to sign with. Raises KeysUnreadable.
    """
    place = _place()
    wanted = [(Credential(Kind.SEAL, one.key), one) for one in seals]
    wanted += [(Credential(Kind.PERSON, one.key), one) for one in people]
    with keys.only_writer(place.folder):
        issuing.ensure_authority(place, at=at)
        for credential, issuance in wanted:
            issuing.ensure_credential(place, credential, issuance, at=at)
    return len(wanted)


def revoke(credential: Credential, *, at: datetime) -> None:
    """Put a credential's certificate on the revocation list; raises NoSuchCredential.

    Without a time-stamp authority nothing proves when a signature was made, so every signature of a
    revoked certificate ceases to be trusted.
    """
    place = _place()
    with keys.only_writer(place.folder):
        source = keys.path(place.folder, credential, ".crt")
        if not source.exists():
            raise NoSuchCredential(credential=str(credential))
        certificate = keys.read_certificate(source)
        if not issuing.is_listed(place, certificate):
            issuing.write_list(place, "issuing", at=at, revoked=certificate)


def sign(
    content: bytes, *, credential: Credential, at: datetime, reason: str = "", location: str = ""
) -> bytes:
    """Return a PDF with one signature more, PAdES-B-B, made with an opened key that is kept.

    A person signs first and certifies the document; the seal comes last and closes it. Raises
    NoSuchCredential, KeysUnreadable, NotForSigning.
    """
    signer = keys.signer(_place(), credential)
    try:
        return pdf.add_signature(
            content, signer, kind=credential.kind, at=at, reason=reason, location=location
        )
    except (PdfError, ValueError, KeyError) as error:
        raise NotForSigning() from error


def sign_and_seal(
    content: bytes, *, person: str, authority: str, at: datetime, reason: str, location: str
) -> bytes:
    """Return a PDF signed by a person and sealed by the authority: an original (Decree 30, Art. 5)."""
    signed = sign(
        content,
        credential=Credential(Kind.PERSON, person),
        at=at,
        reason=reason,
        location=location,
    )
    return sign(
        signed,
        credential=Credential(Kind.SEAL, authority),
        at=at,
        reason=reason,
        location=location,
    )


def _place() -> Place:
    return Place(settings.MOTCUA_KEYS, settings.MOTCUA_KEYS_PASSPHRASE)
