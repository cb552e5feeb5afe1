"""`motcua backup` and `motcua restore`: copies of everything, and the way back to a moment."""

import os
import signal
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from django.conf import settings

from motcua.config import database
from motcua.config.backups import postgres, restoring, store, taking
from motcua.config.database import needs_database
from motcua.kit import clock
from motcua.kit import database as kit

FOLDER = click.Path(file_okay=False, path_type=Path, resolve_path=True)
THERE = click.Path(exists=True, file_okay=False, path_type=Path, resolve_path=True)


class Moment(click.ParamType[datetime]):
    """A moment with its zone, or as a clock in Viet Nam shows it."""

    name = "moment"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the moment that a text names."""
        try:
            told = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no moment: write 2026-11-22T09:30:00", param, ctx)
        return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=clock.VIETNAM)


@click.group()
def backup() -> None:
    """Back up the database, the files and the public log; keys are kept apart."""


@backup.command()
@click.argument("folder", type=FOLDER)
@needs_database
def take(folder: Path) -> None:
    """Take a backup into FOLDER, while the site runs."""
    made = taking.take(folder, url=_server())
    click.echo(f"{made.name}: the database, {len(made.files)} files, {len(made.log)} of the log")
    click.echo("Not in it, to be kept apart: " + (", ".join(made.keys) or "no keys"))


@backup.command()
@click.argument("folder", type=FOLDER)
@needs_database
def follow(folder: Path) -> None:
    """Keep in FOLDER all that is written from now on, until stopped; run it as a service."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    taking.follow(folder, url=_server(), stop=stop)


@backup.command()
@needs_database
def unfollow() -> None:
    """Let the server forget that it was followed: else it keeps what it wrote until its disk is full."""
    is_gone = postgres.drop_slot(_server())
    click.echo("it keeps nothing back any more" if is_gone else "it was not followed")


@backup.command("list")
@click.argument("folder", type=THERE)
def list_(folder: Path) -> None:
    """List the whole backups in FOLDER, oldest first."""
    for name, path in store.backups(folder).items():
        manifest = store.read(path)
        ended = clock.local(manifest.ended).isoformat(timespec="seconds")
        click.echo(f"{name}: from {ended} on, PostgreSQL {manifest.postgres}")


@backup.command()
@click.argument("folder", type=THERE)
@click.option("--name", help="Which backup; else all.")
def check(folder: Path, name: str | None) -> None:
    """Hold backups in FOLDER against their hashes: exit code 1 when something is damaged."""
    found = {key: path for key, path in store.backups(folder).items() if name in (None, key)}
    if not found:
        raise click.ClickException(f"{folder} holds no such backup.")
    wrong = [f"{key}: {each}" for key in found for each in taking.damages(folder, found[key])]
    wrong += [f"{store.JOURNAL}: {each}" for each in store.damages(folder, store.journal(folder))]
    _say(wrong)
    click.echo(f"whole: {', '.join(found)}")


@backup.command()
@click.argument("folder", type=THERE)
@click.option("--keep", type=click.IntRange(min=1), required=True, help="Backups that stay.")
def prune(folder: Path, keep: int) -> None:
    """Throw away the oldest backups in FOLDER, and the files and WAL that only they needed."""
    backups, files = taking.prune(folder, keep=keep)
    click.echo(f"{backups} backups and {files} files thrown away")


@click.command()
@click.argument("folder", type=THERE)
@click.option("--to", type=Moment(), help="The moment to go back to; else all there is.")
@click.option("--recover/--no-recover", default=True, help="Run the recovery, or only lay it out.")
def restore(folder: Path, to: datetime | None, recover: bool) -> None:
    """Restore from FOLDER into an empty MOTCUA_VAR, as everything was at a moment."""
    if os.environ.get(kit.URL) and recover:
        raise click.ClickException(
            f"A restore brings the embedded database back: unset {kit.URL}. For a PostgreSQL of your"
            " own use --no-recover."
        )
    chosen = restoring.choose(folder, to=to)
    manifest = restoring.lay_out(folder, chosen, to=to)
    cluster = Path(settings.MOTCUA_VAR) / "postgres"
    if not recover or manifest.postgres != postgres.VERSION:
        postgres.note_settings(cluster, to)
        click.echo(
            f"{manifest.name} lies in {settings.MOTCUA_VAR}. Start PostgreSQL {manifest.postgres} on"
            f" {cluster}: it recovers by itself. Then run `motcua log audit`."
        )
        return
    postgres.recover(cluster, to)
    database.start()
    _tell(restoring.hold(folder, manifest))


def _tell(found: restoring.Restored) -> None:
    """Say what came back, and what a person has to do."""
    click.echo(f"{found.name} is back: {found.files} files, {found.leaves} entries in the log")
    click.echo(f"the root of {found.checked} leaves is the one that was signed")
    if found.keys:
        click.echo("Bring back the keys: " + ", ".join(found.keys))
    click.echo("Follow and back up into a new folder from now on.")
    if found.ahead:
        raise click.ClickException(
            f"{found.ahead} entries had been published, and {found.leaves} are back: the public log"
            " stands still, since it may not tell two histories. Restore to a later moment, or begin"
            " a new log (docs/how-to/back-up-and-restore.md)."
        )


def _server() -> str:
    """Return where the server is copied from, under a role that may."""
    return str(settings.MOTCUA_BACKUP_URL) or os.environ[kit.URL]


def _say(wrong: Sequence[str]) -> None:
    for each in dict.fromkeys(wrong):
        click.echo(each, err=True)
    if wrong:
        raise SystemExit(1)
