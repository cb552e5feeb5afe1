"""Reads: verify a signed PDF; say which credentials there are."""

from datetime import datetime

from django.conf import settings

from motcua.signing import rules
from motcua.signing.adapters import jail, keys
from motcua.signing.values import Credential, Reason, Verdict

LIMIT = 50 * 1024 * 1024  # bytes: the largest signed file that agencies exchange
SECONDS = 20.0  # a file of one page takes about 0.05

_jail = jail.Jail()


def verify(pdf: bytes, *, at: datetime) -> Verdict:
    """Return whether a PDF is an intact original of an authority we trust, and every reason why not.

    Works from the bytes, the certificates and lists in MOTCUA_KEYS and the moment; asks no network.
    The file is read in a process of its own, within limits of time and memory. Raises KeysUnreadable
    when the trusted certificates are missing; never for what is in the file.
    """
    trust = keys.trust(settings.MOTCUA_KEYS)
    if len(pdf) > LIMIT:
        return rules.refused(Reason.TOO_LARGE)
    if not pdf.startswith(b"%PDF-"):
        return rules.refused(Reason.NOT_A_PDF)
    return _jail.judge(pdf, trust, at=at, seconds=SECONDS)


def has_credential(credential: Credential) -> bool:
    """Return whether there is a key to sign with."""
    return keys.path(settings.MOTCUA_KEYS, credential, ".key").exists()
