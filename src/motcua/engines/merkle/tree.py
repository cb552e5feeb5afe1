"""Roots and proofs of a tree of which any complete subtree can be asked for (RFC 6962, section 2.1)."""

from collections.abc import Callable, Iterator, Sequence

from motcua.engines.merkle.errors import NotProved
from motcua.engines.merkle.model import joined

# The hash of the complete subtree of 2**level leaves that begins at leaf index * 2**level.
Node = Callable[[int, int], bytes]
Span = tuple[int, int]  # leaves, the end not included


def root(node: Node, size: int) -> bytes:
    """Return the root over the first `size` leaves."""
    return _hash(node, (0, size))


def inclusion(node: Node, *, index: int, size: int) -> tuple[bytes, ...]:
    """Return the proof that a leaf is in the tree of this size, from the leaf's sibling upwards.

    Raises NotProved when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise NotProved(f"leaf {index} is not in a tree of {size} leaves")
    return tuple(_hash(node, span) for span in _path(index, size))


def consistency(node: Node, *, old: int, size: int) -> tuple[bytes, ...]:
    """Return the proof that the tree of `old` leaves is the beginning of the tree of `size`.

    Raises NotProved when the old tree is the larger one.
    """
    if not 0 <= old <= size:
        raise NotProved(f"a tree of {old} leaves is not the beginning of one of {size}")
    return tuple(_hash(node, span) for span in _extension(old, size))


def _path(index: int, size: int) -> Sequence[Span]:
    low, high, spans = 0, size, []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            spans.append((middle, high))
            high = middle
        else:
            spans.append((low, middle))
            low = middle
    return spans[::-1]


def _extension(old: int, size: int) -> Sequence[Span]:
    if old in (0, size):
        return ()
    low, high, spans = 0, size, []
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            spans.append((middle, high))
            high = middle
        else:
            spans.append((low, middle))
            low = middle
    if low:  # the old tree ends inside: its last complete part has to be told
        spans.append((low, high))
    return spans[::-1]


def _split(width: int) -> int:
    """Return the largest power of two below a width of at least two."""
    return 1 << ((width - 1).bit_length() - 1)


def _hash(node: Node, span: Span) -> bytes:
    return joined([node(level, index) for level, index in _subtrees(span)])


def _subtrees(span: Span) -> Iterator[tuple[int, int]]:
    """Yield the complete subtrees of a span whose beginning is a multiple of a power of two over it."""
    low, high = span
    while low < high:
        level = (high - low).bit_length() - 1
        yield level, low >> level
        low += 1 << level
