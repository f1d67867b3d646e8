"""Subtasks, who works on them, and the rounds of checks that make them green."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CheckKind(models.TextChoices):
    """What is verified once a subtask is ended."""

    UNIT = "unit", _("unit check")
    FUNCTIONAL = "functional", _("functional check")
    INTEGRATION = "integration", _("integration check")
    GDPR = "gdpr", _("GDPR check")


TESTER_CHECKS = (CheckKind.UNIT, CheckKind.FUNCTIONAL, CheckKind.INTEGRATION)


class Subtask(models.Model):
    """A piece of the specification; it may be split once. How it stands is in `requests_app.progress`."""

    change_request = models.ForeignKey("requests_app.ChangeRequest", models.PROTECT, related_name="subtasks")
    parent = models.ForeignKey("self", models.PROTECT, related_name="children", null=True, blank=True)
    # Its rank in the file, which names it in addresses: a key would tell how much is developed for others.
    position = models.PositiveSmallIntegerField()
    # Its place among the others of its level, which the lead changes; the rank above never does.
    place = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    criteria = models.ManyToManyField(
        "requests_app.AcceptanceCriterion",
        related_name="subtasks",
        blank=True,
        verbose_name=_("acceptance criteria"),
    )
    testers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("testers")
    )
    estimate = models.DecimalField(
        _("estimate in hours"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    depends_on = models.ManyToManyField(
        "self", related_name="dependents", symmetrical=False, blank=True, verbose_name=_("waits for")
    )
    # The ruling under which the DPO said that it touches no personal data: the mark falls with it.
    spared_under = models.ForeignKey(
        "requests_app.Ruling", models.PROTECT, related_name="+", null=True, blank=True
    )
    forecast_start = models.DateField(_("forecast start"), null=True, blank=True)
    forecast_end = models.DateField(_("forecast end"), null=True, blank=True)
    start_date = models.DateField(_("start date"), null=True, blank=True)
    end_date = models.DateField(_("end date"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.TextField(_("reason to cancel"), blank=True)
    blocked_at = models.DateTimeField(null=True, blank=True)
    blocked_reason = models.TextField(_("what blocks it"), blank=True)

    class Meta:
        verbose_name = _("subtask")
        verbose_name_plural = _("subtasks")
        ordering = ["place", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["change_request", "position"], name="subtask_one_per_rank"),
            models.CheckConstraint(
                name="subtask_ends_after_it_starts",
                condition=Q(end_date=None) | Q(start_date__isnull=False, end_date__gte=F("start_date")),
                violation_error_message=_("The end date is not before the start date."),
            ),
            models.CheckConstraint(
                name="subtask_forecast_ends_after_it_starts",
                condition=Q(forecast_end=None)
                | Q(forecast_start=None)
                | Q(forecast_end__gte=F("forecast_start")),
                violation_error_message=_("The forecast end is not before the forecast start."),
            ),
            models.CheckConstraint(
                name="subtask_cancelled_with_a_reason",
                condition=Q(cancelled_at=None) | ~Q(cancel_reason=""),
                violation_error_message=_("Say why the subtask is cancelled."),
            ),
            models.CheckConstraint(
                name="subtask_blocked_with_a_reason",
                condition=Q(blocked_at=None) | ~Q(blocked_reason=""),
                violation_error_message=_("Say what blocks the subtask."),
            ),
            models.CheckConstraint(
                name="subtask_estimate_is_positive",
                condition=Q(estimate=None) | Q(estimate__gt=0),
                violation_error_message=_("Give an estimate above zero."),
            ),
        ]

    def __str__(self):
        return self.title


class AssignmentQuerySet(models.QuerySet):
    def current(self):
        """Whoever is assigned now; the others once were, which bars them from checking."""
        return self.filter(removed_at=None)


class Assignment(models.Model):
    """A developer on a subtask. Never deleted: nobody checks a subtask to which they were ever assigned."""

    subtask = models.ForeignKey(Subtask, models.PROTECT, related_name="assignments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    # Whom to ask: one of those assigned.
    is_accountable = models.BooleanField(_("accountable"), default=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subtask", "person"], condition=Q(removed_at=None), name="assignment_once_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["subtask"],
                condition=Q(removed_at=None, is_accountable=True),
                name="assignment_one_accountable",
            ),
        ]

    def __str__(self):
        return f"{self.subtask_id} {self.person_id}"


class SubtaskTemplate(models.Model):
    """A split that comes back, written as a list is pasted: a line each, two levels."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    # Empty: for every nature of request.
    nature = models.CharField(_("nature"), max_length=10, blank=True)
    text = models.TextField(_("subtasks"))
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("template of subtasks")
        verbose_name_plural = _("templates of subtasks")
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def edition(self):
        """Which edit this is, as a mark: another one means that somebody changed it since. Empty for a new one."""
        return self.changed_at.isoformat() if self.pk else ""


class ColumnLimit(models.Model):
    """How many subtasks of one state there should be on the board at the most; a warning, never a lock."""

    # A value of `requests_app.progress.State`.
    state = models.CharField(max_length=16, unique=True)
    most = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("limit of a column")

    def __str__(self):
        return f"{self.state} {self.most}"


class Round(models.Model):
    """From an end date to all checks passed, or to the one that failed. Every round stays readable."""

    subtask = models.ForeignKey(Subtask, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    end_date = models.DateField(_("end date"))
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    sent_back_at = models.DateTimeField(null=True, blank=True)
    sent_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    sent_back_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("round of checks")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["subtask", "number"], name="round_one_per_number"),
            models.UniqueConstraint(
                fields=["subtask"], condition=Q(sent_back_at=None), name="round_one_open_per_subtask"
            ),
            models.CheckConstraint(
                name="round_sent_back_with_a_reason", condition=Q(sent_back_at=None) | ~Q(sent_back_reason="")
            ),
        ]

    def __str__(self):
        return f"{self.subtask_id} round {self.number}"


class Check(models.Model):
    """One verdict in a round. A GDPR check counts as long as the ruling it was made under is in force."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="checks")
    kind = models.CharField(_("check"), max_length=12, choices=CheckKind)
    is_passed = models.BooleanField(_("passed"))
    comment = models.TextField(_("comment"), blank=True)
    build = models.CharField(_("version checked"), max_length=60, blank=True)
    # The check with which it was saved in one form, and which holds the evidence of both.
    made_with = models.ForeignKey("self", models.PROTECT, related_name="+", null=True, blank=True)
    ruling = models.ForeignKey("requests_app.Ruling", models.PROTECT, related_name="+", null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = pgettext_lazy("of a subtask", "check")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "kind"], condition=Q(ruling=None), name="check_one_per_kind_and_round"
            ),
            models.UniqueConstraint(
                fields=["round", "kind", "ruling"], name="check_one_gdpr_per_ruling_and_round"
            ),
            models.CheckConstraint(
                name="check_gdpr_iff_under_a_ruling",
                condition=Q(kind=CheckKind.GDPR, ruling__isnull=False)
                | (~Q(kind=CheckKind.GDPR) & Q(ruling=None)),
            ),
            models.CheckConstraint(
                name="check_failed_with_a_reason", condition=Q(is_passed=True) | ~Q(comment="")
            ),
        ]

    def __str__(self):
        return f"{self.round_id} {self.kind}"
