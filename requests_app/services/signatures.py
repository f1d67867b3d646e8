"""Step 5, above the organisation's amount: a first signature waits for the second, which validates."""

from django.db import transaction
from django.utils import timezone

from notifications.dispatch import announce
from requests_app.guards import missing
from requests_app.models import Section, Signature
from requests_app.services.documents import publish
from workflow import engine
from workflow.errors import Missing, MovedOn, NotYourRole


@transaction.atomic
def sign(file, *, actor, version, **typed):
    """Give the first of two signatures on the version that was read (its number); the file stays. Returns the event.

    `typed`: as `validate` takes it. Raises `MovedOn` when somebody signed first meanwhile.
    """
    locked = engine.hold(file, "signature", actor=actor)
    first = locked.signatures.waiting().select_related("signed_by").first()
    if first:
        raise MovedOn(by=first.signed_by, at=first.signed_at)
    fields, data = instruction(locked, version=version, **typed)
    reasons = missing(locked, "sign", actor=actor, data=data)
    if reasons:
        raise Missing(reasons)
    event = engine.record(locked, "sign", actor=actor, reason=fields["against_advice"], data=data)
    Signature.objects.create(event=event, signed_by=actor, signed_at=event.at, **fields)
    publish(locked, Section.DECISION)
    announce(event)
    return event


@transaction.atomic
def withdraw_signature(file, *, actor):
    """Take back one's own first signature while it waits. Returns the event."""
    locked = engine.hold(file, "signature", actor=actor)
    first = locked.signatures.waiting().first()
    if first is None:
        raise engine.moved_on(locked)
    if first.signed_by_id != actor.pk:
        raise NotYourRole("withdraw_signature")
    event = engine.record(locked, "withdraw_signature", actor=actor, data={"version": first.version.number})
    locked.signatures.waiting().update(ended_at=event.at)
    announce(event)
    return event


def instruction(locked, *, version, comment="", against_advice="", order_number=""):
    """What the client sees and answers now: the fields of the row that keeps it, and the data of its event."""
    current, ruling = locked.versions.last(), locked.rulings.in_force().select_related("event").first()
    typed = {"comment": comment, "against_advice": against_advice, "order_number": order_number}
    data = {
        "version": version,
        "content_sha256": current.content_sha256 if current else None,
        "whole_sha256": current.whole_sha256 if current else None,
        # The line of the history that holds the ruling with its conditions and the hash of its analysis.
        "ruling": ruling.event.sequence if ruling else None,
        "verdict": ruling.verdict if ruling else None,
        **typed,
    }
    return {"change_request": locked, "version": current, "ruling": ruling, **typed}, data


def drop_signature(locked, *, actor, reason):
    """Let the first signature that waits on a locked file fall, if there is one, and say so in its history."""
    first = locked.signatures.waiting().select_related("version").first()
    if first:
        data = {"person": first.signed_by_id, "version": first.version.number}
        engine.record(locked, "drop_signature", actor=actor, reason=reason, data=data)
        locked.signatures.waiting().update(ended_at=timezone.now())
