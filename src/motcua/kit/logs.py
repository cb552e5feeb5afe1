"""What the server writes to its log: where a fault is, and nothing that people told us.

Messages of errors quote what was typed or stored ("Key (personal_id)=(...) already exists"), so an error
is told by its class, and by its place in the code. What a line says besides is masked where it looks
like a number of a person, a telephone, an account or an address of mail.
"""

import logging
import re
import traceback
from collections.abc import Mapping

_NUMBER = re.compile(r"(?<![\w.-])\+?\d(?:[ .-]?\d){7,}(?![\w-])")
_MAIL = re.compile(r"[^\s@<>\"'=(]+@[^\s@<>\"')]+\.\w+")
# Errors whose words are our own and quote nothing; `motcua` errors are refusals, told to the person.
_PLAIN = ("MemoryError", "RecursionError", "ImproperlyConfigured", "Misconfigured", "Unavailable")

Args = tuple[object, ...] | Mapping[str, object] | None


class Formatter(logging.Formatter):
    """Writes a record without personal data."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of a record."""
        record.exc_text = None  # may have been made by another formatter, with the words in it
        given, record.args = record.args, _quiet(record.args)
        try:
            return super().format(record)
        finally:
            record.exc_text, record.args = None, given

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (the library's name)
        """Return the first line with what it says masked, on one line."""
        said, record.message = record.message, masked(record.message).replace("\n", "\\n")
        try:
            return super().formatMessage(record)
        finally:
            record.message = said

    def formatException(self, ei: object) -> str:  # noqa: N802  (the library's name)
        """Return the class of an error, of its causes, and the places that it went through."""
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(_told(error)) if isinstance(error, BaseException) else ""


def masked(text: str) -> str:
    """Return a text with numbers of people and addresses of mail left out."""
    return _NUMBER.sub("[number]", _MAIL.sub("[mail]", text))


def _quiet(args: Args) -> Args:
    """Return the values of a line with errors told by their class."""
    if isinstance(args, tuple):
        return tuple(_named(each) if isinstance(each, BaseException) else each for each in args)
    return args


def _named(error: BaseException) -> str:
    """Return the class of an error; of a database's, also which rule was broken."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    if type(error).__name__ in _PLAIN:
        return f"{name}: {masked(str(error))}"
    reported = getattr(error, "diag", None) or getattr(error.__cause__, "diag", None)
    parts = [getattr(reported, key, None) for key in ("sqlstate", "table_name", "constraint_name")]
    said = " ".join(str(part) for part in parts if part)
    return f"{name} ({said})" if said else name


def _told(error: BaseException, *, depth: int = 0) -> list[str]:
    lines = [f"{_named(error)}, raised in"]
    lines += [
        f"  {frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and depth < 5:
        lines += ["because of", *_told(cause, depth=depth + 1)]
    return lines
