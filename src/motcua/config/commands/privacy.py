"""`motcua privacy ...`: keys of sealed data, breaches, what is due to be removed."""

from datetime import datetime

import click

from motcua.cases.actions import retention as disposal
from motcua.cases.queries import retention as keeping
from motcua.config.database import needs_database
from motcua.kit import clock
from motcua.privacy.actions import breaches as breaking
from motcua.privacy.actions import sealing
from motcua.privacy.queries import breaches, sealed

OPERATOR = "operator"  # as the log names who works at the console of the server


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


@privacy.command("retention")
@click.option("--remove", is_flag=True, help="Erase what is due; without it nothing is changed.")
@needs_database
def retention(remove: bool) -> None:
    """Tell which finished cases are past their time of keeping, and erase them where that is asked."""
    at, count = clock.now(), 0
    for rows in keeping.due(at=at):
        for code in rows.values_list("code", flat=True).iterator():
            click.echo(code)
            count += 1
    click.echo(f"{count} cases are past their time of keeping")
    done = 0
    while remove and (erased := disposal.dispose_due(at=at)):
        done += erased
        click.echo(f"erased: {done}")


@privacy.command("breaches")
@needs_database
def breaches_() -> None:
    """List the breaches whose notice was not sent, with the hours that are left."""
    at = clock.now()
    for each in breaches.not_notified():
        left = int((each.notify_by - at).total_seconds() // 3600)
        click.echo(f"{each.id} {each.authority_code} {left} h {clock.shown(each.notify_by)}")


@privacy.command("breach")
@click.option("--authority", required=True, help="Code of the authority, such as H32.01.")
@click.option("--found", required=True, type=click.DateTime(["%Y-%m-%dT%H:%M"]), help="In Vietnam.")
@click.option("--what", required=True, help="What happened.")
@click.option("--kinds", required=True, help="Which data.")
@click.option(
    "--people", required=True, type=click.IntRange(0), help="How many, as far as is known."
)
@click.option("--measures", required=True, help="What was done at once.")
@needs_database
def breach(
    authority: str, found: datetime, what: str, kinds: str, people: int, measures: str
) -> None:
    """Record a breach: the notice to the authority in charge has 72 hours from when it was found."""
    made = breaking.record(
        authority_code=authority,
        found_at=found.replace(tzinfo=clock.VIETNAM),
        what=what,
        kinds=kinds,
        people=people,
        measures=measures,
        by=OPERATOR,
        at=clock.now(),
    )
    (told,) = [each for each in breaches.not_notified() if each.id == made]
    click.echo(f"{made} notify by {clock.shown(told.notify_by)}")
