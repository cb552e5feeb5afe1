"""Judge a signed PDF: pure, from its bytes, what is trusted and the moment.

The checks are stricter than the formats allow, so that no byte of a valid file can be changed without
the file ceasing to be valid: the signed structure must be in the one form that we write (canonical
DER, no unsigned parts, nothing in the padding), and the last signature must cover the whole file.
"""

import asyncio
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import cms, crl, parser
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign import validation as pyhanko
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from motcua.signing.values import Kind, Reason, Signature, Trust, Verdict

MOST_SIGNATURES = 16
CLOCK_TOLERANCE = timedelta(minutes=5)  # between the signer's clock and ours

# DER tags and constants of the signed structure (RFC 5652; RFC 5754, 2: parameters absent)
SEQUENCE, SET, OCTETS, CONTEXT_0 = 0x30, 0x31, 0x04, 0xA0
VERSION_1 = bytes.fromhex("020101")
DATA = bytes.fromhex("06092A864886F70D010701")
SIGNED_DATA = bytes.fromhex("06092A864886F70D010702")
SHA256 = bytes.fromhex("300B0609608648016503040201")
ECDSA_SHA256 = bytes.fromhex("300A06082A8648CE3D040302")

# ETSI EN 319 412-5, 4.2.3: QcType, the certificate is for signatures (1) or for seals (2)
QC_STATEMENTS = "1.3.6.1.5.5.7.1.3"
QC_TYPES = {
    kind: bytes.fromhex("30153013060604008E4601063009060704008E460106" + last)
    for kind, last in ((Kind.PERSON, "01"), (Kind.SEAL, "02"))
}

OUR_ATTRIBUTES = [
    "cms_algorithm_protection",
    "content_type",
    "message_digest",
    "signing_certificate_v2",
]

_TRUST_PROBLEMS: Mapping[object, Reason] = {
    AdESIndeterminate.REVOKED_NO_POE: Reason.REVOKED,
    AdESIndeterminate.REVOKED_CA_NO_POE: Reason.REVOKED,
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: Reason.UNKNOWN_ISSUER,
    AdESIndeterminate.TRY_LATER: Reason.REVOCATION_UNKNOWN,
    AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE: Reason.REVOCATION_UNKNOWN,
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: Reason.WRONG_PURPOSE,
}


@dataclass(frozen=True, slots=True)
class Parts:
    """What differs between two signed structures; everything else is the same in all of ours."""

    identifier: bytes  # IssuerAndSerialNumber
    certificates: Sequence[bytes]
    attributes: bytes  # the signed ones, in the order of DER
    signature: bytes


