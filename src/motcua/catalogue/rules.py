"""Pure: what a procedure is found by, and the digest of a folder."""

import hashlib
from collections.abc import Iterable, Mapping

from motcua.kit import text

MAX_WORDS = 12  # of one search


def search_text(parts: Iterable[str]) -> str:
    """Return what a procedure is found by."""
    return text.folded(" ".join(parts))


def search_words(search: str) -> tuple[str, ...]:
    """Return the folded words of a search, each once, the first twelve."""
    return text.words(search, most=MAX_WORDS)


def digest(files: Mapping[str, str]) -> str:
    """Return SHA-256 in hex over the files in the order of their names.

    Each is written as its name and its size in bytes on a line, then its bytes, so that no two
    folders read alike.
    """
    total = hashlib.sha256()
    for name, written in sorted(files.items()):
        content = written.encode()
        total.update(f"{name}\n{len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()
