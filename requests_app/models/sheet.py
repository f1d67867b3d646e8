"""How the DPO found each line of a request's sheet, and what is to be done of it by a day. How the sheet stands is in `requests_app.gdpr_sheet`."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import Side
from privacy.checklist import Point
from privacy.verdicts import Conformity


class FindingQuerySet(models.QuerySet):
    def current(self):
        """What holds now of each line; those before stay readable."""
        return self.filter(replaced_at=None)


class Finding(models.Model):
    """How one line was found once, under one ruling: it counts as long as that ruling is in force.

    Never edited: the next one of the line takes its place.
    """

    ruling = models.ForeignKey("requests_app.Ruling", models.PROTECT, related_name="findings")
    # The line: a point of the standard list, or a condition of the ruling.
    point = models.CharField(_("point of the standard list"), max_length=20, choices=Point, blank=True)
    condition = models.ForeignKey(
        "requests_app.Condition", models.PROTECT, related_name="findings", null=True, blank=True
    )
    # Its rank among those of its line.
    number = models.PositiveSmallIntegerField()
    conformity = models.CharField(_("finding"), max_length=16, choices=Conformity)
    comment = models.TextField(_("comment"), blank=True)
    build = models.CharField(_("version verified"), max_length=60, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["number", "pk"]
        constraints = [
            models.CheckConstraint(
                name="finding_of_a_point_or_of_a_condition",
                condition=(~Q(point="") & Q(condition=None)) | Q(point="", condition__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["ruling", "point"],
                condition=Q(replaced_at=None) & ~Q(point=""),
                name="finding_one_current_per_point",
            ),
            models.UniqueConstraint(
                fields=["condition"], condition=Q(replaced_at=None), name="finding_one_current_per_condition"
            ),
            models.CheckConstraint(
                name="finding_not_applicable_says_why",
                condition=~Q(conformity=Conformity.NOT_APPLICABLE) | ~Q(comment=""),
            ),
        ]

    def __str__(self):
        return f"{self.ruling_id} {self.point or self.condition_id} {self.conformity}"

    @property
    def said(self):
        """What was found, without who and when: a `(conformity, comment, build)`."""
        return self.conformity, self.comment, self.build


class HandoverQuerySet(models.QuerySet):
    def unread(self):
        """Those that no finding of their condition has followed, under a ruling in force."""
        later = Finding.objects.filter(condition=OuterRef("condition"), made_at__gte=OuterRef("made_at"))
        return self.filter(
            ~Exists(later.order_by()),
            condition__ruling__ruled_at__isnull=False,
            condition__ruling__fell_at=None,
        )


class Handover(models.Model):
    """What the owner of a condition says and hands over to meet it; the DPO finds whether it does."""

    condition = models.ForeignKey("requests_app.Condition", models.PROTECT, related_name="handovers")
    words = models.TextField(_("how it is met"), blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("handover for a condition")
        verbose_name_plural = _("handovers for conditions")
        ordering = ["made_at", "pk"]

    def __str__(self):
        return f"{self.condition_id} {self.made_by_id}"


class ActionQuerySet(models.QuerySet):
    def in_force(self):
        """Those that a ruling or a finding which no longer holds did not take with it."""
        return self.filter(Q(finding=None) | Q(finding__replaced_at=None), ruling__fell_at=None)

    def open(self):
        """In force, and not done yet."""
        return self.in_force().filter(done_at=None)


class Action(models.Model):
    """Something that the DPO wants done by a day: of a minor non-conformity, or of a condition due after acceptance.

    It lives on when the file is closed.
    """

    change_request = models.ForeignKey("requests_app.ChangeRequest", models.PROTECT, related_name="actions")
    ruling = models.ForeignKey("requests_app.Ruling", models.PROTECT, related_name="actions")
    # The finding that wants it; empty for a condition that fell due with the acceptance.
    finding = models.OneToOneField(Finding, models.PROTECT, related_name="action", null=True, blank=True)
    # Its rank in the file, which names it in forms: a key would tell how much is wanted of others.
    position = models.PositiveSmallIntegerField()
    text = models.TextField(_("action"))
    owner = models.CharField(_("owner"), max_length=8, choices=Side)
    # Somebody of that side, where the DPO named one; without them it is the side's.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    due = models.DateField(_("due on"))
    # When it was last said what is wanted, and when its owner was last reminded of it since.
    planned_at = models.DateTimeField(default=timezone.now)
    reminded_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_how = models.TextField(_("how it was done"), blank=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("dated action")
        verbose_name_plural = _("dated actions")
        ordering = ["due", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["change_request", "position"], name="action_one_per_rank"),
            models.CheckConstraint(
                name="action_done_by_somebody_who_says_how",
                condition=Q(done_at=None, done_by=None)
                | (Q(done_at__isnull=False, done_by__isnull=False) & ~Q(done_how="")),
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def said(self):
        """What is wanted, of whom, by when: a `(text, owner, due)`, the owner a `User` or a `Side`."""
        return self.text, self.person or self.owner, self.due

    @property
    def owner_named(self):
        """Who owns it, in words: the person, or else the side."""
        return str(self.person or self.get_owner_display())
