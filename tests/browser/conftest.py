"""Desks: people at their browsers, each in a context of their own, whose complaints fail the test."""

import pytest

from tests.browser.desk import Desk


@pytest.fixture
def desks(browser):
    """Opens desks: `desks(address, person, **options)`; none of them may have complained in the end."""
    opened = []

    def open_desk(address, person, **options):
        opened.append(Desk(browser, address, person, **options))
        return opened[-1]

    yield open_desk
    for desk in opened:
        desk.close()
    assert [line for desk in opened for line in desk.complaints] == []
