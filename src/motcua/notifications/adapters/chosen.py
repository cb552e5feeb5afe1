"""Which senders serve here."""

from django.conf import settings
from django.utils.module_loading import import_string

from motcua.notifications import ports
from motcua.notifications.adapters.mail import Mail
from motcua.notifications.values import EMAIL

NONE = (
    "django.core.mail.backends.dummy.EmailBackend"  # what the settings name where no mail is set up
)


def sender(channel: str) -> ports.Sender | None:
    """Return who sends on a channel here, or None where nobody does.

    For SMS it is the class that MOTCUA_SMS_ADAPTER names; no provider comes with the product.
    """
    if channel == EMAIL:
        return None if settings.EMAIL_BACKEND == NONE else Mail()
    if not settings.MOTCUA_SMS_ADAPTER:
        return None
    made: ports.Sender = import_string(settings.MOTCUA_SMS_ADAPTER)()
    return made
