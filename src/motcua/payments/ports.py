"""What we ask of a payment gateway."""

from collections.abc import Mapping
from typing import Protocol

from motcua.payments.values import Checkout, Due, Settlement


class Gateway(Protocol):
    """An outside system that takes payments and tells of them by a signed callback."""

    def start(self, due: Due) -> Checkout:
        """Return where the payer goes to pay; raises kit's Unavailable when nobody answers."""
        ...

    def read(self, callback: Mapping[str, str]) -> Settlement:
        """Return what a callback says once its signature holds; raises Forged and Garbled."""
        ...
