"""`motcua people`: who holds which post, tokens for the API, first passwords, what was lost."""

import json

import click
from django.conf import settings
from rich.console import Console
from rich.table import Table

from motcua.config.database import needs_database
from motcua.identity import actions, events, queries
from motcua.identity.actions import access
from motcua.identity.queries import factors as held
from motcua.kit import clock, ids

OPERATOR = "operator"  # as the log names who works at the console of the server


@click.group()
def people() -> None:
    """Look at people and posts, give tokens for the API, and links that set a password."""


@people.command("list")
@click.option("--authority", "code", required=True, help="Code of the authority, such as H32.01.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@needs_database
def list_(code: str, as_json: bool) -> None:
    """List who holds which post in an authority."""
    rows = [
        {
            "personal_id": actor.personal_id,
            "name": actor.name,
            "title": post.title,
            "unit": post.unit_kind,
            "unit_name": post.unit_name,
            "roles": sorted(post.roles),
        }
        for actor, post in queries.posts_of(code, at=clock.now())
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("personal id", "name", "post", "unit", "roles")
    for row in rows:
        roles = ", ".join(row["roles"])
        table.add_row(
            str(row["personal_id"]),
            str(row["name"]),
            str(row["title"]),
            str(row["unit_name"]),
            roles,
        )
    Console().print(table)


@people.command()
@click.argument("personal_id", nargs=-1, required=True)
@click.option(
    "--level",
    type=click.IntRange(0, 2),
    default=2,
    show_default=True,
    help="Level of assurance that you vouch for.",
)
@click.option("--one-factor", is_flag=True, help="Do not vouch for a second factor.")
@needs_database
def token(personal_id: tuple[str, ...], level: int, one_factor: bool) -> None:
    """Give a bearer token to each person named; it is shown once and not kept."""
    for each in personal_id:
        at = clock.now()
        person = queries.actor_of_personal_id(each, at=at)
        made = ids.token()
        access.issue_token(
            person.id,
            token=made,
            by=OPERATOR,
            at=at,
            level=level,
            has_second_factor=not one_factor,
        )
        click.echo(f"{each} {made}")


@people.command()
@click.argument("personal_id")
@needs_database
def password(personal_id: str) -> None:
    """Print a link with which an official sets a password: it works once, and for a day."""
    at = clock.now()
    person = queries.actor_of_personal_id(personal_id, at=at)
    path = actions.make_password_link(person.id, by=OPERATOR, at=at)
    click.echo(f"{settings.MOTCUA_PUBLIC_URL}{path}")


@people.command()
@click.argument("personal_id", nargs=-1, required=True)
@needs_database
def revoke(personal_id: tuple[str, ...]) -> None:
    """Make every bearer token of each person named speak for nobody from now on."""
    for each in personal_id:
        at = clock.now()
        person = queries.actor_of_personal_id(each, at=at)
        click.echo(f"{each} {access.revoke_tokens(person.id, by=OPERATOR, at=at)}")


@people.command()
@click.argument("personal_id")
@click.option("--remove", is_flag=True, help="Take them all away, and end the person's sessions.")
@click.option("--reason", type=click.Choice(events.REASONS), help="Why; it stands in the log.")
@needs_database
def factors(personal_id: str, remove: bool, reason: str | None) -> None:
    """List the second factors of a person, or take them away when a phone is lost."""
    if remove and reason is None:
        raise click.UsageError("Say why with --reason: it stands in the log.")
    at = clock.now()
    person = queries.actor_of_personal_id(personal_id, at=at)
    if remove and reason:
        taken = access.remove_factors(person.id, reason=reason, by=OPERATOR, at=at)
        click.echo(f"{len(taken)} taken away: {', '.join(taken) or 'there were none'}")
        return
    table = Table("kind", "name", "since", "last used")
    for each in held.factors(person.id):
        used = f"{clock.local(each.used_at):%d/%m/%Y %H:%M}" if each.used_at else "never"
        table.add_row(each.kind, each.name, f"{clock.local(each.added_at):%d/%m/%Y %H:%M}", used)
    Console().print(table)
