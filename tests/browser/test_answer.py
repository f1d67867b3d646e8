"""The planned date answers back where it is typed, and on a page of its own without a script."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from requests_app.models import Specification
from tests.factories import requests as stories
from tests.factories.requests import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_date_typed_on_the_specification_is_answered_below_it_and_saves_nothing(desks, live_server):
    cast = Cast().everybody()
    file = stories.sent(cast)
    desk = desks(live_server.url, cast.support)
    desk.open(f"/demandes/{file.number}/")
    answer = desk.page.locator("[data-answer]")
    expect(answer.locator("#answer")).to_have_count(0)

    desk.fill("Man-days", "10", row=0)
    desk.fill("Planned date", (timezone.localdate() + timedelta(days=90)).isoformat())
    desk.field("Planned date").press("Tab")

    expect(answer.get_by_role("status")).to_have_text(desk.word("Below, what this date would cause."))
    expect(answer).to_contain_text(desk.word("First date that fits"))
    expect(answer).to_contain_text(desk.word("The developers have enough hours left until then."))
    expect(answer.locator("tbody th")).to_have_text([str(cast.developer)])
    # Ten days of work do not fit into two.
    desk.fill("Planned date", (timezone.localdate() + timedelta(days=1)).isoformat())
    desk.field("Planned date").press("Tab")
    expect(answer).to_contain_text(desk.word("The developers do not have enough hours left until then."))
    # A date that has no answer is not asked about.
    desk.fill("Planned date", (timezone.localdate() - timedelta(days=9)).isoformat())
    desk.field("Planned date").press("Tab")
    expect(answer.get_by_role("status")).to_have_text(
        desk.word("This date has no answer: give a day from today to a year from now.")
    )
    expect(answer.locator("#answer")).to_have_count(0)
    desk.fill("Planned date", "")
    desk.field("Planned date").press("Tab")
    expect(answer.locator("#similar")).to_have_count(0)
    kept = Specification.objects.get(change_request=file)
    assert (kept.edited_at, kept.tentative_date) == (None, None)


def test_tentative_date_that_was_kept_is_answered_from_the_start(desks, live_server):
    cast = Cast().everybody()
    file = stories.sent(cast)
    desk = desks(live_server.url, cast.support)
    desk.open(f"/demandes/{file.number}/")
    desk.fill("Tentative date", (timezone.localdate() + timedelta(days=60)).isoformat())
    desk.press("Save")

    expect(desk.page.locator("[data-answer] #answer")).to_contain_text(desk.word("First date that fits"))


def test_strip_says_what_saving_does_now_that_the_date_is_typed(desks, live_server):
    cast = Cast().everybody()
    file = stories.sent(cast)
    support = desks(live_server.url, cast.support)
    support.open(f"/demandes/{file.number}/")
    kept = support.page.get_by_text(
        support.word(
            "Without a planned date, saving keeps it for the vendor's side alone, as often as you like."
        )
    )
    sent = support.page.get_by_text(
        support.word("The planned date is typed: saving sends the specification.")
    )
    expect(kept).to_be_visible()
    expect(sent).to_be_hidden()

    support.fill("Planned date", (timezone.localdate() + timedelta(days=90)).isoformat())
    expect(sent).to_be_visible()
    expect(kept).to_be_hidden()
    support.fill("Planned date", "")
    expect(kept).to_be_visible()

    ruled = stories.specified(cast)
    dpo = desks(live_server.url, cast.dpo)
    dpo.open(f"/demandes/{ruled.number}/")
    given = dpo.page.get_by_text(dpo.word("The validation date is typed: saving gives the ruling."))
    expect(given).to_be_hidden()
    dpo.fill("Validation date", timezone.localdate().isoformat())
    expect(given).to_be_visible()
