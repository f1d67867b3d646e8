"""Who is told what of an event, and the rows of the outbox that say it.

`recipients` is the one answer to "who gets which message": `announce` writes to them, and a page shows
them beside the decision.
"""

from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Mailbox, User
from notifications import rendering, tasks
from notifications.facts import Fact, dated, short
from notifications.messages import (
    MESSAGES,
    AccountAboutToBeErased,
    AuthorUnreachableForHelpdesk,
    InvitedToOpenRequest,
    Message,
)
from notifications.messages.base import CLIENT_AUTHOR, MAILBOXES
from notifications.models import OutgoingMessage
from notifications.moment import Moment


class Letter(NamedTuple):
    """A message (its class) to one recipient: the `User` or the `Mailbox`, and who reads it (None for a mailbox)."""

    message: type[Message]
    recipient: User | Mailbox
    reader: User | None

    @property
    def address(self):
        """Where it goes."""
        return self.reader.email if self.reader else self.recipient.address

    @property
    def language(self):
        """The language it is written in."""
        return self.recipient.language

    @property
    def time_zone(self):
        """The name of the time zone in which it says times."""
        return self.reader.time_zone if self.reader else settings.TIME_ZONE

    @property
    def in_place_of(self):
        """Whom the reader is told it for, as the file's answer says (`name`, `until`, `is_handed_over`); or None."""
        return getattr(self.reader, "in_place_of", None)


def recipients(subject, name, event=None, *, data=None, mailboxes=None, sender=None):
    """Who is told, and what, when the act `name` happens to the file `subject`: a list of `Letter`.

    Without an `event` it answers for what would happen; `data` is then what the act would bring (a verdict
    chooses between two texts). An address gets one message, the first of the table's row; but when nobody of
    the client can be told, the helpdesk is told that too. `mailboxes` spares a query to whoever asks for
    several acts; `sender` is the person who would send the request by this act.
    """
    moment = Moment(subject, name, event, data)
    told = [message for message in MESSAGES.get(name, ()) if message.when(moment)]
    asked = dict.fromkeys(audience for message in told for audience in message.audiences)
    if not asked:
        return []
    if mailboxes is None:
        mailboxes = open_mailboxes() if {MAILBOXES, CLIENT_AUTHOR} & asked.keys() else []
    audiences = subject.audiences(event)
    if sender is not None:
        audiences = audiences.once_sent_by(sender)
    found = {
        audience: mailboxes if audience == MAILBOXES else audiences.people(audience) for audience in asked
    }
    letters = {}
    for message in told:
        for audience in message.audiences:
            for recipient in found[audience]:
                letter = Letter(message, recipient, None if audience == MAILBOXES else recipient)
                letters.setdefault(letter.address.casefold(), letter)
    if found.get(CLIENT_AUTHOR) == []:
        return [*letters.values(), *_that_nobody_is_left(mailboxes)]
    return list(letters.values())


def open_mailboxes():
    """The mailboxes that have an address, as a list."""
    return list(Mailbox.objects.exclude(address=""))


def announce(event):
    """Write one row per message in the caller's transaction; they leave after it commits. Returns the rows."""
    change_request = event.change_request
    letters = recipients(change_request, event.name, event)
    if not letters:
        return []
    moment = Moment(change_request, event.name, event)
    attached, linked = [], []
    if any(letter.message.has_documents for letter in letters):
        attached, linked = _by_size(change_request.files_to_send())
    # The same words for the same message, language and clock: a row of ten readers is written once or twice.
    written = {}
    rows = []
    for letter in letters:
        key = (letter.message, letter.language, letter.time_zone, letter.in_place_of)
        if key not in written:
            files = (attached, linked) if letter.message.has_documents else ((), ())
            with rendering.reading(letter.language, letter.time_zone):
                written[key] = rendering.of_moment(
                    letter.message,
                    moment,
                    attached=files[0],
                    linked=files[1],
                    in_place_of=letter.in_place_of,
                )
        rows.append(_row(letter, written[key], event=event, thread_id=_thread_of(change_request)))
    OutgoingMessage.objects.bulk_create(rows)
    _attach(rows, letters, attached)
    _send_after_commit(rows)
    return rows


