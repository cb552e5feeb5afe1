"""The addresses of paying."""

from django.urls import path

from motcua.payments import views

app_name = "payments"
urlpatterns = [
    path("payments/<uuid:due_id>/checkout/", views.checkout, name="checkout"),
    path("payments/<uuid:due_id>/bank/", views.bank, name="bank"),
]
