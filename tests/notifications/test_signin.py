"""Sign-in's mails leave through the outbox, in their reader's language, and are forgotten once sent."""

from datetime import timedelta

import pytest
from allauth.account.adapter import get_adapter
from django.utils import timezone

from notifications import outbox
from notifications.models import OutgoingMessage
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def invitation(person):
    """An invitation to choose a password, as people's own services send it."""
    return get_adapter().send_mail(
        "account/email/invitation",
        person.email,
        {
            "user": person,
            "inviter": UserFactory(first_name="Paul", last_name="Girard"),
            "invitation_url": "https://portail.exemple.test/invitation/jeton/",
            "expires_at": timezone.now() + timedelta(days=14),
        },
    )


def test_nobody_signs_up_by_themselves(rf):
    assert not get_adapter().is_open_for_signup(rf.get("/"))


def test_an_invitation_waits_in_the_outbox_and_is_forgotten_once_sent(mailoutbox):
    person = UserFactory(client_admin=True, language="en")

    row = invitation(person)

    assert mailoutbox == []
    assert (row.kind, row.recipient, row.state, row.event) == ("invitation", person, "queued", None)
    assert row.subject == "Your access to the change-request portal"
    assert "Paul Girard opens the change-request portal to you" in row.text
    assert "https://portail.exemple.test/invitation/jeton/" in row.text
    assert 'href="https://portail.exemple.test/invitation/jeton/"' in row.html

    outbox.attempt(row.pk)

    row.refresh_from_db()
    assert mailoutbox[0].to == [person.email]
    assert (row.state, row.text, row.html) == ("sent", "", "")


def test_a_mail_is_in_the_language_of_whoever_has_the_address():
    person = UserFactory(language="en")

    row = get_adapter().send_mail(
        "account/email/password_reset_key",
        person.email.upper(),
        {"password_reset_url": "https://portail.exemple.test/mot-de-passe/"},
    )

    assert (row.language, row.recipient, row.subject) == ("en", person, "Choose a new password")


def test_a_forgotten_password_writes_one_mail_to_a_known_address_alone(client):
    person = UserFactory(language="en")

    for address in (person.email, "inconnu@exemple.test"):
        client.post("/mot-de-passe/oublie/", {"email": address})

    row = OutgoingMessage.objects.get()
    assert (row.kind, row.address, row.is_secret) == ("password_reset_key", person.email, True)
    assert "/mot-de-passe/nouveau/" in row.text
