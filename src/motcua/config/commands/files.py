"""`motcua files scan`: have the scanner judge what was stored before it was there."""

from collections import Counter
from collections.abc import Iterator

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from motcua.config.database import needs_database
from motcua.documents import actions, queries
from motcua.documents.adapters import clamav
from motcua.documents.models import Scan
from motcua.kit import clock
from motcua.kit.errors import Refused

NOT_READ = "not to be read"


@click.group()
def files() -> None:
    """Look after stored files."""


@files.command()
@needs_database
def scan() -> None:
    """Scan every file that no scanner has judged yet; cut off, it goes on where it was."""
    if clamav.scanner() is None:
        raise click.ClickException("Set MOTCUA_CLAMAV: no scanner is set.")
    console, came = Console(), Counter[str]()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        line = bar.add_task("files", total=queries.count_unscanned())
        for digest in _unscanned():
            came[_judged(digest, console)] += 1
            bar.advance(line)
    told = ", ".join(f"{count} {name}" for name, count in sorted(came.items()) if name)
    console.print(told or "no file waits to be scanned")
    raise SystemExit(1 if came[Scan.INFECTED] or came[NOT_READ] else 0)


def _unscanned() -> Iterator[str]:
    last = ""
    while part := queries.unscanned(after=last):
        yield from part
        last = part[-1]


def _judged(digest: str, console: Console) -> str:
    """Return what the scanner says of a file, and tell of one that is harmful or cannot be read."""
    try:
        found = actions.scan_again(digest, at=clock.now(), of=Scan.UNSCANNED)
    except (Refused, OSError) as error:
        console.print(f"{digest}: {error}", style="red", highlight=False)
        return NOT_READ
    if found == Scan.INFECTED:
        console.print(f"{digest}: harmful, locked away", style="red", highlight=False)
    return found
