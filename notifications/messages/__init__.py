"""Which messages each event sends: the table of "who is told", row by row.

Within a row, whoever has something to do comes first: a person of several audiences gets one message, the
first. A test holds that every transition has its row, even an empty one.
"""

from notifications.messages import (
    acceptance,
    alerts,
    decision,
    development,
    reminders,
    request,
    ruling,
    specification,
)
from notifications.messages.alerts import AuthorUnreachableForHelpdesk, LoadToldForLead
from notifications.messages.base import InvitedToOpenRequest, Message
from notifications.messages.reminders import AccountAboutToBeErased

MESSAGES = {
    # Nobody: an unsent file is its author's side's alone.
    "create": [],
    "send_to_support": [request.RequestSentForMailboxes, request.RequestSentForClient],
    "return_to_client": [
        request.RequestReturnedForClient,
        request.RequestReturnedForMailboxes,
        request.RequestReturnedForDpo,
        request.RequestReturnedForTeam,
    ],
    "send_to_dpo": [
        specification.SpecificationSentForDpo,
        specification.SpecificationSentForMailboxes,
        specification.SpecificationSentForClient,
    ],
    "send_to_client": [
        specification.SpecificationSentToClientForDeciders,
        specification.SpecificationSentToClientForClient,
        specification.SpecificationSentToClientForMailboxes,
    ],
    "decline": [
        specification.RequestDeclinedForClient,
        specification.RequestDeclinedForMailboxes,
        specification.RequestDeclinedForTeam,
    ],
    "return_to_support": [
        ruling.SpecificationReturnedForMailboxes,
        ruling.SpecificationReturnedForClient,
        ruling.SpecificationReturnedForDpo,
        ruling.SpecificationReturnedForTeam,
    ],
    "rule": [
        ruling.RulingGivenForDeciders,
        ruling.RulingGivenForClient,
        ruling.RulingGivenForMailboxes,
        ruling.RulingGivenForDpo,
        ruling.RulingGivenForLead,
        ruling.InfringementFoundForDeciders,
        ruling.InfringementFoundForClient,
        ruling.InfringementFoundForMailboxes,
        ruling.InfringementFoundForDpo,
        ruling.InfringementFoundForLead,
    ],
    "validate": [
        decision.SpecificationValidatedForLead,
        decision.SpecificationValidatedForMailboxes,
        decision.SpecificationValidatedForClient,
        decision.SpecificationValidatedForDevelopers,
    ],
    "request_change": [
        decision.ChangeAskedForMailboxes,
        decision.ChangeAskedForClient,
        decision.ChangeAskedForDpo,
        decision.ChangeAskedForTeam,
    ],
    "cancel": [
        request.UnsentRequestCancelledForClient,
        decision.RequestCancelledForClient,
        decision.RequestCancelledForMailboxes,
        decision.RequestCancelledForDpo,
        decision.RequestCancelledForTeam,
    ],
    "reopen_specification": [
        development.SpecificationReopenedForMailboxes,
        development.SpecificationReopenedForClient,
        development.SpecificationReopenedForDpo,
        development.SpecificationReopenedForTeam,
    ],
    "abandon": [
        development.RequestAbandonedForClient,
        development.RequestAbandonedForMailboxes,
        development.RequestAbandonedForTeam,
    ],
    "deliver": [
        acceptance.DeliveredForDeciders,
        acceptance.DeliveredForClient,
        acceptance.DeliveredForMailboxes,
        acceptance.DeliveredForLead,
    ],
    "accept": [
        acceptance.EntryToAdoptForAdopters,
        acceptance.DeliveryAcceptedForClient,
        acceptance.DeliveryAcceptedForMailboxes,
        acceptance.DeliveryAcceptedForTeam,
    ],
    "refuse": [
        acceptance.DeliveryRefusedForLead,
        acceptance.DeliveryRefusedForDevelopers,
        acceptance.DeliveryRefusedForMailboxes,
        acceptance.DeliveryRefusedForClient,
    ],
    # Acts that move nothing.
    "change_planned_date": [
        development.PlannedDateChangedForClient,
        development.PlannedDateChangedForMailboxes,
        development.PlannedDateChangedForLead,
    ],
    "assign_subtask": [development.SubtaskAssignedForDevelopers],
    "assign_subtasks": [development.SubtasksAssignedForDevelopers],
    "send_back_subtask": [development.SubtaskSentBackForDevelopers],
    "enter_end_date": [development.SubtaskEndedForDpo, development.SubtaskEndedForTesters],
    "all_green": [development.AllGreenForLead, development.AllGreenForMailboxes],
    "deliver_to_qualification": [
        development.QualificationDeliveredForClient,
        development.QualificationDeliveredForMailboxes,
        development.QualificationDeliveredForLead,
    ],
    # Beyond the table: what is handed over for a condition waits for the DPO to read it.
    "hand_over": [development.ConditionAnsweredForDpo],
    # Beyond the table: the first of two signatures waits for the second.
    "sign": [decision.CountersignatureAwaitedForDeciders],
    "withdraw_signature": [decision.SignatureWithdrawnForDeciders],
    # Beyond the table: an abandonment waits for the client's agreement, and then for the lead.
    "propose_to_abandon": [development.AbandonmentProposedForDeciders],
    "agree_to_abandon": [development.AbandonmentAgreedForLead],
    "remind_client": [reminders.AnswerAwaitedForDeciders, reminders.AnswerAwaitedForClient],
    "remind_owed": [reminders.ConditionsOwedForClient],
    "remind_action": [reminders.ActionDueForClient, reminders.ActionDueForLead],
    "remind_forecast": [reminders.ForecastPassedForDevelopers],
    "remind_dpo": [reminders.RulingAwaitedForDpo],
    "nobody_can_rule": [alerts.NobodyCanRuleForPortalAdmins],
}
OF_NO_ROW = [InvitedToOpenRequest, AuthorUnreachableForHelpdesk, AccountAboutToBeErased, LoadToldForLead]

BY_KIND = {message.kind(): message for messages in [*MESSAGES.values(), OF_NO_ROW] for message in messages}

__all__ = [
    "BY_KIND",
    "MESSAGES",
    "OF_NO_ROW",
    "AccountAboutToBeErased",
    "AuthorUnreachableForHelpdesk",
    "InvitedToOpenRequest",
    "LoadToldForLead",
    "Message",
]
