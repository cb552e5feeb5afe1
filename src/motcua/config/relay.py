"""The relay's loop: it reads the log past its cursor until it is told to stop."""

import logging
import threading

from django.db import Error, close_old_connections, connection

from motcua.config.wiring import COUNTER, COUNTS, REACTIONS
from motcua.transparency import actions as transparency

PAUSE = 0.2  # seconds between looks at a log where nothing new was found
LONG_PAUSE = 2.0  # seconds while the database is away

logger = logging.getLogger(__name__)


def run(stop: threading.Event) -> None:
    """Relay until `stop` is set; a database that is away is waited for."""
    while not stop.is_set():
        try:
            told = transparency.relay(REACTIONS)
            counted = transparency.relay(COUNTS, reader=COUNTER)
            pause = 0.0 if told or counted else PAUSE
        except Error as error:
            logger.warning("the relay waits for the database: %s", error)
            close_old_connections()
            connection.close()
            pause = LONG_PAUSE
        stop.wait(pause)
    connection.close()
