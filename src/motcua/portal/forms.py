"""Reading what pages post beside the answers: buttons of rows, ids, names."""

import re
import uuid
from collections.abc import Mapping, Sequence

from motcua.intake.errors import NoSuchAttachment
from motcua.notifications.values import Channels, Choice

MOST_EMAIL = 300  # characters; an address has 254 at most, and one that is longer is told so
MAX_TEXT = (
    20_000  # characters read of one text: more than any rule takes, so that the rule can tell
)
ADD, REMOVE = "add_row", "remove_row"
_WORD = re.compile(r"[^A-Za-z0-9_]")
_REMOVE = re.compile(r"([A-Za-z0-9_.]{1,200})\.([0-9]{1,3})")


def row_button(fields: Mapping[str, Sequence[str]]) -> tuple[str, int | None] | None:
    """Return the table whose button was pressed, with the row to take away or None to add one."""
    if fields.get(ADD):
        return fields[ADD][-1][:200], None
    if fields.get(REMOVE) and (found := _REMOVE.fullmatch(fields[REMOVE][-1])):
        return found[1], int(found[2])
    return None


def identifier(text: str) -> uuid.UUID:
    """Return an id that a button sent; raises NoSuchAttachment for anything else."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NoSuchAttachment() from None


def word(text: str) -> str:
    """Return a name of which only letters, digits and underscores are left."""
    return _WORD.sub("", text[:40])


def key(text: str) -> uuid.UUID | None:
    """Return the key of a page of a list, or None for the first page."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def whole(text: str) -> int:
    """Return a small whole number, or 0 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0


def number(text: str) -> int | None:
    """Return the number of a row, or None for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def last(fields: Mapping[str, Sequence[str]], name: str) -> str:
    """Return the last text that came under a name, or nothing."""
    values = fields.get(name, ())
    return values[-1] if values else ""


def choice(fields: Mapping[str, Sequence[str]]) -> Choice:
    """Return on which channels a person wants to be told, as the form says it."""
    return Choice(
        email=last(fields, "email").strip()[:MOST_EMAIL],
        by_email=last(fields, "by_email") == "true",
        by_sms=last(fields, "by_sms") == "true",
        language="en" if last(fields, "language") == "en" else "vi",
    )


def chosen(now: Channels) -> Choice:
    """Return what a person chose, as the form shows it."""
    return Choice(
        email=now.waiting_email or now.email,
        by_email=now.by_email and bool(now.email or now.waiting_email),
        by_sms=now.by_sms and bool(now.phone),
        language=now.language,
    )
