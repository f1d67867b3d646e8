"""Support's answer: the solution, its criteria and quote, and the numbered versions that were sent."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from privacy.intake import readable
from privacy.passages import put_in
from requests_app.models.drafts import Draft
from requests_app.quote import Line, Quote
from workflow.steps import Step

# Where a file is once its working copy was sent, and nobody can have changed it since.
AS_SENT = (Step.RULING, Step.DECISION, Step.DEVELOPMENT, Step.ACCEPTANCE, Step.CLOSED)


class Specification(Draft):
    """The working copy, support's side's alone until it is sent as a `SpecificationVersion`."""

    change_request = models.OneToOneField(
        "requests_app.ChangeRequest", models.PROTECT, related_name="specification"
    )
    solution = models.TextField(_("solution"), blank=True)
    tentative_date = models.DateField(_("tentative date"), null=True, blank=True)
    # Whoever ever saved it: none of them may rule on it.
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", editable=False)

    class Meta:
        verbose_name = _("specification")

    def __str__(self):
        return str(self.change_request_id)

    @property
    def offer(self):
        """The quote as it stands, a `requests_app.quote.Quote`."""
        return Quote(tuple(line.line() for line in self.quote_lines.all()))


class AcceptanceCriterionQuerySet(models.QuerySet):
    def as_sent(self, change_request):
        """Those of a file in words that were sent: what is being written or reworded is its author's side's alone."""
        rows = self.filter(specification__change_request=change_request)
        if change_request.step in AS_SENT:
            return rows
        sent = change_request.versions.values_list("content__criteria", flat=True).last()
        return rows.filter(text__in=sent or [])


class AcceptanceCriterion(models.Model):
    """A sentence that the client will test at step 7."""

    specification = models.ForeignKey(Specification, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("criterion"), max_length=500)

    objects = AcceptanceCriterionQuerySet.as_manager()

    class Meta:
        verbose_name = _("acceptance criterion")
        verbose_name_plural = _("acceptance criteria")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.text

    @property
    def numbered(self):
        """Its sentence after its number, which names it among those of the file."""
        return f"{self.position}. {self.text}"


class QuoteLine(models.Model):
    """A line of the quote: man-days at a unit price in euros, before VAT at a rate in per cent."""

    specification = models.ForeignKey(Specification, models.CASCADE, related_name="quote_lines")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(_("label"), max_length=200)
    days = models.DecimalField(
        _("man-days"), max_digits=7, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    unit_price = models.DecimalField(
        _("unit price (€)"), max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal("0"))]
    )
    vat_rate = models.DecimalField(
        _("VAT (%)"),
        max_digits=4,
        decimal_places=2,
        default=Decimal("20.00"),
        validators=[MinValueValidator(Decimal("0")), MaxValueValidator(Decimal("99.99"))],
    )

    class Meta:
        verbose_name = _("quote line")
        verbose_name_plural = _("quote lines")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.label

    def line(self):
        """This line for the calculation (`requests_app.quote.Line`)."""
        return Line(self.label, self.days, self.unit_price, self.vat_rate)


class SpecificationVersionQuerySet(models.QuerySet):
    def seen_by(self, person):
        """With when `person` (None for nobody) first read each: `looked_at`, or None."""
        looks = Look.objects.filter(version=OuterRef("pk"), person=person)
        return self.annotate(looked_at=Subquery(looks.values("looked_at")[:1]))


class SpecificationVersion(models.Model):
    """What was sent, word for word. Rulings and decisions point here.

    `content` is the canonical JSON of the request as sent with its documents, the solution, the criteria
    and the documents of the specification; `quote` that of the quote and its documents. See
    `requests_app.versions` for the hashes.
    """

    change_request = models.ForeignKey("requests_app.ChangeRequest", models.PROTECT, related_name="versions")
    event = models.OneToOneField("workflow.Event", models.PROTECT, related_name="version")
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField()
    quote = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    whole_sha256 = models.CharField(max_length=64)
    # Where in the solution support marked that personal data are concerned (`privacy.passages`): in neither hash.
    passages = models.JSONField(default=list, blank=True)
    planned_date = models.DateField(_("planned date"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    objects = SpecificationVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("specification version")
        ordering = ["change_request_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["change_request", "number"], name="version_one_per_number"),
        ]

    def __str__(self):
        return f"{self.change_request_id} v{self.number}"

    @property
    def solution(self):
        """The solution as it was sent."""
        return self.content["solution"]

    @property
    def compared(self):
        """The texts by which what is like it is found: the title first, the description, the solution."""
        return self.content["request"]["title"], self.content["request"]["description"], self.solution

    @property
    def marked_solution(self):
        """The solution with the marks of the passages that concern personal data."""
        return put_in(self.solution, self.passages)

    @property
    def marked_passages(self):
        """The texts of these passages."""
        return [self.solution[start:end] for start, end in self.passages]

    @property
    def criteria(self):
        """The acceptance criteria as they were sent, a list of sentences."""
        return self.content["criteria"]

    @property
    def intake_in_words(self):
        """The client's answers about personal data as they were sent: pairs of a question and a text."""
        return readable(self.content["request"].get("intake", {}))

    @cached_property
    def offer(self):
        """The quote as it was sent, a `requests_app.quote.Quote`."""
        return Quote.from_stored(self.quote)


class Look(models.Model):
    """Somebody who rules or decides first read a version that waited for them: what came later is shown to them as new."""

    version = models.ForeignKey(SpecificationVersion, models.CASCADE, related_name="looks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    looked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("first look at a version")
        verbose_name_plural = _("first looks at versions")
        constraints = [
            models.UniqueConstraint(fields=["version", "person"], name="look_one_per_person"),
        ]

    def __str__(self):
        return f"{self.version_id} {self.person_id}"
