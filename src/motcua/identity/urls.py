"""The addresses of signing in and out, and of one's second factors.

The second list keeps the names by which django-allauth finds its pages.
"""

from django.urls import include, path

from motcua.identity.views import choosing, electronic, factors, official

ours = [
    path("sign-in/", choosing.choose, name="sign-in"),
    path("sign-in/choose/", choosing.enter, name="enter"),
    path("sign-in/vneid/", electronic.begin, name="begin"),
    path("sign-in/vneid/back/", electronic.back, name="back"),
    path("sign-in/more/", electronic.more, name="more"),
    path("sign-out/", choosing.leave, name="sign-out"),
    path("account/security/", factors.security, name="security"),
    path("account/security/sessions/", factors.end_sessions, name="end-sessions"),
]
library = [
    path("sign-in/official/", official.Password.as_view(), name="account_login"),
    path("sign-in/passkey/", official.Passkey.as_view(), name="mfa_login_webauthn"),
    path("sign-in/second-factor/", official.SecondFactor.as_view(), name="mfa_authenticate"),
    path(
        "sign-in/password/<str:uidb36>/<str:key>/",
        official.NewPassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path("account/security/", factors.security, name="mfa_index"),
    path("account/security/app/", factors.AddApp.as_view(), name="mfa_activate_totp"),
    path("account/security/app/remove/", factors.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("account/security/passkey/", factors.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "account/security/passkey/<int:pk>/remove/",
        factors.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("account/security/codes/", factors.Codes.as_view(), name="mfa_view_recovery_codes"),
    path(
        "account/security/codes/new/",
        factors.NewCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path("account/again/", factors.AgainByPassword.as_view(), name="account_reauthenticate"),
    path("account/again/code/", factors.AgainByCode.as_view(), name="mfa_reauthenticate"),
    path(
        "account/again/passkey/",
        factors.AgainByPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
]
urlpatterns = [path("", include((ours, "identity"))), *library]
