"""The pages from the specification to the client's decision, in each of their states: no violation in any look."""

import pytest
from django.utils import timezone

from demo.analyses import EXPORT
from privacy.verdicts import Verdict
from requests_app.services import decision, ruling, signatures
from tests.browser.visits import LONG, PARAGRAPHS, address, posted, send
from tests.factories import requests as stories
from tests.factories.notifications import open_mailboxes
from tests.factories.requests import Cast, fresh

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


def test_specification_and_ruling(visits):
    open_mailboxes("fr")
    cast = Cast().everybody()
    file = stories.sent(cast, title=LONG[:200], description=PARAGRAPHS)
    client, support, dpo, deputy = (
        visits(person) for person in (cast.client_admin, cast.support, cast.dpo, cast.deputy_dpo)
    )
    support(address(file, "specification"), name="own turn")
    support(None, date_without_solution, name="with errors", status=422)
    support(address(file, "specification_documents"), name="own turn")
    client(address(file, "specification"), name="being written")
    support(address(file, "decline"))
    support(None, posted("category"), name="with errors", status=422)
    support(address(file, "return_to_client"))
    stories.specify(fresh(file), cast, solution=f"{PARAGRAPHS}\n==Leur nom== est lu.")
    support(address(file, "specification"), name="greyed")
    support(address(file, "change_planned_date"))
    dpo(address(file, "ruling"), name="own turn")
    dpo(None, date_without_verdict, name="with errors", status=422)
    dpo(address(file, "ruling"), whole_form_without_answers, name="full path with errors", status=422)
    dpo("/demandes/avis-groupes/")
    dpo(None, posted("requests"), name="with errors", status=422)
    deputy(address(file, "ruling"), name="own turn")
    client(address(file, "ruling"), name="being written")
    dpo(address(file, "return_to_support"))
    dpo(address(file, "decision"), name="greyed")
    ruling.return_to_support(fresh(file), actor=cast.dpo, reason="Quelles données ?")
    support(address(file, "specification"), name="returned, with a version")
    stories.specify(fresh(file), cast, solution=PARAGRAPHS * 2)
    stories.give_ruling(
        fresh(file), cast, Verdict.UNFAVOURABLE, conditions=[{"text": "Journaliser."}], analysis=EXPORT
    )
    client(address(file, "ruling"), name="given")
    decision.request_change(fresh(file), actor=cast.client_admin, reason="Autre chose.")
    stories.specify(fresh(file), cast, solution=PARAGRAPHS + "Un mot de plus.")
    dpo(address(file, "ruling"), name="since the last ruling")
    client(f"{address(file, 'specification')}?version=1", name="version 1")


def date_without_solution(desk):
    """Send a specification that says nothing, on a day that has passed."""
    desk.fill("Label", "Une ligne sans prix", row=0)
    desk.fill("Planned date", "2020-01-01")
    desk.press("Save")


def date_without_verdict(desk):
    """Give a ruling that says nothing but that data are touched, which shows where conditions go."""
    desk.page.locator("input[name=personal_data][value=yes]").check()
    desk.fill("Condition", "Journaliser.", "of a ruling")
    desk.fill("Validation date", timezone.localdate().isoformat())
    desk.press("Save")


def whole_form_without_answers(desk):
    """Say that everything changes and nothing of what, every section unfolded."""
    desk.page.locator("[name=personal_data][value=yes]").check()
    desk.page.locator("[name=scope-changes][value=new_category]").check()
    desk.page.locator(".ruling__section details").evaluate_all(
        "all => all.forEach((one) => (one.open = true))"
    )
    desk.fill("Validation date", timezone.localdate().isoformat())
    desk.press("Save")


@pytest.mark.parametrize("verdict", Verdict)
def test_ruling_given(visits, verdict):
    cast = Cast()
    file = stories.ruled(cast, verdict)
    visits(cast.client_admin)(address(file, "ruling"), name=f"given, {verdict}")
    visits(cast.support)(address(file, "ruling"), name=f"given, {verdict}, for the vendor")


