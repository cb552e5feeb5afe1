"""What can go wrong on purpose with trees, notes and proofs; every message says what was found.

MerkleError
  +-- Malformed      bytes that are no tile, note, key, proof or policy as C2SP describes them
  +-- Untrusted      a signature of a known key is wrong, or no known key signed
  +-- NotProved      a proof that does not lead from the leaf or the old head to the head
  +-- Declined       what a witness answers instead of a cosignature; carries the HTTP status
"""


class MerkleError(ValueError):
    """The tree, the note or the proof cannot be relied on."""


class Malformed(MerkleError):
    """The bytes are not of the form that C2SP describes."""


class Untrusted(MerkleError):
    """The note is not signed by whom it must be signed."""


class NotProved(MerkleError):
    """The proof does not prove what it claims."""


class Declined(MerkleError):
    """A witness does not cosign: `status` and `body` are its HTTP answer (tlog-witness)."""

    def __init__(self, status: int, message: str, *, size: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.size = size  # of the latest head it cosigned, where the answer is 409
