"""Hours spent on subtasks, what was corrected of them, and the weeks that are closed."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.models.development import Subtask

# Hours are kept in quarters, as whole numbers: every database adds them up exactly.
QUARTERS = 4
MOST_A_DAY = 24 * QUARTERS


def hours_of(quarters):
    """The hours, exact, of a number of quarters of an hour; of None, none."""
    return Decimal(quarters or 0) / QUARTERS


class TimeEntryQuerySet(models.QuerySet):
    def within(self, first, last):
        """Hours of the days from `first` to `last`."""
        return self.filter(day__range=(first, last))


class TimeEntry(models.Model):
    """What somebody spent on a subtask in a day."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="time_entries")
    subtask = models.ForeignKey(Subtask, models.PROTECT, related_name="time_entries")
    day = models.DateField(_("day"))
    quarters = models.PositiveSmallIntegerField(_("quarters of an hour"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = TimeEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("hours of a day")
        verbose_name_plural = _("hours")
        ordering = ["day", "pk"]
        indexes = [models.Index(fields=["day", "person"], name="time_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["person", "subtask", "day"], name="time_once_a_day"),
            models.CheckConstraint(
                name="time_of_a_day", condition=Q(quarters__gte=1, quarters__lte=MOST_A_DAY)
            ),
        ]

    def __str__(self):
        return f"{self.person_id} {self.subtask_id} {self.day}"

    @property
    def hours(self):
        """The hours, as an exact decimal."""
        return hours_of(self.quarters)


class TimeCorrection(models.Model):
    """Hours, or their note, that somebody changed or took back after they were entered. Never changed, never removed."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    subtask = models.ForeignKey(Subtask, models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    before = models.PositiveSmallIntegerField()
    after = models.PositiveSmallIntegerField()
    note_before = models.CharField(max_length=200, blank=True)
    note_after = models.CharField(max_length=200, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("correction of hours")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["day", "person"], name="time_correction_by_day")]

    def __str__(self):
        return f"{self.person_id} {self.subtask_id} {self.day}: {self.before} → {self.after}"

    @property
    def hours_before(self):
        """The hours that were entered."""
        return hours_of(self.before)

    @property
    def hours_after(self):
        """The hours that took their place; 0 when they were taken back."""
        return hours_of(self.after)


class Week(models.Model):
    """A week, by its Monday: while it is closed nobody enters or corrects its hours."""

    monday = models.DateField(unique=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("week of hours")

    def __str__(self):
        return str(self.monday)

    @property
    def is_closed(self):
        """Whether its hours stay as they are."""
        return self.closed_at is not None


class WeekAct(models.Model):
    """A week that was closed, or reopened with a reason."""

    week = models.ForeignKey(Week, models.PROTECT, related_name="acts")
    is_closing = models.BooleanField()
    reason = models.TextField(_("reason"), blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("closing of a week")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="week_reopened_with_a_reason", condition=Q(is_closing=True) | ~Q(reason="")
            ),
        ]

    def __str__(self):
        return f"{self.week_id} {'closed' if self.is_closing else 'reopened'}"
