"""What production refuses to start with, and what the demo makes for itself."""

import os
import re
import stat
import subprocess
import sys

import pytest

from tests.processes import ROOT

SECRET = "s" * 64
PRODUCTION = {
    "PORTAL_MODE": "production",
    "SECRET_KEY": SECRET,
    "HISTORY_KEY": SECRET,
    "PORTAL_URL": "https://portail.example",
    "ALLOWED_HOSTS": "portail.example",
    "DATABASE_URL": "postgres://portal@127.0.0.1:5432/portal",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp://mail.example:25",
    "MAIL_FROM": "portail@portail.example",
}


def settings_with(folder, environment, expression="''"):
    """Load the settings in a process of their own; returns (what `expression` gave, what was complained of)."""
    done = subprocess.run(
        [sys.executable, "-c", f"from cdc_portal import settings as s; print(({expression}))"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(folder), "ENV_FILE": os.devnull, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    complaint = re.search(r"ImproperlyConfigured: (.*)", done.stderr)
    assert complaint or done.returncode == 0, done.stderr
    return done.stdout.strip(), complaint.group(1) if complaint else None


def test_production_starts_with_all_it_needs(tmp_path):
    given, complaint = settings_with(
        tmp_path,
        PRODUCTION,
        "s.DEBUG, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.STORAGES['staticfiles']",
    )

    assert complaint is None
    assert given == (
        "(False, True, 31536000, {'BACKEND': 'whitenoise.storage.CompressedManifestStaticFilesStorage'})"
    )


@pytest.mark.parametrize("keys", ["a" * 63, "a" * 65, "g" * 64, f"{'a' * 64} {'b' * 64}"], ids=range(4))
def test_a_key_of_documents_that_is_none_is_refused_and_not_repeated(tmp_path, keys):
    _given, complaint = settings_with(tmp_path, {**PRODUCTION, "DOCUMENTS_KEYS": keys})

    assert complaint == ("DOCUMENTS_KEYS: each key must have 64 hexadecimal digits; separate them by commas.")


def test_keys_of_documents_are_read_in_their_order(tmp_path):
    keys = [digit * 64 for digit in "aB1"]

    given, complaint = settings_with(
        tmp_path, {**PRODUCTION, "DOCUMENTS_KEYS": ",".join(keys)}, "s.DOCUMENTS_KEYS"
    )

    assert (complaint, given) == (None, str(keys))


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "PORTAL_MODE"])
@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
def test_production_refuses_what_is_missing_by_name(tmp_path, name, value):
    environment = {**PRODUCTION, name: value} if value is not None else dict(PRODUCTION)
    if value is None:
        del environment[name]

    assert (
        settings_with(tmp_path, environment)[1] == f"{name} is missing: production does not start without it."
    )


def test_production_refuses_debug(tmp_path):
    complaint = settings_with(tmp_path, PRODUCTION | {"DEBUG": "true"})[1]

    assert complaint == "DEBUG is on: production does not start with it."


def test_production_refuses_a_short_secret(tmp_path):
    complaint = settings_with(tmp_path, PRODUCTION | {"SECRET_KEY": "change-me"})[1]

    assert complaint == "SECRET_KEY is shorter than 50 characters: production does not start with it."


def test_unknown_mode_is_refused(tmp_path):
    complaint = settings_with(tmp_path, {"PORTAL_MODE": "prod"})[1]

    assert complaint == "PORTAL_MODE must be demo, production or test, not 'prod'."


def test_demo_keeps_the_secret_it_made(tmp_path):
    first, _ = settings_with(tmp_path, {}, "s.SECRET_KEY, s.HISTORY_KEY, s.DEBUG")
    second, _ = settings_with(tmp_path, {}, "s.SECRET_KEY, s.HISTORY_KEY, s.DEBUG")
    elsewhere, _ = settings_with(tmp_path / "other", {}, "s.SECRET_KEY, s.HISTORY_KEY, s.DEBUG")

    assert first == second
    assert first != elsewhere
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_demo_listens_on_loopback_and_answers_to_its_names(tmp_path):
    given, _ = settings_with(tmp_path, {"PORT": "8123"}, "s.HOST, s.PORTAL_URL, s.ALLOWED_HOSTS")

    assert given == "('127.0.0.1', 'http://127.0.0.1:8123', ['127.0.0.1', 'localhost', '[::1]', '127.0.0.1'])"


def test_sqlite_is_set_up_for_several_processes(tmp_path):
    given, _ = settings_with(tmp_path, {}, "s.DATABASES['default']['OPTIONS']")

    assert given == str(
        {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    )


def test_postgresql_runs_statements_without_compiling_them_unless_the_address_says_otherwise(tmp_path):
    address = "postgres://portal@127.0.0.1:5432/portal"
    given, _ = settings_with(tmp_path, {"DATABASE_URL": address}, "s.DATABASES['default']['OPTIONS']")
    said, _ = settings_with(
        tmp_path, {"DATABASE_URL": f"{address}?options=-c%20jit%3Don"}, "s.DATABASES['default']['OPTIONS']"
    )

    assert given == str({"options": "-c jit=off"})
    assert said == str({"options": "-c jit=on"})


def test_documents_go_to_the_bucket_that_is_named(tmp_path):
    given, _ = settings_with(
        tmp_path,
        {"DOCUMENTS_S3_BUCKET": "documents", "DOCUMENTS_S3_ENDPOINT": "http://127.0.0.1:9000"},
        "s.STORAGES['documents']['BACKEND'], s.STORAGES['documents']['OPTIONS']['bucket_name']",
    )

    assert given == "('documents.storage.PrivateBucket', 'documents')"


def test_smtp_goes_through_the_outbox_transport(tmp_path):
    given, _ = settings_with(
        tmp_path,
        {"EMAIL_URL": "smtp+tls://user:word@mail.example:587"},
        "s.EMAIL_BACKEND, s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_TLS, s.EMAIL_HOST_USER",
    )

    assert given == "('notifications.transport.SmtpBackend', 'mail.example', 587, True, 'user')"


def test_every_setting_is_described_and_every_description_is_read():
    read = set()
    for path in [*(ROOT / "cdc_portal").glob("*.py")]:
        text = path.read_text("utf-8")
        read |= set(re.findall(r"(?:env\.\w+|required|kept_for|environ\.get)\(\s*\"([A-Z0-9_]+)\"", text))
    described = set(
        re.findall(r"^#? ?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    )
    for_compose = {"POSTGRES_PASSWORD", "PUBLISHED_PORT", "MAIL_PORT"}
    # The first is for tests; the second is the user's own run folder, where the system names one.
    not_settings = {"TEST_DB_SUFFIX", "XDG_RUNTIME_DIR"}

    assert read - not_settings == described - for_compose


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"RETENTION_WARNING_MONTHS": "24"}, "RETENTION_WARNING_MONTHS"),
        ({"RETENTION_WARNING_MONTHS": "0"}, "RETENTION_WARNING_MONTHS"),
        ({"RETENTION_MESSAGES_DAYS": "-1"}, "RETENTION_MESSAGES_DAYS"),
        ({"RETENTION_ACCOUNTS_MONTHS": "0"}, None),
    ],
)
def test_periods_of_retention_that_contradict_each_other_are_refused_by_name(tmp_path, changes, named):
    _given, complaint = settings_with(tmp_path, {**PRODUCTION, **changes})

    assert (complaint or "").startswith(named or "")
    assert bool(complaint) == bool(named)
