"""The signed structure inside a PDF signature: CMS SignedData in the CAdES profile of PAdES-B-B.

    SignedData (RFC 5652, 5.1), detached, one signer, with exactly these signed attributes:
      contentType, messageDigest                       RFC 5652, 11
      signingCertificateV2                             RFC 5035, required by ETSI EN 319 142-1
      cmsAlgorithmProtection                           RFC 6211

It is written here as plain DER, since a general ASN.1 object tree costs twenty times the signature.
"""

import hashlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from motcua.signing import rules
from motcua.signing.rules import der

LONGEST_SIGNATURE = 72  # bytes: two numbers of 33, as DER
SIGN = ec.ECDSA(hashes.SHA256())

CONTENT_TYPE = bytes.fromhex("06092A864886F70D010903")
MESSAGE_DIGEST = bytes.fromhex("06092A864886F70D010904")
SIGNING_CERTIFICATE_V2 = bytes.fromhex("060B2A864886F70D010910022F")
ALGORITHM_PROTECTION = bytes.fromhex("06092A864886F70D010934")
INTEGER, CONTEXT_1 = 0x02, 0xA1


@dataclass(frozen=True, slots=True)
class Signer:
    """A key opened once, with all parts of the structure that never change."""

    key: ec.EllipticCurvePrivateKey
    common_name: str
    fixed_attributes: tuple[bytes, ...]
    identifier: bytes  # IssuerAndSerialNumber
    certificates: tuple[bytes, ...]  # the signer's and the issuing authority's

    @property
    def size(self) -> int:
        """Return the most bytes that a structure of this signer takes."""
        attributes = _attributes(self, digest=bytes(hashlib.sha256().digest_size))
        signature = bytes(LONGEST_SIGNATURE)
        return len(
            rules.assemble(rules.Parts(self.identifier, self.certificates, attributes, signature))
        )


def signer(
    key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, issuing: x509.Certificate
) -> Signer:
    """Return a signer for a P-256 key, its certificate and the certificate of its issuer."""
    own = certificate.public_bytes(serialization.Encoding.DER)
    serial = certificate.serial_number
    number = der(INTEGER, serial.to_bytes(serial.bit_length() // 8 + 1, "big"))
    attributes = (
        _attribute(CONTENT_TYPE, rules.DATA),
        _attribute(
            SIGNING_CERTIFICATE_V2,
            # ESSCertIDv2 with its default hash, SHA-256
            der(
                rules.SEQUENCE,
                der(
                    rules.SEQUENCE,
                    der(rules.SEQUENCE, der(rules.OCTETS, hashlib.sha256(own).digest())),
                ),
            ),
        ),
        _attribute(
            ALGORITHM_PROTECTION,
            der(rules.SEQUENCE, rules.SHA256, der(CONTEXT_1, rules.ECDSA_SHA256[2:])),
        ),
    )
    name = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
    chain = sorted((own, issuing.public_bytes(serialization.Encoding.DER)))  # DER: SET OF is sorted
    return Signer(
        key=key,
        common_name=str(name),
        fixed_attributes=attributes,
        identifier=der(rules.SEQUENCE, certificate.issuer.public_bytes(), number),
        certificates=tuple(chain),
    )


def signed_data(signer: Signer, *, digest: bytes) -> bytes:
    """Return the ContentInfo that signs a SHA-256 digest of the document's bytes."""
    attributes = _attributes(signer, digest=digest)
    signature = signer.key.sign(der(rules.SET, attributes), SIGN)
    parts = rules.Parts(signer.identifier, signer.certificates, attributes, signature)
    return rules.assemble(parts)


def _attributes(signer: Signer, *, digest: bytes) -> bytes:
    """Return the signed attributes in the order of DER."""
    message_digest = _attribute(MESSAGE_DIGEST, der(rules.OCTETS, digest))
    return b"".join(sorted((*signer.fixed_attributes, message_digest)))


def _attribute(kind: bytes, value: bytes) -> bytes:
    return der(rules.SEQUENCE, kind, der(rules.SET, value))
