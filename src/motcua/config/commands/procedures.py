"""`motcua procedures check|publish|list|new`: procedures as folders of data."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from django.conf import settings
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from motcua.catalogue import actions, queries
from motcua.catalogue.adapters import folders
from motcua.catalogue.errors import NotPublishable
from motcua.config.commands import scaffold
from motcua.config.database import needs_database
from motcua.engines.procedure import check as checks
from motcua.engines.procedure import errors, parse
from motcua.engines.procedure.errors import Finding
from motcua.kit import clock

FOLDER = click.Path(path_type=Path, file_okay=False)
OPERATOR = "operator"  # as the log names who publishes from the command line


@click.group()
def procedures() -> None:
    """Check, publish, list and begin procedures."""


@procedures.command()
@click.argument("folder", nargs=-1, type=FOLDER)
def check(folder: Sequence[Path]) -> None:
    """Check folders of procedures, and play their examples; all of them when none is named."""
    console = Console()
    failed = 0
    chosen = folder or folders.find(Path(settings.MOTCUA_PROCEDURES))
    begun = time.perf_counter()
    for each in chosen:
        findings, examples = _checked(each)
        faults = checks.faults(findings)
        failed += bool(faults)
        if findings:
            console.print(_findings(each, findings))
        verdict = "[red]refused[/red]" if faults else "[green]may be published[/green]"
        console.print(
            f"{escape(each.name)}: {verdict}; {examples} examples, {len(faults)} faults, "
            f"{len(findings) - len(faults)} warnings"
        )
    took = time.perf_counter() - begun
    console.print(f"{len(chosen)} procedures checked in {took:.2f} s")
    if not chosen:
        raise click.ClickException(f"there is no procedure under {settings.MOTCUA_PROCEDURES}")
    if failed:
        raise SystemExit(1)


@procedures.command()
@click.argument("folder", nargs=-1, required=True, type=FOLDER)
@needs_database
def publish(folder: Sequence[Path]) -> None:
    """Publish folders for filings that come from now on; the current ones stay as they are."""
    console = Console()
    failed = False
    for each in folder:
        try:
            done = actions.publish(_read(each), by=OPERATOR, at=clock.now())
        except NotPublishable as error:
            failed = True
            console.print(_findings(each, error.findings))
            console.print(f"{escape(each.name)}: [red]not published[/red]")
            continue
        what = "published" if done.is_new else "is current already"
        console.print(f"{done.code} version {done.version} {what} ({done.digest[:12]})")
    if failed:
        raise SystemExit(1)


@procedures.command("list")
@click.argument("search", default="")
@needs_database
def list_(search: str) -> None:
    """List published procedures, those with every word of SEARCH."""
    table = Table("code", "name", "field", "level", "version", title="Published procedures")
    after, more = "", True
    while more:
        page = queries.published(search=search, after=after, limit=queries.MAX_PAGE)
        for each in page.items:
            name, version = escape(each.name_vi), str(each.version)
            table.add_row(each.code, name, each.field_code, each.level, version)
        after, more = page.after, bool(page.after)
    Console().print(table)


@procedures.command()
@click.argument("code")
@click.argument("name")
@click.option("--into", type=FOLDER, help="Where the folder goes; the procedures of this place.")
def new(code: str, name: str, into: Path | None) -> None:
    """Begin a procedure: a small folder that passes the check, to be made the real one."""
    files = scaffold.files(code=code, name=name)
    try:
        findings = checks.check(parse.read(files))
    except errors.Malformed as error:
        findings = error.findings
    if checks.faults(findings):
        raise click.ClickException("\n".join(str(each) for each in findings))
    folder = (into or Path(settings.MOTCUA_PROCEDURES)) / code
    if folder.exists():
        raise click.ClickException(f"{folder} is there already: choose another code")
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    Console().print(f"{escape(str(folder))}: change it, then run motcua procedures check {folder}")


def _read(folder: Path) -> dict[str, bytes]:
    try:
        return folders.read(folder)
    except folders.NotAFolder as error:
        raise click.ClickException(str(error)) from error


def _checked(folder: Path) -> tuple[tuple[Finding, ...], int]:
    """Return all findings of a folder and how many examples were played."""
    files = _read(folder)
    try:
        procedure = parse.read(files)
    except errors.Malformed as error:
        return error.findings, 0
    findings = checks.check(procedure)
    if not checks.faults(findings):
        findings = (*findings, *queries.undrawn(procedure))
    return findings, len(procedure.examples)


def _findings(folder: Path, findings: Iterable[Finding]) -> Table:
    table = Table(title=escape(folder.name), title_justify="left")
    table.add_column("place", overflow="fold", min_width=24)
    table.add_column("", no_wrap=True)
    table.add_column("what is wrong", overflow="fold")
    table.add_column("code", overflow="fold")
    for each in findings:
        kind = "[yellow]warning[/yellow]" if each.is_warning else "[red]fault[/red]"
        place = f"{each.file}:{each.line}:{each.column}"
        table.add_row(escape(place), kind, escape(each.message), each.code)
    return table
