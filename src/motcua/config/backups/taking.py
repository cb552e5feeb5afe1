"""Take a backup, follow what comes after it, check it, and throw old ones away."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click
from django.conf import settings

from motcua.config.backups import postgres, store
from motcua.config.backups.store import Kept, Manifest
from motcua.kit import clock
from motcua.transparency.adapters import folder as logs

PAUSE = 1.0  # seconds between looks for files that came


def take(target: Path, *, url: str) -> Manifest:
    """Take a backup and return what it holds; raises ClickException.

    The log is copied first, since one that is ahead of its database cannot go on, and the files before
    and after the database, so that none is missing that a row names.
    """
    began = clock.now()
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    final = target / store.name_at(began)
    part = final.with_name(f"{final.name}.part")
    if final.exists() or part.exists():
        raise click.ClickException(f"{final} is there already; wait a second.")
    pool = Pool(target)
    checkpoint, log = _log(target)
    pool.look()
    part.mkdir(mode=0o700)
    try:
        version = postgres.version(url)
        postgres.copy(url, part / store.DATABASE)
        pool.look()
        manifest = Manifest(
            name=final.name,
            began_at=began.isoformat(),
            ended_at=clock.now().isoformat(),
            postgres=version,
            checkpoint=checkpoint,
            database=tuple(store.listed(part / store.DATABASE)),
            keys=tuple(key_names()),
            files=tuple(pool.present()),
            log=tuple(log),
        )
        store.finish(part, manifest)
        part.replace(final)
        store.sync(target)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)  # half a backup is none
        raise
    return manifest


def key_names() -> list[str]:
    """Return the names of the keys and certificates, which are kept apart from backups."""
    base = Path(settings.MOTCUA_KEYS)
    return sorted(str(each.relative_to(base)) for each in base.rglob("*") if each.is_file())


def _log(target: Path) -> tuple[str, list[Kept]]:
    """Keep the public log: the checkpoint before the tiles, so that they hold what it speaks of."""
    base = Path(settings.MOTCUA_LOG)
    kept = [store.keep(target, base / logs.CHECKPOINT, logs.CHECKPOINT)]
    for path in sorted(base.rglob("*")):
        name = str(path.relative_to(base))
        if path.is_file() and name != logs.CHECKPOINT and not name.endswith((".new", ".lock")):
            kept.append(store.keep(target, path, name))
    found = [each for each in kept if each is not None]
    if not found or found[0].path != logs.CHECKPOINT:
        return "", found
    return store.pooled(target, found[0].digest).read_text("utf-8"), found


class Pool:
    """The files that were kept already, and a look for those that came."""

    def __init__(self, target: Path) -> None:
        """Read which files came before."""
        self.target = target
        self.base = Path(settings.MOTCUA_VAR) / "files"
        self.known = {each.path: each for each in store.journal(target)}
        self._looked: dict[Path, int] = {}

    def look(self) -> int:
        """Keep the files that came since the last look and return how many there were."""
        with logs.only_writer(self.target):
            return self._look()

    def _look(self) -> int:
        came = []
        for folder in sorted(self.base.glob("[0-9a-f][0-9a-f]")):
            changed = folder.stat().st_mtime_ns
            if self._looked.get(folder) == changed:
                continue
            came += [kept for each in self._new(folder) if (kept := self._keep(each))]
            self._looked[folder] = changed
        store.note(self.target, came)
        self.known |= {each.path: each for each in came}
        return len(came)

    def present(self) -> Iterator[Kept]:
        """Yield the known files that still lie where they lay."""
        return (each for each in self.known.values() if (self.base / each.path).exists())

    def _new(self, folder: Path) -> Iterator[os.DirEntry[str]]:
        """Yield the files of a folder that are not kept as they are now: a name may come again."""
        with os.scandir(folder) as entries:
            for each in entries:
                known = self.known.get(f"{folder.name}/{each.name}")
                told = each.stat()
                if known is None or (known.size, known.written) != (told.st_size, told.st_mtime_ns):
                    yield each

    def _keep(self, found: os.DirEntry[str]) -> Kept | None:
        path = Path(found.path)
        return store.keep(self.target, path, str(path.relative_to(self.base)))


def follow(target: Path, *, url: str, stop: threading.Event) -> None:
    """Keep what the database writes and the files that come, until told to stop.

    Raises ClickException when the stream ends by itself and does not come again.
    """
    postgres.ensure_slot(url)
    pool = Pool(target)
    stream = postgres.stream(url, target / store.WAL)
    try:
        while stream.poll() is None and not stop.wait(PAUSE):
            pool.look()
            keep_checkpoint(target)
    finally:
        _end(stream)
    pool.look()
    if not stop.is_set():
        raise click.ClickException(f"pg_receivewal ended by itself with {stream.returncode}.")


def keep_checkpoint(target: Path) -> None:
    """Keep the newest checkpoint that was published: no restore may fall behind it unseen."""
    path = Path(settings.MOTCUA_LOG) / logs.CHECKPOINT
    kept = target / store.CHECKPOINT
    if path.exists():
        content = path.read_bytes()
        if not kept.exists() or kept.read_bytes() != content:
            store.place(kept, content)


def _end(stream: "subprocess.Popen[bytes]") -> None:
    stream.terminate()
    try:
        stream.wait(timeout=10)
    except subprocess.TimeoutExpired:
        stream.kill()
        stream.wait()


def damages(target: Path, folder: Path) -> Iterator[str]:
    """Yield what is wrong with a backup; raises ClickException when its manifest is not whole."""
    manifest = store.read(folder)
    yield from store.changes(folder / store.DATABASE, manifest.database)
    yield from store.damages(target, (*manifest.log, *manifest.files))


def prune(target: Path, *, keep: int) -> tuple[int, int]:
    """Throw away all but the newest backups and what only they needed; return backups and files."""
    found = store.backups(target)
    old, left = list(found)[:-keep], list(found)[-keep:]
    if not old:
        return 0, 0
    manifests = [store.read(found[name]) for name in left]
    for name in old:
        shutil.rmtree(found[name])
    with logs.only_writer(target):
        needed = _needed(target, manifests)
        named = {each.digest for manifest in manifests for each in manifest.log}
        gone = _sweep(target, named | {each.digest for each in needed})
        _rewrite(target, needed)
    _clean_wal(target, found[left[0]] / store.DATABASE)
    return len(old), gone


def _needed(target: Path, manifests: Sequence[Manifest]) -> list[Kept]:
    """Return the files that backups name, that came after the oldest of them, or that lie there still."""
    since = datetime.fromisoformat(manifests[0].began_at).timestamp() * 1e9
    base = Path(settings.MOTCUA_VAR) / "files"
    named = {each for manifest in manifests for each in manifest.files}
    return [
        each
        for each in store.journal(target)
        if each.written >= since or each in named or (base / each.path).exists()
    ]


def _sweep(target: Path, needed: set[str]) -> int:
    gone = 0
    for path in (target / store.POOL).glob("??/*"):
        if path.name not in needed:
            path.unlink()
            gone += 1
    return gone


def _rewrite(target: Path, kept: Iterable[Kept]) -> None:
    path = target / store.JOURNAL
    draft = path.with_name("again")
    draft.mkdir()
    store.note(draft, kept)
    made = draft / store.JOURNAL
    if made.exists():
        made.replace(path)
    else:
        path.unlink(missing_ok=True)
    draft.rmdir()
    store.sync(target)


def _clean_wal(target: Path, oldest: Path) -> None:
    """Remove the segments from before the oldest backup that is kept."""
    needed = set(postgres.segments(target / store.WAL, since=postgres.first_segment(oldest)))
    for path in (target / store.WAL).glob("0*"):
        if path not in needed:
            path.unlink()
