"""The history of a file, its messages and their fate, and the proof that nobody has changed it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Mailbox
from notifications.models import OutgoingMessage
from requests_app.models import Section
from requests_app.services import conversation, documents, requests, ruling
from requests_app.services.invitations import invite
from tests.factories import requests as stories
from tests.factories.accounts import UserFactory
from tests.factories.notifications import open_mailboxes
from tests.factories.requests import Cast, fresh

pytestmark = pytest.mark.django_db


def tab(file):
    return f"/demandes/{file.number}/historique/"


def entries(client, file, page=1):
    return client.get(f"{tab(file)}?page={page}").context["acts"]


def lines(client, file):
    """Every line as the reader has it, one text each."""
    return [f"{entry.who} {entry.what} {entry.detail} {entry.more}" for entry in entries(client, file)]


def english(*people):
    for person in people:
        person.language = "en"
        person.save(update_fields=["language"])


def add(file, person, section, name="piece.txt"):
    upload = SimpleUploadedFile(name, b"Une note.\n")
    added, _refusals = documents.add_documents(fresh(file), actor=person, section=section, uploads=[upload])
    return added[0]


def stick(message, state):
    """Put a message where only a person can help."""
    marked = {"handed_over_at": timezone.now()} if state == "uncertain" else {}
    OutgoingMessage.objects.filter(pk=message.pk).update(state=state, attempts=1, **marked)


def test_every_act_reads_in_words_with_who_the_steps_the_reason_and_the_dates(client):
    cast = Cast().everybody()
    english(cast.client_admin)
    file = stories.specified(cast)
    ruling.return_to_support(file, actor=cast.dpo, reason="Quelles données ?")
    requests.take_in_charge(fresh(file), actor=cast.support, person=cast.support)
    client.force_login(cast.client_admin)

    taken, returned, sent_on, sent, opened = lines(client, file)

    assert f"{cast.support} took the request in charge" in taken
    assert f"{cast.dpo} returned the specification to support" in returned
    assert "Quelles données ?" in returned
    assert "4. DPO ruling" in returned
    assert "3. Specification" in returned
    assert "version 1" in sent_on
    assert f"{timezone.localdate() + timedelta(days=60):%Y-%m-%d}" in sent_on
    assert f"{timezone.localdate() + timedelta(days=90):%Y-%m-%d}" in sent
    assert f"{cast.client_admin} opened the request" in opened


def test_checks_and_assignments_read_with_the_people_they_are_about(client):
    cast = Cast()
    english(cast.client_admin)
    file = stories.green(cast)
    client.force_login(cast.client_admin)

    history = "\n".join(lines(client, file))

    assert f"assigned the subtask “Écrire l’export” to {cast.developer}" in history
    assert f"{cast.tester} passed “Écrire l’export”: unit check" in history
    assert "All subtasks are green" in history


def test_a_document_not_sent_yet_is_in_its_own_side_s_history_alone(client):
    cast = Cast()
    file = stories.sent(cast)
    add(file, cast.support, Section.QUOTE, "devis.txt")
    withdrawn = add(file, cast.support, Section.SPECIFICATION, "brouillon.txt")
    documents.withdraw_document(withdrawn, actor=cast.support)
    conversation.post_message(
        fresh(file),
        actor=cast.support,
        text="Entre nous",
        is_note=True,
        uploads=[SimpleUploadedFile("interne.txt", b"Une note.\n")],
    )

    client.force_login(cast.support)
    own = "\n".join(lines(client, file))
    client.force_login(cast.client_admin)
    theirs = "\n".join(lines(client, file))
    stories.specify(fresh(file), cast)
    later = "\n".join(lines(client, file))

    assert [name in own for name in ("devis.txt", "brouillon.txt", "interne.txt")] == [True] * 3
    assert [name in theirs for name in ("devis.txt", "brouillon.txt", "interne.txt")] == [False] * 3
    assert [name in later for name in ("devis.txt", "brouillon.txt", "interne.txt")] == [True, False, False]


def test_what_a_client_withdraws_while_reworking_is_told_to_the_vendor_with_the_next_sending(client):
    cast = Cast()
    file = stories.opened(cast)
    document = add(file, cast.client_admin, Section.REQUEST)
    requests.send_to_support(fresh(file), actor=cast.client_admin)
    requests.return_to_client(fresh(file), actor=cast.support, reason="Précisez.")
    document.change_request = fresh(file)
    documents.withdraw_document(document, actor=cast.client_admin)
    client.force_login(cast.support)
    before = len(entries(client, file))

    requests.send_to_support(fresh(file), actor=cast.client_admin)

    assert len(entries(client, file)) == before + 2


def test_messages_and_their_fate_show_and_a_client_reads_of_its_own_people_s_alone(client):
    open_mailboxes()
    cast = Cast().everybody()
    file = stories.specified(cast)
    client.force_login(cast.support)
    own = client.get(tab(file)).text
    client.force_login(cast.client_admin)
    theirs = client.get(tab(file))

    assert f"<bdi>{cast.dpo}</bdi>" in own
    for kind in Mailbox.Kind:
        assert f"<bdi>{kind.label}</bdi>" in own
        assert f"<bdi>{kind.label}</bdi>" not in theirs.text
    told = "".join(entry.more for entry in theirs.context["acts"])
    assert f"<bdi>{cast.client_admin}</bdi>" in told
    assert str(cast.dpo) not in told
    assert "vendeur.test" not in theirs.text


@pytest.mark.parametrize("state", ["uncertain", "dead"])
def test_a_stuck_message_shows_to_the_vendor_and_support_alone_may_settle_it(client, state):
    open_mailboxes()
    cast = Cast()
    file = stories.sent(cast)
    message = OutgoingMessage.objects.of_request(file).filter(recipient=cast.client_admin).get()
    stick(message, state)
    address = f"{tab(file)}messages/{message.pk}/"
    answer = {"answer": "again" if state == "uncertain" else "revive"}

    for person, shown, status in [(cast.dpo, True, 403), (cast.client_admin, False, 404)]:
        client.force_login(person)
        page = client.get(tab(file))
        assert (bool(page.context["stuck"]), address in page.text) == (shown, False)
        assert client.post(address, answer).status_code == status
        message.refresh_from_db()
        assert message.state == state

    client.force_login(cast.support)
    assert address in client.get(tab(file)).text
    assert client.post(address, answer).status_code == 302
    message.refresh_from_db()
    assert (message.state, message.resolved_by) == ("queued", cast.support)


def test_support_says_that_an_uncertain_message_arrived_and_a_second_answer_changes_nothing(client):
    cast = Cast()
    file = stories.sent(cast)
    message = OutgoingMessage.objects.of_request(file).first()
    stick(message, "uncertain")
    client.force_login(cast.support)

    for answer in ("arrived", "again"):
        client.post(f"{tab(file)}messages/{message.pk}/", {"answer": answer})

    message.refresh_from_db()
    assert message.state == "sent"


@pytest.mark.parametrize("answer", ["", "delete", "\x00"])
def test_an_answer_that_there_is_not_settles_nothing(client, answer):
    cast = Cast()
    file = stories.sent(cast)
    message = OutgoingMessage.objects.of_request(file).first()
    stick(message, "uncertain")
    client.force_login(cast.support)

    assert client.post(f"{tab(file)}messages/{message.pk}/", {"answer": answer}).status_code == 403
    message.refresh_from_db()
    assert message.state == "uncertain"


def test_a_message_of_another_file_is_settled_from_its_own_history_only(client):
    cast = Cast()
    file, other = stories.sent(cast), stories.sent(cast)
    message = OutgoingMessage.objects.of_request(other).first()
    stick(message, "uncertain")
    client.force_login(cast.support)

    assert client.post(f"{tab(file)}messages/{message.pk}/", {"answer": "again"}).status_code == 404


def test_the_invitation_is_the_first_line_of_the_file_that_came_of_it(client):
    cast = Cast()
    english(cast.client_admin)
    invitation = invite(
        actor=cast.support,
        organisation=cast.organisation,
        person=cast.client_admin,
        ticket_reference="884213",
        subject="Exporter le registre",
    )
    file = requests.open_request(
        actor=cast.client_admin, organisation=cast.organisation, invitation=invitation
    )
    client.force_login(cast.client_admin)

    first = lines(client, file)[-1]

    assert f"{cast.support} invited {cast.client_admin}" in first
    assert "884213" in first
    assert "waiting to leave" in first


def test_five_hundred_acts_read_by_pages_of_fifty(client):
    cast = Cast()
    file = stories.sent(cast)
    colleagues = [cast.support, UserFactory(support=True)]
    for time in range(498):
        requests.take_in_charge(fresh(file), actor=cast.support, person=colleagues[time % 2])
    client.force_login(cast.client_admin)

    assert [len(entries(client, file, page)) for page in (1, 10)] == [50, 50]
    assert client.get(f"{tab(file)}?page=999999999999").status_code == 200
    assert client.get(f"{tab(file)}?page=%00").status_code == 200


def test_the_history_asks_the_database_the_same_for_one_act_and_for_many(client, django_assert_num_queries):
    cast = Cast()
    file = stories.sent(cast)

    def act():
        add(file, cast.support, Section.SPECIFICATION)
        requests.take_in_charge(fresh(file), actor=cast.support, person=UserFactory(support=True))

    act()
    client.force_login(cast.support)
    client.get(tab(file))
    with django_assert_num_queries(11):
        client.get(tab(file))
    act()
    act()
    with django_assert_num_queries(11):
        client.get(tab(file))


def verify():
    """What the command prints."""
    out = StringIO()
    call_command("verify_history", stdout=out)
    return out.getvalue()


def test_the_command_finds_untouched_histories_in_order():
    stories.closed(Cast())
    stories.declined(Cast())

    assert verify().startswith("2 ")


@pytest.mark.parametrize(
    ("statement", "rank"),
    [
        ("UPDATE workflow_event SET reason = 'autre' WHERE change_request_id = %s AND sequence = 2", 2),
        ("UPDATE workflow_event SET actor_id = NULL WHERE change_request_id = %s AND sequence = 1", 1),
        ("UPDATE workflow_event SET sequence = 9 WHERE change_request_id = %s AND sequence = 2", 2),
        (
            "UPDATE workflow_event SET at = '2020-01-01 00:00:00' WHERE change_request_id = %s AND sequence = 2",
            2,
        ),
        ("UPDATE requests_app_changerequest SET history_length = 2 WHERE id = %s", 5),
    ],
    ids=["reason", "actor", "rank", "date", "length"],
)
def test_a_line_changed_in_the_database_is_named_and_the_command_fails(statement, rank):
    intact, file = stories.specified(Cast()), stories.specified(Cast())
    with connection.cursor() as cursor:
        cursor.execute(statement, [file.pk])

    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("verify_history", stdout=out)

    assert error.value.returncode == 1
    assert f"{file.number}: line {rank} " in out.getvalue()
    assert intact.number not in out.getvalue()


@pytest.mark.parametrize("sequence", [2, 3], ids=["in the middle", "the last"])
def test_a_line_removed_from_the_database_is_named(sequence):
    file = stories.declined(Cast())
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM notifications_outgoingmessage WHERE event_id IN "
            "(SELECT id FROM workflow_event WHERE change_request_id = %s AND sequence = %s)",
            [file.pk, sequence],
        )
        cursor.execute(
            "DELETE FROM workflow_event WHERE change_request_id = %s AND sequence = %s", [file.pk, sequence]
        )

    with pytest.raises(CommandError):
        verify()
