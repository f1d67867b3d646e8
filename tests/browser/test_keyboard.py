"""A request from draft to acceptance without a mouse; the board, the week and the calendar too."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from requests_app.models import ChangeRequest, TimeCorrection, TimeEntry
from tests.browser.keyboard import Keyboard
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh
from workflow.steps import Step

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def keyboards(desks, live_server):
    """The keyboards of people: `keyboards(person)`."""
    return lambda person: Keyboard(desks(live_server.url, person))


def named(keys, name, inside="main"):
    """The field of a form by its name."""
    return keys.page.locator(f"{inside} [name={name}]:not([type=hidden])")


def button(keys, text, inside="main"):
    """A button by its words."""
    return keys.page.locator(inside).get_by_role("button", name=keys.desk.word(text), exact=True).first


def folded(keys, text, inside="main"):
    """What opens a folded part, by its words."""
    return keys.page.locator(f"{inside} summary").filter(has_text=keys.desk.word(text)).first


def open_request(keys, cast):
    keys.desk.open("/")
    with keys.page.expect_navigation(url="**/demandes/nouvelle/"):
        keys.press("n")
    keys.content()
    keys.type(named(keys, "title"), "Exporter les absences")
    keys.pick(named(keys, "nature"), "change")
    keys.type(named(keys, "description"), "Pour la paie.")
    keys.choose(named(keys, "requester"), cast.client_admin.email)
    # Ctrl+Enter is the main action of the form: the draft is saved.
    with keys.page.expect_navigation(url="**/demande/*"):
        keys.press("Control+Enter")
    return ChangeRequest.objects.get()


def send_request(keys, file, today):
    keys.open(f"/demandes/{file.number}/")
    keys.day(named(keys, "deadline"), today + timedelta(days=90))
    keys.tick(named(keys, "send"))
    keys.send(button(keys, "Save"))


def specify(keys, file, today):
    keys.open(f"/demandes/{file.number}/")
    keys.type(named(keys, "solution"), "Un bouton.")
    keys.type(named(keys, "criteria-0-text"), "Le fichier est relu.")
    keys.day(named(keys, "planned_date"), today + timedelta(days=60))
    keys.send(button(keys, "Save"))


def rule(keys, file, today):
    keys.open(f"/demandes/{file.number}/")
    # The short path: nothing else is asked, the verdict follows.
    keys.pick(named(keys, "personal_data"), "no")
    keys.type(named(keys, "conclusions"), "Rien de personnel.")
    keys.day(named(keys, "validation_date"), today)
    keys.send(button(keys, "Save"))


def validate(keys, file):
    keys.open(f"/demandes/{file.number}/")
    keys.pick(named(keys, "choice"), "validate")
    keys.send(button(keys, "Send the answer"))


def split(keys, file, cast):
    keys.open(f"/demandes/{file.number}/")
    keys.enter(folded(keys, "Add a subtask"))
    keys.type(named(keys, "title"), "Écrire l’export")
    keys.tick(named(keys, "developers").and_(keys.page.locator(f"[value='{cast.developer.pk}']")))
    keys.send(button(keys, "Add the subtask"))


def work(keys, file, today):
    keys.open(f"/demandes/{file.number}/")
    keys.enter(folded(keys, "Enter the start date"))
    keys.send(button(keys, "Save the start date"))
    keys.enter(folded(keys, "Enter the end date"))
    keys.day(named(keys, "end_date"), today)
    keys.send(button(keys, "Save the end date"))


def check(keys, file):
    keys.open(f"/demandes/{file.number}/")
    keys.enter(folded(keys, "Make checks"))
    for kind in ("unit", "functional", "integration"):
        keys.tick(keys.page.locator(f"input[name=kind][value={kind}]"))
    keys.pick(named(keys, "verdict"), "passed")
    keys.send(button(keys, "Save the result"))


def deliver(keys, file):
    keys.open(f"/demandes/{file.number}/")
    keys.pick(named(keys, "environment"), "production")
    keys.type(named(keys, "release"), "4.2.0")
    keys.send(button(keys, "Deliver", "#deliver"))


def accept(keys, file):
    # From the list of what waits, by the one action that it wants.
    keys.open("/")
    keys.send(keys.page.get_by_role("link", name=keys.desk.word("Test and accept"), exact=True))
    expect(keys.page).to_have_url(f"{keys.desk.address}/demandes/{file.number}/livraison/")
    keys.content()
    criterion = file.specification.criteria.get()
    keys.pick(named(keys, f"criterion_{criterion.position}"), "accept")
    keys.pick(named(keys, "decision"), "accept")
    keys.send(button(keys, "Send the decision"))


def test_request_goes_from_draft_to_acceptance_by_the_keyboard_alone(keyboards):
    cast, today = Cast().everybody(), timezone.localdate()
    client, support = keyboards(cast.client_admin), keyboards(cast.support)
    lead, developer = keyboards(cast.lead), keyboards(cast.developer)

    file = open_request(client, cast)
    for act, step in [
        (lambda: send_request(client, file, today), Step.SPECIFICATION),
        (lambda: specify(support, file, today), Step.RULING),
        (lambda: rule(keyboards(cast.dpo), file, today), Step.DECISION),
        (lambda: validate(client, file), Step.DEVELOPMENT),
        (lambda: split(lead, file, cast), Step.DEVELOPMENT),
        (lambda: work(developer, file, today), Step.DEVELOPMENT),
        (lambda: check(keyboards(cast.tester), file), Step.DEVELOPMENT),
        (lambda: deliver(lead, file), Step.ACCEPTANCE),
        (lambda: accept(client, file), Step.CLOSED),
    ]:
        act()
        assert fresh(file).step == step


def unfolded(keys, text):
    """Open a section by its words, unless it is open."""
    summary = folded(keys, text)
    if not summary.evaluate("one => one.parentElement.open"):
        keys.enter(summary)


def test_full_ruling_on_health_data_of_minors_is_given_by_the_keyboard_alone(keyboards):
    cast, today = Cast().everybody(), timezone.localdate()
    file = stories.specified(cast)
    keys = keyboards(cast.dpo)
    keys.desk.expected = (422,)

    keys.open(f"/demandes/{file.number}/")
    keys.pick(named(keys, "personal_data"), "yes")
    keys.tick(keys.page.locator("input[name=scope-changes][value=new_category]"))
    keys.type(named(keys, "scope-entry"), "Suivi des élèves")
    keys.type(named(keys, "scope-purposes-0-purpose"), "Suivre les allergies")
    keys.choose(named(keys, "scope-purposes-0-legal_basis"), "public_task")
    unfolded(keys, "Data and people")
    keys.choose(named(keys, "data-categories-0-category"), "health")
    keys.tick(keys.page.locator("input[name=data-subjects][value=minors]"))
    keys.choose(named(keys, "data-article_9"), "g")
    keys.pick(named(keys, "verdict"), "conditional")
    keys.type(named(keys, "conclusions"), "Des données sensibles d’enfants.")
    keys.day(named(keys, "validation_date"), today)
    keys.send(button(keys, "Save"))

    # What is missing, and why, comes first, and leads to its field; what was typed is still there.
    assert fresh(file).step == Step.RULING
    keys.press("Tab")
    expect(keys.page.locator("a:focus")).to_have_attribute("href", "#id_dpia-conclusion")
    keys.press("Enter")
    expect(named(keys, "dpia-conclusion")).to_be_focused()
    assert named(keys, "conclusions").input_value() == "Des données sensibles d’enfants."
    keys.choose(named(keys, "dpia-conclusion"), "required_new")
    keys.send(button(keys, "Save"))

    assert fresh(file).step == Step.DECISION
    given = fresh(file).rulings.get()
    assert given.analysis["dpia"]["screening"]["outcome"] == "required"
    assert [one.origin for one in given.conditions.all()] == ["dpia"]


def link(keys, text, inside="main"):
    """A link by its words."""
    return keys.page.locator(inside).get_by_role("link", name=keys.desk.word(text), exact=True).first


def test_board_is_narrowed_turned_into_a_table_and_limited_by_the_keyboard_alone(keyboards):
    cast = Cast()
    file = stories.validated(cast)
    stories.split(file, cast, "Écrire l’export")
    stories.split(fresh(stories.validated(Cast(), title="Importer")), Cast(), "Lire le fichier")
    keys = keyboards(cast.lead)

    keys.open("/developpement/")
    cards = keys.page.locator("[data-card]")
    expect(cards).to_have_count(2)
    keys.choose(named(keys, "person"), str(cast.developer.pk))
    keys.send(button(keys, "Filter"))
    expect(cards).to_have_count(1)
    # What was narrowed is where the focus is.
    keys.send(link(keys, "Table"))
    expect(keys.page.locator("main tbody tr")).to_have_count(1)
    # The same menu as on the card, with the same words.
    keys.content()
    menu = keys.page.locator("main tbody tr [data-menu]")
    keys.enter(menu.locator("summary"))
    keys.send(button(keys, "Start today"))
    assert fresh(file).subtasks.get().start_date == timezone.localdate()
    keys.open("/developpement/")
    keys.enter(folded(keys, "Limits of the columns"))
    keys.type(named(keys, "todo"), "1")
    keys.send(button(keys, "Save the limits"))
    expect(keys.page.locator("[data-column=todo] .column__limit")).to_contain_text("1")


def test_week_of_hours_is_filled_corrected_and_closed_by_the_keyboard_alone(keyboards):
    cast, today = Cast(), timezone.localdate()
    file = stories.validated(cast)
    subtasks = [stories.split(fresh(file), cast, title) for title in ("Écrire l’export", "Le relire")]
    keys = keyboards(cast.developer)

    def fill(*texts):
        keys.open("/temps/")
        for subtask, text in zip(subtasks, texts, strict=True):
            box = named(keys, f"hours-{subtask.pk}-{today}")
            keys.reach(box)
            # What the box holds is selected as soon as Tab comes to it, so that typing replaces it.
            keys.page.keyboard.type(text)
            assert box.input_value() == text
        keys.send(button(keys, "Save the week"))

    def kept():
        return list(TimeEntry.objects.order_by("subtask").values_list("subtask", "quarters"))

    fill("1:30", "2,25")
    assert kept() == [(subtasks[0].pk, 6), (subtasks[1].pk, 9)]
    fill("4", "2,25")
    assert kept() == [(subtasks[0].pk, 16), (subtasks[1].pk, 9)]
    assert [(one.before, one.after) for one in TimeCorrection.objects.all()] == [(6, 16)]
    lead = keyboards(cast.lead)
    lead.open("/temps/equipe/")
    lead.send(button(lead, "Close the week"))
    keys.open("/temps/")
    expect(keys.page.locator("main input:not([type=hidden])")).to_have_count(0)


def test_calendar_is_walked_by_the_keyboard_alone(keyboards):
    cast = Cast()
    file = stories.validated(cast)
    month = fresh(file).planned_date.replace(day=1)
    keys = keyboards(cast.support)

    keys.open("/calendrier/")
    while keys.page.locator(f"time[datetime='{fresh(file).planned_date}']").count() == 0:
        keys.send(link(keys, "Next month"))
        keys.content()
    keys.send(link(keys, "List"))
    keys.content()
    keys.choose(named(keys, "kind"), "planned")
    keys.send(button(keys, "Filter"))
    expect(keys.page.locator("main tbody tr")).to_have_count(1)
    assert f"month={month:%Y-%m}" in keys.page.url
    keys.send(keys.page.locator("main tbody").get_by_role("link", name=file.number))
    expect(keys.page).to_have_url(f"{keys.desk.address}/demandes/{file.number}/developpement/")
