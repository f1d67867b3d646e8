"""What every test stands on: loopback only, a clean cache, nothing left behind."""

import ipaddress
import os
import shutil
import socket

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.utils import timezone, translation
from redis import Redis

from cdc_portal import catalogues
from tests import browser
from tests.processes import House


@pytest.fixture(autouse=True, scope="session")
def loopback_only():
    """No test reaches another machine: a connection that leaves this one fails."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
    yield
    patch.undo()


def guarded(connect):
    """`connect`, but failing for an address that is not of this machine."""

    def connect_if_local(self, address):
        if self.family in {socket.AF_INET, socket.AF_INET6} and not is_loopback(address[0]):
            raise AssertionError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    return connect_if_local


def is_loopback(host):
    """Whether a host, by name or number, is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def clean_cache():
    """Limits and counters of one test say nothing about the next."""
    yield
    if settings.REDIS_URL:
        # Not cache.clear(), which would empty the database of the process beside this one.
        delete_own_keys(settings.CACHES["default"]["LOCATION"])
    else:
        cache.clear()


@pytest.fixture(autouse=True)
def nobodys_language():
    """A page leaves its reader's language and time zone behind in the thread: the next test begins without."""
    yield
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(scope="session")
def playwright(playwright):
    """pytest-playwright's driver; when it goes, so do the connections to the database made beside it.

    Its event loop gives the thread of the tests connections apart from those of the tests before it. Nobody else
    knows of them, and PostgreSQL drops no database that somebody is connected to.
    """
    yield playwright
    connections.close_all()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """pytest-playwright starts the system's Chromium."""
    return browser_type_launch_args | {"executable_path": browser.program(), "args": browser.ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """A French desk."""
    return browser_context_args | {"locale": "fr-FR", "timezone_id": "Europe/Paris", "viewport": browser.WIDE}


@pytest.fixture
def context(context):
    """A browser that reaches this machine alone."""
    context.route("**/*", browser.stay_on_this_machine)
    return context


@pytest.fixture
def house(tmp_path, transactional_db):
    """An installation whose real processes use this test's database; ended with the test."""
    house = House(tmp_path)
    yield house
    house.stop()


def delete_own_keys(url):
    """Delete from a Redis that is shared with others what this process has written."""
    with Redis.from_url(url) as server:
        for key in server.scan_iter(match=f"*{settings.TEST_KEY_PREFIX}*", count=1000):
            server.delete(key)


def pytest_unconfigure():
    """Leave neither the run-time folder nor messages to nobody."""
    shutil.rmtree(settings.VAR_DIR, ignore_errors=True)
    if settings.REDIS_URL:
        delete_own_keys(settings.REDIS_URL)


# No test asserts on a time: how long an example takes is the machine's business.
hypothesis.settings.register_profile("portal", deadline=None)
hypothesis.settings.load_profile("portal")


def pytest_configure():
    """Show texts as they are written now, even where nobody has compiled them since."""
    # pytest-playwright runs the browser's loop in the thread that uses the database.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    for language in catalogues.languages():
        catalogues.compile_catalogue(language)
