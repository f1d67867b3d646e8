"""The DPOs are reminded by the ruling's due date: at set working days before and after it, once each."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from planning.workdays import after_working_days, today
from requests_app.services import ruling
from requests_app.services.reminders import remind_dpos
from requests_app.tasks import remind_dpos as task
from tests.factories import requests as stories
from tests.factories.requests import Cast, fresh
from workflow.steps import Step

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def due_in_ten_days(settings):
    settings.RULING_DUE_DAYS, settings.RULING_REMINDER_DAYS = 10, [-3, 0, 5]


def at_noon(day):
    return time_machine.travel(
        datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Europe/Paris")), tick=False
    )


def days_later(number):
    """At noon of the day `number` working days from now."""
    return at_noon(after_working_days(today(), number))


def reminded(file):
    return [event.data["threshold"] for event in file.events.filter(name="remind_dpo")]


def test_ruling_is_due_after_ten_working_days_without_the_public_holidays():
    with at_noon(date(2026, 4, 27)):
        file = stories.specified(Cast())

    # Without the first and the eighth of May, and the two week-ends.
    assert file.ruling_due == date(2026, 5, 13)


def test_each_threshold_is_told_once_and_the_file_stays():
    file = stories.specified(Cast().everybody())
    told = []
    for day in (6, 7, 7, 9, 10, 14, 15, 40):
        with days_later(day):
            task()
            told.append(reminded(file))

    assert told == [[], [-3], [-3], [-3], [-3, 0], [-3, 0], [-3, 0, 5], [-3, 0, 5]]
    assert fresh(file).step == Step.RULING


def test_after_a_stop_of_the_portal_only_the_last_threshold_is_told():
    file = stories.specified(Cast().everybody())
    due = file.ruling_due

    with days_later(12):
        assert remind_dpos() == 1

    event = file.events.get(name="remind_dpo")
    assert (event.actor, event.data) == (None, {"threshold": 0, "due_date": due.isoformat()})


def test_nobody_is_reminded_once_the_ruling_is_given_nor_on_a_day_off():
    with at_noon(date(2026, 4, 27)):
        given, waiting = stories.ruled(Cast()), stories.specified(Cast().everybody())

    with at_noon(date(2026, 5, 14)):
        assert remind_dpos() == 0
    with at_noon(date(2026, 5, 15)):
        assert remind_dpos() == 1

    assert (reminded(given), reminded(waiting)) == ([], [0])


def test_version_sent_after_a_return_starts_the_count_anew():
    cast = Cast().everybody()
    file = stories.specified(cast)
    with days_later(11):
        remind_dpos()
        ruling.return_to_support(fresh(file), actor=cast.dpo, reason="Quelles données ?")
        stories.specify(fresh(file), cast)
    with days_later(13):
        remind_dpos()
    assert reminded(file) == [0]
    with days_later(18):
        remind_dpos()

    assert reminded(file) == [0, -3]


def test_where_nobody_can_rule_nobody_is_said_to_be_reminded():
    cast = Cast().everybody()
    file = stories.specified(cast)
    for person in (cast.dpo, cast.deputy_dpo):
        person.is_active = False
        person.save()

    with days_later(10):
        assert remind_dpos() == 0

    assert reminded(file) == []


def test_an_empty_setting_reminds_nobody(settings):
    settings.RULING_REMINDER_DAYS = []
    stories.specified(Cast().everybody())

    with days_later(30):
        assert remind_dpos() == 0


def test_history_says_it_in_words(client):
    cast = Cast().everybody()
    file = stories.specified(cast)
    with at_noon(file.ruling_due):
        remind_dpos()
        client.force_login(cast.client_admin)
        line = client.get(f"/demandes/{file.number}/historique/").context["acts"][0]

    assert line.what.startswith("Le DPO a été relancé\u202f; avis attendu pour le ")
