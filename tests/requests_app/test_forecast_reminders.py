"""The forecast end of a subtask that passes without an end date: its developers are reminded, once for each date."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from notifications.models import OutgoingMessage
from planning.services import add_leave, set_pace
from requests_app.models import Assignment
from requests_app.services import decision, development
from requests_app.services.reminders import remind_forecast_ends
from requests_app.tasks import remind_forecast_ends as task
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def clock():
    """Tuesday 17 March 2026."""
    with time_machine.travel(datetime(2026, 3, 17, 9, tzinfo=PARIS), tick=False) as clock:
        yield clock


@pytest.fixture
def late(clock):
    """A subtask under way that was to end on Monday 16 March, and its cast."""
    cast = Cast()
    subtask = stories.split(stories.validated(cast), cast)
    forecast(subtask, date(2026, 3, 16))
    return subtask, cast


def forecast(subtask, day):
    type(subtask).objects.filter(pk=subtask.pk).update(forecast_end=day)


def told():
    rows = OutgoingMessage.objects.filter(kind="forecast_passed_for_developers").order_by("pk")
    return [row.address for row in rows]


def test_developers_are_reminded_once_for_each_date_and_the_history_says_it(client, late, clock):
    subtask, cast = late

    assert (remind_forecast_ends(), remind_forecast_ends()) == (1, 0)
    task()
    assert told() == [cast.developer.email]
    message = OutgoingMessage.objects.get(kind="forecast_passed_for_developers")
    said = " ".join(message.text.replace("\u00a0", " ").replace("\u202f", " ").split())
    assert (
        "« Écrire l’export » devait se terminer le 16 mars 2026, et aucune date de fin n’est saisie." in said
    )
    client.force_login(cast.client_auditor)
    acts = client.get(f"/demandes/{subtask.change_request.number}/historique/").context["acts"]
    assert acts[0].what == (
        "Les développeurs de la sous-tâche «\u202fÉcrire l’export\u202f» ont été relancés\u202f; "
        "fin prévisionnelle\u00a0: 16 mars 2026"
    )

    forecast(subtask, date(2026, 3, 18))
    clock.move_to(datetime(2026, 3, 18, 9, tzinfo=PARIS))
    assert remind_forecast_ends() == 0
    clock.move_to(datetime(2026, 3, 19, 9, tzinfo=PARIS))
    assert (remind_forecast_ends(), remind_forecast_ends()) == (1, 0)


def test_nothing_is_said_on_a_day_off(late, clock):
    clock.move_to(datetime(2026, 3, 21, 9, tzinfo=PARIS))
    assert remind_forecast_ends() == 0
    clock.move_to(datetime(2026, 3, 23, 9, tzinfo=PARIS))
    assert remind_forecast_ends() == 1


@pytest.mark.parametrize("why", ["ended", "cancelled", "paused", "nobody", "parent"])
def test_nobody_is_reminded_of_what_nobody_works_on(late, why):
    subtask, cast = late
    file = subtask.change_request
    if why == "ended":
        stories.end(subtask, cast)
    if why == "cancelled":
        development.cancel_subtask(subtask, actor=cast.lead, reason="Plus utile.")
    if why == "paused":
        decision.reopen_specification(fresh(file), actor=cast.lead, reason="Un cas oublié.")
    if why == "nobody":
        Assignment.objects.all().delete()
    if why == "parent":
        development.add_subtask(
            fresh(file), actor=cast.lead, fields={"title": "Dessous"}, developers=[], parent=subtask
        )

    assert remind_forecast_ends() == 0
    assert told() == []


def test_stand_in_is_reminded_in_place_of_whoever_is_away(late):
    _subtask, cast = late
    colleague = UserFactory(developer=True)
    set_pace(cast.developer, hours_per_day=7, stand_in=colleague)
    add_leave(cast.developer, first_day=date(2026, 3, 16), last_day=date(2026, 3, 20))

    remind_forecast_ends()

    assert set(told()) == {cast.developer.email, colleague.email}
    copied = OutgoingMessage.objects.get(kind="forecast_passed_for_developers", address=colleague.email)
    assert f"Vous remplacez {cast.developer}" in " ".join(copied.text.replace("\u00a0", " ").split())


def test_sweep_asks_the_same_for_what_was_told_whatever_there_is(late, django_assert_num_queries):
    subtask, cast = late
    for _rank in range(3):
        forecast(stories.split(fresh(subtask.change_request), cast), date(2026, 3, 16))
    assert remind_forecast_ends() == 4

    with django_assert_num_queries(2):
        assert remind_forecast_ends() == 0
