"""Tells the database for whom it is asked: its row policies show a person only what is theirs to see.

The connection carries who asks from the moment they are known until the answer is sent, and then
forgets it. Where nothing is told, nothing is seen. The policies are in `config/walls.py`.
"""

import contextlib
import logging
import uuid
from collections.abc import Collection, Iterator

from django.core.signals import request_finished
from django.db import DatabaseError, InterfaceError, connection

_ENTER = (
    "SELECT set_config('motcua.person', %s, false), set_config('motcua.authorities', %s, false),"
    " set_config('motcua.units', %s, false), set_config('motcua.represented', %s, false)"
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
    with connection.cursor() as cursor:
        cursor.execute(
            _ENTER,
            [str(person), _array(authorities), _array(units), "{" + ",".join(represented) + "}"],
        )


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
            cursor.execute(_ENTER, ["", "", "", ""])
    except (DatabaseError, InterfaceError):
        logger.warning("a connection could not be cleared and was closed")
        connection.close()


def _array(keys: Collection[int]) -> str:
    return "{" + ",".join(str(key) for key in sorted(keys)) + "}"


# Sent when the answer is out: clearing the connection keeps nobody waiting, and what an answer still
# reads while it is sent is read for the same person.
request_finished.connect(leave, dispatch_uid="motcua.kit.walls")
