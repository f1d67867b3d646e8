"""Step 7: delivered, accepted, refused."""

from django.utils.translation import gettext_lazy as _

from notifications import facts
from notifications.messages.base import (
    ForAdopters,
    ForClient,
    ForDeciders,
    ForDevelopers,
    ForLead,
    ForMailboxes,
    ForTeam,
)
from notifications.moment import changes_the_register


class DeliveredForDeciders(ForDeciders):
    subject = _("Delivered, your acceptance is awaited")
    brings = (facts.delivery,)


class DeliveredForClient(ForClient):
    subject = _("Your request is delivered")
    brings = (facts.delivery,)


class DeliveredForMailboxes(ForMailboxes):
    subject = _("Delivered to the client")
    brings = (facts.delivery,)


class DeliveredForLead(ForLead):
    subject = _("Delivered to the client")
    brings = (facts.delivery,)


class EntryToAdoptForAdopters(ForAdopters):
    subject = _("Delivery accepted, your register awaits your adoption")
    when = staticmethod(changes_the_register)
    brings = (facts.register_entry, facts.comment)


class DeliveryAcceptedForClient(ForClient):
    subject = _("Delivery accepted, your request is closed")
    brings = (facts.comment,)


class DeliveryAcceptedForMailboxes(ForMailboxes):
    subject = _("Delivery accepted, request closed")
    brings = (facts.comment,)


class DeliveryAcceptedForTeam(ForTeam):
    subject = _("Delivery accepted, request closed")
    brings = (facts.comment,)


class DeliveryRefusedForLead(ForLead):
    subject = _("Delivery refused, work resumes")
    brings = (facts.reason, facts.refused_criteria, facts.untied_criteria)


class DeliveryRefusedForDevelopers(ForDevelopers):
    subject = _("Delivery refused, work resumes")
    brings = (facts.reason, facts.refused_criteria)


class DeliveryRefusedForMailboxes(ForMailboxes):
    subject = _("Delivery refused by the client")
    brings = (facts.reason, facts.refused_criteria)


class DeliveryRefusedForClient(ForClient):
    subject = _("The delivery is refused, work resumes")
    brings = (facts.reason, facts.refused_criteria)
