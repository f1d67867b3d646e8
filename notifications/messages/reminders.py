"""What waits: a client's answer, a DPO's ruling, a condition, a dated action, a subtask, somebody's sign-in. Told again, never taken for an answer."""

from django.utils.translation import gettext_lazy as _

from notifications import facts
from notifications.messages.base import CLIENT_AUTHOR, ForClient, ForDeciders, ForDpo, ForLead, Message
from notifications.moment import is_for_client, is_for_vendor


class AnswerAwaitedForDeciders(ForDeciders):
    subject = _("Reminder: your answer is awaited")
    brings = (facts.silence, facts.planned_date)


class AnswerAwaitedForClient(ForClient):
    subject = _("Reminder: your organisation's answer is awaited")
    brings = (facts.silence, facts.planned_date)


class ConditionsOwedForClient(ForClient):
    """To the author, and to whoever keeps the client's register: an assessment or a legal basis is often theirs."""

    audiences = (CLIENT_AUTHOR, "adopters")
    reader = "condition_owner"
    subject = _("Reminder: your organisation has conditions of the DPO to meet")
    brings = (facts.owed, facts.planned_date)


class ActionDueForClient(ForClient):
    audiences = ("action_owners",)
    reader = "action_owner"
    subject = _("Reminder: an action of your organisation is awaited")
    when = staticmethod(is_for_client)
    brings = (facts.action,)


class ActionDueForLead(ForLead):
    """To the lead, or to whomever of the vendor's side the action names."""

    audiences = ("action_owners",)
    reader = "action_owner"
    subject = _("Reminder: an action wanted by the DPO is awaited")
    when = staticmethod(is_for_vendor)
    brings = (facts.action,)


class ForecastPassedForDevelopers(Message):
    audiences = ("subtask_developers",)
    reader = "subtask_developer"
    subject = _("Reminder: the forecast end of a subtask has passed")
    brings = (facts.subtask, facts.forecast_end, facts.planned_date)


class RulingAwaitedForDpo(ForDpo):
    """Those alone who are independent of the file: the others could do nothing."""

    audiences = ("rulers",)
    subject = _("Reminder: a ruling is awaited")
    brings = (facts.ruling_due, facts.planned_date)


class AccountAboutToBeErased(Message):
    """To whoever has not signed in for so long that their account is about to go; of no event."""

    reader = "account"
    subject = _("Your account is about to be closed and erased")
