"""The addresses of the language switch and, in the demo, of the gallery."""

from django.conf import settings
from django.urls import path

from motcua.design.views import gallery, language

app_name = "design"
urlpatterns = [path("language/<slug:code>/", language.choose, name="language")]
if settings.MOTCUA_DEMO:
    urlpatterns += [
        path("design/", gallery.show, name="gallery"),
        path("design/official/", gallery.show_official, name="gallery-official"),
        path("design/flow.bpmn", gallery.flow, name="gallery-flow"),
    ]
