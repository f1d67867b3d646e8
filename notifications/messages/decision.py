"""Step 5: the client validates, asks for a change, or cancels."""

from django.utils.translation import gettext_lazy as _

from notifications import facts
from notifications.messages.base import (
    ForClient,
    ForDeciders,
    ForDevelopers,
    ForDpo,
    ForLead,
    ForMailboxes,
    ForTeam,
    ForWholeTeam,
)
from notifications.moment import at_ruling, reached_development, ruling_fell, was_sent


def cancelled_while_ruling(moment):
    """The client gave up while the file was with the DPO."""
    return was_sent(moment) and at_ruling(moment)


class CountersignatureAwaitedForDeciders(ForDeciders):
    audiences = ("countersigners",)
    subject = _("Your countersignature is awaited")
    brings = (facts.signature, facts.planned_date)


class SignatureWithdrawnForDeciders(ForDeciders):
    audiences = ("countersigners",)
    subject = _("The first signature is withdrawn")
    brings = (facts.planned_date,)


class SpecificationValidatedForLead(ForLead):
    subject = _("Specification validated, development may start")
    brings = (facts.decision, facts.planned_date)


class SpecificationValidatedForMailboxes(ForMailboxes):
    subject = _("The client has validated the specification")
    brings = (facts.decision, facts.planned_date)


class SpecificationValidatedForClient(ForClient):
    subject = _("The specification is validated")
    brings = (facts.decision, facts.planned_date)


class SpecificationValidatedForDevelopers(ForDevelopers):
    subject = _("Specification validated again, work resumes")
    when = staticmethod(reached_development)
    brings = (facts.decision, facts.planned_date)


class ChangeAskedForMailboxes(ForMailboxes):
    subject = _("The client asks for a change")
    brings = (facts.reason, facts.fell)


class ChangeAskedForClient(ForClient):
    subject = _("Support is asked to change your specification")
    brings = (facts.reason, facts.fell)


class ChangeAskedForDpo(ForDpo):
    subject = _("The client asks for a change, your ruling falls")
    when = staticmethod(ruling_fell)
    brings = (facts.reason, facts.fell)


class ChangeAskedForTeam(ForTeam):
    subject = _("The client asks for a change")
    when = staticmethod(reached_development)
    brings = (facts.reason, facts.fell)


class RequestCancelledForClient(ForClient):
    subject = _("Your request is cancelled")
    when = staticmethod(was_sent)
    brings = (facts.reason,)


class RequestCancelledForMailboxes(ForMailboxes):
    subject = _("Request cancelled by the client")
    when = staticmethod(was_sent)
    brings = (facts.reason,)


class RequestCancelledForDpo(ForDpo):
    subject = _("Request cancelled, no ruling is awaited")
    when = staticmethod(cancelled_while_ruling)
    brings = (facts.reason,)


class RequestCancelledForTeam(ForWholeTeam):
    subject = _("Request cancelled, work stops")
    when = staticmethod(reached_development)
    brings = (facts.reason,)
