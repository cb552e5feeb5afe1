"""The demo authority: a root, an issuing CA, certificates of people and seals, revocation lists.

Certificates follow RFC 5280 and ETSI EN 319 412-2 and -3 in their names: an authority is
`organizationIdentifier`, a person's id is `serialNumber` (never the personal identification number).
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from motcua.signing import rules
from motcua.signing.adapters import keys
from motcua.signing.errors import NameTooLong
from motcua.signing.values import Credential, Issuance, Kind, Place

COUNTRY = "VN"
HOUSE = "Một Cửa (mẫu, không có giá trị pháp lý)"
ROOT_LIFE = timedelta(days=20 * 365)
ISSUING_LIFE = timedelta(days=10 * 365)
LEAF_LIFE = timedelta(days=5 * 365)
LIST_LIFE = timedelta(days=365)  # a list names its next one; made anew when half of it is over
BACKDATE = timedelta(minutes=5)  # clocks of other machines may be behind
MOST_NAME = 64  # characters of a common name: RFC 5280, Appendix A
CURVE = ec.SECP256R1()
SHA256 = hashes.SHA256()


def ensure_authority(place: Place, *, at: datetime) -> None:
    """Make root, issuing CA and lists where they are not there; renew lists that grow old."""
    folder = place.folder
    if not (folder / "issuing.crl").exists():
        _make_root(place, at=at)
        _make_issuing(place, at=at)
    for name in ("root", "issuing"):
        if _is_old(folder / f"{name}.crl", at=at):
            write_list(place, name, at=at)


def ensure_credential(
    place: Place, credential: Credential, issuance: Issuance, *, at: datetime
) -> None:
    """Issue a certificate with a new key, unless a fitting one is there."""
    target = keys.path(place.folder, credential, ".crt")
    subject = _subject(credential, issuance)
    if target.exists():
        held = keys.read_certificate(target)
        if held.subject == subject and held.not_valid_after_utc > at + LEAF_LIFE / 10:
            return
    key = ec.generate_private_key(CURVE)
    qualified = x509.UnrecognizedExtension(
        x509.ObjectIdentifier(rules.QC_STATEMENTS), rules.QC_TYPES[credential.kind]
    )
    certificate = (
        _builder(place.folder, subject, key.public_key(), at=at, life=LEAF_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage("digital_signature", "content_commitment"), critical=True)
        .add_extension(qualified, critical=False)
        .sign(_ca_key(place, "issuing"), SHA256)
    )
    keys.write_key(keys.path(place.folder, credential, ".key"), key, passphrase=place.passphrase)
    keys.write(target, certificate.public_bytes(keys.PEM), mode=keys.PUBLIC)


def write_list(
    place: Place, name: str, *, at: datetime, revoked: x509.Certificate | None = None
) -> None:
    """Write the revocation list of `root` or `issuing` anew, with one more certificate or none."""
    issuer = keys.read_certificate(place.folder / f"{name}.crt")
    target = place.folder / f"{name}.crl"
    former = x509.load_pem_x509_crl(target.read_bytes()) if target.exists() else None
    number = 1
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.subject)
    builder = builder.last_update(_utc(at)).next_update(_utc(at + LIST_LIFE))
    if former is not None:
        number += former.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
        for entry in former:
            builder = builder.add_revoked_certificate(entry)
    if revoked is not None:
        newest = x509.RevokedCertificateBuilder().serial_number(revoked.serial_number)
        builder = builder.add_revoked_certificate(newest.revocation_date(_utc(at)).build())
    made = (
        builder.add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(_issuer_key(issuer), critical=False)
        .sign(_ca_key(place, name), SHA256)
    )
    keys.write(target, made.public_bytes(keys.PEM), mode=keys.PUBLIC)


def is_listed(place: Place, certificate: x509.Certificate) -> bool:
    """Return whether the issuing CA's list names a certificate."""
    source = place.folder / "issuing.crl"
    found = x509.load_pem_x509_crl(source.read_bytes()).get_revoked_certificate_by_serial_number(
        certificate.serial_number
    )
    return found is not None


def _make_root(place: Place, *, at: datetime) -> None:
    key = ec.generate_private_key(CURVE)
    name = _house("Một Cửa Demo Root CA")
    certificate = (
        _bare(name, name, key.public_key(), at=at, life=ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .sign(key, SHA256)
    )
    _write_ca(place, "root", key, certificate)


def _make_issuing(place: Place, *, at: datetime) -> None:
    key = ec.generate_private_key(CURVE)
    root = keys.read_certificate(place.folder / "root.crt")
    name = _house("Một Cửa Demo Issuing CA")
    certificate = (
        _bare(name, root.subject, key.public_key(), at=at, life=ISSUING_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(_issuer_key(root), critical=False)
        .sign(_ca_key(place, "root"), SHA256)
    )
    _write_ca(place, "issuing", key, certificate)


def _write_ca(
    place: Place, name: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate
) -> None:
    keys.write_key(place.folder / f"{name}.key", key, passphrase=place.passphrase)
    keys.write(place.folder / f"{name}.crt", certificate.public_bytes(keys.PEM), mode=keys.PUBLIC)


def _ca_key(place: Place, name: str) -> ec.EllipticCurvePrivateKey:
    return keys.read_key(place.folder / f"{name}.key", passphrase=place.passphrase)


def _is_old(source: Path, *, at: datetime) -> bool:
    if not source.exists():
        return True
    ends = x509.load_pem_x509_crl(source.read_bytes()).next_update_utc
    return ends is None or ends - at < LIST_LIFE / 2


def _builder(
    folder: Path,
    subject: x509.Name,
    public: ec.EllipticCurvePublicKey,
    *,
    at: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    issuing = keys.read_certificate(folder / "issuing.crt")
    builder = _bare(subject, issuing.subject, public, at=at, life=life)
    return builder.add_extension(_issuer_key(issuing), critical=False)


def _bare(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    *,
    at: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_utc(at - BACKDATE))
        .not_valid_after(_utc(at + life))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _subject(credential: Credential, issuance: Issuance) -> x509.Name:
    if len(issuance.common_name) > MOST_NAME:
        raise NameTooLong(name=issuance.common_name, most=MOST_NAME)
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, COUNTRY),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, issuance.authority_name),
        x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, issuance.authority_code),
    ]
    if credential.kind is Kind.PERSON:
        parts.append(x509.NameAttribute(NameOID.TITLE, issuance.title))
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, issuance.key))
    parts.append(x509.NameAttribute(NameOID.COMMON_NAME, issuance.common_name))
    return x509.Name(parts)


def _house(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, COUNTRY),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, HOUSE),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _issuer_key(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    held = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(held.value)


def _usage(*allowed: str) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in allowed for name in names})


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
