"""The addresses of signing in and out."""

from django.urls import path

from motcua.identity.views import choosing, electronic

app_name = "identity"
urlpatterns = [
    path("sign-in/", choosing.choose, name="sign-in"),
    path("sign-in/choose/", choosing.enter, name="enter"),
    path("sign-in/vneid/", electronic.begin, name="begin"),
    path("sign-in/vneid/back/", electronic.back, name="back"),
    path("sign-in/more/", electronic.more, name="more"),
    path("sign-out/", choosing.leave, name="sign-out"),
]
