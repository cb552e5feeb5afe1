"""The way back: lay a backup out in an empty place, recover it to a moment, and hold it to its log."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from django.conf import settings

from motcua.config.backups import postgres, store, taking
from motcua.config.backups.store import Kept, Manifest
from motcua.engines.merkle import edge, notes
from motcua.engines.merkle.checkpoints import Checkpoint
from motcua.engines.merkle.errors import MerkleError
from motcua.transparency import models
from motcua.transparency.adapters import folder as logs
from motcua.transparency.queries import log

TOGETHER = 4096  # leaves that are read together
ALLOWED = {"keys"}  # what may lie in the place already


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought, once it was held to the log."""

    name: str
    files: int
    leaves: int
    checked: int  # leaves of the checkpoint whose root the database was seen to have
    ahead: int  # leaves that were published later and are not in what was restored; 0: none
    keys: tuple[str, ...]  # names of keys that the backup knew and that lie not here


def choose(target: Path, *, to: datetime | None) -> Path:
    """Return the newest backup from before a moment; raises ClickException when there is none."""
    found = store.backups(target)
    if not found:
        raise click.ClickException(f"{target} holds no whole backup.")
    names = [name for name, path in found.items() if to is None or store.read(path).ended <= to]
    if not names:
        first = store.read(next(iter(found.values()))).ended
        raise click.ClickException(f"The oldest backup can be gone back to {first.isoformat()}.")
    return found[names[-1]]


def lay_out(target: Path, backup: Path, *, to: datetime | None) -> Manifest:
    """Check a backup and lay it out in MOTCUA_VAR, ready for recovery; raises ClickException.

    Nothing is written before everything was checked, nor where anything lies already.
    """
    base, published = Path(settings.MOTCUA_VAR), Path(settings.MOTCUA_LOG)
    _refuse_full(base, published)
    manifest = store.read(backup)
    files = list(files_at(target, manifest, to=to))
    wrong = [*taking.damages(target, backup), *store.damages(target, files)]
    if wrong:
        lines = "\n".join(f"  {each}" for each in dict.fromkeys(wrong))
        raise click.ClickException(f"{backup.name} is damaged; nothing was restored:\n{lines}")
    base.mkdir(mode=0o755, parents=True, exist_ok=True)
    postgres.prepare(backup / store.DATABASE, target / store.WAL, base / "postgres")
    _put(target, files, base / "files", mode=0o600)
    _put(target, manifest.log, published, mode=0o644)
    return manifest


def files_at(target: Path, manifest: Manifest, *, to: datetime | None) -> Iterator[Kept]:
    """Yield the files of a backup with those that came after it, as they were at a moment."""
    found = {each.path: each for each in manifest.files}
    end = to.timestamp() * 1e9 if to else float("inf")
    begun = datetime.fromisoformat(manifest.began_at).timestamp() * 1e9
    for each in store.journal(target):
        if begun <= each.written <= end or (each.path not in found and each.written <= end):
            found[each.path] = each
    yield from found.values()


def hold(target: Path, manifest: Manifest) -> Restored:
    """Hold the recovered database to the published log; raises ClickException when it is another.

    Where more was published than what was restored, the newer checkpoint is put in its place: the log
    stands still then rather than tell two histories.
    """
    newest = _note(target / store.CHECKPOINT)
    own = _note(Path(settings.MOTCUA_LOG) / logs.CHECKPOINT)
    heads = {told.head.size: told for each in (own, newest) if each and (told := log.opened(each))}
    leaves, wrong = _walk(heads)
    if wrong:
        raise click.ClickException(f"What was restored is not what was published: {wrong}")
    ahead = max((size for size in heads if size > leaves), default=0)
    if ahead and newest:
        store.place(Path(settings.MOTCUA_LOG) / logs.CHECKPOINT, newest.encode())
    here = set(taking.key_names())
    return Restored(
        name=manifest.name,
        files=sum(1 for each in (Path(settings.MOTCUA_VAR) / "files").glob("??/*")),
        leaves=leaves,
        checked=max((size for size in heads if size <= leaves), default=0),
        ahead=ahead,
        keys=tuple(each for each in manifest.keys if each not in here),
    )


def _walk(heads: dict[int, Checkpoint]) -> tuple[int, str]:
    """Build the tree anew from the table; return its size, and where its root is not a signed one."""
    grown, sizes = edge.Edge(), sorted(heads)
    rows = models.Leaf.objects.order_by("index").values_list("index", "hash")
    hashes: list[bytes] = []
    for index, hash in rows.iterator(chunk_size=TOGETHER):
        if index != grown.size + len(hashes):
            return grown.size, f"leaf {grown.size + len(hashes)} is missing"
        hashes.append(bytes(hash))
        if index + 1 in heads or len(hashes) == TOGETHER:
            grown, hashes = edge.grow(grown, hashes)[0], []
            if grown.size in heads and heads[grown.size].head != grown.head:
                return grown.size, f"the root of {grown.size} leaves is another ({sizes})"
    return edge.grow(grown, hashes)[0].size, ""


def _note(path: Path) -> notes.Note | None:
    try:
        return notes.parse(path.read_bytes())
    except FileNotFoundError:
        return None
    except MerkleError as error:
        raise click.ClickException(f"{path} is no checkpoint: {error}") from error


def _refuse_full(base: Path, published: Path) -> None:
    """Refuse a place where something lies: a restore writes over nothing."""
    there = {each.name for each in base.iterdir()} - ALLOWED if base.exists() else set()
    if there:
        said = ", ".join(sorted(there))
        raise click.ClickException(
            f"{base} is not empty ({said}): restore into an empty MOTCUA_VAR."
        )
    if published.exists() and any(published.iterdir()):
        raise click.ClickException(f"{published} is not empty: move it away first (MOTCUA_LOG).")


def _put(target: Path, kept: "tuple[Kept, ...] | list[Kept]", base: Path, *, mode: int) -> None:
    for each in kept:
        path = base / each.path
        if not path.resolve().is_relative_to(base.resolve()):
            raise click.ClickException(f"A manifest names {each.path}, which lies outside.")
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(store.pooled(target, each.digest), path)
        path.chmod(mode)
