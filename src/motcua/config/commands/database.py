"""`motcua database roles|check`: who may touch the tables, and whether it is so."""

import os
from typing import Any

import click
import psycopg
from rich.console import Console

from motcua.config import order, walls
from motcua.config.database import needs_database
from motcua.kit import database as kit
from motcua.kit import walls as seals

WEAK = """
    SELECT rolsuper OR rolbypassrls OR rolcreaterole
        OR EXISTS (SELECT FROM pg_class WHERE relowner = r.oid)
    FROM pg_roles r WHERE rolname = current_user
"""
SLOW = """
    SELECT count(*) FROM pg_proc WHERE NOT proleakproof
        AND oid IN ('arrayoverlap(anyarray,anyarray)'::regprocedure,
                    'arraycontains(anyarray,anyarray)'::regprocedure,
                    'ts_match_vq(tsvector,tsquery)'::regprocedure)
"""


@click.group()
def database() -> None:
    """The roles under which the server and the worker use the database."""


@database.command()
def roles() -> None:
    """Print what a superuser of PostgreSQL runs once in a database of its own."""
    for statement in walls.roles():
        click.echo(f"{statement};")


@database.command()
@needs_database
def check() -> None:
    """Say whether the server and the worker run under roles that the walls hold."""
    console, found = Console(), []
    for variable, role in ((kit.WEB_URL, kit.WEB), (kit.WORKER_URL, kit.WORKER)):
        with psycopg.connect(kit.of_role(variable)) as connection:
            found += _faults(connection, variable, role)
    with psycopg.connect(os.environ[kit.URL]) as connection:
        row = connection.execute(SLOW).fetchone()
        if row and row[0]:
            console.print(
                "slow: searches cannot use their indexes behind the walls until a superuser runs"
                " the ALTER FUNCTION lines of `motcua database roles`"
            )
    for each in found:
        console.print(f"[red]{each}[/red]", soft_wrap=True)
    if found:
        raise SystemExit(1)
    console.print("the walls stand: the server and the worker own nothing and go round nothing")


@database.command()
@needs_database
def advance() -> None:
    """After a dump came into a new cluster: bring its transaction numbers past those of the log."""
    with psycopg.connect(os.environ[kit.URL], autocommit=True) as connection:
        used = 0
        while behind := order.behind(connection):
            order.use_up(connection, min(behind, order.BATCH))
            used += min(behind, order.BATCH)
    click.echo(
        f"{used:,} transaction numbers used up: new entries come after those of the log again"
        if used
        else "nothing to do: new entries come after those of the log"
    )


def _faults(connection: "psycopg.Connection[tuple[Any, ...]]", name: str, role: str) -> list[str]:
    who = connection.info.user
    found = [] if who == role else [f"{name} names {who}: it must name {role}"]
    row = connection.execute(WEAK).fetchone()
    if row is None or row[0]:
        found.append(f"{name}: {who} owns tables or may go round the walls")
    row = connection.execute(
        "SELECT has_table_privilege(current_user, 'transparency_entry', 'SELECT, INSERT'),"
        " has_table_privilege(current_user, 'transparency_entry', 'UPDATE, DELETE, TRUNCATE')"
    ).fetchone()
    if row != (True, False):
        found.append(f"{name}: the rights on the log are wrong; run `motcua migrate`")
    row = connection.execute("SELECT current_setting('track_activities')").fetchone()
    if row != ("off",):
        found.append(
            f"{name}: other connections of {who} can read what it asks; a superuser runs the"
            " track_activities line of `motcua database roles`"
        )
    if role == kit.WEB and not seals.holds(connection):
        found.append(
            f"{name}: the database does not believe who asks; run `motcua migrate` under the"
            " MOTCUA_SECRET_KEY of the server"
        )
    return found
