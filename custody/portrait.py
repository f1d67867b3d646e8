"""What the portal holds of one person, for machines and for themself: about them, by them, and of nobody else.

What others wrote is left out, be it about them: titles and descriptions of requests, words of messages received. A file
is named by its number alone.
"""

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry

from accounts.services import own_columns
from custody.models import InactivityNotice, PersonExport
from documents.models import Upload
from notifications.models import OutgoingMessage
from planning.models import CalendarKey, Leave, Pace
from requests_app import history
from requests_app.models import (
    Acceptance,
    Assignment,
    ChangeRequest,
    Check,
    Decision,
    Delivery,
    Finding,
    Handover,
    Invitation,
    Look,
    Message,
    Ruling,
    Signature,
    SpecificationVersion,
    TimeCorrection,
    TimeEntry,
)
from workflow.models import Event

ACCOUNT = (
    "email", "first_name", "last_name", "position", "language", "time_zone", "has_shortcuts", "date_joined",
    "invited_at", "last_login", "deactivated_at",
)  # fmt: skip
# What is said of the rows that are the person's alone; never what opens something.
OWN = {
    CalendarKey: ("renewed_at",),
    EmailAddress: ("email", "verified"),
    InactivityNotice: ("told_at",),
    Leave: ("first_day", "last_day"),
    Look: ("version__change_request__number", "version__number", "looked_at"),
    Pace: ("hours_per_day",),
    PersonExport: ("asked_at",),
    Upload: ("name", "size", "received", "touched_at"),
}
FILE, OF_RULING = "change_request__number", "ruling__change_request__number"
OF_CONDITION = "condition__ruling__change_request__number"
OF_SUBTASK = ("subtask__change_request__number", "subtask__position")
OF_ROUND = ("round__subtask__change_request__number", "round__subtask__position")
# What they wrote or did, and where: the model, its column of the person, what is theirs of it.
WRITTEN = {
    "requests": (ChangeRequest, "edited_by", ("number", "title", "description", "edited_at")),
    "specifications": (SpecificationVersion, "author", (FILE, "number", "content__solution", "sent_at")),
    "rulings": (Ruling, "ruled_by", (FILE, "verdict", "analysis", "conclusions", "ruled_at")),
    "decisions": (Decision, "decided_by", (FILE, "comment", "against_advice", "order_number", "decided_at")),
    "signatures": (Signature, "signed_by", (FILE, "comment", "against_advice", "order_number", "signed_at")),
    "deliveries": (
        Delivery,
        "delivered_by",
        (FILE, "environment", "release", "notes", "shared_notes", "delivered_at"),
    ),
    "acceptances": (Acceptance, "answered_by", (FILE, "is_accepted", "comment", "answered_at")),
    "conversations": (Message, "author", (FILE, "text", "is_note", "posted_at")),
    "checks": (Check, "made_by", (*OF_ROUND, "kind", "is_passed", "comment", "build", "made_at")),
    "findings": (Finding, "made_by", (OF_RULING, "point", "conformity", "comment", "build", "made_at")),
    "handovers": (Handover, "made_by", (OF_CONDITION, "words", "made_at")),
    "hours": (TimeEntry, "person", (*OF_SUBTASK, "day", "quarters", "note")),
    "hours_corrected": (
        TimeCorrection,
        "person",
        (*OF_SUBTASK, "day", "before", "after", "note_before", "note_after", "at"),
    ),
}


def portrait_of(person):
    """All of it but the documents, as a dict that JSON can hold."""
    return {
        "account": {name: getattr(person, name) for name in ACCOUNT}
        | {
            "organisation": person.organisation.name if person.organisation else None,
            "roles": sorted(role.value for role in person.roles),
        },
        "own": {
            field.model._meta.model_name: list(
                field.model._base_manager.filter(**{field.name: person}).values(*OWN[field.model])
            )
            for field in own_columns()
        },
        "named": {
            "requester": numbers(ChangeRequest.objects.filter(requester=person)),
            "in_charge": numbers(ChangeRequest.objects.filter(in_charge=person)),
            "assigned": list(
                Assignment.objects.filter(person=person).values(*OF_SUBTASK, "assigned_at", "removed_at")
            ),
            "invited": list(
                Invitation.objects.filter(person=person).values("ticket_reference", "invited_at")
            ),
        },
        "written": {
            name: list(model.objects.filter(**{column: person}).order_by("pk").values(*columns))
            for name, (model, column, columns) in WRITTEN.items()
        },
        "acts": [line_of(event) for event in acts_of(person)],
        "messages_received": list(
            OutgoingMessage.objects.filter(recipient=person).values("kind", "address", "created_at", "state")
        ),
        "emergency_administration": list(
            LogEntry.objects.filter(user=person).values("action_time", "action_flag")
        ),
    }


def acts_of(person):
    """The lines of the histories that are theirs, the first one first."""
    return Event.objects.filter(actor=person).select_related("change_request").order_by("at", "pk")


def line_of(event):
    """One of their acts, with the words that they gave it."""
    return {
        "request": event.change_request.number,
        "rank": event.sequence,
        "at": event.at,
        "act": event.name,
        "words": history.details(event),
    }


def numbers(files):
    """The numbers of some requests, in their order of creation."""
    return list(files.order_by("pk").values_list("number", flat=True))
