"""The staff's page of messages that will not arrive unless a person looks at them."""

import pytest

from notifications.models import OutgoingMessage
from requests_app.services import requests
from tests.factories import requests as stories
from tests.factories.notifications import MessageFactory
from tests.factories.requests import Cast

pytestmark = pytest.mark.django_db

State = OutgoingMessage.State


def uncertain_message_of(file, **fields):
    return MessageFactory(uncertain=True, event=file.events.last(), kind="request_sent_for_client", **fields)


def settle(client, message, answer):
    return client.post(f"/demandes/messages/{message.pk}/", {"answer": answer})


def test_support_sees_what_is_stuck_with_its_file_and_nothing_else(client):
    cast = Cast()
    file = stories.sent(cast)
    stuck = [uncertain_message_of(file), MessageFactory(dead=True)]
    MessageFactory()
    client.force_login(cast.support)

    response = client.get("/demandes/messages/")

    assert [row["message"].pk for row in response.context["rows"]] == [message.pk for message in stuck]
    assert file.number in response.text
    assert all(message.address in response.text for message in stuck)


def test_a_portal_administrator_reads_the_address_and_the_state_and_nothing_of_the_file(client):
    cast = Cast()
    file = stories.sent(cast, title="Titre confidentiel")
    message = uncertain_message_of(file, subject=f"{file.number} · Titre confidentiel")
    client.force_login(cast.portal_admin)

    page = client.get("/demandes/messages/").text

    assert message.address in page
    for secret in (str(message.label), file.number, "Titre confidentiel", cast.organisation.name):
        assert secret not in page


def test_nobody_of_the_vendor_learns_from_a_message_of_a_request_that_was_never_sent(client):
    cast = Cast()
    file = stories.opened(cast)
    requests.cancel(file, actor=cast.client_admin, category="other", reason="Non.")
    OutgoingMessage.objects.filter(event__change_request=file).update(state=State.DEAD)
    [message] = OutgoingMessage.objects.needing_staff()

    for person in (cast.support, cast.portal_admin):
        client.force_login(person)
        page = client.get("/demandes/messages/").text
        assert message.address in page
        assert file.number not in page
        assert str(message.label) not in page


@pytest.mark.parametrize(
    ("trait", "answer", "state"),
    [
        ("uncertain", "again", State.QUEUED),
        ("uncertain", "arrived", State.SENT),
        ("dead", "revive", State.QUEUED),
    ],
)
def test_support_says_what_became_of_a_message(client, trait, answer, state):
    cast = Cast()
    message = MessageFactory(**{trait: True})
    client.force_login(cast.support)

    response = settle(client, message, answer)

    message.refresh_from_db()
    assert (response.status_code, response.url) == (302, "/demandes/messages/")
    assert (message.state, message.resolved_by) == (state, cast.support)


def test_two_people_settle_the_same_message_and_the_second_is_told(client):
    cast = Cast()
    message = MessageFactory(uncertain=True)
    client.force_login(cast.support)
    settle(client, message, "arrived")

    response = client.post(f"/demandes/messages/{message.pk}/", {"answer": "again"}, follow=True)

    message.refresh_from_db()
    assert message.state == State.SENT
    assert [one.level_tag for one in response.context["messages"]] == ["success", "error"]


def test_a_portal_administrator_settles_messages_of_no_file_and_leaves_those_of_files_to_support(client):
    cast = Cast()
    of_file, of_none = uncertain_message_of(stories.sent(cast)), MessageFactory(uncertain=True)
    client.force_login(cast.portal_admin)

    offered = {
        row["message"].pk: row["may_resolve"] for row in client.get("/demandes/messages/").context["rows"]
    }

    assert offered == {of_file.pk: False, of_none.pk: True}
    assert (
        settle(client, of_file, "arrived").status_code,
        settle(client, of_none, "arrived").status_code,
    ) == (403, 302)
    of_file.refresh_from_db()
    assert of_file.state == State.UNCERTAIN


@pytest.mark.parametrize("answer", ["", "forget", "\x00"])
def test_an_answer_that_is_none_changes_nothing(client, answer):
    message = MessageFactory(uncertain=True)
    client.force_login(Cast().support)

    assert settle(client, message, answer).status_code == 403
    message.refresh_from_db()
    assert message.state == State.UNCERTAIN


@pytest.mark.parametrize("name", ["client_admin", "requester", "dpo", "lead", "developer", "tester"])
def test_the_page_does_not_exist_for_others(client, name):
    message = MessageFactory(uncertain=True)
    client.force_login(getattr(Cast(), name))

    assert client.get("/demandes/messages/").status_code == 404
    assert settle(client, message, "arrived").status_code == 404


def test_the_page_is_a_tab_of_administration_and_says_when_nothing_is_stuck(client):
    client.force_login(Cast().portal_admin)

    assert 'href="/demandes/messages/"' in client.get("/administration/personnes/").text
    assert client.get("/demandes/messages/").context["rows"] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_number_of_queries_for_one_row_and_for_three(
    client, django_assert_num_queries, rows
):
    cast = Cast()
    for _row in range(rows):
        uncertain_message_of(stories.sent(cast))
    client.force_login(cast.support)
    client.get("/demandes/messages/")

    with django_assert_num_queries(5):
        assert client.get("/demandes/messages/").status_code == 200
