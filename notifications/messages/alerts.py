"""What nobody did and somebody must know: a file without a DPO, a client whom nobody can tell, the load."""

from django.utils.translation import gettext_lazy as _

from notifications.messages.base import Message


class NobodyCanRuleForPortalAdmins(Message):
    audiences = ("portal_admins",)
    reader = "portal_admin"
    subject = _("No DPO can rule, please name a deputy")
    tells_content = False


class LoadToldForLead(Message):
    """At the start of each fortnight, of no request."""

    reader = "lead"
    subject = _("Load of the developers")


class AuthorUnreachableForHelpdesk(Message):
    """Beside any message that finds no client author left; `dispatch.recipients` adds it."""

    reader = "mailbox"
    subject = _("Nobody at the client can be told")