def test_ruling_that_its_reader_may_not_give(visits):
    cast = Cast()
    cast.dpo.is_support = True
    cast.dpo.save()
    cast.support = cast.dpo
    file = stories.specified(cast)
    dpo = visits(cast.dpo)
    ruling.tell_where_nobody_can_rule()
    dpo(address(file, "ruling"), name="nobody can")
    visits(cast.lead)(address(file, "ruling"), name="nobody can, for the lead")
    stories.give_ruling(file, cast, actor=cast.deputy_dpo)
    decision.request_change(fresh(file), actor=cast.client_admin, reason="Autre chose.")
    stories.specify(fresh(file), cast, solution="Un autre bouton.")
    dpo(address(file, "ruling"), name="barred, somebody else can")


def test_ruling_that_starts_from_what_was_said_before(visits):
    cast = Cast()
    stories.closed(cast, title="Exporter les absences")
    past = stories.ruled(cast, Verdict.CONDITIONAL, title="Exporter les absences du mois")
    file = stories.specified(cast, title="Exporter les absences de l’année")
    dpo = visits(cast.dpo)
    dpo(address(file, "ruling"), name="with precedents")
    dpo(address(file, "ruling"), name_the_entry, name="from the entry and a past ruling")
    dpo(address(file, "ruling"), take_over(past.rulings.get(), "conditions"), name="with what was taken over")
    dpo(address(file, "ruling"), overrule_without_saying_why, name="overruled without a word", status=422)
    dpo(address(file, "ruling"), save_an_old_page, name="somebody was faster", status=409)


def name_the_entry(desk):
    """Save a draft that names an entry of the client's register."""
    desk.page.locator("[name=personal_data][value=yes]").check()
    desk.page.locator("[name=scope-changes][value=new_category]").check()
    desk.page.locator("[name=scope-entry]").fill("Registre des traitements")
    desk.press("Save")


def take_over(precedent, part):
    """Press the button that takes a part of a past ruling over, folded away as it is."""
    chosen = f"button[name=reuse][value='{precedent.pk}:{part}']"
    return lambda desk: desk.page.locator(chosen).evaluate("button => button.click()")


def overrule_without_saying_why(desk):
    """Give the ruling with a criterion that is not the one suggested, and no reason."""
    answer = desk.page.locator("[name=dpia-criteria-9-answer]")
    answer.evaluate("one => one.closest('details').open = true")
    answer.select_option("yes")
    desk.fill("Validation date", timezone.localdate().isoformat())
    desk.press("Save")


def save_an_old_page(desk):
    """Save what was typed on a page that somebody else saved meanwhile."""
    desk.page.locator("[name=revision]").first.evaluate("field => field.value = 0")
    desk.press("Save")


@pytest.mark.parametrize("verdict", [Verdict.CONDITIONAL, Verdict.UNFAVOURABLE, Verdict.INFRINGING])
def test_decision(visits, verdict):
    cast = Cast().everybody()
    file = stories.ruled(cast, verdict)
    client, auditor = visits(cast.client_admin), visits(cast.client_auditor)
    client(address(file, "decision"), name=f"own turn, {verdict}")
    client(None, send(f"form[action='{address(file, 'decision')}']"), name="with errors", status=422)
    auditor(address(file, "decision"), name="may not decide")
    decision.request_change(fresh(file), actor=cast.client_admin, reason="Moins cher.")
    visits(cast.support)(address(file, "specification"), name="straight to the client")
    client(address(file, "decision"), name="greyed")


def test_decision_of_two(visits):
    cast = Cast().everybody()
    cast.organisation.decider_roles = ["client_admin", "client_dpo"]
    cast.organisation.countersign_above = 1000
    cast.organisation.save()
    file = stories.ruled(cast, Verdict.UNFAVOURABLE)
    first, second, support = (visits(one) for one in (cast.client_admin, cast.client_dpo, cast.support))
    first(address(file, "decision"), name="to sign first")
    signatures.sign(
        fresh(file), actor=cast.client_admin, version=1, comment=PARAGRAPHS, against_advice="Nous assumons."
    )
    first(address(file, "decision"), name="signed first")
    second(address(file, "decision"), name="to countersign")
    support(address(file, "decision"), name="greyed, signed first")
    decision.validate(fresh(file), actor=cast.client_dpo, version=1, against_advice="D’accord.")
    second(address(file, "decision"), name="validated by two")
