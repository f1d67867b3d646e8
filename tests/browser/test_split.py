"""A specification of twenty subtasks split by pasting them, seen before they are added, and mended where a line is wrong."""

import pytest
from playwright.sync_api import expect

from requests_app.progress import Progress
from tests.browser.desk import said
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Twenty lines, two levels, as a lead has them in a note.
SCREENS = [
    f"Écran {screen}\n"
    f"\t- Saisie de l’écran {screen} (6 h) @lea.nguyen #1\n"
    f"\t- Relecture de l’écran {screen} ; 1,5 h @karim\n"
    f"\t- Droits de l’écran {screen}"
    for screen in range(1, 5)
]
LIST = "\n".join([*SCREENS, "Export @lea.nguyen 12h", "Import (3 h)", "Notice", "Reprise des données @noe"])


def test_twenty_subtasks_are_pasted_previewed_mended_and_added(desks, live_server):
    cast = Cast()
    for first, last in (("Léa", "Nguyen"), ("Karim", "Haddad")):
        email = f"{first}.{last}@editeur.example".lower().replace("é", "e")
        UserFactory(developer=True, first_name=first, last_name=last, email=email)
    file = stories.validated(cast)
    assert cast.developer.is_active
    desk = desks(live_server.url, cast.lead)
    desk.open(f"/demandes/{file.number}/developpement/")
    desk.page.get_by_role("link", name=desk.word("Paste a list of subtasks")).click()
    assert len(LIST.splitlines()) == 20

    desk.fill("Subtasks", LIST)
    desk.page.get_by_label(str(cast.developer)).first.check()
    desk.expected = (422,)
    desk.press("Preview")

    wrong = desk.page.locator(".field__errors")
    name = said("nobody who develops or tests is called “@%(name)s”.") % {"name": "noe"}
    expect(wrong).to_contain_text(said("Line %(number)d: %(fault)s") % {"number": 20, "fault": name})
    assert desk.field("Subtasks").input_value() == LIST
    desk.fill("Subtasks", LIST.replace(" @noe", ""))
    desk.press("Preview")
    expect(desk.page.locator(".note .outline li")).to_have_count(20)
    expect(desk.page.locator(".note .outline")).to_contain_text("Léa Nguyen")
    assert not fresh(file).subtasks.exists()
    desk.press("Add the subtasks")

    expect(desk.page.locator(".flashes")).to_contain_text("20 sous-tâches sont ajoutées.")
    expect(desk.page.locator("li.subtask")).to_have_count(20)
    tree = Progress(fresh(file)).tree
    assert [len(node.children) for node in tree] == [3, 3, 3, 3, 0, 0, 0, 0]
    entry, review, rights = tree[0].children
    assert [str(node.accountable) for node in (entry, review, rights)] == [
        "Léa Nguyen",
        "Karim Haddad",
        str(cast.developer),
    ]
    assert [one.position for one in entry.criteria] == [1]
    assert [node.subtask.estimate for node in (entry, review, rights, tree[4])] == [6, 1.5, None, 12]
