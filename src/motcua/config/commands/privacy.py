"""`motcua privacy ...`: keys of sealed data, breaches, what is due to be removed."""

import click

from motcua.config.database import needs_database
from motcua.kit import clock
from motcua.privacy.actions import sealing
from motcua.privacy.queries import sealed


@click.group()
def privacy() -> None:
    """Look after personal data: keys, breaches, terms of keeping."""


@privacy.command("rotate-keys")
@click.option(
    "--rewrap-only", is_flag=True, help="Make no new key; go on where a rotation stopped."
)
@needs_database
def rotate_keys(rewrap_only: bool) -> None:
    """Make a new key in MOTCUA_KEYS and wrap all data keys with it, while the site runs."""
    if not rewrap_only or not sealed.present():
        click.echo(f"made {sealing.make_key(at=clock.now())}")
    done = 0
    while count := sealing.rewrap(at=clock.now()):
        done += count
        click.echo(f"wrapped anew: {done}")
    for each in sealed.unused():
        click.echo(f"no longer used: {each}.key")
