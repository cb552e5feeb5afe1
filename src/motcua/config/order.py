"""The log's order is that of transaction numbers, which a dump carries along and a new cluster does not go on with.

There the relay would hear nothing new, and readers of the whole log would stop before the old entries.
"""

import os

import click
import psycopg

from motcua.kit import database

BATCH = 1_000_000  # transaction numbers that are used up in one statement
BEHIND = """
    SELECT greatest(0, max(transaction) + 1 - pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
    FROM transparency_entry
"""
# Each is rolled back at once, so that nothing is written for it; PL/pgSQL begins the next by itself.
USE_UP = """
    DO $$ BEGIN
        FOR number IN 1..{count} LOOP PERFORM pg_current_xact_id(); ROLLBACK; END LOOP;
    END $$
"""


def behind(connection: "psycopg.Connection[tuple[object, ...]]") -> int:
    """Return how many transaction numbers the cluster lacks to come after the log; 0: it does."""
    row = connection.execute(BEHIND).fetchone()
    return int(str(row[0])) if row and row[0] is not None else 0


def use_up(connection: "psycopg.Connection[tuple[object, ...]]", count: int) -> None:
    """Use up transaction numbers."""
    connection.execute(USE_UP.format(count=int(count)).encode())


def refuse_deaf() -> None:
    """Raise ClickException where new entries would come before those of the log, and so be heard by nobody.

    A database that is away is waited for by others.
    """
    try:
        with psycopg.connect(os.environ[database.URL]) as connection:
            there = connection.execute("SELECT to_regclass('transparency_entry')").fetchone()
            lacking = behind(connection) if there and there[0] else 0
    except psycopg.OperationalError:
        return
    if lacking:
        raise click.ClickException(
            f"The log came out of a dump into a new cluster, which lacks {lacking:,} transaction"
            " numbers: the relay would hear nothing. Run `motcua database advance` once."
        )
