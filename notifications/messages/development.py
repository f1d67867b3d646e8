"""Step 6: subtasks, their checks, the planned date, and what ends or reopens the work."""

from django.utils.translation import gettext_lazy as _

from notifications import facts
from notifications.messages.base import (
    ForClient,
    ForDeciders,
    ForDpo,
    ForLead,
    ForMailboxes,
    ForTeam,
    ForWholeTeam,
    Message,
)
from notifications.moment import gdpr_check_is_due, reached_development, ruling_fell


class SpecificationReopenedForMailboxes(ForMailboxes):
    subject = _("Specification reopened")
    brings = (facts.reason, facts.fell)


class SpecificationReopenedForClient(ForClient):
    subject = _("The specification of your request is reopened")
    brings = (facts.reason, facts.fell)


class SpecificationReopenedForDpo(ForDpo):
    subject = _("Specification reopened, your ruling falls")
    when = staticmethod(ruling_fell)
    brings = (facts.reason, facts.fell)


class SpecificationReopenedForTeam(ForTeam):
    subject = _("Specification reopened, work pauses")
    brings = (facts.reason, facts.fell)


class PlannedDateChangedForClient(ForClient):
    subject = _("The planned date of your request changes")
    brings = (facts.planned_date, facts.previous_planned_date, facts.reason)


class PlannedDateChangedForMailboxes(ForMailboxes):
    subject = _("Planned date changed")
    brings = (facts.planned_date, facts.previous_planned_date, facts.reason)


class PlannedDateChangedForLead(ForLead):
    subject = _("Planned date changed")
    when = staticmethod(reached_development)
    brings = (facts.planned_date, facts.previous_planned_date, facts.reason)


class SubtaskAssignedForDevelopers(Message):
    audiences = ("subtask_developers",)
    reader = "subtask_developer"
    subject = _("A subtask is yours")
    brings = (facts.subtask,)


class SubtasksAssignedForDevelopers(Message):
    audiences = ("subtask_developers",)
    reader = "subtask_developer"
    subject = _("Subtasks are yours")
    brings = (facts.subtasks,)


class SubtaskSentBackForDevelopers(Message):
    audiences = ("subtask_developers",)
    reader = "subtask_developer"
    subject = _("A subtask comes back to you")
    brings = (facts.subtask, facts.reason)


class ConditionAnsweredForDpo(ForDpo):
    subject = _("A condition of your ruling is answered")
    brings = (facts.handed_over,)


class SubtaskEndedForDpo(ForDpo):
    subject = _("A subtask awaits the GDPR check")
    when = staticmethod(gdpr_check_is_due)
    brings = (facts.subtask,)


class SubtaskEndedForTesters(Message):
    audiences = ("subtask_testers",)
    reader = "tester"
    subject = _("A subtask awaits its checks")
    brings = (facts.subtask,)


class AllGreenForLead(ForLead):
    subject = _("All subtasks are green, you may deliver")


class AllGreenForMailboxes(ForMailboxes):
    subject = _("All subtasks are green")


class QualificationDeliveredForClient(ForClient):
    subject = _("Delivered to qualification")
    brings = (facts.delivery,)


class QualificationDeliveredForMailboxes(ForMailboxes):
    subject = _("Delivered to qualification")
    brings = (facts.delivery,)


class QualificationDeliveredForLead(ForLead):
    subject = _("Delivered to qualification")
    brings = (facts.delivery,)


class AbandonmentProposedForDeciders(ForDeciders):
    subject = _("Your agreement to abandon the request is asked for")
    brings = (facts.reason,)


class AbandonmentAgreedForLead(ForLead):
    subject = _("The client agrees to abandon the request")
    brings = (facts.reason,)


class RequestAbandonedForClient(ForClient):
    subject = _("Your request is abandoned")
    brings = (facts.reason,)


class RequestAbandonedForMailboxes(ForMailboxes):
    subject = _("Request abandoned")
    brings = (facts.reason,)


class RequestAbandonedForTeam(ForWholeTeam):
    subject = _("Request abandoned, work stops")
    brings = (facts.reason,)
