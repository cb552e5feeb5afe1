"""The folder of the published log: what C2SP tlog-tiles serves, as files that never change.

    checkpoint   the newest, signed by the log        cosigned   the newest that witnesses signed
    tile/0/000 ...  hashes                            tile/entries/000 ...  the leaves themselves

Whatever a checkpoint speaks of is on the disk before the checkpoint is.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from motcua.engines.merkle import notes, tiles
from motcua.engines.merkle.errors import Malformed
from motcua.engines.merkle.model import HASH_BYTES
from motcua.engines.merkle.tiles import ENTRIES, WIDTH, Tile
from motcua.transparency.errors import LogDamaged, LogDiverged, NoSuchTile

CHECKPOINT = "checkpoint"
COSIGNED = "cosigned"


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: one sequencer at a time. The lock ends with the process."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def note(folder: Path, name: str) -> notes.Note | None:
    """Return a checkpoint that is published, or nothing; raises LogDamaged."""
    try:
        return notes.parse((folder / name).read_bytes())
    except FileNotFoundError:
        return None
    except Malformed as error:
        raise LogDamaged(why=f"{name}: {error}") from error


def read(folder: Path, tile: Tile) -> bytes:
    """Return a tile or bundle; raises NoSuchTile.

    A partial one that gave way to the full one is its beginning (tlog-tiles, Partial Tiles).
    """
    try:
        return (folder / tile.path).read_bytes()
    except FileNotFoundError:
        if tile.width == WIDTH:
            raise NoSuchTile() from None
    full = replace(tile, width=WIDTH)
    content = read(folder, full)
    if tile.level == ENTRIES:
        return tiles.bundle(tiles.unbundle(content, tile=full)[: tile.width])
    return content[: tile.width * HASH_BYTES]


def write(folder: Path, files: Mapping[Tile, bytes]) -> None:
    """Put tiles on the disk for good, one after the other wholly or not at all.

    Raises LogDiverged for a tile that is there already and says other.
    """
    folders: set[Path] = set()
    for tile, content in files.items():
        target = folder / tile.path
        if target.exists():
            if target.read_bytes() != content:
                raise LogDiverged(why=f"{tile.path} was published with other hashes")
            continue
        _make(target.parent, folders)
        _write(target, content)
        folders.add(target.parent)
    for each in folders:
        _sync(each)


def publish(folder: Path, name: str, content: bytes) -> None:
    """Put a checkpoint in the place of the one before."""
    _write(folder / name, content)
    _sync(folder)


def tidy(folder: Path, full: Iterator[Tile]) -> None:
    """Remove the partial tiles that gave way to full ones; what a reader misses it finds there."""
    for tile in full:
        path = folder / tile.path
        shutil.rmtree(path.with_name(path.name + ".p"), ignore_errors=True)


def _make(path: Path, made: set[Path]) -> None:
    """Make a folder with those above it, and note whose list of names that changed."""
    if not path.exists():
        _make(path.parent, made)
        path.mkdir(mode=0o755, exist_ok=True)
        made.add(path.parent)


def _write(target: Path, content: bytes) -> None:
    draft = target.with_name(target.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(target)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
