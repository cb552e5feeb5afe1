"""The folder of keys: certificates, revocation lists and private keys, each opened once.

    root.crt  root.key  root.crl        issuing.crt  issuing.key  issuing.crl
    seal/<authority code>.crt .key      person/<id>.crt .key

Private keys are PKCS#8, encrypted, readable by the owner only. Everything else is public.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from motcua.signing.adapters import cms
from motcua.signing.errors import KeysUnreadable, NoSuchCredential
from motcua.signing.values import Credential, Place, Trust

PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER
PRIVATE, PUBLIC = 0o600, 0o644
NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,99})")


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that two set-ups at once make one authority."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, PRIVATE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def path(folder: Path, credential: Credential, suffix: str) -> Path:
    """Return where a credential's file lies; raises NoSuchCredential for a name that is no name."""
    if not NAME.fullmatch(credential.name):
        raise NoSuchCredential(credential=str(credential))
    return folder / str(credential.kind) / f"{credential.name}{suffix}"


def write(target: Path, content: bytes, *, mode: int) -> None:
    """Write a file wholly or not at all."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(target.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(target)


def write_key(target: Path, key: ec.EllipticCurvePrivateKey, *, passphrase: str) -> None:
    """Write a private key, encrypted; raises KeysUnreadable without a passphrase."""
    if not passphrase:
        raise KeysUnreadable(folder=str(target.parent))
    sealed = serialization.BestAvailableEncryption(passphrase.encode())
    content = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, sealed)
    write(target, content, mode=PRIVATE)


def read_key(source: Path, *, passphrase: str) -> ec.EllipticCurvePrivateKey:
    """Return a private key; raises KeysUnreadable."""
    try:
        key = serialization.load_pem_private_key(source.read_bytes(), passphrase.encode())
    except (OSError, ValueError, TypeError) as error:
        raise KeysUnreadable(folder=str(source.parent)) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeysUnreadable(folder=str(source.parent))
    return key


def read_certificate(source: Path) -> x509.Certificate:
    """Return a certificate; raises KeysUnreadable."""
    try:
        return x509.load_pem_x509_certificate(source.read_bytes())
    except (OSError, ValueError) as error:
        raise KeysUnreadable(folder=str(source.parent)) from error


def signer(place: Place, credential: Credential) -> cms.Signer:
    """Return the opened key of a credential; raises NoSuchCredential, KeysUnreadable.

    A key is opened once in the life of the process, and again only when its file has changed.
    """
    try:
        changed = path(place.folder, credential, ".key").stat().st_mtime_ns
    except FileNotFoundError:
        raise NoSuchCredential(credential=str(credential)) from None
    return _opened(place, credential, changed)


@lru_cache(maxsize=4096)
def _opened(place: Place, credential: Credential, changed: int) -> cms.Signer:
    return cms.signer(
        read_key(path(place.folder, credential, ".key"), passphrase=place.passphrase),
        read_certificate(path(place.folder, credential, ".crt")),
        read_certificate(place.folder / "issuing.crt"),
    )


def trust(folder: Path) -> Trust:
    """Return what the folder says to believe; raises KeysUnreadable when it was never set up."""
    try:
        changed = (folder / "issuing.crl").stat().st_mtime_ns
    except OSError as error:
        raise KeysUnreadable(folder=str(folder)) from error
    return _trust(folder, changed)


@lru_cache(maxsize=8)
def _trust(folder: Path, changed: int) -> Trust:
    lists = []
    for name in ("root.crl", "issuing.crl"):
        try:
            lists.append(x509.load_pem_x509_crl((folder / name).read_bytes()).public_bytes(DER))
        except (OSError, ValueError) as error:
            raise KeysUnreadable(folder=str(folder)) from error
    return Trust(
        roots=(read_certificate(folder / "root.crt").public_bytes(DER),),
        certificates=(read_certificate(folder / "issuing.crt").public_bytes(DER),),
        revocation_lists=tuple(lists),
    )
