"""A procedure as a folder on disk."""

from collections.abc import Iterator
from pathlib import Path

from motcua.engines.procedure import model as engine
from motcua.engines.procedure import parse

MOST_ENTRIES = 1_000  # of one folder, before anything is read


class NotAFolder(Exception):
    """There is no such folder, or it is none of a procedure: the message says why."""


def read(folder: Path) -> dict[str, bytes]:
    """Return the files of a procedure's folder: names with `/` between parts, and their bytes.

    Hidden files are left out; links are refused, since they may lead anywhere. Raises NotAFolder.
    """
    if not (folder / engine.FACTS).is_file():
        raise NotAFolder(f"{folder} has no {engine.FACTS}: name the folder of a procedure")
    files: dict[str, bytes] = {}
    left = parse.MAX_TOTAL
    for path in _files(folder):
        size = path.stat().st_size
        if size > left or len(files) >= parse.MAX_FILES:
            raise NotAFolder(
                f"{folder} is too large: a procedure has at most {parse.MAX_FILES} files "
                f"and {parse.MAX_TOTAL // 2**20} MB"
            )
        left -= size
        files[path.relative_to(folder).as_posix()] = path.read_bytes()
    return files


def find(root: Path) -> tuple[Path, ...]:
    """Return the folders of procedures directly under a folder, in the order of their names."""
    if not root.is_dir():
        return ()
    return tuple(sorted(each for each in root.iterdir() if (each / engine.FACTS).is_file()))


def _files(folder: Path) -> Iterator[Path]:
    for number, path in enumerate(sorted(folder.rglob("*"))):
        if number >= MOST_ENTRIES:
            raise NotAFolder(f"{folder} has over {MOST_ENTRIES} entries: is it a procedure?")
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") for part in parts):
            continue
        if path.is_symlink():
            raise NotAFolder(f"{path} is a link: put the file itself there")
        if path.is_file():
            yield path
