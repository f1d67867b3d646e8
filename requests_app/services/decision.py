"""Step 5: the client validates, asks for a change, or (in `requests`) cancels."""

from django.db import transaction
from django.utils.translation import gettext as _

from notifications.dispatch import announce
from privacy import services as register
from requests_app.guards import the_version_seen
from requests_app.models import Decision, Section
from requests_app.services.development import tell_when_all_green
from requests_app.services.documents import add_documents, publish
from requests_app.services.proofs import owe
from requests_app.services.requests import cancel
from requests_app.services.signatures import drop_signature, instruction, sign
from workflow import engine
from workflow.errors import Missing, MovedOn, Reason


@transaction.atomic
def decide(file, *, actor, choice, version, documents=(), comment="", category="", **typed):
    """Give the client's answer on the version that it read (its number), with its `documents` (uploads).

    `choice` is `sign` or `validate` (then `typed` is what else `validate` takes), `request_change` or `cancel`
    (with its `category`); `comment` is their reason. Returns the event; when it is refused no document stays.
    """
    name = "signature" if choice == "sign" else choice
    locked = engine.hold(engine.require(file, name, actor=actor), "decision", actor=actor)
    not_read = list(the_version_seen(locked, actor, {"version": version}))
    if not_read:
        raise Missing(not_read)
    if documents:
        add_documents(locked, actor=actor, section=Section.DECISION, uploads=documents)
    if choice in ("sign", "validate"):
        answer = sign if choice == "sign" else validate
        return answer(locked, actor=actor, version=version, comment=comment, **typed)
    if choice == "request_change":
        return request_change(locked, actor=actor, reason=comment)
    publish(locked, Section.DECISION)
    return cancel(locked, actor=actor, category=category, reason=comment)


@transaction.atomic
def validate(file, *, actor, version, **typed):
    """Validate the version that the client read (its number). Returns the event.

    `typed`: `comment`, `order_number`, and `against_advice`, the written reason that an unfavourable ruling asks
    for. Above the organisation's amount it is the second signature, on the first one of somebody else.
    """
    locked = engine.lock(file)
    fields, data = instruction(locked, version=version, **typed)
    first = locked.signatures.waiting().exclude(signed_by=actor).select_related("event").first()
    if first:
        data["first_signature"] = first.event.sequence
    event = engine.run(locked, "validate", actor=actor, reason=fields["against_advice"], data=data)
    locked.signatures.waiting().update(ended_at=event.at)
    Decision.objects.create(
        event=event, decided_by=actor, decided_at=event.at, first_signature=first, **fields
    )
    publish(locked, Section.DECISION)
    announce(event)
    owe(event)
    # A ruling given meanwhile may ask for fewer checks than the one before.
    tell_when_all_green(locked)
    return event


@transaction.atomic
def request_change(file, *, actor, reason):
    """Ask support to change the specification; the planned date is empty again. Returns the event."""
    locked = engine.lock(file)
    locked.planned_date = None
    drop_signature(locked, actor=actor, reason=reason)
    event = engine.run(locked, "request_change", actor=actor, reason=reason)
    publish(locked, Section.DECISION)
    announce(event)
    return event


@transaction.atomic
def reopen_specification(file, *, actor, reason):
    """Take the specification up again during development: the client's decision ends at once.

    Subtasks are kept; the ruling falls only when another content is sent; the planned date is empty again.
    Returns the event.
    """
    locked = engine.lock(file)
    locked.planned_date = None
    # An agreement to stop was given on the decision that ends here.
    locked.abandonment_reason, locked.abandonment_agreed_by = "", None
    event = engine.run(
        locked, "reopen_specification", actor=actor, reason=reason, data={"fell": ["decision"]}
    )
    locked.decisions.in_force().update(ended_at=event.at)
    announce(event)
    return event


@transaction.atomic
def propose_to_abandon(file, *, actor, reason):
    """Ask the client to agree that the development stops; a new reason asks anew. Returns the event."""
    locked = engine.hold(file, "abandonment", actor=actor)
    if not reason.strip():
        raise Missing([Reason("reason", _("Give a reason."), "reason")])
    if reason == locked.abandonment_reason:
        raise _already(locked, "propose_to_abandon")
    locked.abandonment_reason, locked.abandonment_agreed_by = reason, None
    event = engine.record(locked, "propose_to_abandon", actor=actor, reason=reason)
    announce(event)
    return event


@transaction.atomic
def agree_to_abandon(file, *, actor, proposal=None):
    """Agree, for the client, with the abandonment that the lead proposed. Returns the event.

    `proposal` is the rank in the history of the proposal that was read; None when no page was.
    """
    locked = engine.hold(file, "abandonment_agreement", actor=actor)
    if not locked.abandonment_reason:
        raise engine.moved_on(locked)
    if locked.abandonment_agreed_by_id:
        raise _already(locked, "agree_to_abandon")
    if proposal is not None and proposal != proposal_of(locked):
        raise _already(locked, "propose_to_abandon")
    locked.abandonment_agreed_by = actor
    event = engine.record(locked, "agree_to_abandon", actor=actor, reason=locked.abandonment_reason)
    announce(event)
    return event


@transaction.atomic
def abandon(file, *, actor, reason):
    """End a file under development, once the client has agreed. Returns the event."""
    event = engine.run(file, "abandon", actor=actor, reason=reason)
    register.withdraw(file)
    announce(event)
    return event


def proposal_of(file):
    """The rank in the history of the last proposal to abandon `file`, or None."""
    proposals = file.events.filter(name="propose_to_abandon").order_by("sequence")
    return proposals.values_list("sequence", flat=True).last()


def _already(locked, name):
    """The refusal that tells who did `name` last, and when."""
    done = locked.events.filter(name=name).select_related("actor").order_by("sequence").last()
    return MovedOn(by=done.actor, at=done.at)
