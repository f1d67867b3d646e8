"""Forecasts of requests in progress, from the past of their own organisation, or for the vendor of all."""

import pytest

from tests.factories import requests as stories
from tests.factories.requests import Cast

pytestmark = pytest.mark.django_db
HERE = "/previsions/"


def shown(client, person):
    client.force_login(person)
    context = client.get(HERE).context
    return {one.file.number: one.forecast and one.forecast.basis for one in context["prospects"]}, context


def test_each_request_is_forecast_from_its_own_organisations_past(client):
    known, new = Cast(), Cast()
    for _rank in range(5):
        stories.closed(known)
    stories.closed(new)
    running, other = stories.sent(known), stories.sent(new)

    drawn, context = shown(client, known.support)
    assert drawn == {running.number: 5, other.number: 6}
    assert [one.is_own for one in context["prospects"]] == [True, False]
    # From too short a past of its own, a client reads nothing: not even one drawn from others.
    own, context = shown(client, new.client_admin)
    assert own == {other.number: None}
    assert [cycle.file.organisation for cycle in context["past"]] == [new.organisation]
    assert context["levels"] == []


def test_too_short_a_past_is_said_once_whatever_the_number_of_requests(client):
    cast = Cast()
    stories.closed(cast)
    for _rank in range(3):
        stories.sent(cast)
    client.force_login(cast.client_admin)

    text = client.get(HERE).text

    assert text.count("Trop peu de demandes closes") == 1
    assert "Une fois sur deux" not in text


def test_unsent_request_is_not_forecast_and_nothing_shows_without_a_past(client):
    cast = Cast()
    stories.opened(cast)

    prospects, context = shown(client, cast.client_admin)

    assert (prospects, context["plot"]) == ({}, None)


@pytest.mark.parametrize("number", [1, 3])
def test_forecasts_ask_the_same_for_any_number_of_requests(client, django_assert_num_queries, number):
    cast = Cast()
    for _rank in range(number):
        stories.closed(cast)
        stories.sent(cast)
    client.force_login(cast.support)

    with django_assert_num_queries(7):
        client.get(HERE)
