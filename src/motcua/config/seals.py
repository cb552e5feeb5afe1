"""Checks, in PostgreSQL, the seal on what `kit.walls` told a connection.

The key lies in a table that the owner alone may read. The web may call a function of the owner's that says
what was told, once the seal over it holds: for this backend, for this run of the server, and not too late.
Nothing that the web may call makes a seal.
"""

from collections.abc import Iterator

from django.db import connection

from motcua.kit import walls
from motcua.kit.database import WEB, WORKER

SCHEMA = "motcua_walls"
TABLES = f"""
    CREATE TABLE IF NOT EXISTS {SCHEMA}.key (id text PRIMARY KEY, inside bytea, outside bytea)
"""
SAID = ", ".join(f"pg_catalog.current_setting('motcua.{name}', true)" for name in walls.TOLD)
WORDS = "\\n".join(["%s"] * (len(walls.TOLD) + 3))
# Every name that the function uses is qualified, and the web can make none that would come before it.
# PARALLEL RESTRICTED: another process of the same query has another number. COST 1: it is asked once
# for a query, and should not lead the planner to another way.
TOLD = """
CREATE OR REPLACE FUNCTION motcua_walls.told(name text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED COST 1 AS $function$
DECLARE
    until pg_catalog.text := pg_catalog.current_setting('motcua.until', true);
    held motcua_walls.key;
BEGIN
    IF until IS NULL OR until = '' THEN
        RETURN NULL;
    END IF;
    SELECT * INTO held FROM motcua_walls.key k
        WHERE k.id = pg_catalog.current_setting('motcua.key', true);
    IF held.id IS NULL OR pg_catalog.current_setting('motcua.seal', true) IS DISTINCT FROM
        pg_catalog.encode(pg_catalog.sha256(held.outside || pg_catalog.sha256(
            held.inside || pg_catalog.convert_to(pg_catalog.format(E'WORDS',
                SAID,
                until, pg_catalog.pg_backend_pid(),
                EXTRACT(EPOCH FROM pg_catalog.pg_postmaster_start_time())
            ), 'UTF8'))), 'hex')
    THEN
        RAISE EXCEPTION 'the wall was told who asks without a seal of this site'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF pg_catalog.to_timestamp(until::pg_catalog.float8) < pg_catalog.clock_timestamp() THEN
        RAISE EXCEPTION 'the wall was told who asks too long ago'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULLIF(pg_catalog.current_setting('motcua.' || name, true), '');
END
$function$
""".replace("WORDS", WORDS).replace("SAID", SAID)


def statements() -> Iterator[str]:
    """Yield what makes the place of the key and the function that checks a seal."""
    yield f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"
    yield TABLES
    yield f"REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC"
    yield f"REVOKE ALL ON {SCHEMA}.key FROM PUBLIC, {WEB}, {WORKER}"
    yield TOLD
    yield f"REVOKE ALL ON FUNCTION {SCHEMA}.told FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA {SCHEMA} TO {WEB}"
    yield f"GRANT EXECUTE ON FUNCTION {SCHEMA}.told TO {WEB}"
    # A table of one's own would stand before ours for whoever uses the connection next.
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    yield f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC, {WEB}"


def keep_keys() -> None:
    """Keep the keys of the site's secret and of those before it, and no other."""
    kept = walls.keys()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM motcua_walls.key WHERE id <> ALL(%s)", [[each.id for each in kept]]
        )
        for each in kept:
            cursor.execute(
                "INSERT INTO motcua_walls.key VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                [each.id, *each.halves],
            )
