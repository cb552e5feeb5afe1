"""E-mail through Django's mail backend: SMTP in life, files in the demo, memory in tests."""

import smtplib
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage

from motcua.kit.errors import Unavailable
from motcua.notifications.errors import AddressRefused
from motcua.notifications.values import Message

AGAIN = 60  # seconds before a mail server that is away is asked again
PERMANENT = 500  # replies of SMTP from here on are for good (RFC 5321, 4.2.1)


class Mail:
    """The mail server that the settings name."""

    def send(self, message: Message, *, to: str) -> None:
        """Send a letter; raises AddressRefused when its address is refused for good, else Unavailable."""
        letter = EmailMessage(
            message.title,
            message.text,
            settings.DEFAULT_FROM_EMAIL,
            [to],
            headers=_headers(message),
        )
        try:
            letter.send()
        except smtplib.SMTPRecipientsRefused as error:
            if all(_is_permanent(reply) for reply in error.recipients.values()):
                raise AddressRefused() from error
            raise Unavailable("mail", retry_after=AGAIN) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable("mail", retry_after=AGAIN) from error


def _headers(message: Message) -> dict[str, str]:
    """Return what mail programs need: a lasting id, "automatic", and their own button to stop letters.

    RFC 3834 (automatic), RFC 2369 and RFC 8058 (stop at one press).
    """
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    headers = {
        "Message-ID": f"<{message.reference}@{domain}>",
        "Auto-Submitted": "auto-generated",
    }
    if message.stop:
        headers["List-Unsubscribe"] = f"<{message.stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _is_permanent(reply: Sequence[object]) -> bool:
    return isinstance(reply[0], int) and reply[0] >= PERMANENT
