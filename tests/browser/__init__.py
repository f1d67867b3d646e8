"""Headless Chromium for tests: how it is started, what it may reach, how a person is signed in."""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

pytest.register_assert_rewrite("tests.browser.desk", "tests.browser.letterbox")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # For contexts that no route watches over: nothing but this machine has an address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 780}


def program():
    """The browser of the system; `make test` installs it or says how to."""
    return next(found for name in ("chromium", "google-chrome") if (found := shutil.which(name)))


def stay_on_this_machine(route):
    """Let a request through when it is for this machine, else drop it."""
    if urlsplit(route.request.url).hostname in {"127.0.0.1", "localhost", None}:
        route.continue_()
    else:
        route.abort()


def sign_in(context, live_server, person):
    """Sign a person in by cookie, as if they had typed their password."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}
    context.add_cookies([cookie])


def violations(page):
    """What axe finds on a page, a line each: the rule, and where. Empty when the page is accessible."""
    results = Axe().run(page)
    return [
        f"{violation['id']}: {', '.join(str(part) for part in node['target'])}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]


def screenshot(page, name):
    """Keep a picture of the whole page in `test-results/` for somebody to look at; returns its path."""
    path = Path("test-results") / f"{name}.png"
    path.parent.mkdir(exist_ok=True)
    page.screenshot(path=path, full_page=True)
    return path
