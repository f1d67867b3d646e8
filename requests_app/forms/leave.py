"""Leave, hours a day, stand-in."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from planning.models import Leave, Pace
from requests_app.forms.fields import DayField
from requests_app.planning_pages import WORKERS
from ui.formats import day_text
from ui.widgets import AmountInput

LONGEST = timedelta(days=366)


class LeaveForm(forms.Form):
    """Days away of one person, both included."""

    first_day = DayField(label=_("First day away"))
    last_day = DayField(label=_("Last day away"))

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self):
        """The days in their order, of a believable length, and not given twice."""
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        if not first or not last:
            return
        if last < first:
            self.add_error("last_day", _("The last day is not before the first."))
            return
        if last - first > LONGEST:
            self.add_error("last_day", _("Give a year at most."))
        known = Leave.objects.within(first, last).filter(person=self.person).first()
        if known:
            said = {"first": day_text(known.first_day), "last": day_text(known.last_day)}
            raise ValidationError(_("There is leave from %(first)s to %(last)s already.") % said)


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
