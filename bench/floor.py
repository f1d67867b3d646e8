"""The floor: the least that Django can do for the same rows and the same bytes.

The portal's tables, a session, a signed-in person, one query, one plain template. No translation, no form,
no component, no right, no message rendered: what a page costs above it is what the portal is.
"""

import os

import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.configure(
    SECRET_KEY=os.environ["SECRET_KEY"],
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="bench.floor_pages",
    DATABASES={"default": environ.Env().db_url("DATABASE_URL") | {"CONN_MAX_AGE": 60}},
    INSTALLED_APPS=[
        "requests_app",
        "planning",
        "privacy",
        "notifications",
        "workflow",
        "documents",
        "accounts",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    AUTH_USER_MODEL="accounts.User",
    LOGIN_URL="/",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [os.path.join(os.path.dirname(os.path.abspath(__file__)), "templates")],
        }
    ],
    STORAGES={"documents": {"BACKEND": "django.core.files.storage.FileSystemStorage"}},
    LANGUAGE_CODE="fr",
    LANGUAGES=[("fr", "français"), ("en", "English")],
    TIME_ZONE="Europe/Paris",
    PORTAL_URL="http://127.0.0.1",
)

application = get_wsgi_application()
