"""What happens to a message once written: claimed, handed over, tried again, given up, or uncertain.

Every change of state is one conditional update, so that two workers and a sweep never both act.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Prefetch
from django.utils import timezone

from accounts.models import Mailbox
from accounts.roles import Role
from documents.models import StoredFile
from notifications.models import OutgoingMessage
from notifications.transport import AnswerLost, NotHandedOver, compose, deliver

logger = logging.getLogger(__name__)

MINUTES_BEFORE_RETRY = (1, 5, 15, 60, 180, 360, 720, 720, 720, 720, 720, 720)
SWEEP_SIZE = 500

State = OutgoingMessage.State
FILES = Prefetch("files", queryset=StoredFile.objects.select_related("scan", "removal"))


class LeaseLost(Exception):
    """Another attempt took the message over; this one must not hand it over any more."""


class AlreadyResolved(Exception):
    """The message is not in the state that the person saw: somebody else, or the server, was faster."""


def attempt(pk):
    """Try once to send the message `pk` if it is due; safe to call twice, and at the same time.

    Returns the state reached, or None when it was not ours to send.
    """
    now = timezone.now()
    claimed = (
        OutgoingMessage.objects.due(now)
        .filter(pk=pk)
        .update(state=State.SENDING, lease_until=now + _lease(), attempts=F("attempts") + 1, error="")
    )
    if not claimed:
        return None
    message = OutgoingMessage.objects.prefetch_related(FILES).get(pk=pk)
    try:
        deliver(_as_email(message), before_content=lambda: _mark(message))
    except LeaseLost:
        logger.warning("message %s: lease lost before the content left", pk)
        return None
    except AnswerLost as error:
        return _end(message, State.UNCERTAIN, error=f"AnswerLost {error}")
    except NotHandedOver as error:
        return _refused(message, error)
    except OSError as error:
        return _refused(message, NotHandedOver(type(error).__name__))
    return _end(message, State.SENT, sent_at=timezone.now(), error="")


def sweep():
    """Settle the lost leases and return the pks of what is due, the longest waiting first.

    A lost lease with its mark is uncertain for ever; without it the message simply waits again.
    """
    now = timezone.now()
    lost = OutgoingMessage.objects.with_lost_lease(now)
    lost.filter(handed_over_at__isnull=False).update(
        state=State.UNCERTAIN, lease_until=None, error="WorkerLost"
    )
    for message in lost.filter(handed_over_at=None, attempts__gt=len(MINUTES_BEFORE_RETRY)):
        _refused(message, NotHandedOver("WorkerLost"))
    lost.filter(handed_over_at=None).update(
        state=State.QUEUED, lease_until=None, due_at=now, error="WorkerLost"
    )
    return list(OutgoingMessage.objects.due(now).values_list("pk", flat=True)[:SWEEP_SIZE])


def may_resolve(message, actor):
    """Whether `actor` may decide on `message`: support, and the portal administrator when it is of no file."""
    return actor.has_role(Role.SUPPORT) or (message.event_id is None and actor.has_role(Role.PORTAL_ADMIN))


def resolve_uncertain(message, *, actor, again):
    """A person says what became of an uncertain message: `again` sends it once more, else it arrived.

    Raises `PermissionDenied`, or `AlreadyResolved` when it is not uncertain any more.
    """
    now = timezone.now()
    if again:
        _resolve(message, State.UNCERTAIN, actor=actor, state=State.QUEUED, due_at=now, handed_over_at=None)
    else:
        _resolve(message, State.UNCERTAIN, actor=actor, state=State.SENT, sent_at=F("handed_over_at"))


def revive(message, *, actor):
    """A person has a message that was given up tried again, its address or its server being mended.

    Raises `PermissionDenied`, or `AlreadyResolved` when it was not given up, or its words are forgotten.
    """
    if message.is_secret:
        raise AlreadyResolved
    _resolve(message, State.DEAD, actor=actor, state=State.QUEUED, due_at=timezone.now())


def forget_bodies(pks):
    """Forget the words of sent messages; subject, recipient and fate stay. Returns how many were forgotten."""
    sent = OutgoingMessage.objects.filter(pk__in=pks, state=State.SENT)
    return sent.exclude(text="").update(text="", html="")


def forget_recipient(person, *, address):
    """Put `address` in place of that of `person`, and forget the words of what was written to them.

    What has not left yet never will. Kind, subject and fate stay, since the histories show them.
    """
    own = OutgoingMessage.objects.filter(recipient=person)
    own.filter(state__in=OutgoingMessage.WAITING).update(
        state=State.DEAD, error="RecipientErased", text="", html=""
    )
    own.exclude(state=State.SENDING).update(text="", html="")
    own.update(address=address)


def _resolve(message, seen, *, actor, **changes):
    if not may_resolve(message, actor):
        raise PermissionDenied
    if changes["state"] == State.QUEUED and not message.text:
        raise AlreadyResolved  # its words are forgotten: there is nothing to send
    if message.is_secret and changes["state"] == State.SENT:
        changes |= {"text": "", "html": ""}
    with transaction.atomic():
        changed = OutgoingMessage.objects.filter(pk=message.pk, state=seen).update(
            resolved_by=actor, resolved_at=timezone.now(), **changes
        )
    if not changed:
        raise AlreadyResolved
    logger.info("message %s: %s resolved by %s", message.pk, seen, actor.pk)


def _lease():
    return timedelta(seconds=settings.MAIL_LEASE_SECONDS)


def _mark(message):
    """Commit that the content is about to leave, if the lease is still ours; raises `LeaseLost`."""
    now = timezone.now()
    # Durable: a mark inside somebody's open transaction would vanish with the crash that it is there for.
    with transaction.atomic(durable=True):
        marked = OutgoingMessage.objects.filter(
            pk=message.pk, state=State.SENDING, attempts=message.attempts, lease_until__gt=now
        ).update(handed_over_at=now, lease_until=now + _lease())
    if not marked:
        raise LeaseLost


def _refused(message, error):
    """It is certain that nothing left: try again later, or give up."""
    if error.is_permanent or message.attempts > len(MINUTES_BEFORE_RETRY):
        return _end(message, State.DEAD, error=str(error), handed_over_at=None)
    delay = timedelta(minutes=MINUTES_BEFORE_RETRY[message.attempts - 1])
    return _end(message, State.RETRY, error=str(error), handed_over_at=None, due_at=timezone.now() + delay)


def _end(message, state, **changes):
    """Write how this attempt ended, unless a later attempt or a person has the message by now."""
    if message.is_secret and state in (State.SENT, State.DEAD):
        changes |= {"text": "", "html": ""}
    OutgoingMessage.objects.filter(
        pk=message.pk, attempts=message.attempts, state__in=[State.SENDING, State.UNCERTAIN]
    ).update(state=state, lease_until=None, **changes)
    logger.info("message %s: %s after attempt %s", message.pk, state, message.attempts)
    return state


def _as_email(message):
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    if message.thread_id:
        headers |= {"In-Reply-To": message.thread_id, "References": message.thread_id}
    files = message.files.all()
    held = [file.quarantine for file in files if file.quarantine]
    if not all(one.is_infected or one.is_removal for one in held):
        raise NotHandedOver("DocumentsBeingChecked")
    files = [file for file in files if not file.quarantine]
    helpdesk = Mailbox.objects.filter(kind=Mailbox.Kind.HELPDESK).first()
    return compose(
        to=message.address,
        subject=message.subject,
        text=message.text,
        html=message.html,
        headers=headers,
        attachments=[_attachment(file) for file in files],
        reply_to=helpdesk.address if helpdesk else "",
    )


def _attachment(file):
    with file.content.open("rb") as content:
        return file.name, content.read(), file.media_type
