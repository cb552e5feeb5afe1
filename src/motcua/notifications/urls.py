"""The addresses that letters lead to."""

from django.urls import path

from motcua.notifications import views

app_name = "notifications"
urlpatterns = [
    path("letters/stop/<str:token>/", views.stop, name="stop"),
    path("letters/confirm/<str:token>/", views.confirm, name="confirm"),
]
