"""Settings of the portal, all from the environment; `.env.example` describes each of them.

PORTAL_MODE says what the rest defaults to: `demo` (everything in `var/`, nothing to give), `production`
(starts only when all that it needs is given), `test`.
"""

import hashlib
import hmac
import os
import re
import secrets
import tempfile
from pathlib import Path
from urllib.parse import quote, urlsplit

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from cdc_portal import brokers

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

PORTAL_MODE = env.str("PORTAL_MODE", default="demo")
if PORTAL_MODE not in {"demo", "production", "test"}:
    raise ImproperlyConfigured(f"PORTAL_MODE must be demo, production or test, not {PORTAL_MODE!r}.")
DEMO, PRODUCTION, TEST = (mode == PORTAL_MODE for mode in ("demo", "production", "test"))
if not TEST:
    environ.Env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))


def required(name, demo):
    """A setting that production must be given and that the other modes may do without."""
    value = env.str(name, default="")
    if value:
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"{name} is missing: production does not start without it.")
    return demo() if callable(demo) else demo


def kept_secret():
    """A secret made once and kept in `var/`, so that sessions outlive a restart of the demo."""
    place = VAR_DIR / "secret-key"
    try:
        with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass  # made by an earlier start, or by another process of this one
    return place.read_text()


# Run-time data: the database, documents, mail and broker of the embedded default.
VAR_DIR = Path(
    env.str("VAR_DIR", default="") or (tempfile.mkdtemp(prefix="portal-") if TEST else BASE_DIR / "var")
)
VAR_DIR.mkdir(parents=True, exist_ok=True)

# --- Secrets and addresses ---------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
if DEBUG and PRODUCTION:
    raise ImproperlyConfigured("DEBUG is on: production does not start with it.")

SECRET_KEY = required("SECRET_KEY", kept_secret)
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is shorter than 50 characters: production does not start with it.")
# Seals the event log. Apart from SECRET_KEY, so that this one can change without breaking the seals.
HISTORY_KEY = required(
    "HISTORY_KEY", lambda: hmac.new(SECRET_KEY.encode(), b"history", hashlib.sha256).hexdigest()
)

HOST = env.str("HOST", default="") or "127.0.0.1"
PORT = env.int("PORT", default=8000)
WEB_WORKERS = env.int("WEB_WORKERS", default=2 if PRODUCTION else 1)
WEB_THREADS = env.int("WEB_THREADS", default=4)
WORKER_THREADS = env.int("WORKER_THREADS", default=4)
# The address people type; the links of messages start with it.
PORTAL_URL = required("PORTAL_URL", f"http://{HOST}:{PORT}").rstrip("/")
HTTPS = env.bool("HTTPS", default=PORTAL_URL.startswith("https://"))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
if not ALLOWED_HOSTS:
    required("ALLOWED_HOSTS", "")
    # Loopback names and the one that was asked for; "*" only when the demo listens on all addresses.
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", urlsplit(PORTAL_URL).hostname]
    if HOST in {"0.0.0.0", "::"}:  # noqa: S104
        ALLOWED_HOSTS = ["*"]
CSRF_TRUSTED_ORIGINS = [PORTAL_URL] if HTTPS else []
# Where « Retour exploitation » leads: the platform the users came from. Empty: no such link.
HOST_PLATFORM_URL = env.str("HOST_PLATFORM_URL", default="")

# --- Rooms -------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "cdc_portal",
    "demo",
    "custody",
    "requests_app",
    "planning",
    "privacy",
    "notifications",
    "workflow",
    "documents",
    "accounts",
    "ui",
    "django_fsm",
    "django_htmx",
    "django_filters",
    "lucide",
    "csp",
    "allauth",
    "allauth.account",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "requests_app.middleware.CountMiddleware",
    # Last, so that the page it answers with knows the person and their language.
    "cdc_portal.middleware.TooLargeMiddleware",
    "documents.middleware.UnopenedMiddleware",
]
ROOT_URLCONF = "cdc_portal.urls"
WSGI_APPLICATION = "cdc_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "ui.context.frame",
            ]
        },
    }
]
FORM_RENDERER = "ui.renderer.FormRenderer"

# --- Data --------------------------------------------------------------------------------------------

if PRODUCTION:
    required("DATABASE_URL", "")
