"""What the sign-in page sends."""

import uuid

from django.utils.http import url_has_allowed_host_and_scheme

MAX_ADDRESS = 2_000  # characters


def person_id(text: str) -> uuid.UUID | None:
    """Return the person chosen, or None for what is no id."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def following(text: str) -> str:
    """Return where to go after signing in: an address of this site, or empty for any other."""
    if not text or len(text) > MAX_ADDRESS:
        return ""
    return text if url_has_allowed_host_and_scheme(text, allowed_hosts=None) else ""


def level(text: str) -> int:
    """Return the level of assurance asked for: 1, 2, or 0 for none in particular."""
    return int(text) if text in {"1", "2"} else 0
