"""How letters leave the house, from one address as the environment gives it."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from motcua.kit.env import Misconfigured

BACKENDS = "django.core.mail.backends"
PORTS = {"smtp": 587, "smtps": 465}  # with STARTTLS; with TLS from the first byte (RFC 8314)
PATIENCE = 20  # seconds for a mail server that does not answer


def settings(url: str, *, folder: Path, is_demo: bool) -> dict[str, object]:
    """Return Django's settings of mail; without an address letters are files in the demo, else none go.

    Raises Misconfigured for an address that is not smtp://user:password@host:port or smtps://...
    """
    if not url:
        kind = "filebased" if is_demo else "dummy"
        return {"EMAIL_BACKEND": f"{BACKENDS}.{kind}.EmailBackend", "EMAIL_FILE_PATH": str(folder)}
    wrong = "MOTCUA_MAIL_URL must look like smtp://user:password@host:587 or smtps://..."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Misconfigured(wrong) from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise Misconfigured(wrong)
    return {
        "EMAIL_BACKEND": f"{BACKENDS}.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        # What goes over the network is encrypted, but to this machine itself.
        "EMAIL_USE_TLS": parts.scheme == "smtp"
        and parts.hostname not in {"127.0.0.1", "localhost"},
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": PATIENCE,
    }
