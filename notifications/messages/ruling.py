"""Step 4: the DPO rules, finds an infringement, or asks for more."""

from django.utils.translation import gettext_lazy as _

from notifications import facts
from notifications.messages.base import ForClient, ForDeciders, ForDpo, ForLead, ForMailboxes, ForTeam
from notifications.moment import is_infringing, is_not_infringing, reached_development


def infringing_once_in_development(moment):
    """The instruction infringes the GDPR, and the team has worked on the file."""
    return is_infringing(moment) and reached_development(moment)


def ruled_once_in_development(moment):
    """The DPO ruled without finding an infringement, and the team has worked on the file."""
    return is_not_infringing(moment) and reached_development(moment)


class RulingGivenForDeciders(ForDeciders):
    subject = _("The DPO has ruled, your decision is awaited")
    when = staticmethod(is_not_infringing)
    brings = (facts.analysis, facts.planned_date)


class RulingGivenForClient(ForClient):
    subject = _("The DPO has ruled on your request")
    when = staticmethod(is_not_infringing)
    brings = (facts.analysis, facts.planned_date)


class RulingGivenForMailboxes(ForMailboxes):
    subject = _("The DPO has ruled")
    when = staticmethod(is_not_infringing)
    brings = (facts.analysis,)


class RulingGivenForDpo(ForDpo):
    subject = _("Ruling given")
    when = staticmethod(is_not_infringing)
    brings = (facts.analysis,)


class RulingGivenForLead(ForLead):
    subject = _("The DPO has ruled")
    when = staticmethod(ruled_once_in_development)
    brings = (facts.analysis,)


class InfringementFoundForDeciders(ForDeciders):
    subject = _("Important: this instruction infringes the GDPR")
    when = staticmethod(is_infringing)
    brings = (facts.analysis,)


class InfringementFoundForClient(ForClient):
    subject = _("Important: this instruction infringes the GDPR")
    when = staticmethod(is_infringing)
    brings = (facts.analysis,)


class InfringementFoundForMailboxes(ForMailboxes):
    subject = _("The DPO finds that the instruction infringes the GDPR")
    when = staticmethod(is_infringing)
    brings = (facts.analysis,)


class InfringementFoundForDpo(ForDpo):
    subject = _("Ruling given: the instruction infringes the GDPR")
    when = staticmethod(is_infringing)
    brings = (facts.analysis,)


class InfringementFoundForLead(ForLead):
    subject = _("The DPO finds that the instruction infringes the GDPR")
    when = staticmethod(infringing_once_in_development)
    brings = (facts.analysis,)


class SpecificationReturnedForMailboxes(ForMailboxes):
    subject = _("The DPO returns the specification to support")
    brings = (facts.reason, facts.fell)


class SpecificationReturnedForClient(ForClient):
    subject = _("Your specification is being completed")
    brings = (facts.reason, facts.fell)


class SpecificationReturnedForDpo(ForDpo):
    subject = _("Specification returned to support")
    brings = (facts.reason, facts.fell)


class SpecificationReturnedForTeam(ForTeam):
    subject = _("The DPO returns the specification to support")
    when = staticmethod(reached_development)
    brings = (facts.reason, facts.fell)