def der(tag: int, *parts: bytes) -> bytes:
    """Return one DER value: tag, length in the shortest form, content (X.690, 10.1)."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def assemble(parts: Parts) -> bytes:
    """Return the signed structure: ContentInfo with SignedData, detached (RFC 5652, 3 and 5.1)."""
    signer = der(
        SEQUENCE,
        VERSION_1,
        parts.identifier,
        SHA256,
        der(CONTEXT_0, parts.attributes),
        ECDSA_SHA256,
        der(OCTETS, parts.signature),
    )
    signed = der(
        SEQUENCE,
        VERSION_1,
        der(SET, SHA256),
        der(SEQUENCE, DATA),
        der(CONTEXT_0, *parts.certificates),
        der(SET, signer),
    )
    return der(SEQUENCE, SIGNED_DATA, der(CONTEXT_0, signed))


def refused(*reasons: Reason) -> Verdict:
    """Return the verdict on a file that could not even be read as a signed PDF."""
    return Verdict(
        is_intact=False,
        is_trusted=False,
        covers_whole=False,
        is_changed_later=False,
        signatures=(),
        reasons=reasons,
    )


def judge(pdf: bytes, trust: Trust, *, at: datetime) -> Verdict:
    """Return the verdict on a file at a moment. Never raises for what is in the file."""
    if not pdf.startswith(b"%PDF-"):
        return refused(Reason.NOT_A_PDF)
    try:
        return _judge(pdf, trust, at=at)
    except MemoryError:
        return refused(Reason.TOO_HARD)
    except Exception:  # noqa: BLE001 -- a hostile file can make the reader raise anything
        return refused(Reason.UNREADABLE)


def _judge(pdf: bytes, trust: Trust, *, at: datetime) -> Verdict:
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    if reader.encrypted:
        return refused(Reason.ENCRYPTED)
    filled = sum(1 for _ in fields.enumerate_sig_fields(reader, filled_status=True))
    embedded: Sequence[EmbeddedPdfSignature] = reader.embedded_signatures
    if not filled:
        return refused(Reason.NOT_SIGNED)
    if filled != len(embedded) or filled > MOST_SIGNATURES:
        return refused(Reason.UNSUPPORTED)
    last = embedded[-1]
    covers_whole = _end(last) == len(pdf)
    signatures = tuple(
        _signature(pdf, one, trust, is_last=one is last and covers_whole, at=at) for one in embedded
    )
    reasons = dict.fromkeys(reason for one in signatures for reason in one.reasons)
    if not covers_whole:
        reasons[Reason.NOT_WHOLE] = None
    reasons.update(dict.fromkeys(_original(signatures)))
    return Verdict(
        is_intact=all(one.is_intact for one in signatures),
        is_trusted=all(one.is_trusted for one in signatures),
        covers_whole=covers_whole,
        is_changed_later=not covers_whole or Reason.CHANGED_LATER in reasons,
        signatures=signatures,
        reasons=tuple(reasons),
    )


def _original(signatures: Sequence[Signature]) -> list[Reason]:
    """Return what keeps signatures from making an original: Decree 30/2020/NĐ-CP, Article 5."""
    people = [one for one in signatures if one.kind is Kind.PERSON]
    seals = [one for one in signatures if one.kind is Kind.SEAL]
    reasons = []
    if not people:
        reasons.append(Reason.PERSON_MISSING)
    if not seals or signatures[-1].kind is not Kind.SEAL:
        reasons.append(Reason.SEAL_MISSING)
    if len({one.authority_code for one in (*people, *seals)}) > 1:
        reasons.append(Reason.SIGNERS_DISAGREE)
    return reasons


def _signature(
    pdf: bytes, embedded: EmbeddedPdfSignature, trust: Trust, *, is_last: bool, at: datetime
) -> Signature:
    """Return what one signature says and whether it holds."""
    status = _status(embedded, trust, at=at)
    certificate = embedded.signer_cert
    signed_at = embedded.self_reported_timestamp
    reasons = []
    if not _is_our_form(pdf, embedded, trust):
        reasons.append(Reason.UNSUPPORTED)
    if not status.intact:
        reasons.append(Reason.ALTERED)
    if not status.valid:
        reasons.append(Reason.BAD_SIGNATURE)
    # Between two signatures only the second one itself may have been added.
    level = status.modification_level
    if not is_last and (
        level is None or level > ModificationLevel.FORM_FILLING or not status.docmdp_ok
    ):
        reasons.append(Reason.CHANGED_LATER)
    is_sound = status.intact and status.valid  # else trust was not even looked at
    if is_sound and (status.trust_problem_indic is not None or not status.trusted):
        reasons.append(_trust_problem(status, certificate, at=at))
    kind = _kind(certificate)
    if kind is None:
        reasons.append(Reason.WRONG_PURPOSE)
    if signed_at is None:
        reasons.append(Reason.UNSUPPORTED)
    elif signed_at > at + CLOCK_TOLERANCE:
        reasons.append(Reason.SIGNED_IN_FUTURE)
    if not reasons and not status.bottom_line:  # whatever else the library holds against it
        reasons.append(Reason.UNSUPPORTED)
    subject = certificate.subject.native
    return Signature(
        field=str(embedded.field_name),
        kind=kind,
        name=_text(subject.get("common_name")),
        title=_text(subject.get("title")),
        authority_name=_text(subject.get("organization_name")),
        authority_code=_text(subject.get("organization_identifier")),
        signed_at=signed_at,
        is_intact=bool(is_sound),
        is_trusted=bool(status.trusted),
        reasons=tuple(dict.fromkeys(reasons)),
    )


def _status(embedded: EmbeddedPdfSignature, trust: Trust, *, at: datetime) -> PdfSignatureStatus:
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(one) for one in trust.roots],
        other_certs=[asn1_x509.Certificate.load(one) for one in trust.certificates],
        crls=[crl.CertificateList.load(one) for one in trust.revocation_lists],
        moment=at,
        allow_fetching=False,
        revocation_mode="require",
        retroactive_revinfo=True,  # a list newer than the moment in question is still good
    )
    return asyncio.run(
        pyhanko.async_validate_pdf_signature(embedded, signer_validation_context=context)
    )


def _trust_problem(
    status: PdfSignatureStatus, certificate: asn1_x509.Certificate, *, at: datetime
) -> Reason:
    reason = _TRUST_PROBLEMS.get(status.trust_problem_indic, Reason.NOT_TRUSTED)
    if reason is Reason.REVOKED:
        return reason
    if at < certificate.not_valid_before:
        return Reason.NOT_YET_VALID
    if at > certificate.not_valid_after:
        return Reason.EXPIRED
    return reason


def _end(embedded: EmbeddedPdfSignature) -> int:
    """Return where the bytes that a signature covers end, or -1 for a form we do not write."""
    covered = [int(number) for number in embedded.byte_range]
    if len(covered) != 4 or covered[0] != 0 or min(covered) < 0 or covered[2] <= covered[1]:
        return -1
    return covered[2] + covered[3]


def _is_our_form(pdf: bytes, embedded: EmbeddedPdfSignature, trust: Trust) -> bool:
    """Return whether the bytes left out of the digest are one structure in its one form."""
    end = _end(embedded)
    if not 0 < end <= len(pdf):
        return False
    start, stop = int(embedded.byte_range[1]), int(embedded.byte_range[2])
    gap = pdf[start:stop]
    content: bytes = embedded.pkcs7_content
    # The digest leaves out exactly "<", the structure as hex in one case of letters, and ">".
    if gap[:1] != b"<" or gap[-1:] != b">":
        return False
    if gap[1:-1] not in (content.hex().encode(), content.hex().upper().encode()):
        return False
    size = parser.peek(content)
    if any(content[size:]):
        return False
    return _is_canonical(content[:size], trust)


def _is_canonical(content: bytes, trust: Trust) -> bool:
    """Return whether a signed structure, written anew from its parts, is the very same bytes."""
    signed = cms.ContentInfo.load(content, strict=True)["content"]
    if len(signed["signer_infos"]) != 1:
        return False
    signer = signed["signer_infos"][0]
    attributes = signer["signed_attrs"]
    kinds = [attribute["type"].native for attribute in attributes]
    known = {*trust.certificates, *trust.roots}
    certificates = [one.chosen.dump() for one in signed["certificates"]]
    own = [one for one in certificates if one not in known]
    if sorted(kinds) != OUR_ATTRIBUTES or len(own) != 1 or len(set(certificates)) > 2:
        return False
    certificate = asn1_x509.Certificate.load(own[0])["tbs_certificate"]
    issuer, serial = certificate["issuer"].dump(), certificate["serial_number"].dump()
    signature = signer["signature"].native
    parts = Parts(der(SEQUENCE, issuer, serial), certificates, attributes.contents, signature)
    return assemble(parts) == content and _is_signed(own[0], attributes.contents, signature)


def _is_signed(certificate: bytes, attributes: bytes, signature: bytes) -> bool:
    """Return whether a signature is of these attributes byte by byte, read by a second library."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(signature, der(SET, attributes), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _kind(certificate: asn1_x509.Certificate) -> Kind | None:
    """Return whether a certificate is for a person or a seal (ETSI EN 319 412-5)."""
    for extension in certificate["tbs_certificate"]["extensions"]:
        if extension["extn_id"].dotted == QC_STATEMENTS:
            value = extension["extn_value"].contents
            return next((kind for kind, der in QC_TYPES.items() if der == value), None)
    return None


def _text(value: object) -> str:
    """Return a part of a name as text; a name that is given twice is shown with both."""
    if isinstance(value, list):
        return " / ".join(str(one) for one in value)
    return "" if value is None else str(value)
