"""What is asked of the load before a date is given."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from planning.load import HORIZON
from planning.workdays import today
from requests_app.forms.fields import DayField
from ui.widgets import AmountInput


class DateLoadForm(forms.Form):
    """Man-days of work, and the date by which they should be done."""

    days = forms.DecimalField(
        label=_("Man-days"),
        min_value=Decimal("0.25"),
        max_value=Decimal("999"),
        decimal_places=2,
        localize=True,
        widget=AmountInput,
    )
    date = DayField(
        label=_("Date"), required=False, help_text=_("Left empty, the first date that fits is found.")
    )

    def clean_date(self):
        """A day to come, within a year."""
        day = self.cleaned_data["date"]
        if day and not today() <= day <= today() + HORIZON:
            raise ValidationError(_("Give a day from today to a year from now."))
        return day
