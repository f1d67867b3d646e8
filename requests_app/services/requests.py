"""Step 2: open, fill in, send; and what ends a file before its development."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import Role
from notifications.dispatch import announce
from privacy import services as register
from requests_app.models import (
    ChangeRequest,
    Invitation,
    NumberSequence,
    RequestDraft,
    Section,
    Specification,
)
from requests_app.services.documents import publish
from requests_app.services.signatures import drop_signature
from workflow import engine
from workflow.errors import Missing, MovedOn, NotYourRole, Reason


def open_request(*, actor, organisation, fields=None, invitation=None, key=None, send=False):
    """Create a request of `organisation` with its number; returns it.

    `fields` is a dict of step 2's fields; `invitation`, an open `Invitation` of the actor, is used up;
    `send` sends the request in the same save, or nothing is created. `key` (a UUID) is that of the page: asked
    for the same again, this answers with the file already opened. Support's own entries are marked as entered
    on the client's behalf.
    """
    if opened := _opened_by(actor, key):
        return opened
    try:
        with transaction.atomic():
            file = _open(actor, organisation, fields or {}, invitation, key)
            if send:
                send_to_support(file, actor=actor)
            return file
    except IntegrityError:
        if opened := _opened_by(actor, key):
            return opened
        raise


def _opened_by(actor, key):
    return ChangeRequest.objects.filter(created_by=actor, creation_key=key).first() if key else None


def _open(actor, organisation, fields, invitation, key):
    if invitation:
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if invitation.person_id != actor.pk:
            raise NotYourRole("create")
        if invitation.change_request_id:
            raise engine.moved_on(invitation.change_request)
    now = timezone.now()
    file = ChangeRequest(
        organisation=organisation,
        is_entered_by_vendor=actor.is_vendor_side,
        created_by=actor,
        created_at=now,
        creation_key=key,
        edited_by=actor,
        edited_at=now,
        number=NumberSequence.next_number(
            organisation, year=timezone.localdate(timezone=timezone.get_default_timezone()).year
        ),
        **fields,
    )
    event = engine.run(
        file, "create", actor=actor, data={"invitation": invitation.pk} if invitation else None
    )
    Specification.objects.create(change_request=file)
    if invitation:
        invitation.change_request = file
        invitation.save(update_fields=["change_request"])
    announce(event)
    return file


@transaction.atomic
def save_request(file, *, actor, fields, revision=None):
    """Save step 2's `fields` (a dict); a request once sent keeps what was sent until it is sent again.

    `revision` is the count of saves that the page was read at. Returns the text that was saved.
    """
    locked = engine.hold(file, "request", actor=actor)
    text = locked
    if locked.sent_at is not None:
        text, _is_new = RequestDraft.objects.get_or_create(
            change_request=locked, defaults={**locked.text(), "revision": locked.revision}
        )
    text.edit(fields, actor=actor, at=timezone.now(), revision=revision)
    return text


@transaction.atomic
def send_to_support(file, *, actor, fields=None, revision=None):
    """Send the request, with `fields` saved first where given; its two tabs lock. Returns the event."""
    locked = engine.hold(file, "request", actor=actor)
    draft = RequestDraft.objects.filter(change_request=locked).first() if locked.sent_at else None
    if fields is not None:
        # Not saved here: the move saves the file, and the draft goes.
        (draft or locked).change(fields, actor=actor, at=timezone.now(), revision=revision)
    if draft is not None:
        for name, value in draft.text().items():
            setattr(locked, name, value)
        locked.revision, locked.edited_by, locked.edited_at = draft.revision, draft.edited_by, draft.edited_at
        draft.delete()
    publish(locked, Section.REQUEST)
    locked.sent_by = actor
    event = engine.run(
        locked,
        "send_to_support",
        actor=actor,
        data={"deadline": locked.deadline, "requester": locked.requester_id},
    )
    announce(event)
    return event


@transaction.atomic
def return_to_client(file, *, actor, reason):
    """Give the request back to the client, with a reason. Returns the event."""
    event = engine.run(file, "return_to_client", actor=actor, reason=reason)
    announce(event)
    return event


@transaction.atomic
def decline(file, *, actor, category, reason):
    """End a request that will not be specified; `category` is a `DeclineReason`. Returns the event."""
    event = engine.run(file, "decline", actor=actor, reason=reason, data={"category": category})
    register.withdraw(file)
    announce(event)
    return event


@transaction.atomic
def cancel(file, *, actor, category, reason):
    """End a request for the client; `category` is a `CancelReason`. Returns the event."""
    locked = engine.lock(file)
    drop_signature(locked, actor=actor, reason=reason)
    event = engine.run(
        locked,
        "cancel",
        actor=actor,
        reason=reason,
        data={"category": category, "was_sent": locked.sent_at is not None},
    )
    register.withdraw(locked)
    announce(event)
    return event


@transaction.atomic
def take_in_charge(file, *, actor, person):
    """Put a support `person` in charge of the file (the actor, or a colleague), once. Returns the event."""
    locked = engine.hold(file, "in_charge", actor=actor)
    if not person.has_role(Role.SUPPORT):
        raise Missing(
            [Reason("person", _("%(name)s is not an active person of support.") % {"name": person}, "person")]
        )
    if locked.in_charge_id == person.pk:
        done = locked.events.filter(name="take_in_charge").select_related("actor").last()
        raise MovedOn(by=done.actor, at=done.at) if done else MovedOn()
    locked.in_charge = person
    return engine.record(locked, "take_in_charge", actor=actor, data={"person": person.pk})
