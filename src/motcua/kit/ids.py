"""Identifiers that sort by time and cannot be guessed."""

import secrets
import uuid
from datetime import datetime


def at(moment: datetime) -> uuid.UUID:
    """Return a new UUID version 7 for a moment (RFC 9562, 5.7): 48 bits of milliseconds, 74 of chance."""
    milliseconds = int(moment.timestamp() * 1000)
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def token() -> str:
    """Return 256 bits of chance as text that is safe in an address."""
    return secrets.token_urlsafe(32)
