"""What the portal holds of a person, in words: what an erasure takes, what it leaves and why."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.models import OutgoingMessage
from planning.models import Leave
from requests_app.models import Attachment, Message
from workflow.models import Event


@dataclass(frozen=True)
class Holdings:
    """Pairs of an icon and a sentence: what goes with an erasure, and what stays."""

    goes: tuple
    stays: tuple


def holdings_of(person):
    """The `Holdings` of `person`, counted now."""
    leave = Leave.objects.filter(person=person).count()
    received = OutgoingMessage.objects.filter(recipient=person).count()
    acts = Event.objects.filter(actor=person).count()
    documents = Attachment.objects.filter(added_by=person).count()
    said = Message.objects.filter(author=person).count()
    return Holdings(
        goes=(
            ("contact", _("Name, address, position, language, time zone and roles.")),
            ("key-round", _("The password and the sessions: the person is signed out at once.")),
            (
                "tree-palm",
                ngettext(
                    "The calendar's secret address, the capacity, and %(number)d leave.",
                    "The calendar's secret address, the capacity, and %(number)d leaves.",
                    leave,
                )
                % {"number": leave},
            ),
            (
                "mail",
                ngettext(
                    "The address and the words of %(number)d message sent to them.",
                    "The address and the words of %(number)d messages sent to them.",
                    received,
                )
                % {"number": received},
            ),
            ("folder-archive", _("The folders that were made for them.")),
        ),
        stays=(
            (
                "history",
                ngettext(
                    "%(number)d act in the histories, under the pseudonym.",
                    "%(number)d acts in the histories, under the pseudonym.",
                    acts,
                )
                % {"number": acts},
            ),
            (
                "paperclip",
                ngettext(
                    "%(number)d document and what they wrote on requests, as it was handed over.",
                    "%(number)d documents and what they wrote on requests, as it was handed over.",
                    documents,
                )
                % {"number": documents},
            ),
            (
                "message-square",
                ngettext(
                    "%(number)d message of the conversations.",
                    "%(number)d messages of the conversations.",
                    said,
                )
                % {"number": said},
            ),
            ("timer", _("The hours that they entered, under the pseudonym: totals are made of them.")),
            ("file-check", _("The proofs already made, where the name of who decided is printed.")),
            (
                "mail-check",
                _("Subject and fate of the messages sent to them, and the organisation they acted for."),
            ),
        ),
    )
