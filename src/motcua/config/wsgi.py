"""The application that granian serves."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
NEEDED = ("SECRET_KEY", "MOTCUA_KEYS_PASSPHRASE", "MOTCUA_GATEWAY_SECRET")


def _is_missing(name: str) -> bool:
    """Return whether a secret is empty; Django itself refuses an empty key as soon as it is read."""
    try:
        return not getattr(settings, name)
    except ImproperlyConfigured:
        return True


missing = [name for name in NEEDED if _is_missing(name)]
if missing:  # outside the demo no secret has a default
    raise SystemExit(
        "Set " + ", ".join(f"MOTCUA_{name.removeprefix('MOTCUA_')}" for name in missing)
    )
application = get_wsgi_application()
