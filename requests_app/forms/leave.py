"""Leave, hours a day, stand-in."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from planning.models import Pace
from requests_app.forms.fields import DayField
from requests_app.planning_pages import WORKERS
from ui.widgets import AmountInput

LONGEST = timedelta(days=366)


class LeaveForm(forms.Form):
    """Days away of one person, both included."""

    first_day = DayField(label=_("First day away"))
    last_day = DayField(label=_("Last day away"))

    def clean(self):
        """The days in their order, of a believable length."""
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        if not first or not last:
            return
        if last < first:
            self.add_error("last_day", _("The last day is not before the first."))
            return
        if last - first > LONGEST:
            self.add_error("last_day", _("Give a year at most."))


class PaceForm(forms.ModelForm):
    """Hours a day and the stand-in, who holds one of the same roles."""

    class Meta:
        model = Pace
        fields = ("hours_per_day", "stand_in")
        widgets = {"hours_per_day": AmountInput}
        localized_fields = ("hours_per_day",)

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        roles = [role for role in WORKERS if role in person.roles]
        colleagues = User.objects.active().with_role(*roles).exclude(pk=person.pk).for_list()
        self.fields["stand_in"].queryset = colleagues
        self.fields["stand_in"].empty_label = _("Nobody")
