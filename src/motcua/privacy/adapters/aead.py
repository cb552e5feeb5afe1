"""AES-256-GCM: small texts in one piece, files in pieces that can be read from anywhere.

A sealed file is pieces of 64 KiB, each with its own tag of 16 bytes. A key seals one file, once, so the
number of a piece is its nonce; the last byte of the nonce marks the last piece, so that a file that was
cut off, or whose pieces were swapped, does not open.
"""

import io
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE, TAG = 12, 16  # bytes
PIECE = 64 * 1024  # bytes of a file in one piece


class Broken(Exception):
    """What is sealed was changed, or belongs elsewhere."""


def seal(content: bytes, *, key: bytes, nonce: bytes, binding: str) -> bytes:
    """Return nonce and ciphertext; `binding` says where it belongs, and is needed to open it."""
    return nonce + AESGCM(key).encrypt(nonce, content, binding.encode())


def unseal(sealed: bytes, *, key: bytes, binding: str) -> bytes:
    """Return what was sealed; raises Broken."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], binding.encode())
    except (InvalidTag, ValueError) as error:
        raise Broken from error


def seal_file(source: IO[bytes], target: IO[bytes], *, key: bytes, binding: str) -> None:
    """Write a file sealed, piece by piece."""
    cipher, number = AESGCM(key), 0
    piece = source.read(PIECE)
    while True:
        following = source.read(PIECE)
        nonce = _nonce(number, is_last=not following)
        target.write(cipher.encrypt(nonce, piece, binding.encode()))
        if not following:
            return
        piece, number = following, number + 1


def open_file(sealed: IO[bytes], *, key: bytes, binding: str, size: int) -> IO[bytes]:
    """Return a sealed file of so many bytes, open for reading from anywhere."""
    return io.BufferedReader(_Reader(sealed, AESGCM(key), binding.encode(), size), PIECE)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(NONCE - 1, "big") + (b"\x01" if is_last else b"\x00")


class _Reader(io.RawIOBase):
    """Opens the piece that is asked for."""

    def __init__(self, sealed: IO[bytes], cipher: AESGCM, binding: bytes, size: int) -> None:
        super().__init__()
        self.sealed, self.cipher, self.binding, self.size = sealed, cipher, binding, size
        self.at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, never before the beginning."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.size}[whence]
        self.at = max(0, start + offset)
        return self.at

    def tell(self) -> int:
        return self.at

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        """Put what is left of the present piece into a buffer; raises Broken."""
        if self.at >= self.size:
            return 0
        number, skip = divmod(self.at, PIECE)
        found = self._piece(number)[skip : skip + len(buffer)]
        buffer[: len(found)] = found
        self.at += len(found)
        return len(found)

    def close(self) -> None:
        self.sealed.close()
        super().close()

    def _piece(self, number: int) -> bytes:
        self.sealed.seek(number * (PIECE + TAG))
        content = self.sealed.read(PIECE + TAG)
        nonce = _nonce(number, is_last=(number + 1) * PIECE >= self.size)
        try:
            return self.cipher.decrypt(nonce, content, self.binding)
        except (InvalidTag, ValueError) as error:
            raise Broken from error
