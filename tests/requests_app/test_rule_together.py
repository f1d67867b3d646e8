"""Several requests without personal data, ruled on together: each with its own record, all or none."""

import pytest
from django.utils import timezone

from notifications.models import OutgoingMessage
from privacy.verdicts import Verdict
from requests_app.models import Ruling
from requests_app.services import ruling
from tests.factories import requests as stories
from tests.factories.accounts import OrganisationFactory
from tests.factories.requests import Cast, fresh
from workflow.errors import Missing, MovedOn
from workflow.steps import Step

pytestmark = pytest.mark.django_db

PAGE = "/demandes/avis-groupes/"


@pytest.fixture
def dpo(client, cast):
    client.force_login(cast.dpo)
    return client


def elsewhere(cast):
    """The same vendor, another client."""
    other = Cast(organisation=OrganisationFactory())
    other.__dict__ |= {"support": cast.support, "dpo": cast.dpo}
    return other


def typed(*files, **changes):
    return {
        "requests": [f"{file.number}:1" for file in files],
        "conclusions": "Aucune donnée personnelle.",
        "validation_date": timezone.localdate().isoformat(),
        **changes,
    }


def test_each_request_ticked_gets_a_ruling_of_its_own(dpo, cast):
    one, two, left = stories.specified(cast), stories.specified(elsewhere(cast)), stories.specified(cast)
    assert PAGE in dpo.get("/").text

    response = dpo.post(PAGE, typed(one, two))

    assert (response.status_code, response.url) == (302, "/")
    assert [fresh(file).step for file in (one, two, left)] == [Step.DECISION, Step.DECISION, Step.RULING]
    given = Ruling.objects.given()
    assert {(row.change_request, row.verdict, row.conclusions, row.ruled_by) for row in given} == {
        (file, Verdict.NO_PERSONAL_DATA, "Aucune donnée personnelle.", cast.dpo) for file in (one, two)
    }
    assert len({row.event_id for row in given}) == 2
    for file in (one, two):
        assert OutgoingMessage.objects.filter(event=file.rulings.get().event).exists()


def test_the_words_found_stand_beside_each_request(dpo, cast):
    stories.specified(cast, description="La date de naissance des élèves.")

    text = dpo.get(PAGE).text

    assert "date de naissance, élèves" in text


def test_what_somebody_has_begun_or_may_not_rule_on_is_not_offered(dpo, cast):
    begun, written, free = (stories.specified(cast) for _one in range(3))
    ruling.save_ruling(begun, actor=cast.deputy_dpo, fields={"conclusions": "Commencé."})
    written.versions.update(author=cast.dpo)

    assert [line[1].change_request for line in dpo.get(PAGE).context["lines"]] == [free]
    assert dpo.post(PAGE, typed(begun, free)).status_code == 422
    assert not Ruling.objects.given().exists()


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"requests": []}, {"requests"}),
        ({"requests": ["VALM-2026-9999:1"]}, {"requests"}),
        ({"conclusions": " "}, {"conclusions"}),
        ({"validation_date": ""}, {"validation_date"}),
        ({"validation_date": "2099-01-01"}, {"validation_date"}),
        ({"validation_date": "2020-01-01"}, {"validation_date"}),
    ],
)
def test_what_is_wrong_is_said_and_no_ruling_is_given(dpo, cast, changes, wrong):
    file = stories.specified(cast)

    response = dpo.post(PAGE, typed(file, **changes))

    assert (response.status_code, set(response.context["form"].errors)) == (422, wrong)
    assert not Ruling.objects.exists()


def test_one_that_is_refused_refuses_all(cast):
    one, moved = stories.specified(cast), stories.specified(cast)
    ruling.return_to_support(moved, actor=cast.dpo, reason="Quelles données ?")
    written = stories.specified(cast)
    written.versions.update(author=cast.dpo)
    day = {"conclusions": "Rien.", "validation_date": timezone.localdate()}

    with pytest.raises(MovedOn, match="moved on"):
        ruling.rule_several([(one, 1), (fresh(moved), 1)], actor=cast.dpo, **day)
    with pytest.raises(MovedOn):
        ruling.rule_several([(one, 2)], actor=cast.dpo, **day)
    with pytest.raises(Missing) as refusal:
        ruling.rule_several([(one, 1), (written, 1)], actor=cast.dpo, **day)

    assert written.number in str(refusal.value.reasons[0])
    assert not Ruling.objects.exists()


def test_a_deputy_says_for_which_dpo(client, cast):
    file = stories.specified(cast)
    dpo = cast.dpo
    client.force_login(cast.deputy_dpo)

    assert set(client.post(PAGE, typed(file)).context["form"].errors) == {"standing_in_for"}
    client.post(PAGE, typed(file, standing_in_for=dpo.pk))

    assert file.rulings.get().standing_in_for == dpo


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_database_as_often_for_one_request_as_for_three(
    dpo, cast, count, django_assert_num_queries
):
    for _one in range(count):
        stories.specified(cast)
    dpo.get(PAGE)

    with django_assert_num_queries(3):
        dpo.get(PAGE)
