"""The application that granian serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
if not settings.SECRET_KEY:  # Django itself refuses an empty one as soon as it is read
    raise SystemExit("Set MOTCUA_SECRET_KEY.")
application = get_wsgi_application()
