"""The folder of backups: what lies in it, with the hash of everything.

    20261122T084500Z/   one backup: manifest.json, its hash, and the cluster under database/
    wal/                what the database wrote since, as `motcua backup follow` streams it
    files/ab/...        files and parts of the log, each once, under the SHA-256 of its bytes
    files.jsonl         which file came when
    checkpoint          the newest that the public log signed

Whatever a manifest names is on the disk for good before the manifest is.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click

MANIFEST, DIGEST, DATABASE = "manifest.json", "manifest.sha256", "database"
JOURNAL, CHECKPOINT, WAL, POOL = "files.jsonl", "checkpoint", "wal", "files"
NAME = "%Y%m%dT%H%M%SZ"
LISTS = ("database", "files", "log")
PART = 1 << 20  # bytes that are read together


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it was at a moment: where it lay, its bytes, when they were written."""

    path: str
    digest: str
    size: int
    written: int  # nanoseconds since 1970, of the file's own clock


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    name: str
    began_at: str
    ended_at: str
    postgres: int  # major version
    checkpoint: str  # of the public log when the backup began, or nothing
    keys: tuple[str, ...]  # names only: the keys themselves are kept apart
    database: tuple[Kept, ...]
    files: tuple[Kept, ...]
    log: tuple[Kept, ...]
    version: int = field(default=1)

    @property
    def ended(self) -> datetime:
        """Return from when on the backup can be gone back to."""
        return datetime.fromisoformat(self.ended_at)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def pooled(store: Path, digest: str) -> Path:
    """Return where the bytes with a hash lie."""
    return store / POOL / digest[:2] / digest


def keep(store: Path, source: Path, path: str) -> Kept | None:
    """Put a file into the pool for good and return it, or None when it was removed meanwhile."""
    try:
        with source.open("rb") as stream:
            told = os.fstat(stream.fileno())
            draft = store / POOL / f".{os.getpid()}.new"
            draft.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            seen = hashlib.sha256()
            with draft.open("wb") as target:
                while part := stream.read(PART):
                    seen.update(part)
                    target.write(part)
                target.flush()
                os.fsync(target.fileno())
    except FileNotFoundError:
        return None
    found = pooled(store, seen.hexdigest())
    if not found.parent.exists():
        found.parent.mkdir(mode=0o700)
        sync(found.parent.parent)
    draft.replace(found)
    sync(found.parent)
    return Kept(path, seen.hexdigest(), told.st_size, told.st_mtime_ns)


def note(store: Path, came: Iterable[Kept]) -> None:
    """Write down which files came; a line that a stop broke off is not counted later."""
    lines = "".join(f"{json.dumps(asdict(each))}\n" for each in came)
    if lines:
        path = store / JOURNAL
        with path.open("ab+") as stream:
            if size := stream.seek(0, os.SEEK_END):
                stream.seek(size - 1)
                lines = lines if stream.read(1) == b"\n" else f"\n{lines}"
            stream.write(lines.encode())
            stream.flush()
            os.fsync(stream.fileno())


def journal(store: Path) -> Iterator[Kept]:
    """Yield the files that came, in the order in which they came."""
    path = store / JOURNAL
    if not path.exists():
        return
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            try:
                yield Kept(**json.loads(line))
            except (ValueError, TypeError):
                if line.endswith("}\n"):
                    raise click.ClickException(f"{path} is damaged: {line[:200]!r}") from None


def place(path: Path, content: bytes) -> None:
    """Put a small file in its place, wholly or not at all."""
    draft = path.with_name(f"{path.name}.new")
    with draft.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
    sync(path.parent)


def sync(folder: Path) -> None:
    """Make the names in a folder last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def finish(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into the folder of its backup, then its hash."""
    content = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
    place(folder / MANIFEST, content)
    place(folder / DIGEST, f"{hashlib.sha256(content).hexdigest()}\n".encode())


def read(folder: Path) -> Manifest:
    """Return what a backup holds; raises ClickException when its manifest is not whole."""
    try:
        content = (folder / MANIFEST).read_bytes()
        said = (folder / DIGEST).read_text().strip()
    except OSError as error:
        raise click.ClickException(f"{folder} is no whole backup: {error}") from error
    if hashlib.sha256(content).hexdigest() != said:
        raise click.ClickException(f"{folder / MANIFEST} is damaged: its SHA-256 is another.")
    told = json.loads(content)
    lists = {name: tuple(Kept(**each) for each in told[name]) for name in LISTS}
    return Manifest(**{**told, **lists, "keys": tuple(told["keys"])})


def backups(store: Path) -> Mapping[str, Path]:
    """Return the finished backups by name, oldest first."""
    found = {each.parent.name: each.parent for each in store.glob(f"*/{DIGEST}")}
    return {name: found[name] for name in sorted(found) if not name.endswith(".part")}


def name_at(moment: datetime) -> str:
    """Return what a backup of a moment is called."""
    return moment.astimezone(UTC).strftime(NAME)


def listed(folder: Path) -> Iterator[Kept]:
    """Yield all files in a folder with their hashes."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        told = path.stat()
        name = str(path.relative_to(folder))
        yield Kept(name, digest_of(path), told.st_size, told.st_mtime_ns)


def changes(folder: Path, known: Iterable[Kept]) -> Iterator[str]:
    """Yield what is wrong with the files in a folder: gone, of another hash, or not known."""
    held = {each.path: each.digest for each in listed(folder)}
    for each in known:
        found = held.pop(each.path, None)
        if found != each.digest:
            said = "is missing" if found is None else "is damaged: its SHA-256 is another"
            yield f"{folder / each.path} {said}"
    yield from (f"{folder / path} does not belong there" for path in held)


def damages(store: Path, kept: Iterable[Kept]) -> Iterator[str]:
    """Yield what is wrong with files of the pool: gone, or of another hash; each is read once."""
    seen: set[str] = set()
    for each in kept:
        if each.digest in seen:
            continue
        seen.add(each.digest)
        found = pooled(store, each.digest)
        if not found.exists():
            yield f"{each.path}: {found} is missing"
        elif digest_of(found) != each.digest:
            yield f"{each.path}: {found} is damaged: its SHA-256 is another"
