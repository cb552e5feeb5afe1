from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "motcua.design"
    label = "design"
