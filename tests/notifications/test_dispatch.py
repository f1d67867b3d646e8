"""Rows are written with the act, in few queries, and leave only once it is kept."""

import pytest
from celery.app.task import Task
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from kombu.exceptions import OperationalError

from accounts.models import User
from notifications import outbox
from notifications.dispatch import announce, tell
from notifications.messages import InvitedToOpenRequest
from notifications.models import OutgoingMessage
from requests_app.services import decision
from tests.factories import requests as files
from tests.factories.accounts import UserFactory
from tests.factories.notifications import english_cast, open_mailboxes
from workflow import engine

pytestmark = pytest.mark.django_db


def queries_of(act):
    """How many queries `act` makes."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


@pytest.fixture
def at_decision():
    open_mailboxes()
    cast = english_cast()
    file = files.ruled(cast)
    OutgoingMessage.objects.all().delete()
    return file, cast


def test_announcing_takes_as_many_queries_for_one_reader_as_for_three(at_decision):
    file, cast = at_decision
    first = engine.record(engine.lock(file), "change_planned_date", actor=cast.support)
    one = queries_of(lambda: announce(first))
    for _more in range(2):
        UserFactory(client_admin=True, organisation=cast.organisation, language="fr")
    User.objects.filter(pk=cast.client_admin.pk).update(is_active=False)
    second = engine.record(engine.lock(file), "change_planned_date", actor=cast.support)

    three = queries_of(lambda: announce(second))

    assert (first.outgoing_messages.count(), second.outgoing_messages.count()) == (3, 4)
    assert one == 5
    assert three == one


def test_nothing_leaves_before_the_act_is_kept(at_decision, django_capture_on_commit_callbacks, mailoutbox):
    file, cast = at_decision

    with django_capture_on_commit_callbacks() as callbacks:
        decision.request_change(file, actor=cast.client_admin, reason="Le prix.")

    assert mailoutbox == []
    assert len(callbacks) == 1
    assert set(OutgoingMessage.objects.values_list("state", flat=True)) == {"queued"}


def test_an_act_that_is_undone_leaves_no_message(at_decision):
    file, cast = at_decision

    with transaction.atomic():
        decision.request_change(file, actor=cast.client_admin, reason="Le prix.")
        transaction.set_rollback(True)

    assert OutgoingMessage.objects.count() == 0
    assert files.fresh(file).step == "decision"


@pytest.mark.django_db(transaction=True)
def test_an_act_is_kept_when_the_broker_is_away_and_the_sweep_finds_its_messages(at_decision, monkeypatch):
    file, cast = at_decision

    def broker_is_away(*_arguments, **_options):
        raise OperationalError("broker away")

    monkeypatch.setattr(Task, "apply_async", broker_is_away)
    decision.request_change(file, actor=cast.client_admin, reason="Le prix.")

    assert files.fresh(file).step == "specification"
    messages = OutgoingMessage.objects.order_by("pk").values_list("pk", flat=True)
    assert len(messages) == 3
    assert outbox.sweep() == list(messages)


def test_a_message_of_no_file_is_told_to_one_person():
    person = UserFactory(client_admin=True, language="en")

    row = tell(
        InvitedToOpenRequest,
        recipient=person,
        context={
            "url": "https://portail.exemple.test/",
            "url_label": "Open",
            "actor": "Nadia Benali",
            "has_ticket": False,
        },
    )

    assert (row.address, row.recipient, row.subject) == (person.email, person, "Please open a change request")
    assert "Nadia Benali invites you to open a change request." in row.text
