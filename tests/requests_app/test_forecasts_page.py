"""Forecasts of requests in progress, from the past of their own organisation, or for the vendor of all."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.utils import timezone

from requests_app.forecasts import prospect
from requests_app.services import delivery
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh

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


def lasting(file, days):
    """`file` as if it had been at its step for `days`."""
    type(file).objects.filter(pk=file.pk).update(step_since=timezone.now() - timedelta(days=days))
    return fresh(file)


def test_request_that_outlasts_its_past_is_said_to_and_given_no_date(client):
    cast = Cast()
    for _rank in range(5):
        stories.closed(cast)
    file = lasting(stories.validated(cast), 60)

    for where in (HERE, f"/demandes/{file.number}/developpement/"):
        client.force_login(cast.client_admin)
        text = client.get(where).text
        assert (
            "Déjà plus longue à cette étape que chacune des 5 dernières\u00a0: le passé ne peut rien dire."
            in text
        )


def test_tab_of_the_development_shows_the_same_range_as_the_page_of_all(client):
    known, new = Cast(), Cast()
    for _rank in range(5):
        stories.closed(known)
    stories.closed(new)
    running, other = stories.validated(known), stories.validated(new)

    def on_its_tab(person, file):
        client.force_login(person)
        response = client.get(f"/demandes/{file.number}/developpement/")
        return response.context["prospect"], response.text

    for person in (known.support, known.client_auditor):
        _drawn, context = shown(client, person)
        [listed] = [one for one in context["prospects"] if one.file == running]
        prospect, text = on_its_tab(person, running)
        assert (prospect.forecast, prospect.is_own) == (listed.forecast, True)
        assert (
            "tirées de ce qu’a pris chaque étape des 5 dernières demandes closes par cette organisation"
            in text
        )
    prospect, text = on_its_tab(known.support, other)
    assert (prospect.forecast.basis, prospect.is_own) == (6, False)
    assert "seul votre côté le lit" in text
    prospect, text = on_its_tab(new.client_admin, other)
    assert prospect.forecast is None
    assert "Une fois sur deux" not in text


def test_plot_has_a_dot_for_each_row_of_its_table_among_the_levels_that_they_make(client):
    cast = Cast()
    files = [stories.closed(cast) for _rank in range(5)]
    for rank, file in enumerate(files):
        sent = timezone.now() - timedelta(days=7 * rank)
        type(file).objects.filter(pk=file.pk).update(sent_at=sent)
    client.force_login(cast.support)

    page = client.get(HERE)

    soup = BeautifulSoup(page.content, "html.parser")
    rows = [
        (row.th.get_text(), row.find_all("td")[-1].get_text())
        for row in soup.select("details table tbody tr")
    ]
    dots = [one["text"].replace("\u00a0", " ") for one in page.context["plot"].dots]
    assert dots == [" : ".join(row) for row in reversed(rows)]
    assert len({days for _number, days in rows}) > 1
    days = sorted(int(number) for _file, number in rows)
    assert page.context["levels"] == [(50, days[2]), (85, days[4]), (95, days[4])]
    assert [one.get_text() for one in soup.select(".plot__legend li")] == [
        f"{level}\u00a0% en {number} jours ouvrés" for level, number in page.context["levels"]
    ]


def test_days_at_a_step_are_those_of_all_its_visits():
    cast = Cast()
    for _rank in range(5):
        stories.closed(cast)
    with time_machine.travel(timezone.now() - timedelta(days=60)):
        file = stories.validated(cast)
    subtask = stories.split(file, cast)
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    delivery.deliver(fresh(file), actor=cast.lead)
    delivery.refuse(fresh(file), actor=cast.client_admin, answers={}, reason="Non")

    # Back today, after longer than any other was developed.
    assert prospect(fresh(file), cast.client_admin).forecast.is_beyond


def test_request_that_is_over_is_not_forecast(client):
    cast = Cast()
    files = [stories.closed(cast) for _rank in range(5)]
    client.force_login(cast.support)

    assert client.get(f"/demandes/{files[0].number}/developpement/").context["prospect"] is None


@pytest.mark.parametrize("number", [5, 7])
def test_tab_asks_the_same_for_any_past(client, django_assert_num_queries, number):
    cast = Cast()
    for _rank in range(number):
        stories.closed(cast)
    user, file = cast.client_admin, stories.validated(cast)

    with django_assert_num_queries(3):
        assert prospect(file, user).forecast.basis == number


@pytest.mark.parametrize("number", [1, 3])
def test_forecasts_ask_the_same_for_any_number_of_requests(client, django_assert_num_queries, number):
    cast = Cast()
    for _rank in range(number):
        stories.closed(cast)
        stories.sent(cast)
    client.force_login(cast.support)

    with django_assert_num_queries(7):
        client.get(HERE)
