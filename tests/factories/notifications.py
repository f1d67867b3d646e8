"""Messages of the outbox in each of their states, and the two mailboxes."""

import uuid
from datetime import timedelta

import factory
from django.utils import timezone

from accounts.models import Mailbox, User
from notifications.models import OutgoingMessage
from tests.factories.requests import Cast


class MessageFactory(factory.django.DjangoModelFactory):
    """A message of no file that waits to leave, unless a trait says otherwise."""

    class Meta:
        model = OutgoingMessage

    class Params:
        sending = factory.Trait(
            state="sending",
            attempts=1,
            lease_until=factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=5)),
        )
        marked = factory.Trait(handed_over_at=factory.LazyFunction(timezone.now))
        uncertain = factory.Trait(
            state="uncertain", attempts=1, handed_over_at=factory.LazyFunction(timezone.now)
        )
        dead = factory.Trait(state="dead", attempts=13, error="RecipientRefused 550")

    kind = "invited_to_open_request"
    address = factory.Sequence(lambda number: f"destinataire{number}@exemple.test")
    language = "en"
    subject = "A message"
    text = "Its words.\n"
    html = "<p>Its words.</p>\n"
    message_id = factory.LazyFunction(lambda: f"<{uuid.uuid4().hex}@portail.test>")


def english_cast():
    """A cast of one person a role, all reading English; the requester is the auditor, the sender the administrator."""
    cast = Cast().everybody()
    User.objects.update(language="en")
    return cast


def open_mailboxes(language="en"):
    """Give the two mailboxes their addresses."""
    for kind in Mailbox.Kind:
        Mailbox.objects.update_or_create(
            kind=kind, defaults={"address": f"{kind}@vendeur.test", "language": language}
        )
