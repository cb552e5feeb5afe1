"""Background work of notices: each job calls one action, and is tried again when mail is away."""

import uuid

from django.db import InterfaceError, OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from motcua.kit import clock
from motcua.kit.errors import Unavailable
from motcua.notifications import actions

# 1 min, 2 min, 3 min ... for two days and more; what is older is given up by the action itself.
AWAY = [Unavailable, OperationalError, InterfaceError]  # mail, or the database itself
AGAIN = RetryStrategy(max_attempts=80, linear_wait=60, retry_exceptions=AWAY)


@app.task(name=actions.DELIVER, retry=AGAIN)
def deliver(*, delivery_id: str) -> None:
    """Hand a notice over to its channel."""
    actions.deliver(uuid.UUID(delivery_id), at=clock.now())


@app.task(name=actions.ASK, retry=AGAIN)
def ask_to_confirm(*, person_id: str) -> None:
    """Send the letter that asks whether an address is its person's."""
    actions.ask_to_confirm(uuid.UUID(person_id))
