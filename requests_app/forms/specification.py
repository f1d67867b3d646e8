"""Step 3: the solution, its criteria, the quote and the dates; the planned date sends."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from requests_app.forms.fields import DayField, LineField, LongTextField, ReasonForm, capitalised
from requests_app.forms.rows import RowForm, rows_of
from requests_app.models import DeclineReason
from ui.widgets import AmountField


class SpecificationForm(forms.Form):
    """Everything may wait until it is sent; the planned date sends it."""

    solution = LongTextField(
        label=_("Solution"),
        required=False,
        rows=10,
        help_text=_(
            "What will be done, and what will not. Markdown is understood; ==two signs on each side== mark a passage "
            "that concerns personal data, for the DPO to see."
        ),
    )
    tentative_date = DayField(
        label=_("Tentative date"), required=False, help_text=_("For the calendar only: it moves nothing.")
    )
    planned_date = DayField(
        label=_("Planned date"),
        required=False,
        help_text=_("Filled in, it makes saving send the specification."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_tentative_date(self):
        day = self.cleaned_data["tentative_date"]
        if "tentative_date" in self.changed_data:
            not_past(day)
        return day

    def clean_planned_date(self):
        return not_past(self.cleaned_data["planned_date"])


class CriterionForm(RowForm):
    """A sentence that the client will test; `id` keeps it the same when it is reworded."""

    id = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = LongTextField(label=_("What the client will check"), required=False, rows=1, max_length=500)


class QuoteLineForm(RowForm):
    """A line of the quote."""

    NEEDED = ("label", "days", "unit_price", "vat_rate")
    GIVEN = ("vat_rate",)

    label = LineField(label=_("Label"), required=False, max_length=200)
    days = AmountField(
        label=_("Man-days"), required=False, max_digits=7, validators=[MinValueValidator(Decimal("0.01"))]
    )
    unit_price = AmountField(
        label=_("Euros a day"), required=False, max_digits=10, validators=[MinValueValidator(Decimal("0"))]
    )
    vat_rate = AmountField(
        label=_("VAT (%)"),
        required=False,
        max_digits=5,
        initial=Decimal("20"),
        validators=[MinValueValidator(Decimal("0")), MaxValueValidator(Decimal("99.99"))],
    )


CriterionRows = rows_of(CriterionForm, spare=2)
QuoteRows = rows_of(QuoteLineForm, spare=2)


class SpecificationSheet:
    """The three forms of the tab, posted together. `data` is the POST or None."""

    def __init__(self, data, *, specification):
        self.form = SpecificationForm(
            data,
            initial={
                "solution": specification.solution,
                "tentative_date": specification.tentative_date,
                "revision": specification.revision,
            },
        )
        self.criteria = CriterionRows(
            data,
            prefix="criteria",
            initial=[{"id": row.pk, "text": row.text} for row in specification.criteria.all()],
        )
        self.quote = QuoteRows(
            data,
            prefix="quote",
            initial=[
                {name: getattr(row, name) for name in QuoteLineForm.NEEDED}
                for row in specification.quote_lines.all()
            ],
        )

    def is_valid(self):
        """Whether all three are; each says its own errors."""
        return all([self.form.is_valid(), self.criteria.is_valid(), self.quote.is_valid()])

    @property
    def is_sound(self):
        """Whether the rows hold no error; an empty sheet holds none."""
        return not self.form.is_bound or (self.criteria.is_valid() and self.quote.is_valid())

    @cached_property
    def planned_date(self):
        """The date that sends, or None."""
        return self.form.cleaned_data["planned_date"]

    @property
    def typed(self):
        """What was typed, as the services take it."""
        cleaned = self.form.cleaned_data
        return {
            "fields": {name: cleaned[name] for name in ("solution", "tentative_date")},
            "criteria": self.criteria.rows,
            "quote": self.quote.rows,
            "revision": cleaned["revision"],
        }


class DeclineForm(ReasonForm):
    """Why a request will not be specified."""

    category = forms.ChoiceField(
        label=_("Reason in short"), choices=capitalised(DeclineReason.choices), widget=forms.RadioSelect
    )
    reason = LongTextField(
        label=_("Reason"), rows=4, max_length=5_000, help_text=_("The client reads it word for word.")
    )
    field_order = ("category", "reason")


class PlannedDateForm(ReasonForm):
    """Another planned date, after sending."""

    planned_date = DayField(label=pgettext_lazy("after sending", "New planned date"))
    field_order = ("planned_date", "reason")

    def clean_planned_date(self):
        return not_past(self.cleaned_data["planned_date"])


def not_past(day):
    """`day` as it is; refuses one before today. Raises ValidationError."""
    if day and day < timezone.localdate():
        raise ValidationError(_("This day has passed; give one to come."))
    return day
