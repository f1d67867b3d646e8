"""What the DPO wants of somebody: the client's conditions during the development, and dated actions, reminded until they are done."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from planning.workdays import after_working_days, today
from privacy.verdicts import Verdict
from requests_app.models import Action
from requests_app.services import decision, delivery, gdpr_sheet, handovers
from requests_app.tasks import remind_due_actions, remind_owing_clients
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db

OF_CLIENT = {"text": "L’analyse d’impact est faite.", "owner": "client", "blocks": "delivery"}
OF_VENDOR = {"text": "L’accès est journalisé."}


@pytest.fixture(autouse=True)
def days_of_the_settings(settings):
    settings.OWED_REMINDER_DAYS = [5, 15]
    settings.ACTION_REMINDER_DAYS, settings.ACTION_LATE_EVERY_DAYS = [-5, 0], 5


def at_noon(day):
    return time_machine.travel(
        datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Europe/Paris")), tick=False
    )


def days_later(number):
    """At noon of the day `number` working days from now."""
    return at_noon(after_working_days(today(), number))


def owing(cast, conditions=(OF_CLIENT, OF_VENDOR)):
    """A file at step 6 whose ruling has `conditions`."""
    file = stories.specified(cast.everybody())
    stories.give_ruling(file, cast, Verdict.CONDITIONAL, conditions=list(conditions))
    decision.validate(fresh(file), actor=cast.client_admin, version=1)
    return fresh(file)


def reminded(file):
    return [
        (event.data["threshold"], event.data["conditions"])
        for event in file.events.filter(name="remind_owed")
    ]


def test_client_is_reminded_during_step_6_of_the_conditions_that_are_its_own():
    cast = Cast()
    file = owing(cast)
    told = []
    for day in (4, 5, 5, 14, 15, 40):
        with days_later(day):
            remind_owing_clients()
            told.append([threshold for threshold, _conditions in reminded(file)])

    assert told == [[], [5], [5], [5], [5, 15], [5, 15]]
    assert reminded(file)[0] == (5, [OF_CLIENT["text"]])
    event = file.events.filter(name="remind_owed").first()
    assert [message.recipient for message in event.outgoing_messages.all()] == [
        cast.client_admin,
        cast.client_dpo,
    ]


def test_client_that_owes_nothing_any_more_is_not_reminded():
    cast = Cast()
    vendors, met, handed, delivered = (
        owing(cast, [OF_VENDOR]),
        owing(cast),
        owing(cast),
        owing(cast, [OF_CLIENT | {"blocks": "acceptance"}]),
    )
    stories.assess(met, cast, keys=["condition-1"])
    handovers.hand_over(handed, actor=cast.client_dpo, position=1, words="Faite le 3.")
    subtask = stories.split(delivered, cast, criteria=delivered.specification.criteria.all())
    stories.end(subtask, cast)
    stories.pass_checks(subtask, cast)
    delivery.deliver(fresh(delivered), actor=cast.lead, release="4.2.0")

    with days_later(20):
        remind_owing_clients()

    assert [reminded(file) for file in (vendors, met, handed, delivered)] == [[], [], [], []]


def test_what_was_handed_over_and_found_wanting_is_owed_again():
    cast = Cast()
    file = owing(cast)
    handovers.hand_over(file, actor=cast.client_dpo, position=1, words="Faite le 3.")
    stories.assess(file, cast, "major", keys=["condition-1"], comment="Le risque reste élevé.")

    with days_later(5):
        remind_owing_clients()

    assert reminded(file) == [(5, [OF_CLIENT["text"]])]


def test_history_says_in_words_that_the_client_was_reminded(client):
    cast = Cast()
    file = owing(cast)
    with days_later(5):
        remind_owing_clients()
    client.force_login(cast.client_admin)

    line = client.get(f"/demandes/{file.number}/historique/").context["acts"][0]

    assert line.what == (
        "Le client a été relancé pour ce que l’avis du DPO attend de lui\u202f; réserves encore ouvertes\u00a0: 1"
    )


MONDAY = date(2026, 6, 1)


def planned(cast, due, owner="client"):
    """A file at step 6 with an action due on `due`, of which `owner` is a side or somebody of it."""
    file = stories.validated(cast)
    stories.assess(file, cast, "minor", ["notice"], action=("Relire la notice.", owner, due))
    return file


def days_told(file, days):
    """On which of `days` (dates) the owner was reminded, the worker passing twice on each."""
    for day in days:
        with at_noon(day):
            remind_due_actions()
            remind_due_actions()
    events = file.events.filter(name="remind_action")
    return [(timezone.localdate(event.at), event.data["days"]) for event in events]


def every_day(number):
    return [MONDAY + timedelta(days=one) for one in range(number)]


def test_action_is_reminded_before_its_day_on_it_and_while_it_is_late():
    with at_noon(MONDAY):
        file = planned(Cast().everybody(), due=date(2026, 6, 12))

    # Nobody works on the 14th of July.
    assert days_told(file, every_day(50)) == [
        (date(2026, 6, 5), -5),
        (date(2026, 6, 12), 0),
        (date(2026, 6, 19), 5),
        (date(2026, 6, 26), 10),
        (date(2026, 7, 3), 15),
        (date(2026, 7, 10), 20),
        (date(2026, 7, 20), 25),
    ]


def test_action_wanted_within_a_few_days_is_reminded_on_its_day_first():
    with at_noon(MONDAY):
        file = planned(Cast().everybody(), due=date(2026, 6, 4))

    assert days_told(file, every_day(5)) == [(date(2026, 6, 4), 0)]


def test_action_is_reminded_no_more_once_it_is_done():
    cast = Cast().everybody()
    with at_noon(MONDAY):
        file = planned(cast, due=date(2026, 6, 4))
    told = days_told(file, every_day(5))
    with at_noon(date(2026, 6, 5)):
        gdpr_sheet.complete_action(file, actor=cast.client_admin, position=1, how="La notice est relue.")

    assert days_told(file, every_day(30)) == told


def test_action_put_off_starts_anew():
    cast = Cast().everybody()
    with at_noon(MONDAY):
        file = planned(cast, due=date(2026, 6, 4))
    told = days_told(file, every_day(5))
    with at_noon(date(2026, 6, 5)):
        later = "Relire la notice.", "client", date(2026, 6, 17)
        stories.assess(file, cast, "minor", ["notice"], action=later)

    assert days_told(file, every_day(25)[5:]) == [
        *told,
        (date(2026, 6, 10), -5),
        (date(2026, 6, 17), 0),
        (date(2026, 6, 24), 5),
    ]


def test_late_action_of_a_closed_file_goes_to_the_side_of_whoever_left():
    cast = Cast().everybody()
    somebody = UserFactory(client_auditor=True, organisation=cast.organisation)
    file = stories.green(cast)
    due = after_working_days(today(), 1)
    stories.assess(file, cast, "minor", ["notice"], action=("Relire la notice.", somebody, due))
    delivery.deliver(fresh(file), actor=cast.lead, release="4.2.0")
    delivery.accept(fresh(file), actor=cast.client_admin, answers=stories.answers(file))
    with at_noon(due):
        remind_due_actions()
    somebody.is_active = False
    somebody.save()
    with at_noon(after_working_days(due, 5)):
        remind_due_actions()

    told = [
        [message.recipient for message in event.outgoing_messages.all()]
        for event in file.events.filter(name="remind_action")
    ]
    assert told == [[somebody], [cast.client_admin]]
    assert Action.objects.get().done_at is None


def test_empty_settings_remind_nobody(settings):
    settings.OWED_REMINDER_DAYS, settings.ACTION_REMINDER_DAYS = [], []
    settings.ACTION_LATE_EVERY_DAYS = 0
    cast = Cast()
    file = owing(cast)
    stories.assess(file, cast, "minor", ["notice"], action=("Relire.", "client", today()))

    with days_later(40):
        remind_owing_clients()
        remind_due_actions()

    assert not file.events.filter(name__startswith="remind_").exists()
