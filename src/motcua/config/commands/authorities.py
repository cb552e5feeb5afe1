"""`motcua authorities list|show|merge`: who followed whom, who held which post when, and merging them."""

from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from motcua.cases.actions import operations
from motcua.cases.queries import mergers as planning
from motcua.cases.queries import operations as asked
from motcua.config.database import needs_database
from motcua.identity import queries
from motcua.identity.errors import CannotMerge
from motcua.identity.queries import mergers
from motcua.identity.values import Actor
from motcua.identity.values.mergers import Counts, Order
from motcua.kit import clock

DAY = click.DateTime(["%Y-%m-%d"])
BY = click.option(
    "--by", required=True, help="Personal number of the administrator who answers for it."
)


@click.group()
def authorities() -> None:
    """Look at authorities and what became of them; merge them."""


@authorities.command("list")
@BY
@needs_database
def list_(by: str) -> None:
    """List the authorities that an official works in or looks after, the ended ones too."""
    reader = _actor(by)
    table = Table("code", "name", "level", "from", "until", "successor")
    for life in mergers.listed(reader=reader):
        days = (str(each or "-") for each in (life.starts_date, life.ends_date))
        table.add_row(life.code, life.name, life.level, *days, life.successor or "-")
    Console().print(table)


@authorities.command()
@click.argument("code")
@click.option("--on", type=DAY, help="The day; today where it is left out.")
@BY
@needs_database
def show(code: str, on: datetime | None, by: str) -> None:
    """Show what an authority followed, what follows it, and who held its posts on a day."""
    reader, console = _actor(by), Console()
    line = Table("code", "name", "from", "until", "successor", title="Who followed whom")
    for life in mergers.line(code, reader=reader):
        days = (str(each or "-") for each in (life.starts_date, life.ends_date))
        line.add_row(life.code, life.name, *days, life.successor or "-")
    console.print(line)
    day = on.date() if on else clock.local(clock.now()).date()
    posts = Table("post", "unit", "person", "from", "until", title=f"Posts on {day}")
    for held in mergers.held_on(code, day, reader=reader):
        term = clock.shown(held.starts_at), clock.shown(held.ends_at)
        posts.add_row(held.title, held.unit_name, held.name, *term)
    console.print(posts)


@authorities.command()
@click.argument("codes", nargs=-1, required=True)
@click.option(
    "--into", required=True, help="Code of the successor: one that is there, or a new one."
)
@click.option(
    "--from", "from_date", type=DAY, required=True, help="First day on which they are one."
)
@BY
@click.option("--name", default="", help="Name of a new successor.")
@click.option("--place", default="", help="Place of a new successor, as documents name it.")
@click.option("--division", "division_code", default="", help="Code of its administrative unit.")
@click.option(
    "--heads", default="", help="Code of the one whose heads and leaders lead a new successor."
)
@click.option(
    "--make-units", "makes_units", is_flag=True, help="Make the units that the successor lacks."
)
@click.option("--dry-run", is_flag=True, help="Only say what would move.")
@needs_database
def merge(
    codes: tuple[str, ...],
    into: str,
    from_date: datetime,
    by: str,
    dry_run: bool,
    **more: Any,
) -> None:
    """Merge authorities into one from a day on. Said again, it takes up one that broke off."""
    order = Order(
        codes=codes,
        into=into,
        from_date=from_date.date(),
        **more,
    )
    administrator = _actor(by)
    if dry_run:
        return _tell(order, administrator)
    operation = operations.merge_authorities(order, by=administrator, at=clock.now())
    if order.from_date > clock.local(clock.now()).date():
        return click.echo(f"Ordered. It begins by itself on {order.from_date}.")
    while not operations.run(operation, at=clock.now()):
        done = asked.operation(operation, reader=administrator)
        click.echo(f"{done.done} of {done.total}")
    over = asked.operation(operation, reader=administrator)
    for each in over.results:
        click.echo(each.message, err=True)
    click.echo(f"{over.state_name}: {over.done}.")
    if over.state != "finished":
        raise SystemExit(1)
    return None


def _actor(personal_id: str) -> Actor:
    return queries.actor_of_personal_id(personal_id, at=clock.now())


def _tell(order: Order, administrator: Actor) -> None:
    """Print what a merger would move, and refuse it like the real one would be."""
    found = planning.plan(order, by=administrator, at=clock.now())
    console = Console()
    work = Table("authority", "open cases", "open tasks", "closed, stay", "drafts")
    for office in found.plan.ended:
        each = found.counts.get(office.id, Counts())
        numbers = (each.cases, each.tasks, each.closed, each.drafts)
        work.add_row(f"{office.code} {office.name}", *map(str, numbers))
    console.print(work)
    units = Table("unit", "of", "its work goes to")
    for move in found.plan.units:
        to = move.to.name if move.to else "made by the merger" if move.is_made else "nowhere"
        units.add_row(move.unit.name, move.authority, to)
    console.print(units)
    people = Table("person", "post", "of", "goes on")
    for holder in found.plan.holders:
        goes_on = "yes" if not holder.stays else f"no: {holder.stays}"
        people.add_row(holder.holder.name, holder.post.title, holder.authority, goes_on)
    console.print(people)
    console.print(
        f"delegations: {found.plan.delegations}, offices under them: {found.plan.children}"
    )
    if not found.has_seal:
        console.print("The successor has no seal here yet: nothing can be issued in its name.")
    for fault in found.plan.faults:
        raise CannotMerge(reason=fault.reason, said=fault.said)
    console.print("Nothing stands in its way. Nothing was done.")
