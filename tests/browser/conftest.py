"""Desks: people at their browsers, each in a context of their own, whose complaints fail the test."""

import pytest

from tests.browser.desk import Desk
from tests.browser.looks import LOOKS, faults, take


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


@pytest.fixture
def visits(desks, live_server):
    """Visits pages: `visits(person)(path, act)`; in the end none of them had a fault in any look."""
    found = []

    def by(person, **options):
        desk = desks(live_server.url, person, is_judged=True, **options)
        take(desk, LOOKS[0])

        def visit(path, act=None, *, name="", status=200, again=200):
            # `again`: the answer to a reload, which sends no file a second time.
            desk.expected = tuple({status, again} - {200})
            if path:
                assert desk.open(path).status == (200 if act else status)
            if act:
                with desk.page.expect_navigation() as waiting:
                    act(desk)
                assert waiting.value.status == status, f"{waiting.value.status} {path} {name}"
            found.extend(faults(desk, f"{path or desk.page.url} {name}".strip(), LOOKS))

        return visit

    yield by
    assert not found, "\n".join(["", *found])
