"""Proofs as files: that an entry is in a log (C2SP tlog-proof), that a log only grew (tlog-witness)."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from motcua.engines.merkle import check, checkpoints, notes
from motcua.engines.merkle.checkpoints import Checkpoint
from motcua.engines.merkle.errors import Malformed, NotProved
from motcua.engines.merkle.model import Head, leaf_hash

HEADER = "c2sp.org/tlog-proof@v1"
LARGEST = 256 * 1024  # bytes of a file that is read at all
MOST_HASHES = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """That a leaf is in a log. `extra` is ours to choose: we put the leaf itself there."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: notes.Note
    extra: bytes = b""

    def encode(self) -> bytes:
        """Return the proof as a file."""
        lines = [HEADER]
        if self.extra:
            lines.append(f"extra {base64.b64encode(self.extra).decode()}")
        lines += [f"index {self.index}", *_encoded(self.hashes), "", ""]
        return "\n".join(lines).encode() + self.checkpoint.encode()


@dataclass(frozen=True, slots=True)
class Extension:
    """That the tree of `old` leaves is the beginning of the checkpoint's: what a witness is sent."""

    old: int
    hashes: tuple[bytes, ...]
    checkpoint: notes.Note

    def encode(self) -> bytes:
        """Return the proof as a file, which is also the body of a request to a witness."""
        lines = [f"old {self.old}", *_encoded(self.hashes), "", ""]
        return "\n".join(lines).encode() + self.checkpoint.encode()


def parse(content: bytes) -> Proof:
    """Return a proof from its file; raises Malformed."""
    lines, note = _parts(content)
    if lines[:1] != [HEADER]:
        raise Malformed(f"the first line of a proof is {HEADER}")
    rest = lines[1:]
    extra = b""
    if rest and rest[0].startswith("extra "):
        extra = notes.decoded(rest.pop(0).removeprefix("extra "), of="the extra data")
    if not rest or not rest[0].startswith("index "):
        raise Malformed("a proof lacks the line with the index")
    index = checkpoints.number(rest.pop(0).removeprefix("index "))
    return Proof(index, _hashes(rest), note, extra)


def parse_extension(content: bytes) -> Extension:
    """Return a proof of growth from its file; raises Malformed."""
    lines, note = _parts(content)
    if not lines or not lines[0].startswith("old "):
        raise Malformed('the first line of a proof of growth is "old" and a size')
    return Extension(checkpoints.number(lines[0].removeprefix("old ")), _hashes(lines[1:]), note)


def is_extension(content: bytes) -> bool:
    """Return whether a file looks like a proof of growth and not like one of inclusion."""
    return content.startswith(b"old ")


def verify(proof: Proof, leaf: bytes, log: Sequence[notes.Key]) -> Checkpoint:
    """Return the checkpoint in whose tree the leaf is; raises Malformed, Untrusted, NotProved."""
    told = checkpoints.opened(proof.checkpoint, log)
    check.inclusion(leaf_hash(leaf), index=proof.index, head=told.head, proof=proof.hashes)
    return told


def verify_extension(proof: Extension, old: Head, log: Sequence[notes.Key]) -> Checkpoint:
    """Return the checkpoint whose tree begins with the old one; raises the same."""
    told = checkpoints.opened(proof.checkpoint, log)
    if proof.old != old.size:
        raise NotProved(f"the proof begins at {proof.old} leaves, the old checkpoint at {old.size}")
    check.consistency(old=old, new=told.head, proof=proof.hashes)
    return told


def _parts(content: bytes) -> tuple[list[str], notes.Note]:
    if len(content) > LARGEST:
        raise Malformed(f"a proof of {len(content)} bytes is over {LARGEST}")
    above, gap, below = content.partition(b"\n\n")
    try:
        lines = above.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("the lines of a proof are ASCII") from error
    if not gap:
        raise Malformed("a proof lacks the checkpoint after an empty line")
    return lines, notes.parse(below)


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > MOST_HASHES:
        raise Malformed(f"a proof has at most {MOST_HASHES} hashes")
    return tuple(checkpoints.root(line) for line in lines)


def _encoded(hashes: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(each).decode() for each in hashes]
