"""Since your last decision: what the DPO and the client read first."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from privacy.verdicts import Verdict
from requests_app.changes import changes
from requests_app.services import decision
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


def test_a_version_that_says_the_same_says_so(client, cast):
    file = sent_back(cast)
    stories.specify(file, cast)
    client.force_login(cast.client_admin)

    response = client.get(f"/demandes/{file.number}/decision/")

    assert response.context["changes"] == []
