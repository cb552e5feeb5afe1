"""What we ask of a way out: a mail server, a sender of SMS."""

from typing import Protocol

from motcua.notifications.values import Message


class Sender(Protocol):
    """An outside system that takes a message to a person."""

    def send(self, message: Message, *, to: str) -> None:
        """Hand a message over; raises AddressRefused for good, kit's Unavailable to try again later."""
        ...
