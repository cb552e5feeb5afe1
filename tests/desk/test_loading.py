"""Loading over a second connection: all of it or nothing, and what was put aside comes back."""

import psycopg
import pytest
from django.db import DatabaseError, connection

from motcua.config.demo import loading

TABLE = "cases_codeseries"
COLUMNS = ("authority_code", "day", "last")
LINE = "H32.{:02d}\t2026-11-02\t7\n"

pytestmark = pytest.mark.django_db(transaction=True)


def rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLE}")
        return int(cursor.fetchone()[0])


def has_constraint() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = 'code_series_once'")
        return cursor.fetchone() is not None


def test_what_is_committed_stays_and_the_constraint_is_back() -> None:
    with loading.Beside(connection, (TABLE,)) as beside:
        for number in range(20):
            beside.write(TABLE, COLUMNS, LINE.format(number))
        beside.finish([f"UPDATE {TABLE} SET last = 9"])
        beside.commit()
    assert rows() == 20 and has_constraint()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT last FROM {TABLE}")
        assert cursor.fetchall() == [(9,)]


@pytest.mark.parametrize("bad", ["no columns\n", LINE.format(1)], ids=["malformed", "twice"])
def test_what_the_database_refuses_is_told_and_nothing_stays(bad: str) -> None:
    def load() -> None:
        with loading.Beside(connection, (TABLE,)) as beside:
            beside.write(TABLE, COLUMNS, LINE.format(1))
            beside.write(TABLE, COLUMNS, bad)
            for number in range(2, 50):  # more than may wait
                beside.write(TABLE, COLUMNS, LINE.format(number))
            beside.finish([])
            beside.commit()

    with pytest.raises((DatabaseError, psycopg.Error)):
        load()
    assert rows() == 0 and has_constraint()


def test_what_is_left_midway_is_gone() -> None:
    def leave() -> None:
        with loading.Beside(connection, (TABLE,)) as beside:
            beside.write(TABLE, COLUMNS, LINE.format(1))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leave()
    assert rows() == 0 and has_constraint()
