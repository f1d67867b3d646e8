"""What was handed over, and the client's answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from requests_app.models.drafts import Draft
from workflow.steps import ENDS, Step

# A file at one of these steps is brought by no delivery to come; a refused one is again.
PAST_DELIVERY = (Step.ACCEPTANCE, *ENDS)


class Environment(models.TextChoices):
    """Where a delivery goes."""

    QUALIFICATION = "qualification", _("qualification")
    PRODUCTION = "production", _("production")


class Delivery(models.Model):
    """A hand-over of what was developed; the one to production opens step 7."""

    change_request = models.ForeignKey(
        "requests_app.ChangeRequest", models.PROTECT, related_name="deliveries"
    )
    event = models.OneToOneField("workflow.Event", models.PROTECT, related_name="delivery")
    environment = models.CharField(_("environment"), max_length=16, choices=Environment)
    release = models.CharField(_("software version"), max_length=60, blank=True)
    notes = models.TextField(_("delivery notes"), blank=True)
    # Of the release that it came with, word for word those of every client in it.
    shared_notes = models.TextField(_("notes on the version"), blank=True)
    delivered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    delivered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["change_request_id", "pk"]

    def __str__(self):
        return f"{self.change_request_id} {self.release}"


class Release(models.Model):
    """A version of the software that brings several requests at once, of whatever clients.

    Each client knows of its own requests in it, with the notes of each, of its version, day, environment and the
    notes on the version, and of nothing else.
    """

    name = models.CharField(_("software version"), max_length=60)
    environment = models.CharField(_("environment"), max_length=16, choices=Environment)
    planned_on = models.DateField(_("planned on"))
    # Every client in it reads these; what is one client's alone is in the notes of its item.
    notes = models.TextField(_("notes on the version"), blank=True)
    requests = models.ManyToManyField(
        "requests_app.ChangeRequest", through="ReleaseItem", related_name="releases"
    )
    # Which edit this is, so that two leads do not undo one another's.
    revision = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    delivered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("of several requests", "delivery")
        verbose_name_plural = pgettext_lazy("of several requests", "deliveries")
        ordering = ["planned_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="release_delivered_by_somebody",
                condition=Q(delivered_at=None, delivered_by=None)
                | Q(delivered_at__isnull=False, delivered_by__isnull=False),
            ),
        ]

    def __str__(self):
        return self.name


class ReleaseItemQuerySet(models.QuerySet):
    def coming(self):
        """Those that are still to be delivered: not what its client tests already, nor what has ended."""
        return self.filter(release__delivered_at=None).exclude(change_request__step__in=PAST_DELIVERY)


class ReleaseItem(models.Model):
    """A request in a release, with the notes that its client alone reads; `delivery` is what was made of it."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="items")
    change_request = models.ForeignKey(
        "requests_app.ChangeRequest", models.PROTECT, related_name="release_items"
    )
    notes = models.TextField(_("delivery notes"), blank=True)
    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="release_item", null=True)

    objects = ReleaseItemQuerySet.as_manager()

    class Meta:
        ordering = ["change_request_id"]
        constraints = [
            models.UniqueConstraint(fields=["release", "change_request"], name="release_once_per_request"),
        ]

    def __str__(self):
        return f"{self.release_id} {self.change_request_id}"

    @property
    def is_left_out(self):
        """Whether its delivery, when made, goes without it: it was delivered alone, or has ended."""
        return self.delivery_id is None and self.change_request.step in PAST_DELIVERY


class Acceptance(models.Model):
    """The client's answer to a delivery to production."""

    change_request = models.ForeignKey(
        "requests_app.ChangeRequest", models.PROTECT, related_name="acceptances"
    )
    event = models.OneToOneField("workflow.Event", models.PROTECT, related_name="acceptance")
    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="acceptance")
    is_accepted = models.BooleanField(_("accepted"))
    comment = models.TextField(_("comment"), blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("by the client", "acceptance")
        ordering = ["change_request_id", "pk"]
        constraints = [
            models.CheckConstraint(
                name="acceptance_refused_with_a_reason", condition=Q(is_accepted=True) | ~Q(comment="")
            ),
        ]

    def __str__(self):
        return f"{self.change_request_id} {self.is_accepted}"


class AcceptanceDraft(Draft):
    """The answers that those of the client who may decide keep while they test; nobody else reads them."""

    change_request = models.OneToOneField(
        "requests_app.ChangeRequest", models.CASCADE, related_name="acceptance_draft"
    )
    comment = models.TextField(_("comment"), blank=True)
    answers = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("test sheet being filled in")

    def __str__(self):
        return f"{self.change_request_id} (draft)"


class CriterionAnswer(models.Model):
    """One criterion on the client's test sheet, with the words it had then."""

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="answers")
    criterion = models.ForeignKey(
        "requests_app.AcceptanceCriterion", models.SET_NULL, related_name="answers", null=True
    )
    text = models.CharField(_("criterion"), max_length=500)
    is_accepted = models.BooleanField(_("accepted"))
    comment = models.TextField(_("comment"), blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.text
