"""What people keep of their own time."""

import uuid

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SIGNER = Signer(salt="planning.calendar", sep=".")


class CalendarKeyQuerySet(models.QuerySet):
    def find(self, key):
        """The row whose address holds `key`, of somebody who may still sign in; None for anything else."""
        try:
            mark = uuid.UUID(SIGNER.unsign(key))
        except (BadSignature, ValueError):
            return None
        row = self.filter(mark=mark).select_related("person__organisation").first()
        return row if row and row.person.can_sign_in else None


class CalendarKey(models.Model):
    """What opens a person's calendar to their own calendar program, without a password: its address is a secret.

    The address holds the mark and its signature, so that the table alone opens nothing.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_key", verbose_name=_("person")
    )
    mark = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    renewed_at = models.DateTimeField(_("renewed on"), default=timezone.now)

    objects = CalendarKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar key")
        verbose_name_plural = _("calendar keys")

    def __str__(self):
        return str(self.person_id)

    @property
    def key(self):
        """The part of the address that nobody can guess."""
        return SIGNER.sign(self.mark.hex)


def default_hours():
    """The working hours of a day of somebody who has not said otherwise."""
    return settings.HOURS_PER_DAY


class Pace(models.Model):
    """How many hours a day somebody gives to requests, and who stands in while they are away."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="pace", verbose_name=_("person")
    )
    hours_per_day = models.DecimalField(
        _("hours a day"),
        max_digits=4,
        decimal_places=2,
        default=default_hours,
        validators=[MinValueValidator(0), MaxValueValidator(12)],
    )
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("stand-in"),
    )

    class Meta:
        verbose_name = _("capacity")
        verbose_name_plural = _("capacities")
        constraints = [
            models.CheckConstraint(
                name="pace_of_a_day", condition=Q(hours_per_day__gte=0, hours_per_day__lte=12)
            ),
            models.CheckConstraint(name="pace_stand_in_is_another", condition=~Q(stand_in=F("person"))),
        ]

    def __str__(self):
        return f"{self.person_id} {self.hours_per_day}"


class LeaveQuerySet(models.QuerySet):
    def within(self, first, last):
        """Leave that touches the dates from `first` to `last`."""
        return self.filter(first_day__lte=last, last_day__gte=first)


class Leave(models.Model):
    """Days on which somebody is away, both included; why is nobody's business."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="leaves", verbose_name=_("person")
    )
    first_day = models.DateField(_("first day away"))
    last_day = models.DateField(_("last day away"))

    objects = LeaveQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("absence", "leave")
        verbose_name_plural = pgettext_lazy("absences", "leave")
        ordering = ["first_day", "pk"]
        indexes = [models.Index(fields=["last_day", "first_day"], name="leave_by_days")]
        constraints = [
            models.UniqueConstraint(fields=["person", "first_day"], name="leave_starts_once"),
            models.CheckConstraint(
                name="leave_ends_after_it_starts", condition=Q(last_day__gte=F("first_day"))
            ),
        ]

    def __str__(self):
        return f"{self.person_id} {self.first_day} {self.last_day}"
