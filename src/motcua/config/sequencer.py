"""The sequencer's loop, and the cosigner's: they publish the log behind the writes, until told to stop."""

import logging
import threading
from collections.abc import Mapping

from django.db import Error, close_old_connections, connection

from motcua.kit import clock
from motcua.kit.errors import Refused
from motcua.transparency import actions as transparency

PAUSE = 0.2  # seconds between looks at a log where nothing new was found
COSIGNING = 1.0  # seconds between looks at a checkpoint that all witnesses have signed
AWAY = 1.0  # seconds while the database is away
LONG_PAUSE = 5.0  # seconds while a person has to look

logger = logging.getLogger(__name__)


def run(stop: threading.Event) -> None:
    """Sequence until `stop` is set; what cannot go on is told, and tried again later."""
    said = ""
    while not stop.is_set():
        try:
            pause = 0.0 if transparency.sequence(at=clock.now()) else PAUSE
            said = ""
        except (Error, OSError) as error:
            logger.warning("the sequencer waits: %s", error)
            close_old_connections()
            connection.close()
            pause = AWAY
        except Refused as refusal:
            pause, said = LONG_PAUSE, _once(said, str(refusal))
        stop.wait(pause)
    connection.close()


def cosign(stop: threading.Event) -> None:
    """Collect the cosignatures of witnesses until `stop` is set; one that is away is told of once."""
    seen: Mapping[str, int] = {}
    told: Mapping[str, str] = {}
    said = ""
    while not stop.is_set():
        try:
            seen, away = transparency.collect(seen=seen)
            for name, why in away.items():
                if told.get(name) != why:
                    logger.warning("the witness %s did not cosign: %s", name, why)
            pause = LONG_PAUSE if away else COSIGNING
            told, said = away, ""
        except OSError as error:
            logger.warning("no cosignatures: %s", error)
            pause = LONG_PAUSE
        except Refused as refusal:
            pause, said = LONG_PAUSE, _once(said, str(refusal))
        stop.wait(pause)


def _once(said: str, words: str) -> str:
    """Tell what is wrong when it is not what was told last."""
    if words != said:
        logger.error("the public log stands still: %s", words)
    return words
