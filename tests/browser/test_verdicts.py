"""Each verdict in the browser, from the DPO's form to what the client may answer; and what voids an approval."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from privacy.verdicts import Verdict
from requests_app.models import ChangeRequest
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh
from workflow.steps import Step

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ASK, CANCEL, VALIDATE = "request_change", "cancel", "validate"


def at(file, tab):
    return f"/demandes/{file.number}/{tab}/"


def rule(desk, file, verdict):
    """Fill in the shortest form that this verdict takes, and give the ruling."""
    desk.open(at(file, "avis-dpo"))
    touched = verdict is not Verdict.NO_PERSONAL_DATA
    desk.page.locator(f"input[name=personal_data][value={'yes' if touched else 'no'}]").check()
    if touched:
        desk.page.locator("[name=scope-changes][value=none]").check()
        desk.page.locator(f"input[name=verdict][value={verdict.value}]").check()
    desk.fill("Conclusions", "Lu en entier ; voici ce que j’en pense.")
    if verdict in (Verdict.CONDITIONAL, Verdict.UNFAVOURABLE):
        desk.fill("Condition", "Chaque export est journalisé.", "of a ruling", row=0)
    desk.fill("Validation date", timezone.localdate().isoformat())
    desk.press("Save")
    desk.is_told("Your ruling on %(number)s was given to the client.", number=file.number)


def offered(desk):
    """The answers that the client's page offers."""
    choices = desk.page.locator("input[name=choice]")
    return [choices.nth(rank).get_attribute("value") for rank in range(choices.count())]


def answer(desk, choice, **typed):
    desk.page.locator(f"input[name=choice][value={choice}]").check()
    for label, text in typed.items():
        desk.fill(LABELS[label], text)
    desk.press("Send the answer")


LABELS = {"against": "Why you validate against the DPO's advice", "comment": "Comment"}


@pytest.mark.parametrize("verdict", Verdict)
def test_verdict_from_the_form_to_the_clients_answer_and_the_fourth_check(desks, live_server, verdict):
    cast = Cast()
    file = stories.specified(cast)
    dpo, client = (desks(live_server.url, person) for person in (cast.dpo, cast.client_admin))

    rule(dpo, file, verdict)

    assert fresh(file).step == Step.DECISION
    client.open(at(file, "decision"))
    expect(client.page.locator("main")).to_contain_text("Lu en entier ; voici ce que j’en pense.")
    if verdict is Verdict.INFRINGING:
        assert offered(client) == [ASK, CANCEL]
        answer(client, ASK, comment="Nous retirons les noms.")
        expect(client.page).to_have_url(f"{live_server.url}/demandes/")
        assert fresh(file).step == Step.SPECIFICATION
        return

    assert offered(client) == [VALIDATE, ASK, CANCEL]
    if verdict is Verdict.UNFAVOURABLE:
        client.expected = (422,)
        answer(client, VALIDATE)
        client.read("The ruling is unfavourable: say why you validate all the same.")
        assert fresh(file).step == Step.DECISION
        answer(client, VALIDATE, against="La loi nous y oblige.")
    else:
        answer(client, VALIDATE)
    client.is_told("You validated the specification of %(number)s.", number=file.number)
    taken = fresh(file).decisions.get()
    assert (taken.ruling.verdict, taken.version.number, taken.against_advice) == (
        verdict,
        1,
        "La loi nous y oblige." if verdict is Verdict.UNFAVOURABLE else "",
    )

    dpo.open(at(file, "developpement/fiche-rgpd"))
    lines = dpo.page.locator("#sheet li.condition")
    conditions = dpo.page.locator("#sheet [id^=line-condition-]:not([id$=-text])")
    if verdict.calls_for_check:
        assert lines.count() > 10
        assert conditions.count() == (verdict in (Verdict.CONDITIONAL, Verdict.UNFAVOURABLE))
    else:
        dpo.read("No sheet to fill in")


def send_again(desk, file, **typed):
    """Support sends the specification once more with something changed."""
    desk.open(at(file, "cahier-des-charges"))
    for label, (text, row) in typed.items():
        desk.fill({"solution": "Solution", "days": "Man-days"}[label], text, row=row)
    desk.fill("Planned date", (timezone.localdate() + timedelta(days=70)).isoformat())
    desk.press("Save")


def ask_for_a_change(desk, file):
    desk.open(at(file, "decision"))
    answer(desk, ASK, comment="À revoir.")
    expect(desk.page).to_have_url(f"{desk.address}/demandes/")


def in_force(file):
    """How many rulings and decisions hold."""
    file = ChangeRequest.objects.get(pk=file.pk)
    return file.rulings.in_force().count(), file.decisions.in_force().count()


def test_quote_a_content_and_a_date_void_each_its_own_approvals(desks, live_server):
    cast = Cast()
    file = stories.ruled(cast)
    support, dpo, client, lead = (
        desks(live_server.url, person) for person in (cast.support, cast.dpo, cast.client_admin, cast.lead)
    )

    # Another quote: the ruling holds, the client is asked again, and reads what changed.
    ask_for_a_change(client, file)
    send_again(support, file, days=("4", 0))
    assert (fresh(file).step, in_force(file)) == (Step.DECISION, (1, 0))
    client.open(at(file, "decision"))
    client.read("Since your last decision")
    answer(client, VALIDATE)
    client.is_told("You validated the specification of %(number)s.", number=file.number)
    assert in_force(file) == (1, 1)

    # Another date: neither falls.
    support.open(at(file, "cahier-des-charges"))
    act = support.page.locator("form[action$='/date-prevue/']")
    act.locator("xpath=ancestor::details[1]/summary").click()
    later = (timezone.localdate() + timedelta(days=90)).isoformat()
    support.fill("New planned date", later, "after sending", inside=act)
    support.fill("Reason", "Un correctif passe avant.", inside=act)
    act.get_by_role("button").last.click()
    expect(support.page.locator(".flashes")).to_be_visible()
    assert (fresh(file).planned_date.isoformat(), in_force(file)) == (later, (1, 1))

    # Another content: both fall, and the DPO reads first, word by word, what came since.
    lead.open(at(file, "developpement"))
    lead.unfold("Reopen the specification")
    act = lead.page.locator("form", has=lead.page.locator("input[name=act][value=reopen_specification]"))
    lead.fill("Reason", "Un cas a été oublié.", inside=act)
    lead.press("Reopen the specification", inside=act)
    lead.is_told("The specification is open again; work pauses.")
    assert in_force(file) == (1, 0)
    send_again(support, file, solution=("Un bouton d’export par service et par agent.", 0))
    assert (fresh(file).step, in_force(file)) == (Step.RULING, (0, 0))
    dpo.open(at(file, "avis-dpo"))
    assert dpo.page.locator("ins").first.inner_text().strip()
    # The form starts from the ruling that fell: read over, it wants its date alone.
    dpo.fill("Validation date", timezone.localdate().isoformat())
    dpo.press("Save")
    dpo.is_told("Your ruling on %(number)s was given to the client.", number=file.number)
    client.open(at(file, "decision"))
    answer(client, VALIDATE)
    client.is_told("You validated the specification of %(number)s.", number=file.number)
    assert in_force(file) == (1, 1)
