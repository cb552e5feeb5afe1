"""The addresses of the product."""

from django.urls import include, path

from motcua.config.api import api

urlpatterns = [
    path("", include("motcua.design.urls")),
    path("", include("motcua.identity.urls")),
    path("", include("motcua.portal.urls")),
    path("", include("motcua.payments.urls")),
    path("", include("motcua.notifications.urls")),
    path("desk/", include("motcua.desk.urls")),
    path("log/", include("motcua.transparency.urls")),
    path("api/v1/", api.urls),
]
handler404 = "motcua.config.api.not_found"
handler429 = "motcua.identity.views.official.too_many"
handler500 = "motcua.config.api.failed"
