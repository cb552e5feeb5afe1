"""Pure: folding text for search, and the digest of a folder."""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping

MAX_WORDS = 12  # of one search
_UNPRINTED = frozenset({"Cc", "Cs", "Co", "Cn"})  # the database would refuse some of them


def folded(text: str) -> str:
    """Return text in lower case without diacritics, `đ` as `d`, and single spaces between words.

    Done here, so that no extension of the database is needed: "Đăng ký  Khai sinh" and "dang ky khai
    sinh" are the same to who searches.
    """
    plain = "".join(
        " " if unicodedata.category(each) in _UNPRINTED else each
        for each in unicodedata.normalize("NFD", text.casefold())
        if not unicodedata.combining(each)
    )
    return " ".join(plain.replace("đ", "d").split())


def search_text(parts: Iterable[str]) -> str:
    """Return what a procedure is found by."""
    return folded(" ".join(parts))


def search_words(search: str) -> tuple[str, ...]:
    """Return the folded words of a search, each once, the first twelve."""
    return tuple(dict.fromkeys(folded(search).split()))[:MAX_WORDS]


def digest(files: Mapping[str, str]) -> str:
    """Return SHA-256 in hex over the files in the order of their names.

    Each is written as its name and its size in bytes on a line, then its bytes, so that no two
    folders read alike.
    """
    total = hashlib.sha256()
    for name, text in sorted(files.items()):
        content = text.encode()
        total.update(f"{name}\n{len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()
