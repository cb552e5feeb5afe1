"""Tells the database for whom it is asked: its row policies show a person only what is theirs to see.

The connection carries who asks from the moment they are known until the answer is sent, and then
forgets it. Where nothing is told, nothing is seen. The policies are in `config/walls.py`.

What is told is sealed with a key that SQL cannot read (HMAC-SHA-256, RFC 2104), for this one backend and
for a short term: statements that somebody slips in cannot say that they are somebody else. The database
checks the seal when it reads what was told, and refuses the statement where it does not hold.
"""

import contextlib
import hashlib
import hmac
import logging
import time
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings
from django.core.signals import request_finished
from django.db import DatabaseError, InterfaceError, connection
from django.utils.crypto import salted_hmac

TOLD = ("person", "authorities", "units", "represented")
TERM = 600  # seconds that what was told holds: longer than any answer takes
SKEW = 5  # seconds by which our reckoning of the database's clock may be wrong
_ENTER = (
    "SELECT extract(epoch FROM clock_timestamp())::float8, set_config('motcua.person', %s, false),"
    " set_config('motcua.authorities', %s, false), set_config('motcua.units', %s, false),"
    " set_config('motcua.represented', %s, false), set_config('motcua.until', %s, false),"
    " set_config('motcua.key', %s, false), set_config('motcua.seal', %s, false)"
)
_MEET = (
    "SELECT extract(epoch FROM clock_timestamp())::float8,"
    " extract(epoch FROM pg_postmaster_start_time())::text"
)
_PRESENT = "SELECT set_config('motcua.presented', %s, false)"

logger = logging.getLogger(__name__)


def enter(
    person: uuid.UUID,
    *,
    authorities: Collection[int],
    units: Collection[int],
    represented: Collection[str] = (),
) -> None:
    """Tell the connection of this thread for whom it is asked from now on: one round trip.

    represented: what the person may do for whom, as "follow:<id>", or "follow:<id>:<procedure>" where
    it is one procedure only.
    """
    connection.walls_entered = True  # type: ignore[attr-defined]
    told = (str(person), _array(authorities), _array(units), "{" + ",".join(represented) + "}")
    with connection.cursor() as cursor:
        backend = _backend()
        now = backend.clock()
        cursor.execute(_ENTER, [*told, *sealed(told, backend=backend, until=int(now) + TERM)])
        ((there, *_rest),) = cursor.fetchall()
        if abs(there - now) > SKEW:  # somebody set the clock of the database
            backend = _meet()
            until = int(backend.clock()) + TERM
            cursor.execute(_ENTER, [*told, *sealed(told, backend=backend, until=until)])


@dataclass(frozen=True, slots=True)
class Backend:
    """The process of the database that a connection speaks to, and how its clock stood to ours."""

    pid: int
    started: str  # when its server was started, as it writes that
    offset: float  # seconds of its clock beyond those of our steady one

    def clock(self) -> float:
        """Return what its clock shows, in seconds since 1970."""
        return time.monotonic() + self.offset


@dataclass(frozen=True, slots=True)
class Key:
    """A key that seals what is told: the database keeps the two halves of its HMAC, and its name."""

    id: str
    secret: bytes

    @property
    def halves(self) -> tuple[bytes, bytes]:
        """Return what is hashed before the words, and before the hash of these (RFC 2104)."""
        padded = self.secret.ljust(64, b"\0")
        return bytes(each ^ 0x36 for each in padded), bytes(each ^ 0x5C for each in padded)


def keys() -> tuple[Key, ...]:
    """Return the key of the site's secret, and those of its secrets before: the first one seals."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    made = [
        salted_hmac("motcua.kit.walls", "", secret=each, algorithm="sha256").digest()
        for each in secrets
    ]
    return tuple(Key(hashlib.sha256(each).hexdigest()[:12], each) for each in made)


def sealed(told: Collection[str], *, backend: Backend, until: int) -> tuple[str, str, str]:
    """Return until when what is told holds, the name of the key, and the seal over all of it."""
    key = keys()[0]
    words = "\n".join((*told, str(until), str(backend.pid), backend.started))
    return str(until), key.id, hmac.digest(key.secret, words.encode(), "sha256").hex()


def holds(speaking: "psycopg.Connection[tuple[Any, ...]]") -> bool:
    """Return whether the database believes the seal of this site on a connection of the web's."""
    told = (str(uuid.UUID(int=0)), "{}", "{}", "{}")
    try:
        ((there, started),) = speaking.execute(_MEET).fetchall()
        backend = Backend(speaking.info.backend_pid, started, there - time.monotonic())
        until = int(backend.clock()) + TERM
        speaking.execute(_ENTER, [*told, *sealed(told, backend=backend, until=until)])
        found = speaking.execute("SELECT motcua_walls.told('person')").fetchall()
    except psycopg.Error:
        speaking.rollback()
        return False
    return found == [(told[0],)]


def _backend() -> Backend:
    """Return whom this connection speaks to: asked once for each connection."""
    known = getattr(connection, "walls_backend", None)
    if known is not None and known[0] is connection.connection:
        backend: Backend = known[1]
        return backend
    return _meet()


def _meet() -> Backend:
    with connection.cursor() as cursor:
        cursor.execute(_MEET)
        there, started = cursor.fetchone()
        backend = Backend(connection.connection.info.backend_pid, started, there - time.monotonic())
    connection.walls_backend = (connection.connection, backend)  # type: ignore[attr-defined]
    return backend


@contextlib.contextmanager
def presented(key: str) -> Iterator[None]:
    """Show, within the block, what a visitor holds the key to.

    A key is the code of a case, the printed code or the digest of a document, the digest of a link's
    secret, or the reference of a payment.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT, [key])
    try:
        yield
    finally:
        # After a fault the database takes nothing but the rollback, which takes the key back as well.
        if not connection.needs_rollback and connection.connection is not None:
            with contextlib.suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
                cursor.execute(_PRESENT, [""])


def leave(**signal: object) -> None:
    """Forget for whom the connection was asked; one that cannot forget is closed."""
    if not getattr(connection, "walls_entered", False):
        return
    connection.walls_entered = False  # type: ignore[attr-defined]
    if connection.connection is None:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ENTER, [""] * (len(TOLD) + 3))
    except (DatabaseError, InterfaceError):
        logger.warning("a connection could not be cleared and was closed")
        connection.close()


def _array(keys: Collection[int]) -> str:
    return "{" + ",".join(str(key) for key in sorted(keys)) + "}"


# Sent when the answer is out: clearing the connection keeps nobody waiting, and what an answer still
# reads while it is sent is read for the same person.
request_finished.connect(leave, dispatch_uid="motcua.kit.walls")
