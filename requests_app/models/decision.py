"""The client's validation of one version: its documented instruction (GDPR art. 28(3)(a))."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CancelReason(models.TextChoices):
    """Why a client cancels."""

    NO_LONGER_NEEDED = "no_longer_needed", _("no longer needed")
    TOO_EXPENSIVE = "too_expensive", _("too expensive")
    TOO_LATE = "too_late", _("planned too late")
    OTHER_SOLUTION = "other_solution", _("another solution was found")
    PRIVACY = "privacy", _("data protection")
    OTHER = "other", _("other")


class DeclineReason(models.TextChoices):
    """Why support declines."""

    OUT_OF_SCOPE = "out_of_scope", _("out of scope")
    DUPLICATE = "duplicate", _("duplicate of another of your requests")
    OTHER = "other", _("other")


class Instruction(models.Model):
    """What a person of the client saw (version, ruling) and what they wrote: kept together, for ever."""

    change_request = models.ForeignKey(
        "requests_app.ChangeRequest", models.PROTECT, related_name="%(class)ss"
    )
    event = models.OneToOneField("workflow.Event", models.PROTECT, related_name="%(class)s")
    version = models.ForeignKey(
        "requests_app.SpecificationVersion", models.PROTECT, related_name="%(class)ss"
    )
    ruling = models.ForeignKey("requests_app.Ruling", models.PROTECT, related_name="%(class)ss")
    comment = models.TextField(_("comment"), blank=True)
    against_advice = models.TextField(_("reason to go against the DPO's advice"), blank=True)
    order_number = models.CharField(_("order number"), max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class SignatureQuerySet(models.QuerySet):
    def waiting(self):
        """Signatures that wait for a second one: neither countersigned nor fallen."""
        return self.filter(ended_at=None)


class Signature(Instruction):
    """The first of the two signatures that an organisation asks for above an amount; it moves nothing.

    It ends with the decision that it is part of, or when it falls: withdrawn, or the file left the step otherwise.
    """

    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("first signature")
        ordering = ["change_request_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["change_request"],
                condition=Q(ended_at=None),
                name="signature_one_waiting_per_request",
            ),
        ]

    def __str__(self):
        return f"{self.change_request_id} {self.signed_at:%Y-%m-%d}"


class DecisionQuerySet(models.QuerySet):
    def in_force(self):
        """Validations that nothing ended since."""
        return self.filter(ended_at=None)


class Decision(Instruction):
    """The client's validation. It holds for the whole of its version, until `ended_at`."""

    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    # Of somebody else, where the amount asked for two.
    first_signature = models.OneToOneField(
        Signature, models.PROTECT, related_name="decision", null=True, blank=True
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        ordering = ["change_request_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["change_request"],
                condition=Q(ended_at=None),
                name="decision_one_in_force_per_request",
            ),
        ]

    def __str__(self):
        return f"{self.change_request_id} {self.decided_at:%Y-%m-%d}"
