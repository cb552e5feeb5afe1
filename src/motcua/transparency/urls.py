"""The addresses of the public log, under /log/."""

from django.urls import path

from motcua.transparency import views

app_name = "log"
urlpatterns = [
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("cosigned", views.cosigned, name="cosigned"),
    path("key", views.key, name="key"),
    path("tile/<path:path>", views.tile, name="tile"),
]
