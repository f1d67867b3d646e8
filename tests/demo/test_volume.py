"""The volume data: rows that nobody could tell from those that the services write."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django_fsm import can_proceed

from accounts.models import User
from accounts.roles import Role
from demo.volume import loading
from notifications.models import OutgoingMessage
from requests_app.models import ChangeRequest, Check, NumberSequence
from requests_app.progress import Progress
from requests_app.services import requests
from requests_app.tabs import TABS
from requests_app.versions import content_of, quote_of, sha256
from workflow.machine import target_of
from workflow.models import Event
from workflow.steps import Step

REQUESTS = 48
BEYOND_SPECIFICATION = (Step.RULING, Step.DECISION, Step.DEVELOPMENT, Step.ACCEPTANCE, Step.CLOSED)

pytestmark = pytest.mark.django_db


@pytest.fixture
def files():
    """A few dozen files of the volume, of a day on which they are at every step: what is drawn depends on it."""
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC)):
        loading.load(REQUESTS, seed=2)
    return ChangeRequest.objects.all()


def snapshot():
    """The rows in short, without the keys that a database may number as it likes."""
    return {
        "files": list(
            ChangeRequest.objects.order_by("number").values_list(
                "number", "title", "step", "created_at", "step_since", "history_length", "requester__email"
            )
        ),
        "lines": list(Event.objects.order_by("at", "name").values_list("name", "at", "reason")),
        "messages": list(
            OutgoingMessage.objects.order_by("uuid").values_list("uuid", "subject", "address", "sent_at")
        ),
    }


def test_volume_breaks_no_constraint(files):
    connection.check_constraints()

    assert files.count() == REQUESTS


def test_volume_stands_at_every_step(files):
    assert set(files.values_list("step", flat=True)) == set(loading.OUTCOMES)


def test_volume_has_true_seals(files, capsys):
    call_command("verify_history")

    assert capsys.readouterr().out.startswith(f"{REQUESTS} histories")


def test_volume_moves_only_as_the_machine_does(files):
    for file in files:
        step = Step.TICKET
        for event in file.events.moves().order_by("sequence"):
            move = getattr(ChangeRequest(step=step), event.name)
            assert event.from_step == step
            assert can_proceed(move, check_conditions=False)
            step = target_of(event.name)
            assert event.to_step == step
        assert file.step == step


def test_volume_is_all_in_the_past(files):
    assert not Event.objects.filter(at__gt=timezone.now()).exists()


def test_volume_versions_have_the_hashes_of_their_content(files):
    for file in files.filter(step__in=BEYOND_SPECIFICATION):
        version = file.versions.last()
        assert (version.content, version.quote) == (content_of(file), quote_of(file))
        assert version.content_sha256 == sha256(content_of(file))
        assert version.whole_sha256 == sha256(content_of(file), quote_of(file))


def test_volume_delivers_only_what_is_green(files):
    delivered = [Progress(file) for file in files.filter(step__in=(Step.ACCEPTANCE, Step.CLOSED))]

    assert delivered
    assert all(progress.is_all_green for progress in delivered)


def test_volume_has_nobody_check_their_own_work(files):
    for check in Check.objects.select_related("round__subtask"):
        subtask = check.round.subtask
        hands = set(subtask.assignments.values_list("person", flat=True)) | {check.round.ended_by_id}
        assert check.made_by_id not in hands


def test_volume_messages_are_sent_to_people_and_mailboxes(files):
    assert set(OutgoingMessage.objects.values_list("state", flat=True)) == {OutgoingMessage.State.SENT}
    assert OutgoingMessage.objects.filter(mailbox="helpdesk").exists()
    assert not OutgoingMessage.objects.filter(event__name="create").exists()


def test_volume_messages_stay_in_their_own_organisation(files):
    for message in OutgoingMessage.objects.select_related("recipient", "event__change_request"):
        if message.recipient and message.recipient.organisation_id:
            assert message.recipient.organisation_id == message.event.change_request.organisation_id


def test_volume_numbers_follow_one_another_and_go_on(files):
    for sequence in NumberSequence.objects.select_related("organisation"):
        own = files.filter(number__startswith=f"{sequence.organisation.code}-{sequence.year}-")
        numbers = [int(file.number.rsplit("-")[-1]) for file in own.order_by("created_at")]
        assert numbers == list(range(1, sequence.last + 1))
    admin = User.objects.with_role(Role.CLIENT_ADMIN).first()

    file = requests.open_request(actor=admin, organisation=admin.organisation)

    year = timezone.localdate().year
    last = NumberSequence.objects.get(organisation=admin.organisation, year=year).last
    assert file.number == f"{admin.organisation.code}-{year}-{last:04d}"


def test_volume_is_the_same_for_the_same_seed():
    seen = []
    for seed in (3, 3, 4):
        with transaction.atomic():
            loading.load(20, seed=seed)
            seen.append(snapshot())
            transaction.set_rollback(True)

    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def test_volume_comes_on_top_of_what_is_there(files):
    loading.load(20, seed=7)

    assert ChangeRequest.objects.count() == REQUESTS + 20
    call_command("verify_history")


def test_volume_pages_open_for_each_role(client, files):
    for role in (role for role in Role if role is not Role.PORTAL_ADMIN):
        person = User.objects.with_role(role).order_by("pk").first()
        client.force_login(person)
        one_a_step = {file.step: file.number for file in files.visible_to(person)}
        for number in one_a_step.values():
            answer = client.get(reverse("requests:detail", args=[number]), follow=True)
            assert (role, number, answer.status_code) == (role, number, 200)


def test_volume_pages_open_on_every_tab(client, files):
    support = User.objects.with_role(Role.SUPPORT).first()
    client.force_login(support)
    numbers = [*{file.step: file.number for file in files.visible_to(support)}.values()]

    answers = {
        (number, tab): client.get(reverse(f"requests:{tab}", args=[number])).status_code
        for number in numbers
        for tab, _label, _parts, _step in TABS
    }

    assert len(numbers) > 6
    assert set(answers.values()) == {200}


def test_load_volume_says_what_it_loaded(capsys):
    call_command("load_volume", requests=3, seed=2)

    assert "Loaded 3 requests" in capsys.readouterr().out
    assert ChangeRequest.objects.count() == 3


def test_load_volume_refuses_production(settings):
    settings.PORTAL_MODE = "production"

    with pytest.raises(CommandError, match="not for production"):
        call_command("load_volume", requests=3)


def test_load_volume_refuses_no_requests():
    with pytest.raises(CommandError, match="from 1 on"):
        call_command("load_volume", requests=0)
