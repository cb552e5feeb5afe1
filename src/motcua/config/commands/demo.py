"""`motcua demo`: the demo province, five journeys from a filing to a signed decision, then the site."""

import contextlib
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from django.conf import settings
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from motcua.catalogue import actions as catalogue
from motcua.catalogue.adapters import folders
from motcua.config.commands import server, tamper
from motcua.config.database import bring_up, needs_database
from motcua.config.demo import electronic, journeys, keys, province
from motcua.identity import queries as identity
from motcua.identity.values import Authority
from motcua.kit import clock
from motcua.signing import queries as signing
from motcua.signing.values import Verdict
from motcua.transparency import queries as transparency

# Whose authority handles a procedure, where it is not the ward's own People's Committee.
SECTOR = {"1.004194": province.POLICE, "3.000001": province.TAX}


@click.group(invoke_without_command=True)
@click.option("--serve/--no-serve", default=True, help="Leave the site running at the end.")
@click.option("--journeys/--no-journeys", "is_played", default=True, help="Play the journeys.")
@click.option("--port", default=8000, show_default=True)
@click.option("--identity-port", default=8001, show_default=True, help="Of what plays VNeID.")
@click.pass_context
def demo(
    context: click.Context, serve: bool, is_played: bool, port: int, identity_port: int
) -> None:
    """Load the demo province, play a journey of each procedure, then serve the site."""
    if context.invoked_subcommand is None:
        run(serve=serve, is_played=is_played, port=port, identity_port=identity_port)


@needs_database
def run(*, serve: bool, is_played: bool, port: int, identity_port: int) -> None:
    """Run the demo."""
    if not settings.MOTCUA_DEMO:
        raise click.ClickException("The demo makes keys and people up: set MOTCUA_DEMO=1 for it.")
    console = Console()
    wards = prepare(console)
    if is_played:
        report(console, play(console, wards[0]))
    if serve:
        console.print(f"\nMột Cửa: http://127.0.0.1:{port}/  (Ctrl+C ends)")
        with _vneid(console, port=identity_port, site_port=port):
            server.run(host="127.0.0.1", port=port)


@contextlib.contextmanager
def _vneid(console: Console, *, port: int, site_port: int) -> Iterator[None]:
    """Have something play VNeID while the site runs, where Node.js is there for it."""
    if not electronic.is_there():
        console.print("Nothing plays VNeID: it needs Node.js (scripts/assets). The accounts work.")
        yield
        return
    os.environ["MOTCUA_IDENTITY_ISSUER"] = f"http://127.0.0.1:{port}"  # for the server's processes
    process = electronic.start(port=port, site_port=site_port)
    try:
        yield
    finally:
        server.end([process])


demo.add_command(tamper.tamper)


def prepare(console: Console) -> Sequence[Authority]:
    """Bring the tables, the people, the keys and the procedures to where the demo needs them."""
    began = time.perf_counter()
    steps = Progress(SpinnerColumn(), TextColumn("{task.description}"), console=console)
    with steps:
        line = steps.add_task("tables ...")
        bring_up()
        steps.update(line, description="the province, its wards and people ...")
        wards = province.load()
        steps.update(line, description="certificates of the authorities and their leaders ...")
        keys.ensure(wards, at=clock.now())
        steps.update(line, description="procedures ...")
        for folder in procedures():
            catalogue.publish(folders.read(folder), by=province.LOADER, at=clock.now())
        steps.update(line, description=f"ready in {time.perf_counter() - began:.1f} s")
    return wards


def procedures() -> Sequence[Path]:
    """Return the folders of the procedures, by code."""
    return folders.find(settings.MOTCUA_PROCEDURES)


def play(console: Console, ward: Authority) -> list[journeys.Journey]:
    """Play one journey of each procedure."""
    output = Path(settings.MOTCUA_VAR) / "demo"
    output.mkdir(parents=True, exist_ok=True)
    codes = [folder.name for folder in procedures()]
    played = []
    bar = Progress(
        TextColumn("{task.completed}/{task.total}"),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
    )
    with bar:
        line = bar.add_task("journeys", total=len(codes))
        for number, code in enumerate(codes):
            citizen = province.CITIZENS[number % len(province.CITIZENS)]
            applicant = identity.actor_of_personal_id(citizen.personal_id, at=clock.now())
            played.append(
                journeys.play(
                    code,
                    authority_code=authority_for(code, ward),
                    applicant=applicant,
                    folder=output,
                    progress=lambda said, code=code: bar.update(
                        line, description=f"{code}: {said}"
                    ),  # type: ignore[misc]
                )
            )
            bar.advance(line)
    return played


def report(console: Console, played: Sequence[journeys.Journey]) -> None:
    """Print what happened in each journey, and what the verifier says of its signed PDF."""
    for journey in played:
        entries = len(transparency.history(journey.code))
        console.print(f"\n[bold]{journey.procedure} {escape(journey.name)}[/bold]")
        console.print(
            f"  case {journey.code}, {entries} entries in the log, {journey.seconds:.1f} s"
        )
        for said in journey.happened:
            console.print(f"    · {said}", markup=False, soft_wrap=True)
        if journey.pdf:
            verdict = signing.verify(journey.pdf.read_bytes(), at=clock.now())
            console.print(f"  {_near(journey.pdf)}", soft_wrap=True)
            style = "green" if verdict.is_valid else "red"
            console.print(f"  {_said(verdict)}", style=style, markup=False, soft_wrap=True)


def authority_for(code: str, ward: Authority) -> str:
    """Return the code of the authority that handles a procedure in a ward."""
    sector = SECTOR.get(code)
    return f"{sector}.{province.number_of(ward)}" if sector else ward.code


def _said(verdict: Verdict) -> str:
    """Return the verifier's answer in a line."""
    if not verdict.is_valid:
        return "NOT VALID: " + " ".join(verdict.words)
    signed = [f"{one.name}{', ' if one.title else ''}{one.title}" for one in verdict.signatures]
    return "valid, signed by " + "; sealed by ".join(signed)


def _near(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
