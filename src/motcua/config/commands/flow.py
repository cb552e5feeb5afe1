"""`motcua flow check|draw`: a flow by itself, in words and as a picture."""

from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from motcua.engines.expressions.model import Fault
from motcua.engines.flow import check as checks
from motcua.engines.flow import errors, outline, parse
from motcua.engines.flow.model import Flow
from motcua.engines.procedure import drawing
from motcua.engines.procedure import errors as procedure_errors

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def flow() -> None:
    """Check and draw a flow."""


@flow.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Check a BPMN file by itself: elements, structure, soundness.

    Expressions need the form and are checked by `motcua procedures check`.
    """
    found = checks.check(_parsed(file), None)
    if found:
        _print(file, found)
        raise SystemExit(1)
    Console().print(
        f"{escape(str(file))}: [green]sound[/green]; expressions are checked with the form"
    )


@flow.command()
@click.argument("file", type=FILE)
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), help="Draw it here as SVG.")
def draw(file: Path, svg: Path | None) -> None:
    """Say a flow in words, step by step; with --svg, draw its diagram too."""
    parsed = _parsed(file)
    click.echo(outline.text(outline.outline(parsed)))
    if svg is None:
        return
    try:
        svg.write_bytes(drawing.draw(file.read_bytes(), parsed))
    except procedure_errors.Malformed as error:
        raise click.ClickException(error.findings[0].message) from error
    Console().print(f"drawn: {escape(str(svg))}")


def _parsed(file: Path) -> Flow:
    try:
        return parse.parse(file.read_bytes())
    except errors.Malformed as error:
        _print(file, error.faults)
        raise SystemExit(1) from error


def _print(file: Path, faults: tuple[Fault, ...]) -> None:
    table = Table(title=escape(file.name), title_justify="left")
    for name in ("place", "element", "what is wrong", "code"):
        table.add_column(name, overflow="fold")
    for each in faults:
        place = f"{file.name}:{each.line}:{each.column}"
        table.add_row(escape(place), escape(each.element), escape(each.message), each.code)
    Console().print(table)
