"""Real workers and a real SMTP server: what a kill -9 leaves, before the content went and after."""

import asyncio
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import OutgoingMessage
from tests.factories.notifications import MessageFactory
from tests.notifications.post_office import PostOffice
from tests.processes import wait_for

pytestmark = pytest.mark.processes


@pytest.fixture
def office():
    with PostOffice() as office:
        yield office


@pytest.fixture
def workers(house, office):
    """The portal's processes on the broker that it would choose here, sending to `office`."""
    house.settings |= {"EMAIL_URL": f"smtp://127.0.0.1:{office.port}", "MAIL_LEASE_SECONDS": 3}
    house.start_broker(house.choose_broker())
    return house


def state_of(message):
    return OutgoingMessage.objects.get(pk=message.pk).state


def test_a_worker_killed_before_handing_over_is_made_good_by_the_sweep_once(workers, office):
    message = MessageFactory()
    reached, leave = threading.Event(), threading.Event()

    async def hold_the_envelope(server, session, envelope, address, options):
        reached.set()
        while not leave.is_set():
            await pause()
        return "421 gone"

    office.handle_RCPT, usual = hold_the_envelope, office.handle_RCPT
    worker = workers.start_worker()
    workers.call("notifications.tasks.send_message", message.pk)
    assert reached.wait(20)
    workers.kill(worker)
    leave.set()
    assert state_of(message) == "sending"

    office.handle_RCPT = usual
    workers.start_worker()
    workers.start_beat()

    wait_for(lambda: state_of(message) == "sent", "the sweep did not make it good")
    assert [one["Message-ID"] for one in office.messages] == [message.message_id]


def test_a_worker_killed_between_content_and_answer_leaves_it_uncertain_for_ever(workers, office):
    message, another = MessageFactory(), MessageFactory(due_at=timezone.now() + timedelta(hours=1))
    reached, leave = threading.Event(), threading.Event()

    async def hold_the_answer(server, session, envelope):
        office.envelopes.append(envelope)
        reached.set()
        while not leave.is_set():
            await pause()
        return "250 OK"

    office.handle_DATA, usual = hold_the_answer, office.handle_DATA
    worker = workers.start_worker()
    workers.call("notifications.tasks.send_message", message.pk)
    assert reached.wait(20)
    workers.kill(worker)
    leave.set()
    assert OutgoingMessage.objects.get(pk=message.pk).handed_over_at

    office.handle_DATA = usual
    workers.start_worker()
    workers.start_beat()

    wait_for(lambda: state_of(message) == "uncertain", "the sweep did not call it uncertain")
    # Sweeps go on meanwhile: another message leaves, this one does not again.
    OutgoingMessage.objects.filter(pk=another.pk).update(due_at=timezone.now())
    wait_for(lambda: state_of(another) == "sent", "the sweep stopped")
    assert [one["Message-ID"] for one in office.messages] == [message.message_id, another.message_id]
    assert state_of(message) == "uncertain"


def test_what_the_broker_lost_is_found_by_the_sweep(workers, office):
    message = MessageFactory()
    workers.start_worker()

    workers.start_beat()

    wait_for(lambda: state_of(message) == "sent", "the sweep did not find it")
    assert len(office.messages) == 1


async def pause():
    """Let the server breathe while a test holds one of its answers."""
    await asyncio.sleep(0.02)
