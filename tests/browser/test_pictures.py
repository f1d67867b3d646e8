"""The pictures of the documentation: the demo's own pages, taken when UPDATE_SCREENSHOTS is set."""

import os
from pathlib import Path

import pytest

from accounts.models import User
from demo import loader
from requests_app.models import ChangeRequest
from workflow.steps import Step

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_demo_opens_on_the_pages_that_the_documentation_shows(live_server, desks):
    loader.load()
    client = desks(live_server.url, User.objects.get(last_name="Morel"))
    support = desks(live_server.url, User.objects.get(last_name="Benali"))
    waiting = ChangeRequest.objects.get(step=Step.DECISION, organisation__code="VALM")

    for desk, path, title, name in [
        (client, waiting.get_absolute_url(), waiting.title, "request"),
        (support, "/demandes/", "Demandes", "list"),
    ]:
        desk.page.goto(path)
        assert desk.page.get_by_role("heading", level=1).inner_text() == title
        if os.environ.get("UPDATE_SCREENSHOTS"):
            desk.page.screenshot(path=DOCS / f"{name}.png", full_page=name == "list")
