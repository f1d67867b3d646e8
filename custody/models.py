"""What the portal remembers of its own duties: what a rule took away, who was warned or erased, who wanted their data."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.models.proofs import Made


class RuleRun(models.Model):
    """One run of one rule of retention: figures, and never whose."""

    rule = models.CharField(_("rule"), max_length=24)
    ran_at = models.DateTimeField(_("ran on"), default=timezone.now)
    due = models.PositiveIntegerField(_("due"))
    done = models.PositiveIntegerField(_("done"))

    class Meta:
        verbose_name = _("run of a rule")
        verbose_name_plural = _("runs of rules")
        ordering = ["-ran_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="rule_run_does_what_is_due", condition=Q(done__lte=F("due"))),
        ]

    def __str__(self):
        return f"{self.rule} {self.ran_at:%Y-%m-%d}"

    @property
    def left(self):
        """How many are left for the next run."""
        return self.due - self.done


class InactivityNotice(models.Model):
    """That somebody was told that their account is about to go. Whoever signs in after it is told anew one day."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="inactivity_notice", verbose_name=_("person")
    )
    told_at = models.DateTimeField(_("told on"))

    class Meta:
        verbose_name = _("notice of inactivity")
        verbose_name_plural = _("notices of inactivity")

    def __str__(self):
        return str(self.person_id)


class ErasureQuerySet(models.QuerySet):
    def for_list(self):
        """Everything that a line of the ledger reads."""
        return self.select_related("person", "erased_by").order_by("-erased_at", "-pk")


class Erasure(models.Model):
    """A line of the ledger of erasures: which row, under which pseudonym, when and by whom; nothing of who it was.

    `mark` is what `custody.ledger` recognises the row by in a restored backup.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="erasure", verbose_name=_("person")
    )
    pseudonym = models.CharField(_("pseudonym"), max_length=20, unique=True)
    mark = models.CharField(_("mark"), max_length=64, unique=True)
    erased_at = models.DateTimeField(_("erased on"))
    # Empty when it was the rule of inactive accounts.
    erased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("by")
    )

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["erased_at", "pk"]

    def __str__(self):
        return self.pseudonym


class RemovedFile(models.Model):
    """What is left of a request that went once nothing had to be proved by it any more: its number and its last seal.

    Whoever comes with a copy of its history can still be told whether it is the one that was kept.
    """

    number = models.CharField(_("number"), max_length=24, unique=True)
    history_length = models.PositiveIntegerField()
    history_seal = models.CharField(max_length=64)
    removed_at = models.DateTimeField(_("removed on"))

    class Meta:
        verbose_name = _("removed request")
        verbose_name_plural = _("removed requests")
        ordering = ["number"]

    def __str__(self):
        return self.number


class PersonExport(Made):
    """What the portal holds of one person, as a ZIP folder: made when they or an administrator ask, kept a few days."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("export of a person")
        verbose_name_plural = _("exports of people")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(issued=None), name="export_one_in_the_making"
            ),
        ]

    def __str__(self):
        return f"{self.person_id} {self.asked_at:%Y-%m-%d}"
