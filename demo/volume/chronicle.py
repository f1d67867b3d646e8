"""A file's clock, its sealed history, and the messages that each line sent."""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import translation

from accounts.models import Mailbox
from accounts.roles import Role
from demo.volume.hours import moment
from notifications.messages import MESSAGES
from notifications.messages.base import MAILBOXES
from notifications.models import OutgoingMessage
from notifications.moment import Moment
from requests_app.audiences import SENDING
from requests_app.models import ChangeRequest
from workflow.history import head_of, seal_of
from workflow.machine import MOVES, target_of
from workflow.models import Event
from workflow.steps import ENDS, Step


class Chronicle:
    """What every act of a file does: a line of the history, and its messages as sent.

    `world` gives chance, people and keys, and takes the rows.
    """

    def __init__(self, world, client, outcome, number, start):
        self.world, self.draw, self.client = world, world.draw, client
        self.outcome, self.number, self.minute = outcome, number, start
        self.pk = world.key(ChangeRequest)
        self.step = Step.TICKET
        self.history_length, self.history_seal = 0, ""
        self.sent_at = self.development_at = self.ended_at = self.step_since = None
        self.sent_by = self.in_charge = self.planned_date = self.last_sender = self.draft = None
        self.versions, self.subtasks, self.named_testers = [], [], []
        self.ruling = self.delivery = None
        self.assessed = set()
        self.criteria, self.quote_lines = [], []

    @property
    def at(self):
        return moment(self.minute)

    @property
    def today(self):
        return self.at.date()

    def _append(self, name, actor, reason="", *, data=None, developers=()):
        """One sealed line of the history, and the messages that it sends."""
        self.minute += self.draw.randint(1, 4)
        is_move = name in MOVES
        event = Event(
            id=self.world.key(Event),
            change_request_id=self.pk,
            sequence=self.history_length + 1,
            name=name,
            actor=actor,
            at=self.at,
            from_step=self.step.value if is_move else "",
            to_step=target_of(name).value if is_move else "",
            reason=reason,
            data=data or {},
        )
        event.seal = seal_of(event, self.history_seal)
        self.history_length, self.history_seal = event.sequence, head_of(event.seal)
        self._keep_row(event)
        if is_move:
            self.step, self.step_since = target_of(name), event.at
            self.ended_at = event.at if self.step in ENDS else None
            if name in SENDING and actor.organisation_id:
                self.last_sender = actor
        self._tell(event, developers)
        return event

    def _tell(self, event, developers):
        """The messages of an event as sent: to whom the portal's own table says, the words in short."""
        happened = Moment(self, event.name, event)
        letters = {}
        for message in MESSAGES.get(event.name, ()):
            if not message.when(happened):
                continue
            for audience in message.audiences:
                for person in self._audience(audience, developers):
                    address = person.address if isinstance(person, Mailbox) else person.email
                    letters.setdefault(address, (message, person))
        for address, (message, person) in letters.items():
            self._keep_row(self._letter(event, message, person, address))

    def _letter(self, event, message, person, address):
        key = UUID(int=self.draw.getrandbits(128), version=4)
        is_mailbox = isinstance(person, Mailbox)
        subject = self.world.subject(message, person.language)
        title = f" · {self.title}" if message.tells_content else ""
        text = "\n\n".join(
            filter(None, (subject, f"{self.number}{title}", event.reason, self.world.address(self.number)))
        )
        return OutgoingMessage(
            uuid=key,
            event_id=event.pk,
            kind=message.kind(),
            recipient_id=None if is_mailbox else person.pk,
            mailbox=person.kind if is_mailbox else "",
            address=address,
            language=person.language,
            subject=f"[{self.number}] {subject}{title}"[:250],
            text=text,
            message_id=f"<{key.hex}@{self.world.host}>",
            thread_id=f"<{self.number.lower()}@{self.world.host}>",
            state=OutgoingMessage.State.SENT,
            attempts=1,
            created_at=event.at,
            due_at=event.at,
            handed_over_at=event.at,
            sent_at=event.at + timedelta(seconds=self.draw.randint(1, 20)),
        )

    def _audience(self, name, developers):
        vendor = self.world.vendor
        if name == MAILBOXES:
            return self.world.mailboxes
        if name == "client_author":
            authors = [one for one in (self.requester, self.last_sender) if one in self.client.seers]
            return authors or self.client.admins
        if name == "deciders":
            return self.client.admins
        if name in ("developers", "subtask_developers"):
            assigned = developers or [subtask.developer for subtask in self.subtasks if subtask.developer]
            return assigned
        if name in ("testers", "subtask_testers"):
            return self.named_testers or vendor[Role.TESTER]
        return {
            "dpo": [*vendor[Role.DPO], *vendor[Role.DEPUTY_DPO]],
            "lead": vendor[Role.LEAD],
            "portal_admins": vendor[Role.PORTAL_ADMIN],
        }[name]

    def _vendor(self, *roles):
        return self.draw.choice([person for role in roles for person in self.world.vendor[role]])

    def _support(self):
        return self.in_charge or self._vendor(Role.SUPPORT)

    def _decider(self):
        return self.draw.choice(self.client.admins)

    def _keep_row(self, row):
        self.world.rows[type(row)].append(row)


def said(subtask):
    return {"id": subtask.pk, "title": subtask.title}


def host():
    """The name in the portal's address, which ends every Message-ID."""
    return urlsplit(settings.PORTAL_URL).hostname


def subject_in(message, language):
    """The subject of a message's class, in a language."""
    with translation.override(language):
        return str(message.subject)
