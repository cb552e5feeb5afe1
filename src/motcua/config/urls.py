"""The addresses of the product."""

from django.urls import path
from django.views.generic import RedirectView

from motcua.config.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    # The address that is printed on documents.
    path("verify/<str:token>", RedirectView.as_view(url="/api/v1/verifications/%(token)s")),
]
handler404 = "motcua.config.api.not_found"
handler500 = "motcua.config.api.failed"
