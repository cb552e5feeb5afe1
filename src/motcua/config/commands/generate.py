"""`motcua generate`: a year of a province, for trying how the product does under load."""

import time

import click
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from motcua.config.commands import demo
from motcua.config.database import needs_database
from motcua.config.demo import generator, province, templates
from motcua.identity import queries as identity
from motcua.kit import clock

PROCEDURES = ("1.001193", "1.001612", "1.013225")  # those that a ward's own committee handles


@click.command()
@click.option("--cases", default=1_000_000, show_default=True, type=click.IntRange(1, 20_000_000))
@click.option("--units", default=200, show_default=True, type=click.IntRange(1, 400))
@click.option("--officers", default=2_000, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same people.")
@needs_database
def generate(cases: int, units: int, officers: int, seed: int) -> None:
    """Add a generated year of cases to the demo province."""
    if not settings.MOTCUA_DEMO:
        raise click.ClickException("This makes people up: set MOTCUA_DEMO=1 for it.")
    console = Console()
    ward = demo.prepare(console)[0]
    applicant = identity.actor_of_personal_id(province.CITIZENS[0].personal_id, at=clock.now())
    began = time.perf_counter()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
    with bar:
        line = bar.add_task("patterns ...", total=cases)

        def told(said: str, more: int = 0) -> None:
            bar.update(line, description=said[:60], advance=more)

        patterns = templates.play(
            PROCEDURES, authority_code=ward.code, applicant=applicant, progress=told
        )
        generator.generate(
            patterns,
            cases=cases,
            units=units,
            officers=officers,
            seed=seed,
            at=clock.now(),
            progress=told,
        )
    console.print(f"{cases:,} cases in {time.perf_counter() - began:.0f} s")
