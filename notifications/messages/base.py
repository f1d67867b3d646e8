"""What a message is: for whom, under which subject, about what. Its words are in `templates/emails/`.

A class joins what happened (its subject, what the step brought) and for whom (its audience), and says
nothing else. `templates/emails/<kind>.txt` words it once: `rendering` pours the same words into the text
layout and into the HTML one.
"""

import re

from django.utils.translation import gettext_lazy as _

from accounts.roles import Side
from notifications.moment import always

MAILBOXES = "mailboxes"
CLIENT_AUTHOR = "client_author"


class Message:
    """What happened, for whom.

    audiences: whom the file is asked for, the first that names a person winning; reader: which sentence of
    `_because.txt` tells them why; side: theirs, for the colour; when: whether it is sent at all, asked of the `Moment`; brings: functions
    of `facts`, in the order shown; has_documents: carries the documents of step 2; tells_content: False
    keeps the file's content out of it.
    """

    audiences = ()
    reader = ""
    side = Side.VENDOR
    subject = ""
    when = staticmethod(always)
    brings = ()
    has_documents = False
    tells_content = True
    is_secret = False

    @classmethod
    def kind(cls):
        """The name under which it is kept: `specification_sent_for_dpo`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def template(cls):
        """Where its words are."""
        return f"emails/{cls.kind()}.txt"


class ForMailboxes(Message):
    audiences = (MAILBOXES,)
    reader = "mailbox"


class ForClient(Message):
    """The requester, and the last of the client's side who sent."""

    audiences = (CLIENT_AUTHOR,)
    reader = "client"
    side = Side.CLIENT


class ForDeciders(Message):
    """Those of the organisation who may decide."""

    audiences = ("deciders",)
    reader = "decider"
    side = Side.CLIENT


class ForAdopters(Message):
    """Those of the organisation who adopt what its register says: its DPO, or without one its administrators."""

    audiences = ("adopters",)
    reader = "adopter"
    side = Side.CLIENT


class ForDpo(Message):
    audiences = ("dpo",)
    reader = "dpo"


class ForLead(Message):
    audiences = ("lead",)
    reader = "lead"


class ForDevelopers(Message):
    audiences = ("developers",)
    reader = "developer"


class ForTeam(Message):
    """The lead and the developers, when the same words serve both."""

    audiences = ("lead", "developers")
    reader = "team"


class ForWholeTeam(Message):
    """The lead, the developers and the testers, when the same words serve all."""

    audiences = ("lead", "developers", "testers")
    reader = "team"


class InvitedToOpenRequest(Message):
    """To a person of a client whom support asks to open a request from a helpdesk ticket."""

    reader = "invited"
    side = Side.CLIENT
    subject = _("Please open a change request")
