"""The life of a message: claimed, sent, tried again, given up, uncertain."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from documents.models import Scan
from notifications import outbox, tasks
from notifications.models import OutgoingMessage
from notifications.transport import AnswerLost, NotHandedOver, SmtpBackend
from tests.factories.accounts import UserFactory
from tests.factories.documents import StoredFileFactory
from tests.factories.notifications import MessageFactory

pytestmark = pytest.mark.django_db


class Line(SmtpBackend):
    """A mail server's end of the line that a test decides on; it notes what was handed over."""

    handed = []
    before_mark = None
    after_mark = None

    def send_messages(self, email_messages):
        if Line.before_mark:
            Line.before_mark()
        self.before_content()
        if Line.after_mark:
            Line.after_mark()
        Line.handed += email_messages
        return len(email_messages)


def failing(error):
    """A step of the line that raises `error`."""

    def fail():
        raise error

    return fail


@pytest.fixture
def line(settings, monkeypatch):
    """The transport replaced by a `Line` that accepts everything until told otherwise."""
    settings.EMAIL_BACKEND = "tests.notifications.test_outbox.Line"
    monkeypatch.setattr(Line, "handed", [])
    monkeypatch.setattr(Line, "before_mark", None)
    monkeypatch.setattr(Line, "after_mark", None)
    return Line


def reread(message):
    return OutgoingMessage.objects.get(pk=message.pk)


def test_a_message_waits_for_the_verdict_on_its_documents_and_leaves_without_an_infected_one():
    message, good, bad = MessageFactory(), StoredFileFactory(), StoredFileFactory()
    message.files.set([good, bad])
    waiting = [Scan.objects.create(file=file) for file in (good, bad)]

    assert outbox.attempt(message.pk) == "retry"
    assert (mail.outbox, reread(message).error) == ([], "DocumentsBeingChecked")

    now = timezone.now()
    Scan.objects.filter(pk=waiting[0].pk).update(state=Scan.State.CLEAN, ended_at=now)
    Scan.objects.filter(pk=waiting[1].pk).update(state=Scan.State.INFECTED, ended_at=now)
    OutgoingMessage.objects.update(due_at=now)
    assert outbox.attempt(message.pk) == "sent"
    [sent] = mail.outbox
    assert [name for name, _content, _type in sent.attachments] == [good.name]


def test_a_message_leaves_once_with_its_headers():
    message = MessageFactory(thread_id="<valm-2026-0001@portail.test>")

    tasks.send_message(message.pk)
    tasks.send_message(message.pk)

    [sent] = mail.outbox
    assert sent.to == [message.address]
    assert sent.extra_headers == {
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",
        "In-Reply-To": "<valm-2026-0001@portail.test>",
        "References": "<valm-2026-0001@portail.test>",
    }
    message = reread(message)
    assert (message.state, message.attempts, message.error) == ("sent", 1, "")
    assert message.sent_at
    assert message.handed_over_at
    assert message.lease_until is None


def test_a_message_that_is_not_due_stays():
    message = MessageFactory(due_at=timezone.now() + timedelta(minutes=1))

    assert outbox.attempt(message.pk) is None

    assert mail.outbox == []


@pytest.mark.parametrize("state", [{"sending": True}, {"uncertain": True}, {"dead": True}])
def test_a_message_in_other_hands_or_at_its_end_is_left_alone(state):
    message = MessageFactory(**state)

    assert outbox.attempt(message.pk) is None

    assert mail.outbox == []


def test_a_refusal_is_tried_again_with_growing_delays_for_days_then_given_up(line):
    line.before_mark = failing(NotHandedOver("ConnectionRefusedError"))
    message = MessageFactory()
    delays = []

    while (message := reread(message)).state != "dead":
        OutgoingMessage.objects.filter(pk=message.pk).update(due_at=timezone.now())
        began = timezone.now()
        outbox.attempt(message.pk)
        delays.append(reread(message).due_at - began)

    delays.pop()
    assert [round(delay.total_seconds() / 60) for delay in delays] == list(outbox.MINUTES_BEFORE_RETRY)
    assert list(outbox.MINUTES_BEFORE_RETRY) == sorted(outbox.MINUTES_BEFORE_RETRY)
    assert sum(delays, timedelta()) >= timedelta(days=3)
    assert message.error == "ConnectionRefusedError"


def test_a_refused_recipient_is_given_up_at_once(line):
    line.before_mark = failing(NotHandedOver("RecipientRefused", code=550, is_permanent=True))
    message = MessageFactory()

    assert outbox.attempt(message.pk) == "dead"

    assert reread(message).error == "RecipientRefused 550"


def test_a_clear_refusal_after_the_mark_takes_the_mark_off(line):
    line.after_mark = failing(NotHandedOver("ContentRefused", code=451))
    message = MessageFactory()

    assert outbox.attempt(message.pk) == "retry"

    assert reread(message).handed_over_at is None


def test_a_lost_answer_is_uncertain_and_never_repeated(line):
    line.after_mark = failing(AnswerLost("SMTPServerDisconnected"))
    message = MessageFactory()

    assert outbox.attempt(message.pk) == "uncertain"
    line.after_mark = None
    due = outbox.sweep()

    assert due == []
    assert outbox.attempt(message.pk) is None
    assert line.handed == []


def test_a_worker_that_lost_its_lease_hands_nothing_over(line):
    message = MessageFactory()

    def another_took_over():
        OutgoingMessage.objects.filter(pk=message.pk).update(attempts=2)

    line.before_mark = another_took_over

    assert outbox.attempt(message.pk) is None

    assert line.handed == []
    assert reread(message).state == "sending"


