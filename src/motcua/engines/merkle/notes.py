"""Signed notes: keys, signatures, texts (C2SP signed-note and tlog-cosignature, Ed25519 only)."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from motcua.engines.merkle.errors import Malformed, Untrusted

ED25519 = 0x01  # signs the text
COSIGNATURE = 0x04  # signs "cosignature/v1", a time and the text
TYPES = (ED25519, COSIGNATURE)
MOST_SIGNATURES = 100
LARGEST_NOTE = 64 * 1024  # bytes
LATEST = 2**63 - 1  # seconds since 1970

_NAME = re.compile(r"[^\s+]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_DASH = "\u2014 "


@dataclass(frozen=True, slots=True)
class Key:
    """A public key with the name and the kind of signature that it stands for."""

    name: str
    type: int
    public: bytes  # 32

    @property
    def id(self) -> bytes:
        """Return the four bytes by which a signature names its key."""
        return hashlib.sha256(
            self.name.encode() + b"\n" + bytes([self.type]) + self.public
        ).digest()[:4]

    def __str__(self) -> str:
        """Return it as a vkey: name+id+base64."""
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.type]) + self.public)}"


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its public side."""

    key: Key
    private: Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line."""

    name: str
    id: bytes
    content: bytes  # for a cosignature: eight bytes of time, then the signature

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {_base64(self.id + self.content)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, its last line ended, and its signatures; nothing of it is to be trusted unverified."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def encode(self) -> bytes:
        """Return the note as bytes."""
        return (self.text + "\n" + "".join(map(str, self.signatures))).encode()


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that was verified: by which key, and for a cosignature when."""

    key: Key
    signature: Signature
    time: int | None = None  # seconds since 1970


def signer(name: str, private: Ed25519PrivateKey, *, type: int = ED25519) -> Signer:
    """Return a signer; raises Malformed for a name that is none."""
    return Signer(Key(_name(name), type, private.public_key().public_bytes_raw()), private)


def parse_key(text: str) -> Key:
    """Return a key from its vkey; raises Malformed."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not re.fullmatch(r"[0-9a-fA-F]{8}", parts[1]):
        raise Malformed(f"no key of the form name+id+base64: {text[:100]!r}")
    content = decoded(parts[2], of="a key")
    if len(content) != 33 or content[0] not in TYPES:
        raise Malformed(f"{parts[0][:100]!r} is no Ed25519 key of type 1 or 4")
    key = Key(_name(parts[0]), content[0], content[1:])
    if key.id.hex() != parts[1].lower():
        raise Malformed(f"the id of {key.name!r} does not belong to the key")
    return key


def parse(content: bytes) -> Note:
    """Return a note from its bytes; raises Malformed."""
    if len(content) > LARGEST_NOTE:
        raise Malformed(f"a note of {len(content)} bytes is over {LARGEST_NOTE}")
    try:
        whole = content.decode()
    except UnicodeDecodeError as error:
        raise Malformed("a note is UTF-8") from error
    if _CONTROL.search(whole):
        raise Malformed("a note has no control character but the end of a line")
    text, gap, below = whole.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise Malformed("a note is a text, an empty line, and signature lines")
    lines = below[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise Malformed(f"a note with over {MOST_SIGNATURES} signatures")
    return Note(text + "\n", tuple(_signature(line) for line in lines))


def parse_signatures(content: bytes) -> tuple[Signature, ...]:
    """Return signature lines that stand alone, as a witness answers them; raises Malformed."""
    return parse(b"x\n\n" + content).signatures


def sign(text: str, by: Signer, *, time: int | None = None) -> Signature:
    """Return a signature on a text; a cosignature takes the time, in seconds since 1970."""
    content = by.private.sign(_message(text, time))
    stamp = b"" if time is None else time.to_bytes(8, "big")
    if (by.key.type == COSIGNATURE) != (time is not None):
        raise Malformed("a cosignature has a time, any other signature has none")
    return Signature(by.key.name, by.key.id, stamp + content)


def verify(note: Note, keys: Iterable[Key]) -> tuple[Signed, ...]:
    """Return who of the known keys signed, in the order of the lines, each once.

    Raises Untrusted when a signature of a known key is wrong, or when no known key signed.
    """
    known = {(key.name, key.id): key for key in keys}
    found: dict[Key, Signed] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.id))
        if key is not None and key not in found:
            found[key] = _verified(note.text, signature, key)
    if not found:
        raise Untrusted("none of the keys that are trusted signed this")
    return tuple(found.values())


def merge(note: Note, more: Iterable[Signature]) -> Note:
    """Return the note with more signatures, one of each key: the newer takes the older's place."""
    lines = {(each.name, each.id): each for each in note.signatures}
    lines |= {(each.name, each.id): each for each in more}
    return replace(note, signatures=tuple(lines.values()))


def decoded(text: str, *, of: str) -> bytes:
    """Return what a text of standard base64 holds, in its one right form; raises Malformed."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed(f"{of} is not base64: {text[:100]!r}") from error
    if _base64(content) != text:
        raise Malformed(f"{of} is not base64 in its right form: {text[:100]!r}")
    return content


def _verified(text: str, signature: Signature, key: Key) -> Signed:
    content, time = signature.content, None
    if key.type == COSIGNATURE:
        time, content = int.from_bytes(content[:8], "big"), content[8:]
    try:
        if time is not None and time > LATEST:
            raise InvalidSignature
        Ed25519PublicKey.from_public_bytes(key.public).verify(content, _message(text, time))
    except (InvalidSignature, ValueError) as error:
        raise Untrusted(f"the signature of {key.name} is wrong") from error
    return Signed(key, signature, time)


def _message(text: str, time: int | None) -> bytes:
    return (text if time is None else f"cosignature/v1\ntime {time}\n{text}").encode()


def _signature(line: str) -> Signature:
    name, gap, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not gap:
        raise Malformed(f"no signature line: {line[:100]!r}")
    content = decoded(encoded, of="a signature")
    if len(content) < 5:
        raise Malformed("a signature is too short")
    return Signature(_name(name), content[:4], content[4:])


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise Malformed(f"no name of a key: {name[:100]!r}")
    return name


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
