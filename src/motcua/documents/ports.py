"""What we ask of a scanner for harmful software."""

from typing import IO, Protocol


class Scanner(Protocol):
    """An outside program that knows harmful software when it sees it."""

    def scan(self, stream: IO[bytes]) -> str:
        """Return the name of what is in a file, or "" for nothing; raises kit's Unavailable."""
        ...
