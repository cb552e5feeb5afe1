"""Settings: what runs where. They fail closed: outside the demo, secrets have no defaults."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from motcua.config import mail
from motcua.kit import database, env

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1]

MOTCUA_DEMO = env.flag("MOTCUA_DEMO")
MOTCUA_VAR = env.folder("MOTCUA_VAR", ROOT / "var")  # everything that is written at run time
MOTCUA_PROCEDURES = env.folder("MOTCUA_PROCEDURES", ROOT / "procedures")
MOTCUA_FONTS = env.optional_folder("MOTCUA_FONTS")  # an authority's own typefaces for documents
MOTCUA_KEYS = env.folder("MOTCUA_KEYS", MOTCUA_VAR / "keys")
MOTCUA_KEYS_PASSPHRASE = env.text("MOTCUA_KEYS_PASSPHRASE", "demo" if MOTCUA_DEMO else "")
MOTCUA_LOG = env.folder("MOTCUA_LOG", MOTCUA_VAR / "log")  # the published log, as static files
MOTCUA_LOG_ORIGIN = env.text("MOTCUA_LOG_ORIGIN", "demo.motcua.example/log" if MOTCUA_DEMO else "")
MOTCUA_LOG_POLICY = env.folder("MOTCUA_LOG_POLICY", MOTCUA_KEYS / "log.policy")  # its witnesses
MOTCUA_LOG_ENTRIES = env.flag(
    "MOTCUA_LOG_ENTRIES"
)  # entries are for anyone to read, not hashes only
MOTCUA_PUBLIC_URL = env.text("MOTCUA_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
MOTCUA_UPLOAD_LIMIT = env.number("MOTCUA_UPLOAD_LIMIT", 20 * 1024 * 1024)  # bytes, one file
MOTCUA_SMS_ADAPTER = env.text(
    "MOTCUA_SMS_ADAPTER", ""
)  # dotted path of a class; none comes with us
MOTCUA_BACKUP_URL = env.text("MOTCUA_BACKUP_URL", "")  # a role that may copy the whole cluster
MOTCUA_CLAMAV = env.text("MOTCUA_CLAMAV", "")  # the daemon's socket, or host:port; none: no scan
MOTCUA_KEPT_PAGES = env.number("MOTCUA_KEPT_PAGES", 400)  # a process; about 20 KB each
MOTCUA_GATEWAY_SECRET = env.text("MOTCUA_GATEWAY_SECRET", "demo" if MOTCUA_DEMO else "")

# The electronic identity (VNeID): an OpenID Connect provider, and what it knows this site by.
MOTCUA_IDENTITY_ISSUER = env.required(
    "MOTCUA_IDENTITY_ISSUER", in_demo="http://127.0.0.1:8001" if MOTCUA_DEMO else None
)
MOTCUA_IDENTITY_CLIENT = env.required(
    "MOTCUA_IDENTITY_CLIENT", in_demo="motcua" if MOTCUA_DEMO else None
)
MOTCUA_IDENTITY_SECRET = env.required(
    "MOTCUA_IDENTITY_SECRET", in_demo="demo" if MOTCUA_DEMO else None
)
MOTCUA_IDENTITY_NUMBER = env.text("MOTCUA_IDENTITY_NUMBER", "personal_id")  # the name of the claim
MOTCUA_IDENTITY_LEVELS = env.text("MOTCUA_IDENTITY_LEVELS", "1,2").split(",")  # values of `acr`
if len(set(MOTCUA_IDENTITY_LEVELS)) != 2:
    raise env.Misconfigured(
        "MOTCUA_IDENTITY_LEVELS names two values of acr, for level 1 and level 2."
    )
if not MOTCUA_DEMO and not MOTCUA_IDENTITY_ISSUER.startswith("https://"):
    raise env.Misconfigured("MOTCUA_IDENTITY_ISSUER begins with https:// outside the demo.")

DEBUG = False
SECRET_KEY = env.text(
    "MOTCUA_SECRET_KEY", "demo-only" if MOTCUA_DEMO else ""
)  # Django refuses an empty one on use
ALLOWED_HOSTS = env.text("MOTCUA_HOSTS", "127.0.0.1,localhost").split(",")
USE_X_FORWARDED_HOST = False

# In life the site is reached over TLS, which a reverse proxy in front speaks; it tells us so in a header.
IS_TLS = MOTCUA_PUBLIC_URL.startswith("https://")
MOTCUA_PROXIES = env.number("MOTCUA_PROXIES", 1 if IS_TLS else 0)  # of ours, one behind the other
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if MOTCUA_PROXIES else None
SECURE_SSL_REDIRECT = IS_TLS
SECURE_HSTS_SECONDS = env.number("MOTCUA_HSTS_SECONDS", 365 * 24 * 3600) if IS_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_TLS

MOTCUA_RATE_ADDRESS = env.number("MOTCUA_RATE_ADDRESS", 3_000)  # requests a minute; 0: no limit.
MOTCUA_RATE_PERSON = env.number("MOTCUA_RATE_PERSON", 600)  # A whole office may share an address.
MOTCUA_RATE_WRITES = env.number(
    "MOTCUA_RATE_WRITES", 120
)  # requests a minute that change something
MOTCUA_REQUEST_LIMIT = env.number("MOTCUA_REQUEST_LIMIT", 210 * 1024 * 1024)  # bytes: ten uploads

DATABASES = {"default": database.settings(MOTCUA_VAR / "postgres")}
# A worker thread keeps its connection; one that broke is closed at the end of the request.
DATABASES["default"]["CONN_MAX_AGE"] = None
# Tries, used codes and the provider's keys are shared by all processes, so they lie in the database too.
KEPT = "locmem.LocMemCache" if MOTCUA_KEPT_PAGES else "dummy.DummyCache"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kept_shortly",
    },
    # Pages that are the same for all who are not signed in, in the memory of each process.
    "pages": {
        "BACKEND": f"django.core.cache.backends.{KEPT}",
        "LOCATION": "pages",
        "TIMEOUT": 60,  # seconds, for what a page depends on beside its key: what is most used
        "OPTIONS": {"MAX_ENTRIES": MOTCUA_KEPT_PAGES},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "identity.Person"

INSTALLED_APPS = [
    "django.contrib.contenttypes",  # of allauth's needs, as is auth: our people are identity.Person
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "motcua.design",
    "motcua.transparency",
    "motcua.identity",
    "motcua.signing",
    "motcua.privacy",
    "motcua.documents",
    "motcua.catalogue",
    "motcua.payments",
    "motcua.notifications",
    "motcua.intake",
    "motcua.cases",
    "motcua.portal",
    "motcua.desk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "motcua.kit.web.moment",
    "motcua.kit.web.policy",
    "motcua.kit.web.sender",
    "motcua.kit.limits.by_address",
    "motcua.kit.web.language",
    "motcua.portal.views.kept.middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "motcua.identity.views.session.signed_in",
    "motcua.kit.limits.by_person",
    "motcua.identity.views.session.gate",
    "motcua.kit.web.errors",
]
PROBLEM_PAGE = "portal/problem.html"  # how a refusal looks to a person
ROOT_URLCONF = "motcua.config.urls"
WSGI_APPLICATION = "motcua.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(MOTCUA_VAR / "files"), "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "build" / "static"  # collected by scripts/assets
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # bytes of a body that is not a file
FILE_UPLOAD_MAX_MEMORY_SIZE = 0  # uploads go through a temporary file, never through memory

globals().update(
    mail.settings(env.text("MOTCUA_MAIL_URL", ""), folder=MOTCUA_VAR / "mail", is_demo=MOTCUA_DEMO)
)
DEFAULT_FROM_EMAIL = env.text("MOTCUA_MAIL_FROM", "Một Cửa <mot-cua@localhost>")

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

# The person signed in is kept on the server; the cookie holds a random key and ends with the day's work.
SESSION_ENGINE = "motcua.identity.adapters.sessions"
SESSION_COOKIE_AGE = 8 * 3600  # seconds
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_TLS
SESSION_COOKIE_NAME = "__Host-sessionid" if IS_TLS else "sessionid"  # of this host alone
CSRF_COOKIE_NAME = "__Host-csrftoken" if IS_TLS else "csrftoken"
CSRF_FAILURE_VIEW = "motcua.config.api.forged"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# Signing in: allauth carries the flows, `identity.views.hooks` answers its questions.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "/sign-in/"
ACCOUNT_ADAPTER = "motcua.identity.views.hooks.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "personal_id"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # nobody signs in by mail
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_RATE_LIMITS = {  # wrong passwords: from one address, for an account from one, for it from all
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "login_failed_anywhere": "50/5m/key",
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
PASSWORD_RESET_TIMEOUT = 24 * 3600  # seconds that a link to set a password works
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
MFA_ADAPTER = "motcua.identity.views.hooks.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# Of a device whose clock is half a minute off; a code that was used is refused for as long as it holds.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "motcua.identity.forms.CodeToSignIn",
    "reauthenticate": "motcua.identity.forms.CodeAgain",
    "login_webauthn": "motcua.identity.forms.ShownToSignIn",
    "authenticate_webauthn": "motcua.identity.forms.ShownAsSecond",
    "reauthenticate_webauthn": "motcua.identity.forms.ShownAgain",
    "add_webauthn": "motcua.identity.forms.Added",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
SOCIALACCOUNT_ADAPTER = "motcua.identity.views.hooks.SocialAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "vneid",
                "name": "VNeID",
                "client_id": MOTCUA_IDENTITY_CLIENT,
                "secret": MOTCUA_IDENTITY_SECRET,
                "settings": {
                    "server_url": MOTCUA_IDENTITY_ISSUER,
                    "token_auth_method": "client_secret_basic",
                },
            }
        ],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = (
    "DENY"  # the files that the desk shows within its pages say otherwise for themselves
)
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "motcua.kit.logs.Formatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A refusal is an answer, not a fault: it is told to the person, not to the log of the server.
    # Django's own handlers would send a fault, with the request, by mail: they are taken away.
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
        "django.security": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
