"""Which gateway serves here."""

from django.conf import settings

from motcua.payments import ports
from motcua.payments.adapters import fake
from motcua.payments.errors import NoGateway


def gateway() -> ports.Gateway:
    """Return the gateway that serves here; raises NoGateway.

    The only one there is takes no money, so it serves in the demo alone and never without a secret.
    """
    if not settings.MOTCUA_DEMO or not settings.MOTCUA_GATEWAY_SECRET:
        raise NoGateway()
    return fake.FakeGateway(secret=settings.MOTCUA_GATEWAY_SECRET)
