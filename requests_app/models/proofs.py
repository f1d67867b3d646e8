"""What a file proves on paper: one PDF for each thing that became true, and the whole file on request."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models import Issued

# How long after each failure the next try is; after the last one somebody has to ask again.
MINUTES_BEFORE_RETRY = (1, 10, 60)
LEASE = timedelta(minutes=10)
# How long the whole file stays for whoever asked for it.
KEPT_FOR = timedelta(days=7)


class MadeQuerySet(models.QuerySet):
    def due(self, now):
        """Not made yet, not given up, and in no worker's hands."""
        free = Q(lease_until=None) | Q(lease_until__lte=now)
        tries = len(MINUTES_BEFORE_RETRY)
        return self.filter(free, issued=None, due_at__lte=now, attempts__lte=tries).order_by("due_at", "pk")


class Made(models.Model):
    """A document that the worker makes once, in one language: waiting, then ready or given up."""

    language = models.CharField(_("language"), max_length=8)
    issued = models.OneToOneField(Issued, models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=80, blank=True)

    objects = MadeQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_ready(self):
        """Whether there is a file to hand over."""
        return self.issued is not None and self.issued.file_id is not None

    @property
    def is_given_up(self):
        """Whether nothing happens any more unless somebody asks again."""
        return self.issued_id is None and self.attempts > len(MINUTES_BEFORE_RETRY)

    @property
    def is_waiting(self):
        """Whether the worker has it, or will."""
        return self.issued_id is None and not self.is_given_up

    def ask_again(self):
        """Have one that was given up tried as if it were new."""
        self.attempts, self.due_at, self.lease_until, self.error = 0, timezone.now(), None, ""
        self.save(update_fields=["attempts", "due_at", "lease_until", "error"])


class ProofKind(models.TextChoices):
    """What a proof says."""

    SPECIFICATION = "specification", _("specification and quote")
    RULING = "ruling", _("DPO ruling")
    DECISION = "decision", _("client decision")
    DELIVERY = "delivery", _("delivery note")
    CERTIFICATE = "certificate", _("acceptance certificate")
    ARCHIVE = "archive", _("acceptance certificate, for the archives (PDF/A-3)")


# What becomes true with which act of the history, and is proved from then on.
PROVED_BY = {
    "send_to_dpo": (ProofKind.SPECIFICATION,),
    "send_to_client": (ProofKind.SPECIFICATION,),
    "rule": (ProofKind.RULING,),
    "validate": (ProofKind.DECISION,),
    "deliver_to_qualification": (ProofKind.DELIVERY,),
    "deliver": (ProofKind.DELIVERY,),
    "accept": (ProofKind.CERTIFICATE, ProofKind.ARCHIVE),
}


class Proof(Made):
    """The document that says what an act made true. Whoever sees the file may read it; it is never made again."""

    event = models.ForeignKey("workflow.Event", models.PROTECT, related_name="proofs")
    kind = models.CharField(_("document"), max_length=16, choices=ProofKind)

    class Meta:
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")
        ordering = ["event_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "kind", "language"], name="proof_once_per_language"),
        ]

    def __str__(self):
        return f"{self.event_id} {self.kind} {self.language}"


class LoadReport(Made):
    """The load of the developers as a lead is told it at the start of a fortnight, named by its first day."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    first_day = models.DateField()

    class Meta:
        verbose_name = _("report of the load")
        verbose_name_plural = _("reports of the load")
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["reader", "first_day"], name="load_report_once_a_fortnight"),
        ]

    def __str__(self):
        return f"{self.reader_id} {self.first_day}"


class Dossier(Made):
    """The whole file as one person may read it, made when they ask for it and kept a few days."""

    class Form(models.TextChoices):
        """What it is handed over as."""

        FOLDER = "zip", _("folder (ZIP)")
        VOLUME = "pdf", _("one PDF")

    change_request = models.ForeignKey("requests_app.ChangeRequest", models.PROTECT, related_name="dossiers")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    form = models.CharField(_("form"), max_length=3, choices=Form, default=Form.FOLDER)
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("whole file")
        verbose_name_plural = _("whole files")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["change_request", "reader", "form"],
                condition=Q(issued=None),
                name="dossier_one_in_the_making",
            ),
        ]

    def __str__(self):
        return f"{self.change_request_id} {self.asked_at:%Y-%m-%d}"
