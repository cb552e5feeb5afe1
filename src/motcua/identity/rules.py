"""Pure rules of identity."""

import hashlib


def digest(token: str) -> str:
    """Return what is kept of a bearer token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
