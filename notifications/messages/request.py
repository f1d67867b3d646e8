"""Step 2: the request is sent, returned, or given up before the vendor ever saw it."""

from django.utils.translation import gettext_lazy as _

from notifications import facts
from notifications.messages.base import ForClient, ForDpo, ForMailboxes, ForTeam
from notifications.moment import reached_development, ruling_fell, was_never_sent


class RequestSentForMailboxes(ForMailboxes):
    subject = _("Request sent to the hot line")
    has_documents = True


class RequestSentForClient(ForClient):
    subject = _("Your request has reached the hot line")
    has_documents = True


class RequestReturnedForClient(ForClient):
    subject = _("Your request comes back to you")
    brings = (facts.reason, facts.fell)


class RequestReturnedForMailboxes(ForMailboxes):
    subject = _("Request returned to the client")
    brings = (facts.reason, facts.fell)


class RequestReturnedForDpo(ForDpo):
    subject = _("Request returned to the client, your ruling falls")
    when = staticmethod(ruling_fell)
    brings = (facts.reason, facts.fell)


class RequestReturnedForTeam(ForTeam):
    subject = _("Request returned to the client")
    when = staticmethod(reached_development)
    brings = (facts.reason, facts.fell)


class UnsentRequestCancelledForClient(ForClient):
    subject = _("Your request is cancelled before it was sent")
    when = staticmethod(was_never_sent)
    brings = (facts.reason,)
