"""The pages without JavaScript."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from demo import sample_files
from requests_app.models import ChangeRequest
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh
from workflow.steps import Step

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plain(desks, live_server):
    """Opens desks whose browser runs no script: `plain(person)`."""
    return lambda person: desks(live_server.url, person, java_script_enabled=False)


def test_request_is_opened_documented_and_sent_without_scripts(plain, tmp_path):
    cast = Cast().everybody()
    desk = plain(cast.client_admin)
    desk.open("/")
    desk.link("New request")
    desk.fill("Title", "Exporter les absences")
    desk.tick("new function")
    desk.fill("Description", "Pour la paie.")
    desk.field("Requester").select_option(cast.client_auditor.email)
    desk.press("Save")
    file = ChangeRequest.objects.get()

    names = []
    for name, content in (sample_files.pdf(), sample_files.png()):
        (tmp_path / name).write_bytes(content)
        names.append(name)
    desk.tab("Request documents")
    desk.page.set_input_files("input[type=file]", [tmp_path / name for name in names])
    desk.press("Add the chosen files")
    for name in names:
        expect(desk.page.locator("ul.documents").first).to_contain_text(name)
    withdrawn = desk.page.locator("li.document", has_text=names[0])
    withdrawn.get_by_role("button").click()
    expect(desk.page.locator("main ul.documents").first).not_to_contain_text(names[0])

    desk.open(f"/demandes/{file.number}/")
    # What sending entails stands there before it is ticked.
    expect(desk.page.locator("main")).to_contain_text(
        desk.word("If you tick the box, saving sends the request:")
    )
    desk.fill("Wished deadline", (timezone.localdate() + timedelta(days=60)).isoformat())
    desk.tick("Send to the hot line")
    desk.press("Save")
    expect(desk.page).to_have_url(f"{desk.address}/demandes/")
    assert fresh(file).step == Step.SPECIFICATION


def test_ruling_with_its_conditions_is_given_without_scripts(plain):
    cast = Cast().everybody()
    file = stories.specified(cast)
    desk = plain(cast.dpo)

    desk.open(f"/demandes/{file.number}/")
    desk.page.locator("[name=personal_data][value=yes]").check()
    desk.page.locator("[name=scope-changes][value=none]").check()
    desk.card("favourable with conditions")
    desk.fill("Conclusions", "L’accès doit être tracé.")
    desk.fill("Condition", "Chaque export est journalisé.", "of a ruling")
    desk.fill("Validation date", timezone.localdate().isoformat())
    desk.press("Save")

    expect(desk.page).to_have_url(f"{desk.address}/demandes/")
    assert fresh(file).step == Step.DECISION
    assert fresh(file).rulings.in_force().get().conditions.get().text == "Chaque export est journalisé."


def test_full_ruling_starts_from_the_register_and_is_given_without_scripts(plain):
    cast = Cast().everybody()
    before = stories.closed(cast)
    file = stories.specified(cast, title="Exporter les absences")
    desk = plain(cast.dpo)

    desk.open(f"/demandes/{file.number}/")
    desk.page.locator("[name=personal_data][value=yes]").check()
    desk.page.locator("[name=scope-changes][value=new_recipient]").check()
    desk.page.locator("[name=scope-entry]").fill("registre des traitements")
    desk.press("Save")

    # What the entry says is there, marked, and only what this request adds is typed.
    desk.read("from the register")
    assert desk.page.locator("[name=scope-purposes-0-purpose]").input_value() == "Relire ses traitements"
    assert desk.page.locator("[name=data-categories-0-category]").input_value() == "contact"
    recipient = desk.page.locator("[name=recipients-recipients-0-recipient]")
    desk.page.locator("details", has=recipient).locator("summary").first.click()
    recipient.fill("La trésorerie")
    desk.page.locator("input[name=verdict][value=favourable]").check()
    desk.fill("Conclusions", "Un destinataire de plus, sans risque.")
    desk.fill("Validation date", timezone.localdate().isoformat())
    desk.press("Save")

    expect(desk.page).to_have_url(f"{desk.address}/demandes/")
    given = fresh(file).rulings.in_force().get()
    assert given.analysis["recipients"]["recipients"][0]["recipient"] == "La trésorerie"
    assert given.analysis["data"] == fresh(before).rulings.get().analysis["data"]


def test_criterion_is_refused_with_what_proves_it_without_scripts(plain, tmp_path):
    cast = Cast().everybody()
    file = stories.delivered(cast)
    name, content = sample_files.png()
    (tmp_path / name).write_bytes(content)
    desk = plain(cast.client_admin)
    desk.open(f"/demandes/{file.number}/livraison/")
    row = desk.page.locator(".sheet__one")

    row.locator("[value=refuse]").check()
    desk.fill("Comment", "Il manque une ligne.", inside=row)
    desk.unfold("Add evidence", inside=row)
    row.locator("input[type=file]").set_input_files(tmp_path / name)
    desk.press("Keep the answers for later")
    expect(row.locator("li.document")).to_contain_text(name)
    desk.card("Refuse the delivery")
    desk.fill("Comment, or reason of the refusal", "Il manque une ligne.")
    desk.press("Send the decision")

    expect(desk.page).to_have_url(f"{desk.address}/demandes/")
    answer = fresh(file).acceptances.get().answers.get()
    assert (answer.is_accepted, answer.evidence.get().file.name) == (False, name)
    assert fresh(file).step == Step.DEVELOPMENT
    lead = plain(cast.lead)
    lead.open(f"/demandes/{file.number}/livraison/")
    expect(lead.page.locator(".delivery .checks")).to_contain_text(name)
