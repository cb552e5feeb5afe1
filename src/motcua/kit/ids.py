"""Identifiers that sort by time and cannot be guessed."""

import secrets
import uuid
from datetime import UTC, datetime

_LATEST = datetime(9000, 1, 1, tzinfo=UTC).timestamp()


def at(moment: datetime) -> uuid.UUID:
    """Return a new UUID version 7 for a moment (RFC 9562, 5.7): 48 bits of milliseconds, 74 of chance."""
    milliseconds = int(moment.timestamp() * 1000)
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def first(moment: datetime) -> uuid.UUID:
    """Return what sorts before every identifier of a moment, and behind those before it."""
    return uuid.UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)


def moment(of: uuid.UUID) -> datetime:
    """Return the moment of an identifier, to the millisecond; the last there is for one beyond it."""
    return datetime.fromtimestamp(min((of.int >> 80) / 1000, _LATEST), tz=UTC)


def token() -> str:
    """Return 256 bits of chance as text that is safe in an address."""
    return secrets.token_urlsafe(32)
