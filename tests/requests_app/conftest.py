"""Who the tests of this room start with; a module that needs other people or another file says so itself."""

import pytest

from tests.factories import requests as stories
from tests.factories.requests import Cast


@pytest.fixture
def cast():
    return Cast()


@pytest.fixture
def file(cast):
    """A request that its client has opened and not sent."""
    return stories.opened(cast)


@pytest.fixture
def desk(client, cast):
    """The browser of the client's administrator."""
    client.force_login(cast.client_admin)
    return client
