"""Lists on a tablet: nothing of them is beside the window."""

import pytest

from tests.factories import requests as stories
from tests.factories.requests import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLET = {"width": 768, "height": 1024}
BESIDE = """() => [...document.querySelectorAll(".table")]
    .filter((one) => one.scrollWidth > one.clientWidth)
    .map((one) => one.getAttribute("aria-label"))"""


CUT = """() => [...document.querySelectorAll("[data-column]")]
    .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map((one) => one.id)"""


def test_board_shows_whole_columns_on_a_tablet(desks, live_server):
    cast = Cast()
    stories.split(stories.validated(cast), cast)
    desk = desks(live_server.url, cast.lead)
    desk.page.set_viewport_size(TABLET)

    desk.open("/developpement/")

    assert desk.page.locator("[data-column]").count() == 5
    assert desk.page.evaluate(CUT) == []


@pytest.mark.parametrize("path", ["/", "/demandes/", "/previsions/"])
def test_list_fits_a_tablet_without_scrolling_sideways(desks, live_server, path):
    cast = Cast()
    stories.validated(cast)
    desk = desks(live_server.url, cast.lead)
    desk.page.set_viewport_size(TABLET)

    desk.open(path)

    assert desk.page.locator(".table").count() >= 1
    assert desk.page.evaluate(BESIDE) == []