def tell(message, *, recipient, context, subject=None):
    """Write to one person (`recipient`, a `User`) a message of no event. Returns the row.

    `message` is a class; `context` is what its template asks for, beside what the layout takes
    (`heading`, `title`, `brought`, `url`, `url_label`). Texts of `context` may be lazy.
    """
    letter = Letter(message, recipient, recipient)
    with rendering.reading(letter.language, letter.time_zone):
        written = rendering.write(
            message.template(), subject or message.subject, {"reader": message.reader, **context}
        )
    return put(
        message.kind(),
        recipient.email,
        written,
        language=recipient.language,
        recipient=recipient,
        is_secret=message.is_secret,
    )


def invite_to_open(invitation):
    """Ask the person of `invitation` to open the request of their helpdesk ticket. Returns the row.

    `invitation` bears `person`, `organisation`, `ticket_reference`, `subject`, `invited_by` and its address.
    """
    with rendering.reading(invitation.person.language, invitation.person.time_zone):
        brought = [
            Fact(_("Subject"), value=invitation.subject),
            *short(_("Helpdesk ticket"), invitation.ticket_reference),
            Fact(_("Organisation"), value=invitation.organisation.name),
        ]
        return tell(
            InvitedToOpenRequest,
            recipient=invitation.person,
            subject=f"{InvitedToOpenRequest.subject} · {invitation.subject}",
            context={
                "title": invitation.subject,
                "brought": brought,
                "url": settings.PORTAL_URL + invitation.get_absolute_url(),
                "url_label": _("Open the change request"),
                "actor": str(invitation.invited_by),
                "has_ticket": bool(invitation.ticket_reference),
            },
        )


def warn_of_erasure(person, *, last_used, erased_on):
    """Tell `person` that their account, not used since `last_used`, goes on `erased_on` (dates). Returns the row."""
    with rendering.reading(person.language, person.time_zone):
        return tell(
            AccountAboutToBeErased,
            recipient=person,
            context={
                "title": AccountAboutToBeErased.subject,
                "email": person.email,
                "last_used": dated(last_used),
                "erased_on": dated(erased_on),
                "url": settings.PORTAL_URL + reverse("account_login"),
                "url_label": _("Sign in"),
            },
        )


def put(kind, address, written, *, language, recipient=None, is_secret=False):
    """Put a `rendering.Written` into the outbox for one address, outside any file. Returns the row."""
    row = OutgoingMessage(
        kind=kind,
        recipient=recipient,
        address=address,
        language=language,
        subject=written.subject,
        text=written.text,
        html=written.html,
        is_secret=is_secret,
    )
    row.message_id = _message_id(row.uuid.hex)
    row.save()
    _send_after_commit([row])
    return row


def _that_nobody_is_left(mailboxes):
    """The helpdesk's letter that nobody of the client can be told, beside the one it gets of the act itself."""
    return [
        Letter(AuthorUnreachableForHelpdesk, mailbox, None)
        for mailbox in mailboxes
        if mailbox.kind == Mailbox.Kind.HELPDESK
    ]


def _row(letter, written, *, event, thread_id):
    uuid = uuid4()
    return OutgoingMessage(
        uuid=uuid,
        event=event,
        kind=letter.message.kind(),
        recipient=letter.reader,
        mailbox="" if letter.reader else letter.recipient.kind,
        address=letter.address,
        language=letter.language,
        subject=written.subject,
        text=written.text,
        html=written.html,
        message_id=_message_id(uuid.hex),
        thread_id=thread_id,
        is_secret=letter.message.is_secret,
    )


def _by_size(files):
    """`(those that a mail can carry together, the others)`, in order."""
    attached, linked, room = [], [], settings.MAIL_ATTACHMENTS_MAX_BYTES
    for file in files:
        if file.size <= room:
            attached.append(file)
            room -= file.size
        else:
            linked.append(file)
    return attached, linked


def _attach(rows, letters, files):
    through = OutgoingMessage.files.through
    through.objects.bulk_create(
        through(outgoingmessage_id=row.pk, storedfile_id=file.pk)
        for row, letter in zip(rows, letters, strict=True)
        if letter.message.has_documents
        for file in files
    )


def _send_after_commit(rows):
    pks = [row.pk for row in rows]

    def hand_over():
        tasks.send_messages.delay(pks)

    # Robust: when the broker is away the act has happened all the same, and the sweep finds the rows.
    transaction.on_commit(hand_over, robust=True)


def _thread_of(change_request):
    """The root that all messages of a file answer to: of its number, which tells a client of no other."""
    return _message_id(change_request.number.lower())


def _message_id(name):
    return f"<{name}@{urlsplit(settings.PORTAL_URL).hostname}>"
