"""Step 1: support invites somebody to open a request."""

import uuid

import pytest

from notifications.models import OutgoingMessage
from requests_app.models import Invitation
from requests_app.services import requests
from requests_app.services.invitations import invite
from tests.factories.accounts import UserFactory
from tests.factories.requests import Cast
from workflow.errors import Missing, NotYourRole

pytestmark = pytest.mark.django_db
URL = "/demandes/invitations/"


def typed(cast, **changes):
    return {
        "person": cast.client_admin.pk,
        "ticket_reference": "884213",
        "subject": "Exporter le registre",
        "key": str(uuid.uuid4()),
        **changes,
    }


def invited(cast, person=None):
    return invite(
        actor=cast.support,
        organisation=cast.organisation,
        person=person or cast.client_admin,
        ticket_reference="884213",
        subject="Exporter le registre",
    )


def address(cast):
    return f"{URL}?organisation={cast.organisation.code}"


def test_support_invites_somebody_who_gets_a_mail_with_the_link(client):
    cast = Cast()
    client.force_login(cast.support)

    response = client.post(address(cast), typed(cast))

    assert (response.status_code, response.url) == (302, URL)
    invitation, message = Invitation.objects.get(), OutgoingMessage.objects.get()
    assert (invitation.message, message.recipient) == (message, cast.client_admin)
    assert invitation.get_absolute_url() in message.text
    assert str(message.get_state_display()) in client.get(URL).text


def test_a_double_click_invites_once(client):
    cast = Cast()
    client.force_login(cast.support)
    post = typed(cast)

    assert [client.post(address(cast), post).status_code for _press in range(2)] == [302, 302]
    assert (Invitation.objects.count(), OutgoingMessage.objects.count()) == (1, 1)


def test_somebody_without_a_role_is_refused_by_name_next_to_the_field(client):
    cast = Cast()
    client.force_login(cast.support)

    response = client.post(address(cast), typed(cast, person=cast.requester.pk))

    assert response.status_code == 422
    assert str(cast.requester) in response.context["form"].errors["person"][0]
    assert "Exporter le registre" in response.text
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("person", ""),
        ("ticket_reference", ""),
        ("ticket_reference", "x" * 61),
        ("ticket_reference", "\x00"),
        ("subject", "   "),
        ("subject", "x" * 201),
        ("subject", "a\u202eb"),
    ],
)
def test_what_is_missing_or_wrong_is_said_next_to_its_field(client, field, value):
    cast = Cast()
    client.force_login(cast.support)

    response = client.post(address(cast), typed(cast, **{field: value}))

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_nobody_of_another_client_and_nobody_deactivated_can_be_chosen(client):
    cast, other = Cast(), Cast()
    gone = UserFactory(client_admin=True, organisation=cast.organisation, is_active=False)
    client.force_login(cast.support)

    for person in (other.client_admin, gone):
        response = client.post(address(cast), typed(cast, person=person.pk))
        assert list(response.context["form"].errors) == ["person"]


def test_the_service_refuses_what_the_form_would():
    cast, other = Cast(), Cast()
    for actor, person, error in [
        (cast.dpo, cast.client_admin, NotYourRole),
        (cast.client_admin, cast.client_admin, NotYourRole),
        (cast.support, other.client_admin, Missing),
        (cast.support, cast.requester, Missing),
    ]:
        with pytest.raises(error):
            invite(
                actor=actor,
                organisation=cast.organisation,
                person=person,
                ticket_reference="1",
                subject="Sujet",
            )


@pytest.mark.parametrize("role", ["client_admin", "requester", "dpo", "lead", "developer", "portal_admin"])
def test_the_page_exists_for_support_alone(client, role):
    cast = Cast()
    client.force_login(getattr(cast, role))

    assert client.get(URL).status_code == 404
    assert client.post(address(cast), typed(cast)).status_code == 404


def test_the_list_says_which_request_came_of_it_once_it_was_sent(client):
    cast = Cast()
    invitation = invited(cast)
    file = requests.open_request(
        actor=cast.client_admin, organisation=cast.organisation, invitation=invitation
    )
    client.force_login(cast.support)
    assert file.number not in client.get(URL).text

    file = type(file).objects.get(pk=file.pk)
    fields = {"title": "T", "nature": "new", "requester": cast.client_admin, "description": "D"}
    requests.save_request(file, actor=cast.client_admin, fields=fields)
    client.force_login(cast.client_admin)
    client.post(
        f"/demandes/{file.number}/demande/",
        {"title": "T", "nature": "new", "requester": cast.client_admin.email, "description": "D",
         "deadline": "2199-01-01", "send": "on"},
    )  # fmt: skip

    client.force_login(cast.support)
    assert file.number in client.get(URL).text


def test_the_list_asks_the_database_the_same_for_one_and_for_three(client, django_assert_num_queries):
    cast = Cast()
    invited(cast)
    client.force_login(cast.support)
    client.get(URL)

    with django_assert_num_queries(5):
        client.get(URL)
    invited(cast)
    invited(Cast())
    with django_assert_num_queries(5):
        client.get(URL)
