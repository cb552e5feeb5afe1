"""How a tree grows: the hashes of its last tile on each level are all that it needs of itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from motcua.engines.merkle.model import Head, full_root, joined
from motcua.engines.merkle.tiles import HEIGHT, WIDTH, Tile, hashes, width


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: for each level the hashes of its tile that is not full yet."""

    size: int = 0
    rows: tuple[tuple[bytes, ...], ...] = ()

    @property
    def head(self) -> Head:
        """Return the head of the tree."""
        peaks: list[bytes] = []
        for row in reversed(self.rows):
            at = 0
            while at < len(row):
                step = 1 << ((len(row) - at).bit_length() - 1)
                peaks.append(full_root(row[at : at + step]))
                at += step
        return Head(self.size, joined(peaks))


def grow(edge: Edge, leaves: Sequence[bytes]) -> tuple[Edge, list[tuple[Tile, bytes]]]:
    """Return the edge after more leaves, given by their hashes, and the tiles that came or changed."""
    rows = list(edge.rows)
    written: list[tuple[Tile, bytes]] = []
    carried, level = list(leaves), 0
    while carried:
        before = rows[level] if level < len(rows) else ()
        row = [*before, *carried]
        index = (edge.size >> (HEIGHT * level)) // WIDTH
        carried = []
        for at in range(0, len(row), WIDTH):
            part = row[at : at + WIDTH]
            written.append((Tile(level, index + at // WIDTH, len(part)), b"".join(part)))
            if len(part) == WIDTH:
                carried.append(full_root(part))
        rest = tuple(row[len(row) - len(row) % WIDTH :])
        rows[level : level + 1] = [rest]
        level += 1
    return Edge(edge.size + len(leaves), tuple(rows)), written


def load(read: Callable[[Tile], bytes], *, size: int) -> Edge:
    """Return the edge of a tree of this size from its tiles; raises Malformed."""
    rows: list[tuple[bytes, ...]] = []
    level = 0
    while size >> (HEIGHT * level):
        index = (size >> (HEIGHT * level)) // WIDTH
        tile = Tile(level, index, width(level, index, size=size))
        rows.append(hashes(read(tile), tile=tile) if tile.width else ())
        level += 1
    return Edge(size, tuple(rows))