DATABASES = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{quote(str(VAR_DIR / 'portal.sqlite3'))}")
}
database = DATABASES["default"]
if database["ENGINE"].endswith("sqlite3"):
    # Several processes write: with the defaults one in ten transactions met a locked database.
    database.setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command=f"PRAGMA journal_mode=WAL; PRAGMA synchronous={'OFF' if TEST else 'NORMAL'};",
    )
    # A file, since threads of the live server that share one memory database share its transaction too.
    database["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    database["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
    database["CONN_HEALTH_CHECKS"] = True
    # PostgreSQL compiles a statement that it believes to be dear: five times what the board's then takes to run.
    database.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
    suffix = env.str("TEST_DB_SUFFIX", default="")
    database["TEST"] = {"NAME": "_".join(filter(None, ["test", database["NAME"], suffix]))}

REDIS_URL = required("REDIS_URL", lambda: "" if TEST else brokers.running(VAR_DIR))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": brokers.for_cache(REDIS_URL),
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "portal"}
    if TEST
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": VAR_DIR / "cache"}
}

# Whether production gets only what was delivered to qualification before.
QUALIFICATION_FIRST = env.bool("QUALIFICATION_FIRST", default=False)

DOCUMENT_MAX_BYTES = env.int("DOCUMENT_MAX_BYTES", default=25 * 2**20)
# The kinds of content that are taken in, such as "application/pdf" or "image/*"; none for all of them.
DOCUMENT_MEDIA_TYPES = env.list("DOCUMENT_MEDIA_TYPES", default=[])
DOCUMENTS_MAX_PER_REQUEST = env.int("DOCUMENTS_MAX_PER_REQUEST", default=60)
DOCUMENTS_MAX_BYTES_PER_REQUEST = env.int("DOCUMENTS_MAX_BYTES_PER_REQUEST", default=500 * 2**20)
# What all documents together may weigh; 0 for whatever the storage takes.
DOCUMENTS_QUOTA_BYTES = env.int("DOCUMENTS_QUOTA_BYTES", default=0)
# What the pages' script sends at once of a file: what a failed network costs at the most.
DOCUMENT_PART_BYTES = env.int("DOCUMENT_PART_BYTES", default=2**20)
# How many pictures of papers make one PDF at the most.
ALBUM_MAX_PICTURES = env.int("ALBUM_MAX_PICTURES", default=40)
# Keys of 32 bytes in hexadecimal: the first seals what the documents' storage keeps, all of them open it. None: it
# is kept as it is handed over.
DOCUMENTS_KEYS = env.list("DOCUMENTS_KEYS", default=[])
if not all(re.fullmatch("[0-9a-fA-F]{64}", key) for key in DOCUMENTS_KEYS):
    raise ImproperlyConfigured(
        "DOCUMENTS_KEYS: each key must have 64 hexadecimal digits; separate them by commas."
    )
# What a form may carry beside its files, and what one sending may carry in all.
DATA_UPLOAD_MAX_MEMORY_SIZE = env.int("DATA_UPLOAD_MAX_MEMORY_SIZE", default=3 * 2**20)
BODY_MAX_BYTES = env.int("BODY_MAX_BYTES", default=256 * 2**20)
# The same for somebody who is not signed in: the copy of a document whose code they type.
ANONYMOUS_BODY_MAX_BYTES = env.int("ANONYMOUS_BODY_MAX_BYTES", default=32 * 2**20)
# How often a minute one address may ask whether a document is genuine.
VERIFICATIONS_A_MINUTE = env.int("VERIFICATIONS_A_MINUTE", default=30)
# The portal's own, since what breaks off there is cleaned up; and on a disk, where /tmp may be memory.
FILE_UPLOAD_TEMP_DIR = Path(env.str("FILE_UPLOAD_TEMP_DIR", default="") or VAR_DIR / "uploads")
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)

# Pages to read are made of documents by programs that may use so much of the machine, and no more.
LIBREOFFICE = env.str("LIBREOFFICE", default="") or "soffice"
PREVIEW_MAX_PAGES = env.int("PREVIEW_MAX_PAGES", default=200)
PREVIEW_SECONDS = env.int("PREVIEW_SECONDS", default=60)
PREVIEW_MEMORY_BYTES = env.int("PREVIEW_MEMORY_BYTES", default=2 * 2**30)
PREVIEWS_AT_ONCE = env.int("PREVIEWS_AT_ONCE", default=2)

# ClamAV's daemon, by the path of its socket or by host:port; empty: files are not checked. Without its verdict a
# file is held, or released as not checked.
CLAMD = env.str("CLAMD", default="")
CLAMD_AWAY = env.str("CLAMD_AWAY", default="hold")
if CLAMD_AWAY not in {"hold", "release"}:
    raise ImproperlyConfigured(f"CLAMD_AWAY must be hold or release, not {CLAMD_AWAY!r}.")

