"""The client's silence at steps 5 and 7: reminded at set working days, once each, and never an answer."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from planning.workdays import after_working_days, is_working, today
from requests_app.services import decision
from requests_app.services.reminders import remind_silent_clients
from requests_app.tasks import remind_silent_clients as task
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh
from workflow.steps import Step

pytestmark = pytest.mark.django_db


def reminded(file):
    return [event.data["threshold"] for event in file.events.filter(name="remind_client")]


def days_later(number):
    """At noon of the day `number` working days from now."""
    day = after_working_days(today(), number)
    return time_machine.travel(f"{day.isoformat()}T11:00:00+00:00", tick=False)


@pytest.mark.parametrize("state", [stories.ruled, stories.delivered])
def test_each_threshold_is_told_once(state, settings):
    settings.SILENCE_REMINDER_DAYS = [5, 10]
    file = state(Cast())
    step = file.step
    told = []
    for day in (4, 5, 5, 9, 10, 30):
        with days_later(day):
            task()
            told.append(reminded(file))

    assert told == [[], [5], [5], [5], [5, 10], [5, 10]]
    assert fresh(file).step == step


def test_after_a_stop_of_the_portal_only_the_last_threshold_is_told(settings):
    settings.SILENCE_REMINDER_DAYS = [5, 10]
    file = stories.ruled(Cast())

    with days_later(12):
        assert remind_silent_clients() == 1

    event = file.events.get(name="remind_client")
    assert (event.actor, event.data) == (None, {"threshold": 10, "days": 12})


def test_an_answer_starts_the_count_anew(settings):
    settings.SILENCE_REMINDER_DAYS = [5]
    cast = Cast()
    file = stories.ruled(cast)
    with days_later(6):
        remind_silent_clients()
        decision.request_change(fresh(file), actor=cast.client_admin, reason="Moins cher.")
        stories.specify(fresh(file), cast, quote=[])
        assert fresh(file).step == Step.DECISION
    with days_later(8):
        remind_silent_clients()
    assert reminded(file) == [5]
    with days_later(12):
        remind_silent_clients()

    assert reminded(file) == [5, 5]


def test_nobody_is_reminded_at_the_vendors_steps_nor_on_a_day_off(settings):
    settings.SILENCE_REMINDER_DAYS = [1]
    vendors = stories.specified(Cast())
    waiting = stories.ruled(Cast())
    day_off = next(
        day for number in range(3, 12) if not is_working(day := timezone.localdate() + timedelta(days=number))
    )

    with time_machine.travel(f"{day_off.isoformat()}T11:00:00+00:00", tick=False):
        assert remind_silent_clients() == 0
    with days_later(12):
        assert remind_silent_clients() == 1

    assert (reminded(vendors), reminded(waiting)) == ([], [1])


def test_history_says_it_in_words(client, settings):
    settings.SILENCE_REMINDER_DAYS = [5]
    cast = Cast()
    file = stories.ruled(cast)
    with days_later(5):
        remind_silent_clients()
    client.force_login(cast.client_admin)

    line = client.get(f"/demandes/{file.number}/historique/").context["acts"][0]

    assert line.what == "Le client a été relancé\u202f; jours ouvrés sans réponse\u00a0: 5"
