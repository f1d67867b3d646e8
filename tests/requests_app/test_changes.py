"""Since your last decision: what the DPO and the client read first."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from privacy.verdicts import Verdict
from requests_app.changes import changes
from requests_app.models import Look
from requests_app.services import decision, ruling, signatures, specification
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import fresh

pytestmark = pytest.mark.django_db


def sent_back(cast):
    """A file whose client wanted a change of version 1."""
    file = stories.ruled(cast, Verdict.FAVOURABLE)
    decision.request_change(fresh(file), actor=cast.client_admin, reason="Autre chose.")
    return fresh(file)


def test_every_part_that_changed_is_named_with_what_it_said(cast):
    file = sent_back(cast)
    other = UserFactory(client_admin=True, organisation=cast.organisation)
    file.title, file.requester, file.intake = "Autre titre", other, {"about_people": "no"}
    file.save()
    quote = [{"label": "Tout", "days": Decimal(2), "unit_price": Decimal(100), "vat_rate": Decimal(20)}]
    stories.specify(
        file,
        cast,
        solution="Deux boutons d’export par service.",
        criteria=[{"text": "Deux boutons."}],
        quote=quote,
        planned_date=timezone.localdate() + timedelta(days=61),
    )
    first, second = fresh(file).versions.all()

    found = {change.label: (change.before, change.after) for change in changes(first, second)}

    assert list(found) == [
        "Titre", "Demandeur", "Données personnelles", "Solution", "Critères de réception", "Devis", "Date prévue",
    ]  # fmt: skip
    assert found["Demandeur"] == (str(cast.client_admin), str(other))
    assert found["Devis"][1].splitlines() == [
        "Tout\xa0: 2,00 jours à 100,00\xa0€, TVA 20,0\xa0%",
        "Total, TVA comprise\xa0: 240,00\xa0€",
    ]


def test_the_dpo_and_the_client_each_compare_with_their_own_last_decision(client, cast):
    file = sent_back(cast)
    stories.specify(file, cast, solution="Deux boutons d’export par service.")
    client.force_login(cast.dpo)

    read = client.get(f"/demandes/{file.number}/avis-dpo/")

    assert [change.label for change in read.context["changes"]] == ["Solution"]
    assert "<del>" in read.text
    assert "<ins>" in read.text
    stories.give_ruling(fresh(file), cast, Verdict.FAVOURABLE)
    client.force_login(cast.client_admin)
    answered = client.get(f"/demandes/{file.number}/decision/")
    assert [change.label for change in answered.context["changes"]] == ["Solution"]


def test_the_first_version_has_nothing_to_be_compared_with(client, cast):
    file = stories.specified(cast)
    client.force_login(cast.dpo)
    assert client.get(f"/demandes/{file.number}/avis-dpo/").context["changes"] is None

    stories.give_ruling(file, cast)
    client.force_login(cast.client_admin)
    assert client.get(f"/demandes/{file.number}/decision/").context["changes"] is None


def read(client, person, file, tab):
    """The changes that `person` reads first on a tab: their names, or None where nothing is compared."""
    client.force_login(person)
    answer = client.get(f"/demandes/{file.number}/{tab}/").context
    return answer["changes"] and (answer["before"].number, [change.label for change in answer["changes"]])


def test_client_is_shown_what_came_since_they_read_and_not_since_the_answer_before(client, cast):
    file = sent_back(cast)
    stories.specify(fresh(file), cast, solution="Deux boutons.")
    client.force_login(cast.client_admin)
    client.get(f"/demandes/{file.number}/cahier-des-charges/")
    ruling.return_to_support(fresh(file), actor=cast.dpo, reason="Et les durées ?")
    stories.specify(fresh(file), cast, solution="Trois boutons.", quote=[])
    stories.give_ruling(fresh(file), cast)

    mine = read(client, cast.client_admin, file, "decision")
    assert mine == (2, ["Solution", "Devis"])
    assert read(client, cast.client_admin, file, "decision") == mine
    assert read(client, cast.client_auditor, file, "decision") == (1, ["Solution", "Devis"])


def test_first_signature_counts_as_an_answer(client, cast):
    cast.organisation.countersign_above, cast.organisation.decider_roles = 1, ["client_admin", "client_dpo"]
    cast.organisation.save()
    file = stories.ruled(cast)
    signatures.sign(file, actor=cast.client_admin, version=1)
    decision.request_change(fresh(file), actor=cast.client_dpo, reason="Moins cher.")
    stories.specify(fresh(file), cast, solution="Deux boutons.")
    stories.give_ruling(fresh(file), cast)
    signatures.sign(fresh(file), actor=cast.client_admin, version=2)

    # Whoever countersigns reads what changed since the version before, not since the one that was just signed.
    assert read(client, cast.client_dpo, file, "decision") == (1, ["Solution"])


def test_planned_date_changed_since_is_among_the_changes_whatever_the_versions_were_sent_with(client, cast):
    second, third = (timezone.localdate() + timedelta(days=number) for number in (70, 80))
    file = stories.ruled(cast)
    specification.change_planned_date(fresh(file), actor=cast.support, planned_date=second, reason="Retard.")
    decision.request_change(fresh(file), actor=cast.client_admin, reason="Autre chose.")
    stories.specify(fresh(file), cast, quote=[], planned_date=second)
    # The client answered knowing of the second date, with which the new version came.
    assert read(client, cast.client_auditor, file, "decision") == (1, ["Devis"])

    specification.change_planned_date(fresh(file), actor=cast.support, planned_date=third, reason="Retard.")

    assert read(client, cast.client_auditor, file, "decision") == (1, ["Devis", "Date prévue"])


@pytest.mark.parametrize(
    ("make", "tab", "who", "other"),
    [
        (stories.ruled, "decision", "client_admin", "client_auditor"),
        (stories.specified, "avis-dpo", "dpo", "deputy_dpo"),
    ],
)
def test_planned_date_changed_after_somebody_read_the_only_version_is_shown_to_them_alone(
    client, cast, make, tab, who, other
):
    file = make(cast.everybody())
    assert read(client, getattr(cast, who), file, tab) is None
    later = timezone.localdate() + timedelta(days=70)
    specification.change_planned_date(fresh(file), actor=cast.support, planned_date=later, reason="Retard.")

    assert read(client, getattr(cast, who), file, tab) == (1, ["Date prévue"])
    page = f"/demandes/{file.number}/{tab}/"
    assert "Depuis votre première lecture de cette version" in client.get(page).text
    assert read(client, getattr(cast, other), file, tab) is None


def test_vendor_that_reads_the_decision_keeps_no_look(client, cast):
    file = stories.ruled(cast)
    read(client, cast.support, file, "decision")
    read(client, cast.client_admin, file, "decision")

    assert [look.person for look in Look.objects.all()] == [cast.client_admin]


def test_a_version_that_says_the_same_says_so(client, cast):
    file = sent_back(cast)
    stories.specify(file, cast)
    client.force_login(cast.client_admin)

    response = client.get(f"/demandes/{file.number}/decision/")

    assert response.context["changes"] == []
