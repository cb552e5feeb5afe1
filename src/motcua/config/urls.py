"""The addresses of the product."""

from django.urls import path

from motcua.config.api import api

urlpatterns = [path("api/v1/", api.urls)]
handler404 = "motcua.config.api.not_found"
handler500 = "motcua.config.api.failed"
