"""What the portal no longer keeps goes by itself, is counted beforehand, and leaves figures."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from custody import retention, tasks
from custody.erasure import erase
from custody.models import Erasure, RuleRun
from notifications import outbox
from notifications.models import OutgoingMessage
from tests.factories import requests as stories
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.notifications import MessageFactory
from tests.factories.requests import Cast

pytestmark = pytest.mark.django_db


def ago(days):
    return timezone.now() - timedelta(days=days)


def sent(days, **fields):
    """A message that left so many days ago."""
    return MessageFactory(state="sent", sent_at=ago(days), handed_over_at=ago(days), **fields)


def applied(key):
    """(due, done) of a run of the rule `key` now."""
    run = retention.apply(retention.BY_KEY[key])
    return run.due, run.done


def unused(days, **fields):
    """A person who signed in for the last time so many days ago."""
    person = UserFactory(**fields)
    User.objects.filter(pk=person.pk).update(date_joined=ago(days + 100), last_login=ago(days))
    return person


def test_words_of_a_message_go_after_thirty_days_and_its_fate_stays():
    old, young, waiting = sent(31, subject="Avis rendu"), sent(29), MessageFactory()

    assert applied("messages") == (1, 1)
    assert applied("messages") == (0, 0)

    rows = OutgoingMessage.objects.in_bulk()
    assert (rows[old.pk].text, rows[old.pk].html) == ("", "")
    assert (rows[old.pk].subject, rows[old.pk].state, rows[old.pk].address) == (
        "Avis rendu",
        "sent",
        old.address,
    )
    assert rows[young.pk].text == rows[waiting.pk].text == "Its words.\n"


def test_a_message_whose_words_are_gone_is_never_sent_again():
    message = MessageFactory(dead=True, text="", html="")

    with pytest.raises(outbox.AlreadyResolved):
        outbox.revive(message, actor=UserFactory(support=True))


def test_a_run_takes_a_bounded_number_and_leaves_the_rest_to_the_next(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    monkeypatch.setattr(retention, "RUN_SIZE", 3)
    for _number in range(5):
        sent(40)

    assert [applied("messages") for _run in range(3)] == [(5, 3), (2, 2), (0, 0)]
    assert [run.left for run in RuleRun.objects.order_by("pk")] == [2, 0, 0]


def test_expired_sessions_and_old_lines_of_the_emergency_log_go(client):
    person = UserFactory(support=True)
    client.force_login(person)
    Session.objects.create(session_key="vieille", session_data="", expire_date=ago(1))
    for days in (400, 300):
        entry = LogEntry.objects.create(user=person, object_repr="x", action_flag=CHANGE)
        LogEntry.objects.filter(pk=entry.pk).update(action_time=ago(days))

    assert applied("sessions") == (1, 1)
    assert applied("access_logs") == (1, 1)
    assert Session.objects.get().session_key == client.session.session_key
    assert LogEntry.objects.count() == 1


def test_who_has_not_signed_in_for_23_months_is_warned_once_in_their_language():
    person, active = unused(23 * 31, language="en"), unused(600)

    assert applied("account_warnings") == (1, 1)
    assert applied("account_warnings") == (0, 0)

    message = OutgoingMessage.objects.get()
    assert (message.recipient, message.kind) == (person, "account_about_to_be_erased")
    assert message.subject == "Your account is about to be closed and erased"
    assert "/connexion/" in message.text
    assert not active.roles


def test_who_was_warned_and_did_not_sign_in_is_erased_a_month_later():
    person = unused(23 * 31)
    retention.apply(retention.BY_KEY["account_warnings"])
    assert applied("accounts") == (0, 0)

    with time_machine.travel(timezone.now() + timedelta(days=32)):
        assert applied("accounts") == (1, 1)
        assert applied("accounts") == (0, 0)

    assert User.objects.get(pk=person.pk).is_erased
    assert Erasure.objects.get().erased_by is None


def test_who_signs_in_after_the_warning_keeps_the_account_and_is_warned_anew_years_later():
    person = unused(23 * 31)
    retention.apply(retention.BY_KEY["account_warnings"])
    User.objects.filter(pk=person.pk).update(last_login=timezone.now() + timedelta(days=5))

    with time_machine.travel(timezone.now() + timedelta(days=40)):
        assert applied("accounts") == (0, 0)
    with time_machine.travel(timezone.now() + timedelta(days=24 * 31)):
        assert applied("accounts") == (0, 0)
        assert applied("account_warnings") == (1, 1)
    assert OutgoingMessage.objects.count() == 2


def test_nobody_is_erased_without_a_months_notice_after_a_long_stop_of_the_portal():
    unused(4 * 365)

    assert applied("accounts") == (0, 0)
    assert applied("account_warnings") == (1, 1)
    assert applied("accounts") == (0, 0)


def test_who_cannot_sign_in_is_erased_without_a_warning_that_would_be_of_no_use():
    closed = OrganisationFactory(is_active=False)
    unused(25 * 31, organisation=closed)
    unused(25 * 31, is_active=False)

    assert applied("account_warnings") == (0, 0)
    assert applied("accounts") == (2, 2)


def test_whom_a_request_in_progress_names_stays_until_it_has_ended():
    cast = Cast()
    stories.validated(cast, requester=cast.requester)
    User.objects.update(date_joined=ago(2000), last_login=ago(1500), is_active=False)

    retention.apply(retention.BY_KEY["accounts"])

    assert not User.objects.get(pk=cast.requester.pk).is_erased


def test_last_portal_administrator_stays_and_the_trace_says_that_one_is_left():
    administrator = unused(25 * 31, portal_admin=True)
    retention.apply(retention.BY_KEY["account_warnings"])

    with time_machine.travel(timezone.now() + timedelta(days=40)):
        assert applied("accounts") == (1, 0)

    assert User.objects.get(pk=administrator.pk).is_active


def test_erased_people_are_never_due_again():
    person = unused(25 * 31, is_active=False)
    erase(person, actor=UserFactory(portal_admin=True))

    with time_machine.travel(timezone.now() + timedelta(days=1500)):
        assert person.pk not in retention.BY_KEY["accounts"].keys(timezone.now(), 10)


def test_zero_keeps_for_ever(settings):
    settings.RETENTION_MESSAGES_DAYS = settings.RETENTION_ACCOUNTS_MONTHS = 0
    sent(4000)
    unused(4000, is_active=False)

    assert applied("messages") == applied("accounts") == applied("account_warnings") == (0, 0)


def test_dry_run_counts_and_changes_nothing(capsys):
    message = sent(31)

    call_command("retention", "--dry-run")

    assert "messages: 1 due" in capsys.readouterr().out
    message.refresh_from_db()
    assert message.text != ""
    assert not RuleRun.objects.exists()

    call_command("retention")
    assert "messages: 1 of 1 done" in capsys.readouterr().out


def test_the_night_applies_every_rule(settings, tmp_path, monkeypatch):
    settings.ERASURES_FILE = tmp_path / "erasures.json"
    monkeypatch.setattr(tasks.apply_rule, "delay", tasks.apply_rule)
    monkeypatch.setattr(tasks.keep_ledger, "delay", tasks.keep_ledger)
    sent(31)

    tasks.apply_retention()

    assert {run.rule: run.done for run in RuleRun.objects.all()} == {
        rule.key: int(rule.key == "messages") for rule in retention.RULES
    }
    scheduled = settings.CELERY_BEAT_SCHEDULE["apply-retention"]
    assert scheduled["task"] == tasks.apply_retention.name


def test_page_says_the_periods_what_is_due_and_what_was_taken(client):
    client.force_login(UserFactory(portal_admin=True))
    sent(31, recipient=UserFactory(last_name="Benali"))

    before = client.get(reverse("custody:retention")).text
    assert "Contenu des messages envoyés" in before
    assert "30 jours" in before
    assert "Aucun passage" in before
    retention.apply(retention.BY_KEY["messages"])
    after = client.get(reverse("custody:retention")).text

    assert 'id="runs"' in after
    assert "Benali" not in after
    assert "Aucun passage" not in after


@pytest.mark.parametrize("count", [1, 3])
def test_page_costs_the_same_for_any_number_of_runs(client, count, django_assert_num_queries):
    client.force_login(UserFactory(portal_admin=True))
    for _number in range(count):
        retention.apply(retention.BY_KEY["messages"])

    with django_assert_num_queries(12):
        client.get(reverse("custody:retention"))
