"""Step 1: support invites somebody of a client to open a request."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.roles import CLIENT_ROLES, Role
from notifications.dispatch import invite_to_open
from requests_app.models import Invitation
from workflow.errors import Missing, NotYourRole, Reason


def invite(*, actor, organisation, person, ticket_reference, subject, key=None):
    """Invite `person` of `organisation`, who gets a mail with a link. Returns the `Invitation`.

    `key` (a UUID) is that of the page: the same page sent twice invites once.

    Raises `NotYourRole` unless the actor is support, `Missing` unless the person could follow the link.
    """
    if not actor.has_role(Role.SUPPORT):
        raise NotYourRole("invite")
    if reason := why_not_invited(organisation, person):
        raise Missing([Reason("person", reason, "person")])
    if invited := _invited_by(actor, key):
        return invited
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                organisation=organisation,
                person=person,
                ticket_reference=ticket_reference,
                subject=subject,
                invited_by=actor,
                page_key=key,
            )
            invitation.message = invite_to_open(invitation)
            invitation.save(update_fields=["message"])
            return invitation
    except IntegrityError:
        if invited := _invited_by(actor, key):
            return invited
        raise


def _invited_by(actor, key):
    return Invitation.objects.filter(invited_by=actor, page_key=key).first() if key else None


def why_not_invited(organisation, person):
    """Why `person` cannot be invited to open a request of `organisation`, in words; empty when they can."""
    if person.organisation_id != organisation.pk or not person.can_sign_in:
        return _("Choose an active person of the organisation.")
    if not person.has_role(*CLIENT_ROLES):
        return _(
            "%(name)s has no role that opens requests. The portal administrator can give one, or choose "
            "somebody else."
        ) % {"name": person}
    return ""
