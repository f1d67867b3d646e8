"""The history of every file: one append-only table, sealed row by row."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflow.steps import Step


class AppendOnly(Exception):
    """Somebody tried to change or remove a line of the history."""


class EventQuerySet(models.QuerySet):
    def moves(self):
        """The transitions alone, without the other acts."""
        return self.exclude(to_step="")

    def update(self, **fields):
        raise AppendOnly("the history is never edited")

    def delete(self):
        raise AppendOnly("the history is never shortened")


class Event(models.Model):
    """One act on a file: a transition (then `to_step` is set) or something else worth remembering.

    `seal` chains each line to the one before (see `workflow.history`).
    """

    change_request = models.ForeignKey(
        "requests_app.ChangeRequest", models.PROTECT, related_name="events", verbose_name=_("request")
    )
    sequence = models.PositiveIntegerField(_("rank in the file"))
    name = models.CharField(_("act"), max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    from_step = models.CharField(_("from"), max_length=20, choices=Step, blank=True)
    to_step = models.CharField(_("to"), max_length=20, choices=Step, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    data = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)
    seal = models.CharField(_("seal"), max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("history")
        ordering = ["change_request_id", "sequence"]
        indexes = [
            # What is asked of all files at once: who did something, and when.
            models.Index(fields=["name", "at"], name="event_by_name"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["change_request", "sequence"], name="event_one_per_rank"),
        ]

    def __str__(self):
        return f"{self.change_request_id}/{self.sequence} {self.name}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise AppendOnly("the history is never edited")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AppendOnly("the history is never shortened")

    @property
    def is_move(self):
        """Whether the file changed its step."""
        return bool(self.to_step)
