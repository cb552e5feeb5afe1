"""The addresses that the pages lead to, for tests of this module alone."""

from django.urls import include, path

urlpatterns = [
    path("", include("motcua.portal.urls")),
    path("", include("motcua.design.urls")),
    path("", include("motcua.identity.urls")),
    path("", include("motcua.payments.urls")),
    path("", include("motcua.notifications.urls")),
    path("log/", include("motcua.transparency.urls")),
]
