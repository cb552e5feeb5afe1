"""Folding of text, so that search needs no extension of the database. Pure."""

import unicodedata

_UNPRINTED = frozenset({"Cc", "Cs", "Co", "Cn"})  # the database would refuse some of them


def folded(text: str) -> str:
    """Return text in lower case without diacritics, `đ` as `d`, and single spaces between words.

    "Đăng ký  Khai sinh" and "dang ky khai sinh" are the same to who searches.
    """
    plain = "".join(
        " " if unicodedata.category(each) in _UNPRINTED else each
        for each in unicodedata.normalize("NFD", text.casefold())
        if not unicodedata.combining(each)
    )
    return " ".join(plain.replace("đ", "d").split())


def words(text: str, *, most: int) -> tuple[str, ...]:
    """Return the folded words of a text, each once, the first `most`."""
    return tuple(dict.fromkeys(folded(text).split()))[:most]
