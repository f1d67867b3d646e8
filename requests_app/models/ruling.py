"""The DPO's ruling on one version of the specification. Its full form grows from here."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import Side
from privacy.analysis import answer, essentials, is_unchanged, readable
from privacy.verdicts import Blocks, Conformity, PersonalData, Verdict
from requests_app.models.drafts import Draft
from requests_app.models.search import SearchText
from requests_app.models.sheet import Finding, Handover
from ui.folding import folded

MET = [finding for finding in Conformity if finding.is_met]


class RulingQuerySet(models.QuerySet):
    def given(self):
        """Rulings that were given; the draft is its author's side's alone."""
        return self.filter(ruled_at__isnull=False)

    def in_force(self):
        """Given, and not fallen."""
        return self.given().filter(fell_at=None)


class Ruling(Draft):
    """A draft while `ruled_at` is empty, then never edited; it falls when another content is sent."""

    change_request = models.ForeignKey("requests_app.ChangeRequest", models.PROTECT, related_name="rulings")
    version = models.ForeignKey("requests_app.SpecificationVersion", models.PROTECT, related_name="rulings")
    event = models.OneToOneField("workflow.Event", models.PROTECT, related_name="ruling", null=True)
    personal_data = models.CharField(
        _("touches personal data"), max_length=12, choices=PersonalData, blank=True
    )
    # The shape is that of `privacy.analysis`.
    analysis = models.JSONField(_("analysis"), default=dict, blank=True)
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict, blank=True)
    conclusions = models.TextField(_("conclusions"), blank=True)
    validation_date = models.DateField(_("validation date"), null=True, blank=True)
    # What was taken over, for the vendor's side alone: `[{"part", "number", "entry", "sections", "said"}]`, `part` what it
    # comes from (the client's answers, an entry of its register, a past ruling on it) or a part of a past ruling
    # (`precedents.PARTS`); `said`, of an entry: all that was shown of it, as `"section-part"`.
    reused = models.JSONField(default=list, blank=True, editable=False)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("ruled by"),
    )
    standing_in_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("standing in for"),
    )
    ruled_at = models.DateTimeField(null=True, blank=True)
    # What it rules on, for `requests_app.precedents`; on PostgreSQL the column `words` beside it is made of it.
    compared_text = SearchText()
    fell_at = models.DateTimeField(null=True, blank=True)

    objects = RulingQuerySet.as_manager()

    class Meta:
        verbose_name = _("ruling")
        ordering = ["change_request_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["change_request"], condition=Q(ruled_at=None), name="ruling_one_draft_per_request"
            ),
            models.UniqueConstraint(
                fields=["change_request"],
                condition=Q(ruled_at__isnull=False, fell_at=None),
                name="ruling_one_in_force_per_request",
            ),
            models.CheckConstraint(
                name="ruling_given_is_whole",
                condition=Q(ruled_at=None)
                | (
                    Q(validation_date__isnull=False, ruled_by__isnull=False, event__isnull=False)
                    & ~Q(verdict="")
                    & ~Q(conclusions="")
                ),
            ),
        ]

    def __str__(self):
        return f"{self.change_request_id} {self.verdict}"

    def searched(self):
        """The texts by which it is found from a ruling like it."""
        return self.version.compared

    @property
    def outcome(self):
        """The verdict as a `Verdict`, which knows what it leads to."""
        return Verdict(self.verdict)

    @property
    def reading(self):
        """The analysis in words, as `privacy.analysis.ReadSection`s."""
        return readable(self.analysis)

    @property
    def essentials(self):
        """The analysis in short, for messages, as `privacy.analysis.ReadPart`s."""
        return essentials(self.analysis)

    def marks_of_entry(self, name):
        """The marks of `reused` that say what the register entry `name` filled in: none where it was not started from."""
        return [mark for mark in self.reused if "entry" in mark and folded(mark["entry"]) == folded(name)]

    @property
    def started_parts(self):
        """What its register entry had when this started from it, as a set of `"section-part"`; none on the short path."""
        if is_unchanged(self.analysis):
            return set()
        marks = self.marks_of_entry(answer(self.analysis, "scope", "entry", ""))
        return {part for mark in marks for part in mark.get("said", ())}

    def holds_for(self, version):
        """Whether this ruling is in force and was given on the content of `version`."""
        return (
            self.ruled_at is not None
            and self.fell_at is None
            and self.version.content_sha256 == version.content_sha256
        )


class ConditionQuerySet(models.QuerySet):
    def unmet(self):
        """Those of rulings in force that the DPO has not found met."""
        met = Finding.objects.current().filter(condition=OuterRef("pk"), conformity__in=MET)
        return self.filter(~Exists(met), ruling__ruled_at__isnull=False, ruling__fell_at=None)

    def owed_by(self, side):
        """The unmet ones of a `Side`, without those for which it handed over what the DPO has yet to read."""
        unread = Handover.objects.unread().filter(condition=OuterRef("pk")).order_by()
        return self.unmet().filter(~Exists(unread), owner=side)


class Condition(models.Model):
    """Something the DPO asks for, how it will be verified, and what it blocks until then."""

    ruling = models.ForeignKey(Ruling, models.CASCADE, related_name="conditions")
    position = models.PositiveSmallIntegerField()
    # The answer of the analysis that made it (`privacy.analysis.entailed_conditions`); empty when the DPO added it.
    origin = models.CharField(max_length=40, blank=True, editable=False)
    text = models.TextField(pgettext_lazy("of a ruling", "condition"))
    verification = models.CharField(_("how it will be verified"), max_length=300, blank=True)
    evidence = models.CharField(_("evidence expected"), max_length=300, blank=True)
    owner = models.CharField(_("owner"), max_length=8, choices=Side, default=Side.VENDOR)
    blocks = models.CharField(_("blocks"), max_length=12, choices=Blocks, default=Blocks.DELIVERY)
    days_after = models.PositiveSmallIntegerField(_("days after acceptance"), null=True, blank=True)

    objects = ConditionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a ruling", "condition")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="condition_after_says_how_many_days",
                condition=Q(blocks=Blocks.AFTER, days_after__isnull=False)
                | (~Q(blocks=Blocks.AFTER) & Q(days_after=None)),
                violation_error_message=_("Give the number of days after acceptance, and only then."),
            ),
        ]

    def __str__(self):
        return self.text
