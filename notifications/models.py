"""The outbox: every message the portal owes somebody, and what became of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Mailbox
from notifications.messages import BY_KIND


class OutgoingMessageQuerySet(models.QuerySet):
    def due(self, now):
        """What waits and may leave at `now`, the longest waiting first."""
        return self.filter(state__in=OutgoingMessage.WAITING, due_at__lte=now).order_by("due_at", "pk")

    def with_lost_lease(self, now):
        """What somebody began to send and never finished."""
        return self.filter(state=OutgoingMessage.State.SENDING, lease_until__lt=now)

    def needing_staff(self):
        """What will not arrive unless a person looks at it; nobody looks for a reader who was erased."""
        return self.filter(state__in=OutgoingMessage.STUCK).exclude(recipient__erased_at__isnull=False)

    def with_body_sent_before(self, moment):
        """Sent messages whose words are still kept though they left before `moment`."""
        return self.filter(state=OutgoingMessage.State.SENT, sent_at__lt=moment).exclude(text="")

    def for_list(self):
        """Everything a line of the history or of a staff list shows, without the bodies."""
        return self.select_related("recipient").defer("text", "html").order_by("pk")

    def of_request(self, change_request):
        """The messages of one file, the oldest first."""
        return self.filter(event__change_request=change_request).for_list()


class OutgoingMessage(models.Model):
    """One message to one address, written once with the words that will leave.

    `attempts` names the attempt that holds the lease: whoever lost the lease can no longer hand over.
    `handed_over_at` is the mark committed just before the content leaves; it is taken off again when
    the server's answer is a clear refusal, so a mark without an answer means that nobody knows.
    """

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("message", "waiting to leave")
        SENDING = "sending", pgettext_lazy("message", "being sent")
        SENT = "sent", pgettext_lazy("message", "sent")
        RETRY = "retry", pgettext_lazy("message", "to be tried again")
        DEAD = "dead", pgettext_lazy("message", "given up")
        UNCERTAIN = "uncertain", pgettext_lazy("message", "uncertain")

    WAITING = (State.QUEUED, State.RETRY)
    STUCK = (State.DEAD, State.UNCERTAIN)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(
        "workflow.Event",
        models.PROTECT,
        related_name="outgoing_messages",
        null=True,
        blank=True,
        verbose_name=_("event"),
    )
    kind = models.CharField(_("message"), max_length=80)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("recipient"),
    )
    mailbox = models.CharField(_("mailbox"), max_length=16, choices=Mailbox.Kind, blank=True)
    address = models.EmailField(_("address"))
    language = models.CharField(_("language"), max_length=8)

    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    message_id = models.CharField("Message-ID", max_length=200, unique=True)
    thread_id = models.CharField("In-Reply-To", max_length=200, blank=True)
    files = models.ManyToManyField(
        "documents.StoredFile", related_name="+", blank=True, verbose_name=_("documents")
    )
    is_secret = models.BooleanField(_("forgotten once sent"), default=False)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("written on"), default=timezone.now)
    due_at = models.DateTimeField(_("not before"), default=timezone.now)
    lease_until = models.DateTimeField(_("being sent until"), null=True, blank=True)
    handed_over_at = models.DateTimeField(_("handed over on"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent on"), null=True, blank=True)
    error = models.CharField(_("last error"), max_length=100, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("resolved by"),
    )
    resolved_at = models.DateTimeField(_("resolved on"), null=True, blank=True)

    objects = OutgoingMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="message_due", condition=Q(state__in=["queued", "retry"])
            ),
            models.Index(fields=["lease_until"], name="message_lease", condition=Q(state="sending")),
            models.Index(
                fields=["state"], name="message_stuck", condition=Q(state__in=["dead", "uncertain"])
            ),
            models.Index(
                fields=["sent_at"], name="message_body_kept", condition=Q(state="sent") & ~Q(text="")
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["event", "kind", "address"], name="message_once_per_event"),
            models.CheckConstraint(
                name="message_leased_iff_sending",
                condition=Q(state="sending", lease_until__isnull=False)
                | (~Q(state="sending") & Q(lease_until=None)),
            ),
            models.CheckConstraint(
                name="message_dated_iff_sent",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
            ),
            models.CheckConstraint(
                name="message_marked_as_its_state_says",
                condition=Q(state__in=["queued", "retry", "dead"], handed_over_at=None)
                | Q(state__in=["uncertain", "sent"], handed_over_at__isnull=False)
                | Q(state="sending"),
            ),
            models.CheckConstraint(
                name="message_secret_forgotten_at_its_end",
                condition=Q(is_secret=False) | ~Q(state__in=["sent", "dead"]) | Q(text="", html=""),
            ),
            models.CheckConstraint(
                name="message_to_a_person_or_a_mailbox",
                condition=Q(recipient=None) | Q(mailbox=""),
            ),
            models.CheckConstraint(
                name="message_resolved_by_somebody_at_some_time",
                condition=Q(resolved_by=None, resolved_at=None)
                | Q(resolved_by__isnull=False, resolved_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.pk} {self.kind} {self.state}"

    @property
    def to_whom(self):
        """The recipient in words: a person's name, a mailbox, or else the address."""
        if self.recipient_id:
            return str(self.recipient)
        return str(Mailbox.Kind(self.mailbox).label) if self.mailbox else self.address

    @property
    def label(self):
        """What the message says, in the language of whoever looks; sign-in mails have their own subject."""
        return BY_KIND[self.kind].subject if self.kind in BY_KIND else self.subject

    @property
    def is_uncertain(self):
        """Whether nobody knows if it arrived."""
        return self.state == self.State.UNCERTAIN

    @property
    def needs_staff(self):
        """Whether it waits for a person's decision."""
        return self.state in self.STUCK and not (self.recipient_id and self.recipient.is_erased)
