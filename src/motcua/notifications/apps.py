"""The Django app of notices."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Notices and channels."""

    name = "motcua.notifications"
    label = "notifications"
