"""A gateway that takes no money: for the demo and for tests. Its signatures are real.

A callback has the fields `reference`, `amount`, `receipt` and `signature`. The signature is the hex of
HMAC-SHA256 (RFC 2104) under the shared secret over the other fields, each as `name=value` with both
percent-encoded (RFC 3986), in the order of their names, joined by `&`: no two sets of fields give the
same text.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from motcua.payments import rules
from motcua.payments.errors import Forged, Garbled
from motcua.payments.values import Checkout, Due, Settlement

ADDRESS = "https://fake-gateway.invalid/checkout"  # a name that leads nowhere (RFC 2606, 2)
AMOUNT = re.compile(r"[1-9][0-9]{0,17}")
FIELDS = frozenset({"reference", "amount", "receipt"})


@dataclass(frozen=True, slots=True)
class FakeGateway:
    """Speaks for a gateway, and can act its side: `pay` makes the callback it would send."""

    secret: str = field(repr=False)

    def start(self, due: Due) -> Checkout:
        """Return the address of a checkout that is not there, signed as a real one would be."""
        asked = {"reference": due.reference, "amount": str(due.amount)}
        return Checkout(
            f"{ADDRESS}?{urlencode(asked | {'signature': self._sign(asked)})}", due.reference
        )

    def read(self, callback: Mapping[str, str]) -> Settlement:
        """Return what a callback says once its signature holds; raises Forged and Garbled."""
        fields = {name: value for name, value in callback.items() if name != "signature"}
        given = callback.get("signature", "").encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(self._sign(fields).encode(), given):
            raise Forged()
        if fields.keys() != FIELDS or not AMOUNT.fullmatch(fields["amount"]):
            raise Garbled()
        if not rules.RECEIPT.fullmatch(fields["receipt"]):
            raise Garbled()
        return Settlement(fields["reference"], int(fields["amount"]), fields["receipt"])

    def pay(self, *, reference: str, amount: int, receipt: str) -> dict[str, str]:
        """Return the signed callback that tells of a payment, as the gateway would send it."""
        fields = {"reference": reference, "amount": str(amount), "receipt": receipt}
        return fields | {"signature": self._sign(fields)}

    def _sign(self, fields: Mapping[str, str]) -> str:
        told = "&".join(
            f"{quote(name, safe='', errors='surrogatepass')}="
            f"{quote(value, safe='', errors='surrogatepass')}"
            for name, value in sorted(fields.items())
        )
        return hmac.new(self.secret.encode(), told.encode(), hashlib.sha256).hexdigest()
