"""Checkpoints: the signed head of a log, and the text inside (C2SP tlog-checkpoint)."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from motcua.engines.merkle import notes
from motcua.engines.merkle.errors import Malformed, Untrusted
from motcua.engines.merkle.model import HASH_BYTES, Head

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says: whose log it is, its head, and lines that we do not know."""

    origin: str
    head: Head
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the text that is signed."""
        root = base64.b64encode(self.head.root).decode()
        return "\n".join([self.origin, str(self.head.size), root, *self.extensions, ""])


def number(text: str) -> int:
    """Return a whole number without leading zeros; raises Malformed."""
    if not _NUMBER.fullmatch(text):
        raise Malformed(f"no whole number: {text[:100]!r}")
    return int(text)


def root(text: str) -> bytes:
    """Return a hash from base64; raises Malformed."""
    content = notes.decoded(text, of="a hash")
    if len(content) != HASH_BYTES:
        raise Malformed(f"a hash has {HASH_BYTES} bytes, not {len(content)}")
    return content


def parse(text: str) -> Checkpoint:
    """Return what the text of a checkpoint says; raises Malformed."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise Malformed("a checkpoint has an origin, a size and a root, one a line, none empty")
    head = Head(number(lines[1]), root(lines[2]))
    return Checkpoint(lines[0], head, tuple(lines[3:-1]))


def opened(note: notes.Note, log: Sequence[notes.Key]) -> Checkpoint:
    """Return what a checkpoint says once a key of the log is seen to have signed it.

    Raises Malformed, and Untrusted also when the key is that of a log of another name.
    """
    signed = notes.verify(note, log)
    told = parse(note.text)
    if all(each.key.name != told.origin for each in signed):
        raise Untrusted(f"the checkpoint is of {told.origin}, the key of {signed[0].key.name}")
    return told