s3 = {
    "bucket_name": env.str("DOCUMENTS_S3_BUCKET", default=""),
    "endpoint_url": env.str("DOCUMENTS_S3_ENDPOINT", default="") or None,
    "region_name": env.str("DOCUMENTS_S3_REGION", default="") or None,
    "access_key": env.str("DOCUMENTS_S3_ACCESS_KEY", default="") or None,
    "secret_key": env.str("DOCUMENTS_S3_SECRET_KEY", default="") or None,
    "addressing_style": "path",
}
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "files"},
    },
    # Neither gives an address: documents are served by views that ask who is looking.
    "documents": {"BACKEND": "documents.storage.PrivateBucket", "OPTIONS": s3}
    if s3["bucket_name"]
    else {
        "BACKEND": "documents.storage.PrivateFolder",
        "OPTIONS": {"location": env.str("DOCUMENTS_DIR", default="") or VAR_DIR / "documents"},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Production alone collects them; elsewhere they are served from where they lie, so that a start is quick.
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 60 if PRODUCTION else 0

# --- People and sign-in ------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.PeopleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "notifications.signin.OutboxAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
# People are invited: who could set a password held the mailbox.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# Otherwise anybody could have the portal write to any address.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "reset_password": "accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetForm",
    "change_password": "accounts.forms.PasswordForm",
}
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# allauth's limits as they come, but for tests, whose many sign-ins come from one address.
if TEST:
    ACCOUNT_RATE_LIMITS = False
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# --- Security ----------------------------------------------------------------------------------------

# How many proxies stand in front: each adds one address to X-Forwarded-For and says the scheme.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^sante/$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = [
    # The portal cannot decide for the other hosts of its domain, nor enter it in browsers' lists.
    "security.W005",
    "security.W021",
    # Documents open in a frame of the portal's own pages.
    "security.W019",
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
    }
}

# --- Languages ---------------------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

# --- Working days --------------------------------------------------------------------------------------

# Whose public holidays nobody works on: a country, and its zone where zones differ (57 for the Moselle).
HOLIDAYS_COUNTRY = env.str("HOLIDAYS_COUNTRY", default="FR")
HOLIDAYS_SUBDIVISION = env.str("HOLIDAYS_SUBDIVISION", default="")

# What a person gives to requests in a day unless the page of leave says otherwise.
HOURS_PER_DAY = env.int("HOURS_PER_DAY", default=7)
# After how many working days without an answer at steps 5 and 7 the client is reminded; empty: never.
SILENCE_REMINDER_DAYS = env.list("SILENCE_REMINDER_DAYS", cast=int, default=[5, 10, 20])
# Within how many working days of its sending a specification is to be ruled on, and when the DPOs are reminded:
# working days after that date, negative before it; empty: never.
RULING_DUE_DAYS = env.int("RULING_DUE_DAYS", default=10)
RULING_REMINDER_DAYS = env.list("RULING_REMINDER_DAYS", cast=int, default=[-3, 0, 5])
# After how many working days of step 6 the client is reminded of the conditions of the ruling that are its own; empty:
# never.
OWED_REMINDER_DAYS = env.list("OWED_REMINDER_DAYS", cast=int, default=[5, 15, 30])
# When the owner of a dated action is reminded: working days after its day, negative before it (empty: never), then
# every so many working days while it is late (0: no more).
ACTION_REMINDER_DAYS = env.list("ACTION_REMINDER_DAYS", cast=int, default=[-5, 0])
ACTION_LATE_EVERY_DAYS = env.int("ACTION_LATE_EVERY_DAYS", default=5)

# --- The portal's own duties ----------------------------------------------------------------------------


def kept_for(name, default):
    """How long something is kept, a whole number of the unit that the name ends with; 0 for ever."""
    length = env.int(name, default=default)
    if length < 0:
        raise ImproperlyConfigured(f"{name} is below zero: it says how long something is kept.")
    return length


RETENTION_ACCOUNTS_MONTHS = kept_for("RETENTION_ACCOUNTS_MONTHS", 24)
RETENTION_WARNING_MONTHS = kept_for("RETENTION_WARNING_MONTHS", 23)
if RETENTION_ACCOUNTS_MONTHS and not 0 < RETENTION_WARNING_MONTHS < RETENTION_ACCOUNTS_MONTHS:
    raise ImproperlyConfigured(
        "RETENTION_WARNING_MONTHS must be above zero and below RETENTION_ACCOUNTS_MONTHS."
    )
RETENTION_ACCESS_LOGS_MONTHS = kept_for("RETENTION_ACCESS_LOGS_MONTHS", 12)
RETENTION_CANCELLED_DOCUMENTS_MONTHS = kept_for("RETENTION_CANCELLED_DOCUMENTS_MONTHS", 12)
RETENTION_EVIDENCE_YEARS = kept_for("RETENTION_EVIDENCE_YEARS", 5)
RETENTION_MESSAGES_DAYS = kept_for("RETENTION_MESSAGES_DAYS", 30)
# The ledger by which erasures are done again on a restored backup: to be kept where the backups are not.
ERASURES_FILE = Path(env.str("ERASURES_FILE", default="") or VAR_DIR / "erasures.json")

