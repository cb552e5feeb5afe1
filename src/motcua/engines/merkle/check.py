"""Whether a proof proves: the algorithms of RFC 9162, sections 2.1.3.2 and 2.1.4.2."""

from collections.abc import Sequence

from motcua.engines.merkle.errors import NotProved
from motcua.engines.merkle.model import EMPTY_ROOT, HASH_BYTES, Head, node_hash


def inclusion(leaf: bytes, *, index: int, head: Head, proof: Sequence[bytes]) -> None:
    """Check that a leaf, given by its hash, is at an index of the tree; raises NotProved."""
    if not 0 <= index < head.size:
        raise NotProved(f"leaf {index} is not in a tree of {head.size} leaves")
    _all_hashes([leaf, head.root, *proof])
    place, last, root = index, head.size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise NotProved("the proof is too long for the size of the tree")
        if place & 1 or place == last:
            root = node_hash(sibling, root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise NotProved("the proof is too short for the size of the tree")
    if root != head.root:
        raise NotProved(f"the proof of leaf {index} does not lead to the root of the tree")


def consistency(*, old: Head, new: Head, proof: Sequence[bytes]) -> None:
    """Check that the old tree is the beginning of the new one; raises NotProved."""
    if not 0 <= old.size <= new.size:
        raise NotProved(f"a tree of {old.size} leaves is not the beginning of one of {new.size}")
    _all_hashes([old.root, new.root, *proof])
    if old.size in (0, new.size):
        _trivial(old, new, proof)
        return
    first, second = _both_roots(old, new, proof)
    if first != old.root or second != new.root:
        raise NotProved(
            f"the tree of {old.size} leaves is not the beginning of the tree of {new.size}"
        )


def _both_roots(old: Head, new: Head, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the roots of the old and the new tree that the proof leads to."""
    is_power = old.size & (old.size - 1) == 0
    path = [old.root, *proof] if is_power else list(proof)
    if not path:
        raise NotProved("the proof is empty")
    place, last = old.size - 1, new.size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise NotProved("the proof is too long for the sizes of the trees")
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise NotProved("the proof is too short for the sizes of the trees")
    return first, second


def _trivial(old: Head, new: Head, proof: Sequence[bytes]) -> None:
    if proof:
        raise NotProved("the proof must be empty where there is nothing to prove")
    if old.size == new.size and old.root != new.root:
        raise NotProved(f"two different trees of {old.size} leaves: two histories")
    if old.size == 0 and old.root != EMPTY_ROOT:
        raise NotProved("the root of an empty tree is the hash of nothing")


def _all_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(each) != HASH_BYTES for each in hashes):
        raise NotProved(f"a hash has {HASH_BYTES} bytes")
