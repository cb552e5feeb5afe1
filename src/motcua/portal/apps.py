"""The Django app of the portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The citizen's site."""

    name = "motcua.portal"
