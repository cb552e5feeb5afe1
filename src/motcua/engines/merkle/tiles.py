"""Tiles and entry bundles: where they lie, what they hold, how a tree is read from them (tlog-tiles)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from motcua.engines.merkle.errors import Malformed
from motcua.engines.merkle.model import HASH_BYTES, full_root

HEIGHT = 8
WIDTH = 1 << HEIGHT
LARGEST_LEAF = 0xFFFF  # bytes: the length before an entry has 16 bits
MAX_LEVEL = 63

_PATH = re.compile(
    r"tile/(entries|0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: its level (-1 for the bundle of entries), its index in the level, its width."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Return where it is served, after the prefix of the log: tile/0/x001/x234/067.p/8."""
        parts = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            parts.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{level}/{'/'.join(parts)}{partial}"


ENTRIES = -1  # the level of bundles


def parse(path: str) -> Tile:
    """Return the tile that a path names; raises Malformed."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise Malformed(f"no path of a tile: {path[:100]!r}")
    level = ENTRIES if found[1] == "entries" else int(found[1])
    width = int(found[3] or WIDTH)
    tile = Tile(level, int(found[2].replace("x", "").replace("/", "")), width)
    if tile.path != path or level > MAX_LEVEL:  # more zeros than needed, a width over 255 ...
        raise Malformed(f"no path of a tile: {path[:100]!r}")
    return tile


def width(level: int, index: int, *, size: int) -> int:
    """Return how wide a tile is in a tree of this size; 0 where it is not there yet."""
    hashes = size >> (HEIGHT * max(level, 0))
    return max(0, min(WIDTH, hashes - index * WIDTH))


def hashes(content: bytes, *, tile: Tile) -> tuple[bytes, ...]:
    """Return the hashes of a tile; raises Malformed when the bytes are not so many."""
    if len(content) != tile.width * HASH_BYTES:
        raise Malformed(
            f"{tile.path} has {len(content)} bytes instead of {tile.width * HASH_BYTES}"
        )
    return tuple(content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES))


def bundle(leaves: Sequence[bytes]) -> bytes:
    """Return the bytes of a bundle of entries; raises Malformed for a leaf over 65,535 bytes."""
    for leaf in leaves:
        if len(leaf) > LARGEST_LEAF:
            raise Malformed(f"a leaf of {len(leaf)} bytes is over {LARGEST_LEAF}")
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def unbundle(content: bytes, *, tile: Tile) -> tuple[bytes, ...]:
    """Return the leaves of a bundle; raises Malformed when they are cut off or not so many."""
    leaves, at = [], 0
    while at < len(content):
        begin = at + 2
        at = begin + int.from_bytes(content[at:begin], "big")
        if begin > len(content) or at > len(content):
            raise Malformed(f"{tile.path} is cut off")
        leaves.append(content[begin:at])
    if len(leaves) != tile.width:
        raise Malformed(f"{tile.path} has {len(leaves)} entries instead of {tile.width}")
    return tuple(leaves)


class Reader:
    """Reads the complete subtrees of a tree of one size from its tiles, each tile once."""

    def __init__(self, read: Callable[[Tile], bytes], *, size: int) -> None:
        """Keep how a tile is read and which size the tree has."""
        self._read = read
        self._size = size
        self._tiles: dict[tuple[int, int], tuple[bytes, ...]] = {}

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree; raises Malformed for one that the tree lacks."""
        inner = level % HEIGHT
        first = index << inner
        row = self._row(level // HEIGHT, first // WIDTH)
        found = row[first % WIDTH : first % WIDTH + (1 << inner)]
        if len(found) != 1 << inner:
            raise Malformed(f"the tree of {self._size} leaves has no node {index} at level {level}")
        return full_root(found)

    def _row(self, level: int, index: int) -> tuple[bytes, ...]:
        row = self._tiles.get((level, index))
        if row is None:
            wide = width(level, index, size=self._size)
            tile = Tile(level, index, wide)
            row = hashes(self._read(tile), tile=tile) if wide else ()
            self._tiles[level, index] = row
        return row
