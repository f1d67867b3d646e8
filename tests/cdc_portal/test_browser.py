"""The browser that the other tests drive."""

import pytest

from tests.browser import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_browser_shows_the_sign_in_page_with_its_styles_and_without_complaint(page, live_server):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

    page.goto(f"{live_server.url}/")

    assert page.url.startswith(f"{live_server.url}/connexion/")
    assert page.locator("html").get_attribute("lang") == "fr"
    assert complaints == []
    assert violations(page) == []
