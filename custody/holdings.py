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
            ("tree-palm", _("The calendar's secret address and the capacity.")),
            *_counted("tree-palm", leave, ngettext("%(number)d leave.", "%(number)d leaves.", leave)),
            *_counted(
                "mail",
                received,
                ngettext(
                    "The address and the words of %(number)d message sent to them.",
                    "The address and the words of %(number)d messages sent to them.",
                    received,
                ),
            ),
            ("folder-archive", _("The folders that were made for them.")),
        ),
        stays=(
            *_counted(
                "history",
                acts,
                ngettext(
                    "%(number)d act in the histories, under the pseudonym.",
                    "%(number)d acts in the histories, under the pseudonym.",
                    acts,
                ),
            ),
            *_counted(
                "paperclip",
                documents,
                ngettext(
                    "%(number)d document, as it was handed over.",
                    "%(number)d documents, as they were handed over.",
                    documents,
                ),
            ),
            *_counted(
                "message-square",
                said,
                ngettext(
                    "%(number)d message of the conversations.",
                    "%(number)d messages of the conversations.",
                    said,
                ),
            ),
            ("pen-line", _("What they wrote on requests.")),
            ("timer", _("The hours that they entered, under the pseudonym: totals are made of them.")),
            ("file-check", _("The proofs already made, where the name of who decided is printed.")),
            (
                "mail-check",
                _("Subject and fate of the messages sent to them, and the organisation they acted for."),
            ),
        ),
    )


def _counted(icon, number, sentence):
    """The line of what is counted, unless there is none of it."""
    if number:
        yield icon, sentence % {"number": number}
