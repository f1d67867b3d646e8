"""Step 3: the specification goes to the DPO or to the client, or support declines the request."""

from django.utils.translation import gettext_lazy as _

from notifications import facts
from notifications.messages.base import ForClient, ForDeciders, ForDpo, ForMailboxes, ForWholeTeam
from notifications.moment import reached_development

SENT = (facts.version, facts.planned_date, facts.fell)


class SpecificationSentForDpo(ForDpo):
    subject = _("A specification awaits your ruling")
    brings = SENT


class SpecificationSentForMailboxes(ForMailboxes):
    subject = _("Specification sent to the DPO")
    brings = SENT


class SpecificationSentForClient(ForClient):
    subject = _("Your specification is with the DPO")
    brings = SENT


class SpecificationSentToClientForDeciders(ForDeciders):
    subject = _("A specification awaits your decision")
    brings = SENT


class SpecificationSentToClientForClient(ForClient):
    subject = _("Your specification awaits a decision")
    brings = SENT


class SpecificationSentToClientForMailboxes(ForMailboxes):
    subject = _("Specification sent to the client")
    brings = SENT


class RequestDeclinedForClient(ForClient):
    subject = _("Your request is declined")
    brings = (facts.reason,)


class RequestDeclinedForMailboxes(ForMailboxes):
    subject = _("Request declined")
    brings = (facts.reason,)


class RequestDeclinedForTeam(ForWholeTeam):
    subject = _("Request declined, work stops")
    when = staticmethod(reached_development)
    brings = (facts.reason,)