# --- Messages ----------------------------------------------------------------------------------------

MAIL_FROM = DEFAULT_FROM_EMAIL = SERVER_EMAIL = required("MAIL_FROM", "portail@portail.example")
MAIL_ATTACHMENTS_MAX_BYTES = env.int("MAIL_ATTACHMENTS_MAX_BYTES", default=8 * 2**20)
# Where messages go that no SMTP server takes: one file each, shown by the demo.
MAIL_DIR = VAR_DIR / "mail"
EMAIL_BACKEND = "notifications.transport.FilesBackend"
if required("EMAIL_URL", ""):
    vars().update(env.email_url("EMAIL_URL"))
    if EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
        # The outbox must know the moment between a message's envelope and its content.
        EMAIL_BACKEND = "notifications.transport.SmtpBackend"
# How long a sending may take before the sweep calls it lost: above EMAIL_TIMEOUT.
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=300)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=30)

CELERY_BROKER_URL = brokers.for_celery(REDIS_URL)
if TEST and not REDIS_URL:
    CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Above the longest task and countdown; what waits longer belongs to the outbox and to beat.
    "visibility_timeout": env.int("TASK_VISIBILITY_TIMEOUT", default=300),
    # Looked for every 100 s otherwise.
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 3,
    "socket_timeout": 30,
}
if CELERY_BROKER_URL == brokers.FILES_URL:
    messages_dir = VAR_DIR / "messages"
    for part in ("queue", "control"):
        (messages_dir / part).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(messages_dir / "queue"),
        "data_folder_out": str(messages_dir / "queue"),
        "control_folder": str(messages_dir / "control"),
        "polling_interval": 0.1,
    }
elif TEST and REDIS_URL:
    # Each test process has its own queue and cache in the server they share.
    TEST_KEY_PREFIX = f"portal-test-{os.getpid()}-"
    CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = TEST_KEY_PREFIX
    CACHES["default"]["KEY_PREFIX"] = TEST_KEY_PREFIX
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 3
# A sending that cannot reach the broker must not hold a page up: the sweep finds the message.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1, "interval_step": 0.1}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
# Files carry no questions to workers.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = CELERY_BROKER_URL != brokers.FILES_URL
CELERY_TASK_DEFAULT_QUEUE = "portal"
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
# Written after each task, so that its age tells whether beat lives.
CELERY_BEAT_SYNC_EVERY = 1
SWEEP_SECONDS = env.int("SWEEP_SECONDS", default=10 if DEMO else 60)
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "notifications.tasks.sweep", "schedule": SWEEP_SECONDS},
    "sweep-proofs": {"task": "requests_app.tasks.sweep_proofs", "schedule": SWEEP_SECONDS},
    # Each hour of the day rather than once, so that a stop of beat costs an hour; each is told once all the same.
    "remind-silent-clients": {
        "task": "requests_app.tasks.remind_silent_clients",
        "schedule": crontab(minute=5, hour="8-18"),
    },
    "remind-owing-clients": {
        "task": "requests_app.tasks.remind_owing_clients",
        "schedule": crontab(minute=5, hour="8-18"),
    },
    "remind-due-actions": {
        "task": "requests_app.tasks.remind_due_actions",
        "schedule": crontab(minute=10, hour="8-18"),
    },
    "remind-forecast-ends": {
        "task": "requests_app.tasks.remind_forecast_ends",
        "schedule": crontab(minute=15, hour="8-18"),
    },
    "remind-dpos": {
        "task": "requests_app.tasks.remind_dpos",
        "schedule": crontab(minute=10, hour="8-18"),
    },
    # Likewise: once a fortnight, from its first working day on.
    "tell-load": {"task": "requests_app.tasks.tell_load", "schedule": crontab(minute=10, hour="7-18")},
    "tell-where-nobody-can-rule": {"task": "requests_app.tasks.tell_where_nobody_can_rule", "schedule": 300},
    "sweep-scans": {"task": "documents.tasks.sweep_scans", "schedule": SWEEP_SECONDS},
    "sweep-previews": {"task": "documents.tasks.sweep_previews", "schedule": SWEEP_SECONDS},
    "sweep-exports": {"task": "custody.tasks.sweep_exports", "schedule": SWEEP_SECONDS},
    # At night, when nobody waits for the database.
    "apply-retention": {
        "task": "custody.tasks.apply_retention",
        "schedule": crontab(minute=20, hour=3),
    },
    "clean-orphans": {"task": "documents.tasks.clean_orphans", "schedule": 24 * 3600},
}

# --- Logs: ids, never names or text ------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["stderr"],
        "level": env.str("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING"),
    },
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Celery's own lines repeat each task's arguments and traces at INFO.
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        # It repeats the addresses that a text asks for.
        "weasyprint": {"level": "CRITICAL"},
    },
}
