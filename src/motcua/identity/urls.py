"""The addresses of signing in and out."""

from django.urls import path

from motcua.identity import views

app_name = "identity"
urlpatterns = [
    path("sign-in/", views.choose, name="sign-in"),
    path("sign-in/choose/", views.enter, name="enter"),
    path("sign-out/", views.leave, name="sign-out"),
]
