"""Loading by COPY: indexes put aside, and a second connection beside the first."""

import queue
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

from django.db.backends.base.base import BaseDatabaseWrapper

AHEAD = 4  # batches that wait for the second connection before the first has to wait too
PUT_ASIDE = """
    SELECT 'ALTER TABLE ' || c.conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(c.conname),
           'ALTER TABLE ' || c.conrelid::regclass || ' ADD CONSTRAINT ' || quote_ident(c.conname) || ' '
               || pg_get_constraintdef(c.oid)
    FROM pg_constraint c
    WHERE c.contype = 'u' AND c.conrelid::regclass::text = ANY(%(tables)s)
    UNION ALL
    SELECT 'DROP INDEX ' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid)
    FROM pg_index i
    WHERE i.indrelid::regclass::text = ANY(%(tables)s)
        AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


def copy(table: str, columns: Sequence[str]) -> str:
    """Return the statement that takes rows in COPY's text format."""
    return f"COPY {table} ({', '.join(columns)}) FROM STDIN"


def put_aside(cursor: Any, tables: Sequence[str]) -> list[str]:
    """Drop what slows the loading of tables; return the statements that bring it back.

    Secondary indexes, unique constraints, and for this transaction triggers: those of foreign keys too.
    Primary keys stay, since foreign keys hold on to them.
    """
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    cursor.execute(PUT_ASIDE, {"tables": list(tables)})
    found = cursor.fetchall()
    for dropping, _making in found:
        cursor.execute(dropping)
    return [making for _dropping, making in found]


class Beside:
    """Loads a few tables over a second connection while the first loads others.

    What goes wrong there is raised by the next call. Nothing stays unless `commit` is called.
    """

    def __init__(self, first: BaseDatabaseWrapper, tables: Sequence[str]) -> None:
        self.connection = first.copy()
        self.connection.inc_thread_sharing()
        self.connection.set_autocommit(False)
        self.tables = tables
        self.waiting: queue.Queue[tuple[str, str] | None] = queue.Queue(AHEAD)
        self.last: Sequence[str] = ()
        self.is_finished = False
        self.pool = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Self:
        self.work = self.pool.submit(self._work)
        return self

    def write(self, table: str, columns: Sequence[str], text: str) -> None:
        """Send rows in COPY's text format; waits while too many are on their way."""
        self._put((copy(table, columns), text))

    def finish(self, statements: Sequence[str]) -> None:
        """Say that no more rows come; statements are run after them, then the indexes are made."""
        self.last, self.is_finished = statements, True
        self._put(None)

    def commit(self) -> None:
        """Wait until all is loaded and indexed, and keep it; raises what went wrong."""
        self.work.result()
        self.connection.commit()

    def __exit__(self, *_error: object) -> None:
        """Close the connection; what was not committed is gone."""
        if not self.is_finished and not self.work.done():
            self._put(None)
        self.pool.shutdown()
        self.connection.close()

    def _put(self, item: tuple[str, str] | None) -> None:
        while not self.work.done():
            try:
                return self.waiting.put(item, timeout=1)
            except queue.Full:
                continue
        return self.work.result()

    def _work(self) -> None:
        with self.connection.cursor() as cursor:
            aside = put_aside(cursor, self.tables)
            while item := self.waiting.get():
                statement, text = item
                with cursor.copy(statement) as lines:
                    lines.write(text)
            for each in (*self.last, *aside) if self.is_finished else ():
                cursor.execute(each)