def test_an_answer_that_comes_after_the_lease_still_counts(line):
    message = MessageFactory()

    def the_sweep_passes():
        OutgoingMessage.objects.filter(pk=message.pk).update(
            lease_until=timezone.now() - timedelta(seconds=1)
        )
        outbox.sweep()
        assert reread(message).state == "uncertain"

    line.after_mark = the_sweep_passes

    assert outbox.attempt(message.pk) == "sent"
    assert reread(message).state == "sent"


def test_the_sweep_queues_a_lost_lease_without_mark():
    message = MessageFactory(sending=True, lease_until=timezone.now() - timedelta(seconds=1))

    assert outbox.sweep() == [message.pk]

    message = reread(message)
    assert (message.state, message.lease_until, message.error) == ("queued", None, "WorkerLost")


def test_the_sweep_gives_up_a_message_that_kills_every_worker():
    message = MessageFactory(
        sending=True,
        attempts=len(outbox.MINUTES_BEFORE_RETRY) + 1,
        lease_until=timezone.now() - timedelta(seconds=1),
    )

    assert outbox.sweep() == []

    assert reread(message).state == "dead"


def test_the_sweep_calls_a_lost_lease_with_its_mark_uncertain():
    message = MessageFactory(sending=True, marked=True, lease_until=timezone.now() - timedelta(seconds=1))

    assert outbox.sweep() == []

    assert reread(message).state == "uncertain"


def test_the_sweep_leaves_a_running_lease_alone():
    message = MessageFactory(sending=True)

    assert outbox.sweep() == []

    assert reread(message).state == "sending"


def test_the_sweep_finds_what_is_due_the_oldest_first():
    now = timezone.now()
    later = MessageFactory(due_at=now - timedelta(minutes=1))
    first = MessageFactory(state="retry", attempts=1, due_at=now - timedelta(minutes=2))
    MessageFactory(state="retry", attempts=1, due_at=now + timedelta(minutes=2))

    assert outbox.sweep() == [first.pk, later.pk]


def test_support_has_an_uncertain_message_sent_again():
    message, support = MessageFactory(uncertain=True), UserFactory(support=True)

    outbox.resolve_uncertain(message, actor=support, again=True)
    outbox.attempt(message.pk)

    assert [one.to for one in mail.outbox] == [[message.address]]
    message = reread(message)
    assert (message.state, message.resolved_by) == ("sent", support)


def test_support_says_that_an_uncertain_message_arrived():
    message, support = MessageFactory(uncertain=True), UserFactory(support=True)

    outbox.resolve_uncertain(message, actor=support, again=False)

    assert mail.outbox == []
    after = reread(message)
    assert (after.state, after.sent_at, after.resolved_by) == ("sent", message.handed_over_at, support)


def test_the_second_of_two_people_is_told_that_it_is_resolved():
    message, support = MessageFactory(uncertain=True), UserFactory(support=True)
    outbox.resolve_uncertain(message, actor=support, again=False)

    with pytest.raises(outbox.AlreadyResolved):
        outbox.resolve_uncertain(message, actor=support, again=True)


@pytest.mark.parametrize("role", ["client_admin", "dpo", "lead", "developer", "tester"])
def test_nobody_else_resolves_a_message(role):
    message = MessageFactory(uncertain=True)

    with pytest.raises(PermissionDenied):
        outbox.resolve_uncertain(message, actor=UserFactory(**{role: True}), again=True)

    assert reread(message).state == "uncertain"


def test_the_portal_administrator_resolves_messages_of_no_file():
    message = MessageFactory(uncertain=True)

    outbox.resolve_uncertain(message, actor=UserFactory(portal_admin=True), again=False)

    assert reread(message).state == "sent"


def test_support_revives_a_message_that_was_given_up():
    message = MessageFactory(dead=True)

    outbox.revive(message, actor=UserFactory(support=True))

    assert outbox.attempt(message.pk) == "sent"


@pytest.mark.parametrize("end", ["sent", "dead", "arrived"])
def test_a_secret_is_forgotten_at_its_end(line, end):
    message = MessageFactory(is_secret=True, **({"uncertain": True} if end == "arrived" else {}))
    if end == "dead":
        line.before_mark = failing(NotHandedOver("RecipientRefused", code=550, is_permanent=True))

    if end == "arrived":
        outbox.resolve_uncertain(message, actor=UserFactory(support=True), again=False)
    else:
        outbox.attempt(message.pk)

    message = reread(message)
    assert (message.text, message.html) == ("", "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "sending"},
        {"state": "sent", "handed_over_at": timezone.now()},
        {"sent_at": timezone.now()},
        {"lease_until": timezone.now()},
        {"handed_over_at": timezone.now()},
        {"state": "uncertain"},
        {"is_secret": True, "state": "dead"},
        {"resolved_at": timezone.now()},
    ],
)
def test_the_database_refuses_a_state_that_contradicts_itself(wrong):
    message = MessageFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMessage.objects.filter(pk=message.pk).update(**wrong)


def test_nothing_personal_is_logged(line, caplog):
    line.before_mark = failing(NotHandedOver("RecipientRefused", code=550, is_permanent=True))
    message = MessageFactory(address="secret@exemple.test", subject="Tres secret")

    with caplog.at_level("DEBUG"):
        outbox.attempt(message.pk)

    assert f"message {message.pk}: dead after attempt 1" in caplog.text
    assert "secret" not in caplog.text
